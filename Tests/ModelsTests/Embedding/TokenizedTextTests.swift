import Testing

@testable import Models

@Suite struct TokenizedTextTests {
    private let folder = EmbeddingFixtures.folder + "/tokenizer"

    @Test func `breaks tell what ends before a token`() throws {
        let tokenizer = try EmbeddingFixtures.tokenizer(folder)
        // Pieces of single letters: "ab" is two tokens.
        let text = tokenizer.tokens(of: "ab c. D,e\nf \n\n g。h")
        #expect(
            text.breaks == [
                .mark, .none, .word, .mark, .sentence, .mark, .mark, .line, .paragraph, .mark, .sentence,
            ])
        #expect(text.numbers.count == text.breaks.count)
    }

    @Test func `an unknown word is one token, whatever pieces it begins with`() throws {
        let tokenizer = try EmbeddingFixtures.tokenizer(folder)
        let text = tokenizer.tokens(of: "memory\u{10FF}\u{13A0} a")
        #expect(text.numbers.count == 2)
        #expect(text.numbers.first == tokenizer.rules.unknown)
    }

    @Test func `bytes that are no UTF-8 are skipped`() throws {
        let tokenizer = try EmbeddingFixtures.tokenizer(folder)
        let inputs: [[UInt8]] = [
            [0x80], [0xC3], [0xE4, 0xB8], [0xF0, 0x9F], [0xF7, 0xBF, 0xBF, 0xBF], [0xFF, 0xFF], [0x61, 0xF0],
        ]
        for bytes in inputs {
            let text = bytes.withUnsafeBufferPointer { tokenizer.tokens(of: $0) }
            #expect(text.numbers.count == text.breaks.count)
            #expect(text.numbers.count <= 1)
        }
    }

    @Test func `the last of two equal pieces counts, and a piece that continues a word is not one that begins it`()
        throws
    {
        let pieces = ["[UNK]", "a", "##a", "a"].enumerated().map { (text: Array($0.element.utf8), number: $0.offset) }
        let file = MappedFile(copying: Vocabulary.packed(pieces, prefix: Array("##".utf8)), named: "vocabulary")
        let vocabulary = try Vocabulary(file.bytes, owner: file)
        var rules = TokenizerRules()
        (rules.start, rules.end) = (8, 9)
        #expect(WordPieceTokenizer(vocabulary: vocabulary, rules: rules).numbers(of: "aa a") == [8, 3, 2, 3, 9])
    }

    @Test func `a damaged vocabulary gives numbers below its count, or an error`() throws {
        let reading = try TokenizerReading(FolderFiles(path: folder))
        let bytes = Vocabulary.packed(reading.pieces, prefix: reading.prefix)
        var generator = SystemRandomNumberGenerator()
        for round in 0..<300 {
            var changed = bytes
            if round % 3 == 0 { changed.removeLast(Int.random(in: 1..<bytes.count, using: &generator)) }
            for _ in 0..<20 {
                let place = Int.random(in: 0..<(round % 2 == 0 ? min(64, changed.count) : changed.count))
                changed[place] = .random(in: 0...255, using: &generator)
            }
            let file = MappedFile(copying: changed, named: "vocabulary")
            guard let vocabulary = try? Vocabulary(file.bytes, owner: file) else { continue }
            let tokenizer = WordPieceTokenizer(vocabulary: vocabulary, rules: reading.rules)
            let numbers = tokenizer.tokens(of: "the memory server, été 中文 [SEP]").numbers
            #expect(numbers.allSatisfy { $0 >= 0 && ($0 < vocabulary.count || $0 < 5) })
        }
    }
}
