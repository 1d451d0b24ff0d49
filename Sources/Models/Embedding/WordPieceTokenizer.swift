import CUnicode

/// Turns texts into the numbers of word pieces as BERT does, to the same numbers as the reference
/// (huggingface/tokenizers: BertNormalizer, BertPreTokenizer, WordPiece, longest match first).
package struct WordPieceTokenizer: Sendable {
    package let rules: TokenizerRules
    let vocabulary: Vocabulary
    /// For each byte: what it is when it is ASCII, and whether an added token begins with it.
    let bytes: [ByteRule]
    /// Longer ones first.
    let added: [AddedToken]

    struct AddedToken: Sendable {
        let text: [UInt8]
        let number: Int32
    }

    struct ByteRule: Sendable {
        enum Kind: UInt8, Sendable { case dropped, white, punctuation, letter, notASCII }
        let kind: Kind
        /// The byte, in lower case where the rules say so.
        let written: UInt8
        let mayBeginAdded: Bool
    }

    init(vocabulary: Vocabulary, rules: TokenizerRules) {
        self.vocabulary = vocabulary
        self.rules = rules
        added = rules.added.map { AddedToken(text: Array($0.text.utf8), number: $0.number) }
            .filter { !$0.text.isEmpty }.sorted { $0.text.count > $1.text.count }
        let first = Set(added.map { $0.text[0] })
        bytes = (0..<256).map { byte in
            let byte = UInt8(byte)
            let mayBeginAdded = first.contains(byte)
            guard byte < 0x80 else { return ByteRule(kind: .notASCII, written: byte, mayBeginAdded: mayBeginAdded) }
            let bits = Int(roost_scalar_class(UInt32(byte)))
            let kind: ByteRule.Kind =
                if rules.cleans, bits & ROOST_DROPPED != 0 {
                    .dropped
                } else if bits & ROOST_WHITE != 0 {
                    .white
                } else if bits & ROOST_PUNCTUATION != 0 { .punctuation } else { .letter }
            let isLowered = rules.lowercases && bits & ROOST_LOWERED != 0
            return ByteRule(kind: kind, written: isLowered ? byte | 0x20 : byte, mayBeginAdded: mayBeginAdded)
        }
    }

    /// The tokens of a text, without those that go before and after it.
    package func tokens(of text: String) -> TokenizedText {
        var text = text
        return text.withUTF8 { tokens(of: $0) }
    }

    /// - Parameter text: valid UTF-8.
    func tokens(of text: UnsafeBufferPointer<UInt8>) -> TokenizedText {
        let capacity = WordScanner.bytesNeeded(rules)
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity) { letters in
            withUnsafeTemporaryAllocation(of: UInt32.self, capacity: capacity) { hashes in
                var scanner = WordScanner(self, letters: letters, hashes: hashes, expecting: text.count / 4)
                scanner.read(text)
                return scanner.output
            }
        }
    }

    /// The tokens of a text as the reference gives them, with `[CLS]` and `[SEP]`.
    package func numbers(of text: String) -> [Int32] { [rules.start] + tokens(of: text).numbers + [rules.end] }
}

/// The numbers of a text's tokens, and where it can be cut.
package struct TokenizedText: Sendable {
    package internal(set) var numbers: [Int32] = []
    /// How good a place to cut is before each token.
    var breaks: [Break] = []

    /// In rising order of how much ends there.
    enum Break: UInt8, Sendable, Comparable {
        case none, mark, word, sentence, line, paragraph
        static func < (left: Break, right: Break) -> Bool { left.rawValue < right.rawValue }
    }
}
