import Domain
import Platform
import RoostTesting
import Testing

@testable import Engine
@testable import Storage

@Suite struct RecallTests {
    @Test func `whatever is typed, a search does not fail`() async throws {
        try await withServer { server in
            let archive = try await server.archive(["plain words here", "C++ and \"quotes\" 100% a_b", "emoji 🦦 only"])
            let queries = [
                "\"", "'", "*", "a*", "^plain", "plain AND", "NEAR(", "plain NEAR/2 words", "text : plain", "scope:a1",
                "-plain", "{text} : plain", "(", ")", "()", "\\", "%", "_", "\u{0}", "a\u{0}b", "🦦", "+", "plain OR",
                "NOT NOT", ";DROP TABLE passages;--", "\u{301}", "ﷺ", "\u{FFFF}", String(repeating: "x", count: 5000),
                String(repeating: "word ", count: 3000), "\" OR 1=1", "rowid", "plain\"words",
            ]
            for query in queries {
                let found = try await server.search(query, archive)
                #expect(found.allSatisfy { (0...1).contains($0.score) }, "\(query.prefix(20))")
            }
            #expect(try await server.search("🦦", archive).map(\.passage.text) == ["emoji 🦦 only"])
            #expect(try await server.search("%", archive).map(\.passage.text) == ["C++ and \"quotes\" 100% a_b"])
            #expect(try await server.search("plain\"words", archive).first?.passage.text == "plain words here")
        }
    }

    @Test func `words are found in other forms, and the unfinished last one`() async throws {
        try await withServer { server in
            let archive = try await server.archive(["The deployments are running", "Ein schöner Café Besuch", "cake"])
            let forms = try await server.search("deploy run", archive)
            #expect(forms.map(\.why) == [["text: deploy", "text: run"]])
            #expect(try await server.search("cafe schoner", archive).count == 1)
            #expect(try await server.search("besu", archive).map(\.passage.text) == ["Ein schöner Café Besuch"])
            #expect(try await server.search("zebra", archive).isEmpty)
        }
    }

    @Test func `stop words alone still find, beside others they do not count`() async throws {
        try await withServer { server in
            let archive = try await server.archive(["to be or not to be", "the lake", "the the the"])
            #expect(try await server.search("to be or not", archive).first?.passage.text == "to be or not to be")
            #expect(try await server.search("where is the lake", archive).map(\.passage.text) == ["the lake"])
        }
    }

    @Test func `what tells of an event in the question is found, though others have more of its words`() async throws {
        try await withServer { server in
            var texts = (0..<60).map { "the new queue, red and blue \($0), of 2026-02-0\($0 % 9 + 1)" }
            texts += (0..<60).map { "the queue of the office, red and blue \($0), of 2026-02-2\($0 % 9)" }
            texts += (0..<150).map { "lunch \($0)" } + ["the new office is ours, we moved on 2026-02-15"]
            let archive = try await server.archive(texts)
            let before = try await server.search("red blue queue before the new office", archive)
            #expect(before.first?.why.contains("date: before the new office (2026-02-15)") == true)
            #expect(before.first?.passage.text.contains("2026-02-09") == true)
        }
    }

    @Test func `an empty query gives the newest, with the filters`() async throws {
        try await withServer { server in
            let archive = try await server.archive(["one", "two", "three"])
            let newest = try await server.search("  ", archive, limit: 2)
            #expect(newest.map(\.passage.text) == ["three", "two"])
            #expect(newest.allSatisfy { $0.score == 0 && $0.why == ["newest"] })
            let next = try await server.engine.passages.search(
                "", PassageFilter(archiveIDs: [archive]), limit: 2, offset: 2, by: Caller())
            #expect(next.matches.map(\.passage.text) == ["one"])
        }
    }

    @Test func `what a filter keeps out is not found and takes no place`() async throws {
        try await withServer { server in
            let caller = Caller()
            let archive = try await server.archive([])
            let other = try await server.archive(["needle needle needle"])
            let new = (0..<300).map { NewPassage(text: "needle \($0)", tags: [$0 % 100 == 7 ? "kept" : "left"]) }
            _ = try await server.engine.passages.create(new, inArchive: archive, by: caller)
            var filter = PassageFilter(archiveIDs: [archive])
            filter.tags = ["kept"]
            let found = try await server.engine.passages.search("needle", filter, limit: 10, by: caller).matches
            #expect(Set(found.map(\.passage.text)) == ["needle 7", "needle 107", "needle 207"])
            #expect(found.allSatisfy { $0.passage.archiveID == archive && $0.why == ["text: needle", "tag: kept"] })
            let all = try await server.engine.passages.search(
                "needle", PassageFilter(archiveIDs: nil), limit: 1000, by: caller
            ).matches
            #expect(all.count == 301 && all.contains { $0.passage.archiveID == other })
            #expect(try await server.search("needle", other).count == 1)
        }
    }

    @Test func `common words leave the place to rare ones, and pages follow each other`() async throws {
        try await withServer { server in
            let archive = try await server.archive([])
            _ = try await server.archive(["kingfisher elsewhere"])
            var new = (0..<3000).map { NewPassage(text: "report about the river number \($0) river") }
            new.append(NewPassage(text: "a kingfisher at the river"))
            new.append(NewPassage(text: "a kingfisher in the wood, not in any report at all"))
            _ = try await server.engine.passages.create(new, inArchive: archive, by: Caller())
            let found = try await server.search("river kingfisher", archive, limit: 2)
            #expect(
                found.map(\.passage.text) == [
                    "a kingfisher at the river", "a kingfisher in the wood, not in any report at all",
                ])
            #expect(found[0].score > found[1].score && found[0].isRelevant)
            // More than the rare word gives: the common one fills up.
            let more = try await server.search("river kingfisher", archive, limit: 50)
            #expect(more.count == 50 && Set(more.map(\.passage.id)).count == 50)
            #expect(more.prefix(2).map(\.passage.id) == found.map(\.passage.id))
            #expect(zip(more, more.dropFirst()).allSatisfy { $0.score >= $1.score })
            let second = try await server.engine.passages.search(
                "river kingfisher", PassageFilter(archiveIDs: [archive]), limit: 10, offset: 40, by: Caller())
            #expect(second.matches.map(\.passage.id) == more[40...].map(\.passage.id))
            #expect(zip(second.matches, more[40...]).allSatisfy { $0.score == $1.score })
        }
    }

    @Test func `a word that is common elsewhere is found where it is all there is`() async throws {
        try await withServer { server in
            let big = try await server.archive((0..<400).map { "report \($0) about the river" })
            _ = try await server.archive(["a kingfisher"])
            let small = try await server.archive(["our river", "our lake"])
            #expect(try await server.search("river kingfisher", small).map(\.passage.text) == ["our river"])
            #expect(try await server.search("river", big, limit: 1000).count == 400)
            let long = (0..<40).map { "word\($0)" }.joined(separator: " ") + " river"
            #expect(try await server.search("lake " + long, small).map(\.passage.text) == ["our lake"])
        }
    }

    @Test func `found passages and read blocks are counted in a while`() async throws {
        try await withServer { server in
            let archive = try await server.archive(["otter", "beaver"])
            for _ in 0..<3 { _ = try await server.search("otter", archive) }
            let block = try await server.post("/v1/blocks/", ["label": "a", "value": "b"]).id
            _ = try await server.get("/v1/blocks/" + block)
            await server.engine.accesses.flush()
            let counts = try await server.store.read { transaction in
                try transaction.connection.rows(
                    "SELECT access_count, last_accessed_at IS NOT NULL FROM passages ORDER BY text"
                ) { [$0.int(0), $0.int(1)] }
            }
            #expect(counts == [[0, 0], [3, 1]])
            let blocks = try await server.store.read { try $0.connection.count("SELECT access_count FROM blocks") }
            #expect(blocks == 1)
        }
    }
}

extension TestServer {
    /// A new archive with these texts.
    fileprivate func archive(_ texts: [String]) async throws -> String {
        let archive = try await engine.archives.create(NewArchive(name: "a"), by: Caller()).id
        _ = try await engine.passages.create(texts.map { NewPassage(text: $0) }, inArchive: archive, by: Caller())
        return archive
    }

    fileprivate func search(_ query: String, _ archive: String, limit: Int = 10) async throws -> [PassageMatch] {
        try await engine.passages.search(query, PassageFilter(archiveIDs: [archive]), limit: limit, by: Caller())
            .matches
    }
}
