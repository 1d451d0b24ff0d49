import Domain
import Platform

/// A tokenizer as a model's folder describes it: `tokenizer.json`, or `vocab.txt` with the files beside it.
struct TokenizerReading: Sendable {
    let rules: TokenizerRules
    let pieces: [(text: [UInt8], number: Int)]
    let prefix: [UInt8]

    /// The files that decide about it.
    static let files = ["tokenizer.json", "vocab.txt", "tokenizer_config.json", "special_tokens_map.json"]

    /// Throws `EmbeddingError(.model)` when there is none, or one of another kind, which it names.
    init(_ files: FolderFiles) throws(EmbeddingError) {
        if let json = try files.json("tokenizer.json") {
            self = try Self(tokenizer: json, path: files.path + "/tokenizer.json")
        } else if let bytes = try files.bytes("vocab.txt") {
            let settings = try files.json("tokenizer_config.json") ?? .emptyObject
            let special = try files.json("special_tokens_map.json") ?? .emptyObject
            self = try Self(vocabulary: bytes, settings, special, path: files.path)
        } else if files.contains("sentencepiece.bpe.model") || files.contains("spiece.model") {
            throw Self.refused(files.path, "its tokenizer is a SentencePiece model (Unigram)")
        } else if files.contains("merges.txt") {
            throw Self.refused(files.path, "its tokenizer is a byte-pair encoding (BPE)")
        } else {
            throw EmbeddingError(
                .model, "\(files.path) has no tokenizer.json and no vocab.txt. Download the whole model.")
        }
    }

    private static func refused(_ path: String, _ what: String) -> EmbeddingError {
        EmbeddingError(.model, "\(path): \(what), and only WordPiece as in BERT is supported.")
    }

    // MARK: tokenizer.json

    private init(tokenizer json: JSONValue, path: String) throws(EmbeddingError) {
        let model = json["model"] ?? .null
        let kind = model["type"]?.string ?? (model["continuing_subword_prefix"] == nil ? "unnamed" : "WordPiece")
        guard kind == "WordPiece" else { throw Self.refused(path, "its tokenizer is of the type \(kind)") }
        guard let members = model["vocab"]?.object?.members, !members.isEmpty else {
            throw EmbeddingError(.model, "\(path) has no vocabulary. Download it again.")
        }
        var pieces: [(text: [UInt8], number: Int)] = []
        pieces.reserveCapacity(members.count)
        for member in members {
            guard let number = member.value.int, (0..<4_000_000).contains(number) else {
                throw EmbeddingError(.model, "\(path) has a piece without a number. Download it again.")
            }
            pieces.append((Array(member.name.utf8), number))
        }
        self.pieces = pieces
        prefix = Array((model["continuing_subword_prefix"]?.string ?? "##").utf8)
        var rules = TokenizerRules()
        try Self.readNormalizer(json, into: &rules, path)
        rules.longestWord = min(max(model["max_input_chars_per_word"]?.int ?? 100, 1), 1000)
        rules.added = try Self.added(json, path)
        let unknown = model["unk_token"]?.string ?? "[UNK]"
        rules.unknown = try Self.number(unknown, pieces, path)
        let (start, end) = try Self.frame(json["post_processor"] ?? .null, path)
        rules.start = try Self.number(start, pieces, path)
        rules.end = try Self.number(end, pieces, path)
        self.rules = rules
    }

    private static func readNormalizer(
        _ json: JSONValue, into rules: inout TokenizerRules, _ path: String
    ) throws(EmbeddingError) {
        let normalizer = json["normalizer"] ?? .null
        guard let kind = normalizer["type"]?.string, kind == "BertNormalizer" else {
            throw refused(path, "its normalizer is of the type \(normalizer["type"]?.string ?? "none")")
        }
        let splitting = json["pre_tokenizer"]?["type"]?.string ?? "none"
        guard splitting == "BertPreTokenizer" else {
            throw refused(path, "its pre-tokenizer is of the type \(splitting)")
        }
        rules.cleans = normalizer["clean_text"]?.bool ?? true
        rules.splitsIdeographs = normalizer["handle_chinese_chars"]?.bool ?? true
        rules.lowercases = normalizer["lowercase"]?.bool ?? true
        rules.stripsAccents = normalizer["strip_accents"]?.bool ?? rules.lowercases
    }

    private static func added(_ json: JSONValue, _ path: String) throws(EmbeddingError) -> [TokenizerRules.Added] {
        var added: [TokenizerRules.Added] = []
        for token in json["added_tokens"]?.array ?? [] {
            guard let text = token["content"]?.string, let number = token["id"]?.int, (0..<4_000_000).contains(number)
            else { throw EmbeddingError(.model, "\(path) has an added token without text or number.") }
            // lstrip and rstrip take white space with them, of which nothing is left anyway.
            for flag in ["normalized", "single_word"] where token[flag]?.bool == true {
                throw refused(path, "its added token '\(text)' is \(flag)")
            }
            added.append(TokenizerRules.Added(text: text, number: Int32(number)))
        }
        return added
    }

    /// The tokens before and after a text.
    private static func frame(_ processor: JSONValue, _ path: String) throws(EmbeddingError) -> (String, String) {
        switch processor["type"]?.string {
        case "TemplateProcessing":
            let parts = processor["single"]?.array ?? []
            if parts.count == 3, let start = parts[0]["SpecialToken"]?["id"]?.string, parts[1]["Sequence"] != nil,
                let end = parts[2]["SpecialToken"]?["id"]?.string
            {
                return (start, end)
            }
        case "BertProcessing":
            if let start = processor["cls"]?.array?.first?.string, let end = processor["sep"]?.array?.first?.string {
                return (start, end)
            }
        default: break
        }
        throw refused(path, "it does not put one token before and one after each text")
    }

    // MARK: vocab.txt

    private init(
        vocabulary bytes: [UInt8], _ settings: JSONValue, _ special: JSONValue, path: String
    ) throws(EmbeddingError) {
        if let kind = settings["tokenizer_class"]?.string, !["BertTokenizer", "BertTokenizerFast"].contains(kind) {
            throw Self.refused(path, "its tokenizer is a \(kind)")
        }
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        let pieces = lines.enumerated().map { line in
            (text: Array(line.element.last == 0x0D ? line.element.dropLast() : line.element), number: line.offset)
        }
        self.pieces = pieces
        prefix = Array("##".utf8)
        var rules = TokenizerRules()
        rules.lowercases = settings["do_lower_case"]?.bool ?? true
        rules.stripsAccents = settings["strip_accents"]?.bool ?? rules.lowercases
        rules.splitsIdeographs = settings["tokenize_chinese_chars"]?.bool ?? true
        for (name, usual) in [
            ("unk_token", "[UNK]"), ("cls_token", "[CLS]"), ("sep_token", "[SEP]"), ("pad_token", "[PAD]"),
            ("mask_token", "[MASK]"),
        ] {
            let entry = special[name] ?? settings[name] ?? .string(usual)
            let text = entry.string ?? entry["content"]?.string ?? usual
            let isNeeded = name != "pad_token" && name != "mask_token"
            guard isNeeded || pieces.contains(where: { $0.text == Array(text.utf8) }) else { continue }
            let number = try Self.number(text, pieces, path + "/vocab.txt")
            rules.added.append(TokenizerRules.Added(text: text, number: number))
            switch name {
            case "unk_token": rules.unknown = number
            case "cls_token": rules.start = number
            case "sep_token": rules.end = number
            default: break
            }
        }
        self.rules = rules
    }

    private static func number(
        _ text: String, _ pieces: [(text: [UInt8], number: Int)], _ path: String
    ) throws(EmbeddingError) -> Int32 {
        guard let piece = pieces.last(where: { $0.text == Array(text.utf8) }) else {
            throw EmbeddingError(.model, "\(path): the vocabulary has no \(text). Download it again.")
        }
        return Int32(piece.number)
    }
}
