package import Domain
package import Platform

/// The sizes of a BERT encoder, as the model's `config.json` says them.
package struct BertShape: Sendable, Hashable {
    package let vocabulary: Int
    package let hidden: Int
    package let layers: Int
    package let heads: Int
    package let intermediate: Int
    /// The most tokens of one sequence.
    package let positions: Int
    package let types: Int
    package let epsilon: Float
    package let activation: Activation

    /// What follows the first layer of a feed-forward block; named as in `hidden_act`.
    package enum Activation: String, Sendable {
        case gelu
        case geluTanh = "gelu_new"
        case relu
    }

    /// Reads `config.json`. `path` is for messages alone.
    /// Throws `EmbeddingError(.model)` for another kind of model, and for sizes that make no sense.
    package init(config: JSONValue, path: String) throws(EmbeddingError) {
        func refuse(_ what: String) -> EmbeddingError { EmbeddingError(.model, "\(path): \(what).") }
        func size(_ name: String, most: Int) throws(EmbeddingError) -> Int {
            guard let value = config[name] else { throw refuse("\(name) is missing") }
            guard let size = value.int, (1...most).contains(size) else {
                throw refuse("\(name) is to be a whole number from 1 to \(most)")
            }
            return size
        }
        let kind = config["model_type"]?.string ?? "unnamed"
        guard kind == "bert" else { throw refuse("the model type \(kind) is not supported, only bert is") }
        if let embedding = config["position_embedding_type"]?.string, embedding != "absolute" {
            throw refuse("the position_embedding_type \(embedding) is not supported, only absolute is")
        }
        let name = config["hidden_act"]?.string ?? "gelu"
        guard let activation = Activation(rawValue: name == "gelu_pytorch_tanh" ? "gelu_new" : name) else {
            throw refuse("the hidden_act \(name) is not supported, only gelu, gelu_new and relu are")
        }
        self.activation = activation
        vocabulary = try size("vocab_size", most: 4_000_000)
        hidden = try size("hidden_size", most: 16384)
        layers = try size("num_hidden_layers", most: 256)
        heads = try size("num_attention_heads", most: 1024)
        intermediate = try size("intermediate_size", most: 65536)
        positions = try size("max_position_embeddings", most: 65536)
        types = config["type_vocab_size"] == nil ? 2 : try size("type_vocab_size", most: 1024)
        guard hidden % heads == 0 else { throw refuse("hidden_size is not a multiple of num_attention_heads") }
        let epsilon = config["layer_norm_eps"].map(\.double) ?? 1e-12
        guard let epsilon, (0...0.1).contains(epsilon) else {
            throw refuse("layer_norm_eps is to be a number from 0 to 0.1")
        }
        self.epsilon = Float(epsilon)
    }
}

/// Widths as the kernels see them: multiples of 16, the rest zeros.
extension BertShape {
    static func padded(_ width: Int) -> Int { (width + 15) / 16 * 16 }

    var paddedHidden: Int { Self.padded(hidden) }
    var paddedIntermediate: Int { Self.padded(intermediate) }
    var headWidth: Int { hidden / heads }
    var paddedHeadWidth: Int { Self.padded(headWidth) }
    /// All heads side by side.
    var contextWidth: Int { heads * paddedHeadWidth }
}
