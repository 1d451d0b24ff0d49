import CZlib
import Domain
import Platform
import Testing

@testable import Models

@Suite struct WordPieceTokenizerTests {
    private static let small = EmbeddingFixtures.folder + "/tokenizer"

    /// Of the numbers, little-endian.
    private func sum(_ numbers: [Int32]) -> Int {
        numbers.withUnsafeBytes { bytes in
            Int(crc32(0, bytes.bindMemory(to: UInt8.self).baseAddress, UInt32(bytes.count)))
        }
    }

    /// The texts whose sum differs from the one at `index` of their line.
    private func wrong(_ tokenizer: WordPieceTokenizer, at index: Int) throws -> [String] {
        let lines = try EmbeddingFixtures.lines("tokenizer/expected.jsonl")
        #expect(lines.count >= 1000)
        return lines.compactMap { line in
            guard let text = line["text"]?.string else { return "no text" }
            return sum(tokenizer.numbers(of: text)) == line["sums"]?.array?[index].int ? nil : text.debugDescription
        }
    }

    @Test func `the numbers of every text are the reference's`() throws {
        let tokenizer = try EmbeddingFixtures.tokenizer(Self.small)
        for line in try EmbeddingFixtures.lines("tokenizer/expected.jsonl") {
            let text = try #require(line["text"]?.string)
            let expected = line["small"]?.array?.compactMap(\.int).map(Int32.init)
            #expect(tokenizer.numbers(of: text) == expected, "\(text.debugDescription)")
        }
    }

    @Test(.enabled(if: EmbeddingFixtures.isInstalled, "the model is not installed: make bootstrap"))
    func `the numbers of every text in the installed model are the reference's`() throws {
        #expect(try wrong(EmbeddingFixtures.tokenizer(EmbeddingFixtures.model), at: 0) == [])
    }

    @Test func `a tokenizer that keeps case and accents gives the reference's numbers`() throws {
        let cased = try EmbeddingFixtures.tokenizer(Self.small) {
            $0.lowercases = false
            $0.stripsAccents = false
        }
        #expect(try wrong(cased, at: 1) == [])
    }

    @Test func `a tokenizer that lowercases and keeps accents gives the reference's numbers`() throws {
        #expect(try wrong(EmbeddingFixtures.tokenizer(Self.small) { $0.stripsAccents = false }, at: 2) == [])
    }

    @Test func `a tokenizer that removes accents and keeps case gives the reference's numbers`() throws {
        #expect(try wrong(EmbeddingFixtures.tokenizer(Self.small) { $0.lowercases = false }, at: 3) == [])
    }

    @Test func `a tokenizer that cleans nothing and knows no ideographs gives the reference's numbers`() throws {
        let raw = try EmbeddingFixtures.tokenizer(Self.small) {
            $0.cleans = false
            $0.splitsIdeographs = false
        }
        #expect(try wrong(raw, at: 4) == [])
    }
}
