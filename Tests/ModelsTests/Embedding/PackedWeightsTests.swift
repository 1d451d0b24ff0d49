import Domain
import Platform
import Testing

@testable import Models

@Suite struct PackedWeightsTests {
    @Test(arguments: ["vocab_size", "hidden_size", "num_hidden_layers", "intermediate_size", "max_position_embeddings"])
    func `a packed file of another shape is refused`(_ name: String) throws {
        let model = BertEncoderTests.models[0]
        let folder = try ScratchFolder()
        _ = try model.packed(.fp32, in: folder)
        guard var config = model.config.object, let size = config[name]?.int else { return #expect(Bool(false)) }
        config[name] = .int(Int64(size + 32))
        let other = try BertShape(config: .object(config), path: "config.json")
        let file = try ModelFile(path: folder.path + "/packed.fp32")
        let error = #expect(throws: EmbeddingError.self) { try PackedWeights(file, shape: other, precision: .fp32) }
        #expect(error?.message.contains("the section") == true || error?.message.contains("no section") == true)
    }

    @Test func `a packed file of the other precision is refused`() throws {
        let model = BertEncoderTests.models[0]
        let folder = try ScratchFolder()
        _ = try model.packed(.bf16, in: folder)
        let file = try ModelFile(path: folder.path + "/packed.bf16")
        #expect(throws: EmbeddingError.self) { try PackedWeights(file, shape: model.shape, precision: .fp32) }
    }

    @Test func `a model without one of its tensors is refused by the tensor's name`() throws {
        let model = BertEncoderTests.models[0]
        for tensor in model.tensors {
            let folder = try ScratchFolder()
            let path = try folder.write("model.safetensors", model.safetensors(without: tensor.name))
            var file = try ModelFileWriter(path: folder.path + "/packed")
            let packing = try WeightsPacking(Safetensors(path: path), shape: model.shape, precision: .bf16)
            do {
                try packing.add(to: &file)
                Issue.record("\(tensor.name) was not missed")
            } catch { #expect(error.message.contains(tensor.name)) }
        }
    }

    @Test(
        arguments: [
            ("model_type", "roberta", "roberta is not supported"), ("hidden_act", "silu", "silu is not supported"),
            ("position_embedding_type", "relative_key", "relative_key is not supported"),
            ("hidden_size", 33, "not a multiple"), ("num_hidden_layers", 0, "num_hidden_layers"),
            ("vocab_size", "many", "vocab_size"), ("intermediate_size", 1_099_511_627_776, "intermediate_size"),
            ("layer_norm_eps", -1, "layer_norm_eps"), ("layer_norm_eps", "small", "layer_norm_eps"),
        ] as [(String, JSONValue, String)])
    func `a configuration that is not understood is refused by name`(
        _ name: String, _ value: JSONValue, _ message: String
    ) throws {
        guard var config = TinyBert().config.object else { return #expect(Bool(false)) }
        config[name] = value
        let error = #expect(throws: EmbeddingError.self) {
            try BertShape(config: .object(config), path: "model/config.json")
        }
        #expect(error?.message.contains(message) == true)
        #expect(error?.message.hasPrefix("model/config.json") == true)
    }

    @Test func `a size that is missing is named, what has a usual value may be left out`() throws {
        guard var config = TinyBert().config.object else { return #expect(Bool(false)) }
        config["layer_norm_eps"] = nil
        config["hidden_act"] = nil
        config["type_vocab_size"] = nil
        let shape = try BertShape(config: .object(config), path: "config.json")
        #expect(shape.epsilon == 1e-12)
        #expect(shape.activation == .gelu)
        #expect(shape.types == 2)
        config["hidden_size"] = nil
        let error = #expect(throws: EmbeddingError.self) { try BertShape(config: .object(config), path: "config.json") }
        #expect(error?.message.contains("hidden_size is missing") == true)
    }
}
