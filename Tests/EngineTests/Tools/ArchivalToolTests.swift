import Domain
import Platform
import RoostTesting
import Testing

@testable import Engine

/// Archival memory through its tools.
@Suite struct ArchivalToolTests {
    /// The results of a search.
    private func search(_ bench: ToolBench, _ arguments: JSONObject) async throws -> [JSONValue] {
        let outcome = try await bench.run("archival_memory_search", arguments)
        #expect(!outcome.isError && !outcome.changesPrompt, "\(outcome.text)")
        return try #require(try JSONValue(parsing: outcome.text).array)
    }

    private func contents(_ bench: ToolBench, _ arguments: JSONObject) async throws -> [String] {
        try await search(bench, arguments).compactMap { $0["content"]?.string }
    }

    @Test func `the first insertion makes the agent's archive`() async throws {
        try await withTools { (bench) async throws in
            let outcome = try await bench.run(
                "archival_memory_insert", ["content": "Ann moved to Bergen", "tags": #"["ann", "home"]"#])
            #expect(outcome.text == "None" && outcome.changesPrompt && !outcome.isError)
            let archives = try await bench.server.engine.archives.list(
                ArchiveFilter(), PageRequest(limit: 10), by: Caller())
            #expect(archives.map(\.name) == ["Mo's Archive"])
            #expect(archives.first?.description == "Default archive created automatically")
            let found = try await bench.server.engine.passages.search(
                "Bergen", PassageFilter(archiveIDs: nil), limit: 1, by: Caller())
            let passage = try #require(found.matches.first?.passage)
            #expect(passage.tags == ["ann", "home"] && passage.createdBy == bench.agent.id)
            #expect(
                passage.provenance == Provenance(source: "agent", tool: "archival_memory_insert", trust: .assistant))
        }
    }

    @Test func `an insertion is embedded, and found by meaning`() async throws {
        try await withTools(embedders: Embedders(local: { WordEmbedder() })) { (bench) async throws in
            _ = try await bench.run("archival_memory_insert", ["content": "then who was it"])
            let found = try await search(bench, ["query": "deploy then who"])
            #expect(found.map { $0["content"] } == ["then who was it"])
            #expect(found.first?["relevance"]?["search_mode"] == "hybrid")
        }
    }

    @Test func `results have the contract's members`() async throws {
        try await withTools(timezone: "Europe/Oslo") { (bench) async throws in
            _ = try await bench.server.engine.passages.create(
                [NewPassage(text: "otters", tags: ["a"], createdAt: Timestamp(iso8601: "2026-07-01T10:00:00Z"))],
                forAgent: bench.agent.id, by: Caller())
            let item = try #require(try await search(bench, ["query": "otters"]).first?.object)
            #expect(item.members.map(\.name) == ["id", "timestamp", "content", "tags", "relevance"])
            #expect(item["timestamp"] == "2026-07-01T12:00:00+02:00" && item["tags"] == ["a"])
            #expect(item["relevance"]?["search_mode"] == "fts")
        }
    }

    @Test func `tags, times and the number of results narrow a search`() async throws {
        try await withTools(timezone: "America/New_York") { (bench) async throws in
            let passages = [
                ("otter one", ["a"], "2026-01-31T23:30:00-05:00"),
                ("otter two", ["a", "b"], "2026-02-01T00:30:00-05:00"),
                ("otter three", ["b"], "2026-03-01T12:00:00Z"), ("otter four", [], "2026-03-02T12:00:00Z"),
                ("otter five", [], "2026-03-03T12:00:00Z"), ("otter six", [], "2026-03-04T12:00:00Z"),
            ].map { NewPassage(text: $0.0, tags: $0.1, createdAt: Timestamp(iso8601: $0.2)) }
            _ = try await bench.server.engine.passages.create(passages, forAgent: bench.agent.id, by: Caller())
            #expect(try await contents(bench, ["query": "otter"]).count == 5)
            #expect(try await contents(bench, ["query": "otter", "top_k": "2"]).count == 2)
            #expect(try await contents(bench, ["query": "otter", "top_k": 50]).count == 6)
            #expect(
                try await Set(contents(bench, ["query": "otter", "tags": ["a", "b"]]))
                    == ["otter one", "otter two", "otter three"])
            #expect(
                try await contents(bench, ["query": "otter", "tags": ["a", "b"], "tag_match_mode": "all"])
                    == ["otter two"])
            #expect(
                try await contents(bench, ["query": "otter", "end_datetime": "2026-01-31"]) == ["otter one"])
            #expect(
                try await contents(
                    bench, ["query": "otter", "start_datetime": "2026-02-01", "end_datetime": "2026-02-28"])
                    == ["otter two"])
        }
    }

    @Test func `an empty query gives nothing`() async throws {
        try await withTools { (bench) async throws in
            _ = try await bench.run("archival_memory_insert", ["content": "x"])
            #expect(try await bench.run("archival_memory_search", ["query": ""]) == ToolOutcome("[]"))
            #expect(try await bench.run("archival_memory_search", ["query": " \n"]) == ToolOutcome("[]"))
        }
    }

    @Test func `another agent's memory is not found`() async throws {
        try await withTools { (bench) async throws in
            let other = try await bench.server.engine.agents.create(NewAgent(), by: Caller()).agent
            _ = try await ToolBench(server: bench.server, agent: other)
                .run("archival_memory_insert", ["content": "otters hold hands"])
            #expect(try await contents(bench, ["query": "otters"]) == [])
        }
    }

    @Test func `what cannot be is told`() async throws {
        try await withTools { (bench) async throws in
            let empty = try await bench.run("archival_memory_insert", ["content": " "])
            #expect(empty.isError && empty.text == "The text is empty. Give the text that should be remembered.")
            #expect(!empty.changesPrompt)
            let mode = try await bench.run("archival_memory_search", ["query": "x", "tag_match_mode": "none"])
            #expect(mode.isError && mode.text.contains("\"any\" or \"all\""))
            let date = try await bench.run("archival_memory_search", ["query": "x", "start_datetime": "last week"])
            #expect(date.isError && date.text.contains("'start_datetime'"))
        }
    }
}
