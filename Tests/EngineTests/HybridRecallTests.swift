import Domain
import Platform
import RoostTesting
import Storage
import Testing

@testable import Engine

/// Searches by words and meaning together. The scripted model sees one meaning in equal words, so what it finds beside
/// the text index are texts whose words the text index leaves out.
@Suite struct HybridRecallTests {
    @discardableResult
    private func archive(_ server: TestServer, _ texts: [String]) async throws -> String {
        let archive = try await server.engine.archives.create(NewArchive(name: "a"), by: Caller()).id
        _ = try await server.engine.passages.create(
            texts.map { NewPassage(text: $0) }, inArchive: archive, by: Caller())
        return archive
    }

    private func results(
        _ server: TestServer, _ query: String, _ filter: PassageFilter = PassageFilter(archiveIDs: nil), limit: Int = 10
    ) async throws -> PassageResults {
        try await server.engine.passages.search(query, filter, limit: limit, by: Caller())
    }

    @Test func `what only the meaning finds is found`() async throws {
        try await withServer(embedders: Embedders(local: { WordEmbedder() })) { server in
            try await archive(server, ["then who was it", "a deploy on Friday", "tea at four"])
            let found = try await results(server, "deploy then who")
            #expect(found.means == .wordsAndMeaning)
            #expect(found.matches.map(\.passage.text).contains("then who was it"))
            let match = try #require(found.matches.first { $0.passage.text == "then who was it" })
            #expect(match.why.contains { $0.hasPrefix("similarity: ") })
        }
    }

    @Test func `a filter holds for what the meaning finds, too`() async throws {
        try await withServer(embedders: Embedders(local: { WordEmbedder() })) { server in
            let archive = try await archive(server, [])
            for number in 0..<50 {
                _ = try await server.engine.passages.create(
                    [NewPassage(text: "otter number \(number)", tags: number == 7 ? ["x"] : [])], inArchive: archive,
                    by: Caller())
            }
            var filter = PassageFilter(archiveIDs: [archive])
            filter.tags = ["x"]
            #expect(try await results(server, "otter number", filter).matches.map(\.passage.text) == ["otter number 7"])
        }
    }

    @Test func `a model that fails leaves the words`() async throws {
        let words = WordEmbedder()
        try await withServer(embedders: Embedders(local: { words })) { server in
            _ = try await archive(server, ["otters hold hands"])
            words.fail(.fails(.unavailable))
            let found = try await results(server, "otters")
            #expect(found.means == .words && found.matches.count == 1)
        }
    }

    @Test func `an insert and a changed text are visible to the next search`() async throws {
        try await withServer(embedders: Embedders(local: { WordEmbedder() })) { server in
            let agent = try await server.newAgent()
            let made = try await server.engine.passages.create(
                [NewPassage(text: "which was it")], forAgent: agent, by: Caller())
            #expect(try await results(server, "deploy which").matches.count == 1)
            var patch = PassagePatch()
            patch.text = .value("so they were")
            _ = try await server.engine.passages.update(made[0].id, patch, ofAgent: agent, by: Caller())
            let found = try await results(server, "deploy they were")
            #expect(found.matches.map(\.passage.text) == ["so they were"])
        }
    }

    @Test func `pages of results follow each other without holes or repetitions`() async throws {
        try await withServer(embedders: Embedders(local: { WordEmbedder() })) { server in
            try await archive(server, (0..<30).map { "otter \($0) swims \($0 % 3)" })
            let all = try await results(server, "otter swims", limit: 30).matches.map(\.passage.id)
            var pages: [String] = []
            for offset in stride(from: 0, to: 30, by: 10) {
                pages += try await server.engine.passages.search(
                    "otter swims", PassageFilter(archiveIDs: nil), limit: 10, offset: offset, by: Caller()
                ).matches.map(\.passage.id)
            }
            #expect(Set(pages).count == 30 && Set(all) == Set(pages))
        }
    }

    @Test(arguments: [9_999, 10_000, 1_000_000_000])
    func `a page far behind all results is empty`(offset: Int) async throws {
        try await withServer(embedders: Embedders(local: { WordEmbedder() })) { server in
            try await archive(server, (0..<30).map { "otter \($0)" })
            for query in ["otter", ""] {
                let found = try await server.engine.passages.search(
                    query, PassageFilter(archiveIDs: nil), limit: 1000, offset: offset, by: Caller())
                #expect(found.matches.isEmpty)
            }
        }
    }

    @Test func `of a pasted text the beginning is the question`() async throws {
        let words = WordEmbedder()
        try await withServer(embedders: Embedders(local: { words })) { server in
            try await archive(server, ["otters hold hands"])
            let pasted = "otters " + String(repeating: "\u{301}`a1 may 2023 ", count: 80_000)
            let found = try await results(server, pasted)
            #expect(found.means == .wordsAndMeaning && found.matches.count == 1)
            let longest = words.embedded.map(\.unicodeScalars.count).max()
            #expect(longest == Passages.mostOfQuestion)
        }
    }
}
