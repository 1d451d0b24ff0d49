import Domain
import Engine
import Platform
import RoostTesting
import Testing

@Suite struct SearchRouteTests {
    private let embedders = Embedders(local: { WordEmbedder() })

    @Test func `a search says how it searched, and explains itself when asked`() async throws {
        try await withServer(embedders: embedders) { server in
            let path = "/v1/agents/\(try await server.agent("alpha"))/archival-memory"
            for text in ["otters hold hands", "the build fails on arm", "tea is at four"] {
                _ = try await server.post(path, ["text": .string(text)])
            }
            let found = try await server.post(
                "/v1/roost/search", ["query": "why does the build fail", "explain": true])
            #expect(found["mode"] == "hybrid" && found["count"] == 3)
            let best = try #require(found["results"].array?.first)
            #expect(best["text"] == "the build fails on arm")
            #expect(best["parts"]?.object?.members.isEmpty == false)
            #expect(found["explanation"]["passages"] == 3 && found["explanation"]["by_meaning"] == 3)
            let plain = try await server.post("/v1/roost/search", ["query": "otters", "limit": 1])
            #expect(plain["count"] == 1 && plain["explanation"] == .null)
            #expect(plain["results"].array?.first?["parts"] == nil)
            let some = try await server.post("/v1/roost/search", ["query": "otters hands", "relevant_only": true])
            #expect(some["results"].array?.allSatisfy { $0["relevant"] == true } == true)
            #expect(try await server.post("/v1/roost/search", [:])["mode"] == "newest")
            #expect(try await server.get(path + "/search?query=tea")["mode"] == "hybrid")
        }
    }

    @Test func `who asks for words alone does not wait for a model`() async throws {
        let embedder = WordEmbedder()
        try await withServer(embedders: Embedders(local: { embedder })) { server in
            let path = "/v1/agents/\(try await server.agent("alpha"))/archival-memory"
            _ = try await server.post(path, ["text": "otters hold hands"])
            let before = embedder.embedded.count
            let found = try await server.post("/v1/roost/search", ["query": "otters", "mode": "text"])
            #expect(found["mode"] == "text" && found["count"] == 1)
            #expect(embedder.embedded.count == before)
            #expect(
                try await server.post("/v1/roost/search", ["query": "otters", "mode": "hybrid"])["mode"] == "hybrid")
            #expect(try await server.post("/v1/roost/search", ["query": "otters", "mode": "magic"]).status == 422)
        }
    }

    @Test func `without a model words alone find, and the reply says so`() async throws {
        try await withServer { server in
            let path = "/v1/agents/\(try await server.agent("alpha"))/archival-memory"
            _ = try await server.post(path, ["text": "otters hold hands"])
            let found = try await server.post("/v1/roost/search", ["query": "otters", "explain": true])
            #expect(found["mode"] == "text" && found["count"] == 1)
            #expect(found["explanation"]["by_meaning"] == 0)
            #expect(try await server.get(path + "/search?query=otters")["mode"] == "text")
        }
    }

    @Test func `a search of what does not exist is refused`() async throws {
        try await withServer { server in
            let nobody = "agent-00000000-0000-4000-8000-000000000000"
            let bodies: [(JSONValue, Int)] = [
                (["query": "x", "agent_id": .string(nobody)], 404), (["query": "x", "limit": 0], 422),
                (["query": 5], 422),
            ]
            for (body, status) in bodies {
                let reply = try await server.post("/v1/roost/search", body)
                #expect(reply.status == status, "\(body.text)")
            }
        }
    }
}
