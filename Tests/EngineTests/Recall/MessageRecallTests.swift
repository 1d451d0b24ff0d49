import Domain
import Platform
import RoostTesting
import Testing

@testable import Engine
@testable import Storage

/// Searches through what was said: by words, by meaning, by both, with what there is.
@Suite(.timeLimit(.minutes(10))) struct MessageRecallTests {
    private let local = WordEmbedder()
    private let remote = WordEmbedder("remote", handle: "openai/small", dimensions: 32)

    private var embedders: Embedders {
        let (local, remote) = (local, remote)
        return Embedders(
            local: { local }, remote: { $0.provider == "openai" ? remote : nil }, firstRest: .seconds(3600))
    }

    private var localOnly: Embedders {
        let local = local
        return Embedders(local: { local }, firstRest: .seconds(3600))
    }

    private func find(
        _ question: String?, _ bench: ToolBench, _ mode: MessageSearchMode = .hybrid, limit: Int = 5,
        _ change: (inout MessageFilter) -> Void = { _ in }
    ) async throws -> (texts: [String], results: MessageResults) {
        var filter = MessageFilter()
        filter.agentID = bench.agent.id
        change(&filter)
        let results = try await bench.server.engine.messages.search(question, filter, mode, limit: limit, by: Caller())
        return (results.matches.map(\.message.searchText), results)
    }

    private func talk(_ bench: ToolBench) async throws {
        try await bench.say(.user, "the heron stands at the weir", at: "2026-03-01T12:00:00Z")
        try await bench.say(.assistant, "a grey bird indeed", at: "2026-03-01T12:00:05Z")
        try await bench.say(.tool, "heron heron heron", at: "2026-03-01T12:00:06Z")
        try await bench.say(.user, "weir and heron and weir", at: "2026-04-01T12:00:00Z")
        try await bench.say(.assistant, "lunch was soup", at: "2026-04-01T12:00:05Z")
        try await bench.say(.user, "I had bread", at: "2026-04-01T12:00:09Z")
    }

    @Test func `messages are embedded behind their writing, and found by words, by meaning and by both`() async throws {
        try await withTools(embedders: localOnly) { (bench) async throws in
            try await talk(bench)
            #expect(local.embedded.isEmpty)
            try await bench.server.work()
            #expect(
                Set(local.embedded) == [
                    "the heron stands at the weir", "a grey bird indeed", "weir and heron and weir", "lunch was soup",
                    "I had bread",
                ])
            for mode in [MessageSearchMode.vector, .hybrid] {
                let found = try await find("where does the heron stand?", bench, mode)
                #expect(found.texts.first == "the heron stands at the weir")
                #expect(found.results.mode == mode)
                #expect(found.results.matches.first?.vectorRank == 1)
            }
            let byBoth = try await find("heron weir", bench).results
            #expect(byBoth.matches.first?.textRank != nil && byBoth.matches.first?.vectorRank != nil)
            #expect(byBoth.matches.first.map(\.fusedScore) ?? 0 > 1 / 61.0)
            let byWords = try await find("heron", bench, .fts)
            #expect(byWords.results.mode == .fts)
            #expect(byWords.results.matches.allSatisfy { $0.vectorRank == nil })
            // Nobody asks the model for a search by words.
            let calls = local.calls
            _ = try await find("heron", bench, .fts)
            #expect(local.calls == calls)
        }
    }

    @Test func `without vectors words decide, and the results say so`() async throws {
        for embedders in [Embedders.none, embedders] {
            try await withTools(embedders: embedders) { (bench) async throws in
                try await talk(bench)
                for mode in MessageSearchMode.allCases {
                    let found = try await find("heron", bench, mode) { $0.roles = [.user, .assistant] }
                    #expect(Set(found.texts) == ["the heron stands at the weir", "weir and heron and weir"])
                    #expect(found.results.mode == .fts)
                }
            }
        }
    }

    @Test func `what waits for a vector is found by its words beside what has one`() async throws {
        try await withTools(embedders: embedders) { (bench) async throws in
            try await talk(bench)
            try await bench.server.work()
            try await bench.say(.user, "another heron came")
            let found = try await find("another heron", bench)
            #expect(found.results.mode == .hybrid && found.texts.contains("another heron came"))
            let service = try await find("another heron", bench, .vector)
            #expect(!service.texts.contains("another heron came"))
        }
    }

    @Test func `a model that fails leaves words`() async throws {
        try await withServer(embedders: embedders) { server in
            var new = NewAgent()
            new.embedding = "openai/small"
            let agent = try await server.engine.agents.create(new, by: Caller()).agent
            let bench = ToolBench(server: server, agent: agent)
            try await talk(bench)
            try await server.work()
            #expect(Set(remote.embedded).count == 5 && local.embedded.isEmpty)
            remote.fail(.fails(.unavailable))
            let found = try await find("heron", bench) { $0.roles = [.user] }
            #expect(found.results.mode == .fts && found.texts.count == 2)
        }
    }

    @Test func `filters hold in every mode, however little they leave`() async throws {
        try await withTools(embedders: embedders) { (bench) async throws in
            try await talk(bench)
            for number in 0..<80 { try await bench.say(.assistant, "heron weir number \(number)") }
            try await bench.server.work()
            for mode in MessageSearchMode.allCases {
                let late = try await find("heron weir", bench, mode, limit: 3) {
                    $0.start = Timestamp(iso8601: "2026-03-15T00:00:00Z")
                    $0.roles = [.user]
                }
                #expect(late.texts.first == "weir and heron and weir")
                #expect(late.results.matches.allSatisfy { $0.message.role == .user })
                let none = try await find("heron", bench, mode) { $0.end = Timestamp(iso8601: "2020-01-01T00:00:00Z") }
                #expect(none.texts.isEmpty)
            }
            let other = try await bench.server.engine.agents.create(NewAgent(), by: Caller()).agent
            let elsewhere = try await find("heron", bench) { $0.agentID = other.id }
            #expect(elsewhere.texts.isEmpty)
        }
    }

    @Test func `a long message is embedded by its beginning`() async throws {
        try await withTools(embedders: localOnly) { (bench) async throws in
            try await bench.say(.user, "otter " + String(repeating: "lorem ipsum ", count: 5000))
            try await bench.server.work()
            #expect(local.embedded.map(\.unicodeScalars.count) == [8000])
            #expect(try await bench.server.store.read { try $0.embeddingQueue(.messages).count() } == 0)
        }
    }

    @Test func `a text that is refused does not keep others from their vectors`() async throws {
        try await withTools(embedders: localOnly) { (bench) async throws in
            try await talk(bench)
            local.fail(.refuses(word: "soup"))
            try await bench.server.work()
            #expect(Set(local.embedded.filter { $0 != "memory" }).count == 4)
            #expect(try await bench.server.store.read { try $0.embeddingQueue(.messages).count() } == 1)
        }
    }

    @Test func `agents whose model is away do not keep others from their vectors`() async throws {
        try await withServer(embedders: embedders) { server in
            remote.fail(.fails(.unavailable))
            for number in 0..<30 {
                var new = NewAgent()
                new.embedding = number == 25 ? "letta/letta-free" : "openai/small"
                let agent = try await server.engine.agents.create(new, by: Caller()).agent
                try await ToolBench(server: server, agent: agent).say(.user, "said to \(number)")
            }
            var work = EmbeddingWork(engine: server.engine)
            while try await work.step() {}
            #expect(local.embedded == ["said to 25"])
            #expect(remote.calls == 1)
            #expect(try await server.store.read { try $0.embeddingQueue(.messages).count() } == 29)
            // Nothing can be done for many: they are left alone for a while.
            #expect(try await work.step() == false)
            remote.fail(nil)
            try await server.work()
            #expect(try await server.store.read { try $0.embeddingQueue(.messages).count() } == 0)
        }
    }

    @Test func `the tool says how it searched and where each result stood`() async throws {
        try await withTools(embedders: embedders) { (bench) async throws in
            try await talk(bench)
            try await bench.server.work()
            let outcome = try await bench.run("conversation_search", ["query": "heron weir", "limit": 2])
            let results = try #require(try JSONValue(parsing: outcome.text)["results"]?.array)
            #expect(results.count == 2)
            let relevance = try #require(results.first?["relevance"]?.object)
            #expect(relevance.members.map(\.name) == ["rrf_score", "vector_rank", "fts_rank", "search_mode"])
            #expect(relevance["search_mode"] == "hybrid" && relevance["fts_rank"]?.int != nil)
            #expect(!results.contains { $0["content"] == "heron heron heron" })
        }
    }

    @Test func `a local model that takes the place of another makes all vectors anew`() async throws {
        try await withTools(embedders: embedders) { (bench) async throws in
            try await talk(bench)
            try await bench.server.work()
            let old = WordEmbedder("old")
            // As if they had been made by another model.
            try await bench.server.store.write(by: .default) { transaction in
                let model = try transaction.vectors.register(old.model, at: transaction.now)
                try transaction.connection.execute("UPDATE agents SET message_model_key = \(model.key)")
                try transaction.connection.execute("UPDATE message_vectors SET model_key = \(model.key)")
            }
            #expect(try await find("heron", bench).results.mode == .fts)
            await bench.server.engine.embedding.replaceLocalModels()
            try await bench.server.work()
            #expect(try await find("heron", bench).results.mode == .hybrid)
        }
    }
}
