package import Domain
import Platform

/// A model in the layout of sentence-transformers and of the Hugging Face hub: what its files say, checked. Which
/// models work, and which file decides what: docs/design/embedding.md, "Model folder".
package struct ModelFolder: Sendable {
    package let path: String
    package let name: String
    /// `config.json`
    let config: JSONValue
    package let shape: BertShape
    package let pooling: BertEncoder.Pooling
    /// The most tokens of one sequence, those before and after the text included.
    package let maximumTokens: Int
    package let prefixes: Prefixes
    /// `model.safetensors`
    package let weights: String
    let tokenizer: TokenizerReading
    /// Of every file that has been looked at.
    let stamps: FileStamps

    /// Throws `EmbeddingError(.model)` when a file is missing or damaged, or the model is of a kind that is not
    /// supported, which it names.
    package init(path: String) throws(EmbeddingError) {
        self.path = path
        let name = ModelName(path: path)
        self.name = name.name
        let files = FolderFiles(path: path)
        let modules = try Modules(files)
        let config = modules.encoder + "config.json"
        guard let json = try files.json(config) else {
            throw EmbeddingError(
                .model,
                "\(path) has no \(config), so it is no model folder: that has config.json, model.safetensors, and "
                    + "tokenizer.json or vocab.txt.")
        }
        try Self.checkKind(json["model_type"]?.string, path)
        self.config = json
        shape = try BertShape(config: json, path: "\(path)/\(config)")
        pooling = try modules.pooling(files) ?? (name.poolsFirstToken ? .first : .mean)
        let inner = FolderFiles(path: modules.encoder.isEmpty ? path : "\(path)/\(modules.encoder.dropLast())")
        maximumTokens = try Self.maximumTokens(inner, shape)
        prefixes = try Self.prefixes(files, name)
        weights = try Self.weights(inner)
        tokenizer = try TokenizerReading(inner)
        let largest = tokenizer.pieces.map(\.number).max() ?? 0
        let added = tokenizer.rules.added.map { Int($0.number) }.max() ?? 0
        guard max(largest, added) < shape.vocabulary else {
            throw EmbeddingError(
                .model, "\(path): the tokenizer has more pieces than config.json's vocab_size, \(shape.vocabulary).")
        }
        let names = (Self.encoderFiles + TokenizerReading.files).map { modules.encoder + $0 }
        stamps = FileStamps(of: modules.files + names + ["config_sentence_transformers.json"], in: path)
    }

    private static let encoderFiles = ["config.json", "sentence_bert_config.json", "model.safetensors"]

    private static let families =
        "all-MiniLM, bge (small, base, large; English and Chinese), e5 (small, base, large; English) and gte (small, "
        + "base, large)"

    private static func checkKind(_ kind: String?, _ path: String) throws(EmbeddingError) {
        if kind == "bert" { return }
        let reason: String? =
            switch kind {
            case "nomic_bert", "modernbert", "new", "gte": "it has rotary positions"
            case "xlm-roberta", "roberta", "camembert": "its tokenizer is not WordPiece"
            case "distilbert", "mpnet", "albert", "electra", "deberta-v2": "its layers are not BERT's"
            default: nil
            }
        let shown = kind.map { "of the kind '\($0)'" } ?? "of no kind that config.json names"
        throw EmbeddingError(
            .model,
            "\(path) is a model \(shown), which is not supported\(reason.map { ": " + $0 } ?? ""). Models of the "
                + "kind 'bert' are: \(families).")
    }

    private static func maximumTokens(_ files: FolderFiles, _ shape: BertShape) throws(EmbeddingError) -> Int {
        // The truncation in tokenizer.json is what somebody trained or exported with, not what the model can.
        let said = try files.json("sentence_bert_config.json")?["max_seq_length"]?.int
        let other = try files.json("tokenizer_config.json")?["model_max_length"]?.int
        let length = said ?? other ?? shape.positions
        guard length >= 8 else {
            throw EmbeddingError(.model, "\(files.path): the longest sequence would be \(length) tokens.")
        }
        return min(length, shape.positions)
    }

    /// The model's own prompts; where it has none, those its family is known for.
    private static func prefixes(_ files: FolderFiles, _ name: ModelName) throws(EmbeddingError) -> Prefixes {
        let json = try files.json("config_sentence_transformers.json") ?? .emptyObject
        let prompts = json["prompts"] ?? .emptyObject
        let usual = json["default_prompt_name"]?.string.flatMap { prompts[$0]?.string }
        let query = prompts["query"]?.string ?? usual ?? ""
        let passage =
            ["document", "passage", "corpus"].lazy.compactMap { prompts[$0]?.string }.first ?? usual ?? ""
        return query.isEmpty && passage.isEmpty ? name.prefixes : Prefixes(query: query, passage: passage)
    }

    private static func weights(_ files: FolderFiles) throws(EmbeddingError) -> String {
        if files.contains("model.safetensors") { return files.path + "/model.safetensors" }
        if files.contains("model.safetensors.index.json") {
            throw EmbeddingError(.model, "\(files.path) has its weights in several files; one is supported.")
        }
        let other = ["pytorch_model.bin", "tf_model.h5", "onnx/model.onnx"].first { files.contains($0) }
        let found = other.map { ", only \($0), which cannot be read" } ?? ""
        throw EmbeddingError(.model, "\(files.path) has no model.safetensors\(found). Download that file too.")
    }
}

/// `modules.json`: what a text goes through.
private struct Modules {
    /// The folder of the encoder, with a slash, or empty.
    var encoder = ""
    private var poolingFolder: String?

    var files: [String] { ["modules.json"] + (poolingFolder.map { ["\($0)/config.json"] } ?? []) }

    init(_ files: FolderFiles) throws(EmbeddingError) {
        guard let modules = try files.json("modules.json")?.array else {
            if files.contains("1_Pooling/config.json") { poolingFolder = "1_Pooling" }
            return
        }
        for module in modules {
            let kind = module["type"]?.string?.split(separator: ".").last.map(String.init) ?? "unnamed"
            let path = module["path"]?.string ?? ""
            guard !path.hasPrefix("/"), !path.contains("..") else {
                throw EmbeddingError(.model, "\(files.path)/modules.json points outside of the folder.")
            }
            switch kind {
            case "Transformer": encoder = path.isEmpty ? "" : path + "/"
            case "Pooling": poolingFolder = path
            // Every vector gets the length 1 anyway.
            case "Normalize": break
            default:
                throw EmbeddingError(
                    .model, "\(files.path): its module '\(kind)' is not supported; Transformer, Pooling, Normalize are."
                )
            }
        }
    }

    /// Nil when the folder does not say.
    func pooling(_ files: FolderFiles) throws(EmbeddingError) -> BertEncoder.Pooling? {
        guard let poolingFolder, let json = try files.json(poolingFolder + "/config.json") else { return nil }
        func refuse(_ what: String) -> EmbeddingError {
            EmbeddingError(
                .model, "\(files.path): pooling '\(what)' is not supported; 'mean' and 'cls' are.")
        }
        if json["include_prompt"]?.bool == false { throw refuse("include_prompt: false") }
        var modes: [String] = []
        for member in json.object?.members ?? [] {
            if member.name == "pooling_mode" {
                modes += member.value.strings ?? member.value.string.map { [$0] } ?? ["unnamed"]
            } else if member.name.hasPrefix("pooling_mode_"), member.value.bool == true {
                modes.append(String(member.name.dropFirst("pooling_mode_".count)))
            }
        }
        switch modes {
        case ["mean"], ["mean_tokens"]: return .mean
        case ["cls"], ["cls_token"]: return .first
        case []: throw refuse("none")
        default: throw refuse(modes.joined(separator: " + "))
        }
    }
}
