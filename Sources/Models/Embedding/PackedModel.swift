import Domain
import Glibc
import Platform

/// A model's folder made into one file that is mapped: opened when it is there and still fits the folder, made otherwise.
struct PackedModel: Sendable {
    let name: String
    let weights: PackedWeights
    let tokenizer: WordPieceTokenizer
    let pooling: BertEncoder.Pooling
    let maximumTokens: Int
    let prefixes: Prefixes
    /// Of the weights and the vocabulary, in hexadecimal.
    let contents: String

    /// - Parameter cache: where the file goes when the folder cannot be written to.
    /// Throws `EmbeddingError(.model)`.
    init(folder: String, precision: WeightPrecision, cache: String?) throws(EmbeddingError) {
        guard access(folder, R_OK | X_OK) == 0 else {
            let reason = String(cString: strerror(errno))
            throw EmbeddingError(.model, "Cannot read the model's folder \(folder): \(reason).")
        }
        let places = PackedPlace.all(folder: folder, precision: precision, cache: cache)
        for place in places {
            // One that is missing, damaged or of another time is made again, whatever is wrong with it.
            guard let file = try? ModelFile(path: place.path), FileStamps(file.metadata["files"]).match(folder),
                file.metadata["name"]?.string == ModelName(path: folder).name,
                let packed = try? PackedModel(file, precision)
            else { continue }
            self = packed
            return
        }
        let source = try ModelFolder(path: folder)
        var failure = EmbeddingError(
            .model,
            "The model in \(folder) has to be packed once, and neither that folder nor "
                + "\(cache ?? "a cache folder") can be written to.")
        for place in places where place.prepare() {
            do throws(EmbeddingError) {
                try Self.pack(source, precision, to: place.path)
                self = try PackedModel(ModelFile(path: place.path), precision)
                return
            } catch { failure = error }
        }
        throw failure
    }

    private init(_ file: ModelFile, _ precision: WeightPrecision) throws(EmbeddingError) {
        let said = file.metadata
        let path = file.file.path
        let shape = try BertShape(config: said["config"] ?? .null, path: path)
        guard let name = said["name"]?.string, let pooling = said["pooling"]?.string,
            let maximum = said["maximum_tokens"]?.int, (8...shape.positions).contains(maximum),
            let query = said["query_prefix"]?.string, let passage = said["passage_prefix"]?.string,
            let contents = said["contents"]?.string
        else { throw ModelFile.damaged(path, "its metadata is incomplete") }
        self.name = name
        self.pooling = pooling == "cls" ? .first : .mean
        self.contents = contents
        maximumTokens = maximum
        prefixes = Prefixes(query: query, passage: passage)
        weights = try PackedWeights(file, shape: shape, precision: precision)
        let vocabulary = try Vocabulary(try file.section("vocabulary"), owner: file.file)
        let rules = try TokenizerRules(said["tokenizer"] ?? .null)
        let special = rules.added.map(\.number) + [rules.unknown, rules.start, rules.end]
        guard vocabulary.count <= shape.vocabulary, special.allSatisfy({ $0 < shape.vocabulary }) else {
            throw ModelFile.damaged(path, "its vocabulary is larger than its table of words")
        }
        tokenizer = WordPieceTokenizer(vocabulary: vocabulary, rules: rules)
    }

    private static func pack(
        _ folder: ModelFolder, _ precision: WeightPrecision, to path: String
    ) throws(EmbeddingError) {
        let tensors = try Safetensors(path: folder.weights)
        var writer = try ModelFileWriter(path: path)
        try WeightsPacking(tensors, shape: folder.shape, precision: precision).add(to: &writer)
        let vocabulary = Vocabulary.packed(folder.tokenizer.pieces, prefix: folder.tokenizer.prefix)
        try writer.add("vocabulary", vocabulary)
        let hashes = [
            withExtendedLifetime(tensors) { ModelFileLayout.hash(tensors.file.bytes) },
            vocabulary.withUnsafeBytes { ModelFileLayout.hash($0) },
        ]
        try writer.finish(
            metadata: [
                "name": .string(folder.name), "config": folder.config,
                "pooling": .string(folder.pooling == .first ? "cls" : "mean"),
                "maximum_tokens": .int(Int64(folder.maximumTokens)), "query_prefix": .string(folder.prefixes.query),
                "passage_prefix": .string(folder.prefixes.passage), "tokenizer": folder.tokenizer.rules.json,
                "contents": .string(hashes.map { String($0, radix: 16) }.joined(separator: "-")),
                "files": folder.stamps.json,
            ])
    }

    /// Tells the vectors of this model from those of others, wherever its folder is.
    func identity(_ prefixes: Prefixes) -> String {
        // The number counts up when other vectors come out of the same files, as with other windows.
        let parts: [JSONValue] = [
            1, .string(contents), tokenizer.rules.json, .string(pooling == .first ? "cls" : "mean"),
            .int(Int64(maximumTokens)), .string(prefixes.query), .string(prefixes.passage),
        ]
        let hash = Array(JSONValue.array(parts).text.utf8).withUnsafeBytes { ModelFileLayout.hash($0) }
        let digits = String(hash, radix: 16)
        return "bert-\(weights.shape.hidden)-" + String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// Where a packed model can be.
private struct PackedPlace {
    let folder: String
    let file: String
    /// The folder is ours, and is made when it is missing.
    let isCache: Bool

    var path: String { "\(folder)/\(file)" }

    static func all(folder: String, precision: WeightPrecision, cache: String?) -> [PackedPlace] {
        let beside = PackedPlace(folder: folder, file: "roost-\(precision.rawValue).packed", isCache: false)
        guard let cache else { return [beside] }
        let hash = Array(folder.utf8).withUnsafeBytes { ModelFileLayout.hash($0) }
        let name = "\(ModelName(path: folder).name)-\(String(hash, radix: 16))-\(precision.rawValue).packed"
        return [beside, PackedPlace(folder: cache, file: name, isCache: true)]
    }

    /// Makes the folder, and the one above it, when it is ours, removes what writers left behind that were killed; false when nothing can be
    /// written there.
    func prepare() -> Bool {
        if isCache {
            mkdir(folder.split(separator: "/").dropLast().reduce(into: "") { $0 += "/" + $1 }, 0o700)
            mkdir(folder, 0o700)
        }
        guard access(folder, W_OK) == 0 else { return false }
        guard let entries = opendir(folder) else { return true }
        defer { closedir(entries) }
        while let entry = readdir(entries) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.hasPrefix(file + "."), name.hasSuffix(".new") else { continue }
            var status = stat()
            // Another process may be writing one now.
            if stat("\(folder)/\(name)", &status) == 0, status.st_mtim.tv_sec < time(nil) - 3600 {
                unlink("\(folder)/\(name)")
            }
        }
        return true
    }
}
