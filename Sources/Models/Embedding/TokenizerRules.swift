package import Domain
package import Platform

/// How a WordPiece tokenizer prepares texts, and its special tokens: all that is not the vocabulary.
package struct TokenizerRules: Sendable, Equatable {
    package var lowercases = true
    /// Decomposes and removes accents.
    package var stripsAccents = true
    /// Each Chinese character is a word of its own.
    package var splitsIdeographs = true
    /// Removes controls and unassigned characters.
    package var cleans = true
    /// Longer words, in Unicode scalars, are `unknown`.
    package var longestWord = 100
    package var unknown: Int32 = 0
    /// `[CLS]`, before every text.
    package var start: Int32 = 0
    /// `[SEP]`, after it.
    package var end: Int32 = 0
    /// Texts such as `[MASK]` that are one token wherever they stand.
    package var added: [Added] = []

    package struct Added: Sendable, Equatable {
        package let text: String
        package let number: Int32
    }

    package init() {}

    // MARK: In the packed file

    package var json: JSONValue {
        [
            "lowercases": .bool(lowercases), "strips_accents": .bool(stripsAccents),
            "splits_ideographs": .bool(splitsIdeographs), "cleans": .bool(cleans),
            "longest_word": .int(Int64(longestWord)), "unknown": .int(Int64(unknown)), "start": .int(Int64(start)),
            "end": .int(Int64(end)),
            "added": .array(added.map { ["text": .string($0.text), "number": .int(Int64($0.number))] }),
        ]
    }

    /// Throws `EmbeddingError(.model)` when something is missing or is no number a token can have.
    package init(_ json: JSONValue) throws(EmbeddingError) {
        guard let lowercases = json["lowercases"]?.bool, let strips = json["strips_accents"]?.bool,
            let splits = json["splits_ideographs"]?.bool, let cleans = json["cleans"]?.bool,
            let longest = json["longest_word"]?.int, (1...1000).contains(longest),
            let unknown = Self.number(json["unknown"]), let start = Self.number(json["start"]),
            let end = Self.number(json["end"]), let added = json["added"]?.array
        else { throw EmbeddingError(.model, "The tokenizer of the packed model is damaged.") }
        (self.lowercases, stripsAccents, splitsIdeographs, self.cleans) = (lowercases, strips, splits, cleans)
        (longestWord, self.unknown, self.start, self.end) = (longest, unknown, start, end)
        self.added = added.compactMap { entry in
            guard let text = entry["text"]?.string, let number = Self.number(entry["number"]) else { return nil }
            return Added(text: text, number: number)
        }
    }

    private static func number(_ json: JSONValue?) -> Int32? {
        guard let number = json?.int, (0..<10_000_000).contains(number) else { return nil }
        return Int32(number)
    }
}
