import Domain
import Engine
import Platform
import RoostTesting
import Testing

/// `/v1/roost/embeddings`, re-embedding, and what the contract's routes say about embedding.
@Suite struct EmbeddingRouteTests {
    private let local = WordEmbedder()
    private let remote = WordEmbedder("remote", handle: "openai/text-embedding-3-small", dimensions: 32)

    private func embedders(hasKey: Bool = true) -> Embedders {
        let (local, remote) = (local, remote)
        return Embedders(
            local: { local }, remote: { hasKey && $0.provider == "openai" ? remote : nil }, firstRest: .seconds(3600))
    }

    private func archive(_ server: TestServer, _ body: JSONValue? = nil) async throws -> String {
        let local: JSONValue = ["name": "notes", "embedding": "letta/letta-free"]
        let id = try await server.post("/v1/archives/", body ?? local).id
        _ = try await server.post(
            "/v1/archives/\(id)/passages/batch", ["passages": [["text": "a red fox"], ["text": "a grey wolf"]]])
        return id
    }

    @Test func `the state names models, counts and what is under way`() async throws {
        try await withServer(embedders: embedders()) { server in
            let id = try await archive(server)
            let calm = try await server.get("/v1/roost/embeddings")
            #expect(calm["local"] == ["handle": "roost/words", "id": "words", "dimensions": 64])
            #expect(calm["passages"] == 2 && calm["embedded"] == 2 && calm["waiting"] == 0)
            #expect(calm["archives"] == [] && calm["last_error"] == .null)
            let begun = try await server.post(
                "/v1/roost/archives/\(id)/reembed", ["embedding": "openai/text-embedding-3-small"])
            #expect(begun.status == 200 && begun["next_model"]["id"] == "remote" && begun["model"]["id"] == "words")
            #expect(begun["embedding"] == "openai/text-embedding-3-small")
            let busy = try await server.get("/v1/roost/embeddings")
            #expect(busy["archives"].array?.first?["archive_id"] == .string(id))
            var work = EmbeddingWork(engine: server.engine)
            while try await work.step() {}
            let done = try await server.get("/v1/roost/embeddings")
            #expect(done["archives"] == [])
            #expect(done["models"].array?.map { $0["id"] ?? .null } == ["remote"])
            let config = try await server.get("/v1/archives/\(id)")["embedding_config"]
            #expect(config["handle"] == "openai/text-embedding-3-small")
        }
    }

    @Test func `what waits and why is said without a word of the text`() async throws {
        try await withServer(embedders: embedders()) { server in
            local.fail(.fails(.unavailable))
            _ = try await archive(server, ["name": "notes", "embedding": "letta/letta-free"])
            let state = try await server.get("/v1/roost/embeddings")
            #expect(state["waiting"] == 2 && state["last_error"]["message"] == "Asked to fail.")
            #expect(state["archives"].array?.first?["waiting"] == 2)
            #expect(!state.text.contains("fox"))
            let metrics = try await server.get("/metrics").text
            #expect(
                metrics.contains("roost_passages_waiting 2") && metrics.contains("roost_embedding_failures_total 1"))
        }
    }

    @Test func `without a model the state says what to do, and re-embedding is refused`() async throws {
        try await withServer { server in
            let id = try await archive(server, ["name": "notes", "embedding": "letta/letta-free"])
            let state = try await server.get("/v1/roost/embeddings")
            #expect(state["local"] == .null && state["advice"].string?.contains("words only") == true)
            let refused = try await server.post("/v1/roost/archives/\(id)/reembed")
            #expect(refused.status == 503 && refused.detail.contains("docs/embeddings.md"))
        }
    }

    @Test func `re-embedding to what cannot be had is refused with the reason`() async throws {
        try await withServer(embedders: embedders(hasKey: false)) { server in
            let id = try await archive(server)
            let path = "/v1/roost/archives/\(id)/reembed"
            let keyless = try await server.post(path, ["embedding": "openai/text-embedding-3-small"])
            #expect(keyless.status == 400 && keyless.detail.contains("not set up"))
            let malformed = try await server.post(path, ["embedding": "nothing"])
            #expect(malformed.status == 400)
            let absent = try await server.post("/v1/roost/archives/\(Identifier.new(.archive))/reembed")
            #expect(absent.status == 404)
        }
    }

    @Test func `re-embedding with the model it has changes nothing`() async throws {
        try await withServer(embedders: embedders()) { server in
            let id = try await archive(server, ["name": "notes", "embedding": "roost/words"])
            let same = try await server.post("/v1/roost/archives/\(id)/reembed")
            #expect(same.status == 200 && same["next_model"] == .null && same["embedded"] == 2)
        }
    }

    @Test func `another embedding of an agent embeds its own archive again`() async throws {
        try await withServer(embedders: embedders()) { server in
            let agent = try await server.post("/v1/agents/", ["name": "a", "embedding": "letta/letta-free"]).id
            _ = try await server.post("/v1/agents/\(agent)/archival-memory", ["text": "a red fox"])
            let archive = try await server.get("/v1/archives/").ids[0]
            let other = try await self.archive(server)
            _ = try await server.patch("/v1/agents/\(agent)/archives/attach/\(other)")
            // The same again, or something else, changes no model.
            _ = try await server.patch("/v1/agents/\(agent)", ["embedding": "letta/letta-free", "name": "b"])
            #expect(try await server.get("/v1/roost/embeddings")["archives"] == [])
            _ = try await server.patch("/v1/agents/\(agent)", ["embedding": "openai/text-embedding-3-small"])
            let changing = try await server.get("/v1/roost/embeddings")["archives"].array ?? []
            #expect(changing.map { $0["archive_id"] ?? .null } == [.string(archive)])
            #expect(changing.first?["next_model"]?["id"] == "remote")
            let config = try await server.get("/v1/archives/\(archive)")["embedding_config"]
            #expect(config["handle"] == "openai/text-embedding-3-small")
        }
    }

    @Test func `an agent can be given an embedding without a key, and keeps its model`() async throws {
        try await withServer(embedders: embedders(hasKey: false)) { server in
            let agent = try await server.post("/v1/agents/", ["name": "a", "embedding": "letta/letta-free"]).id
            _ = try await server.post("/v1/agents/\(agent)/archival-memory", ["text": "a red fox"])
            let patched = try await server.patch("/v1/agents/\(agent)", ["embedding": "openai/text-embedding-3-small"])
            #expect(patched.status == 200 && patched["embedding"] == "openai/text-embedding-3-small")
            #expect(try await server.get("/v1/roost/embeddings")["archives"] == [])
        }
    }

    @Test func `the local model is listed, first when no other is the default`() async throws {
        try await withServer(embedders: embedders()) {
            $0.defaultEmbedding = nil
        } _: { server in
            let models = try await server.get("/v1/models/embedding").array
            #expect(models.first?["handle"] == "roost/words" && models.first?["embedding_dim"] == 64)
            #expect(models.first?["provider_type"] == "hugging-face")
        }
        try await withServer(embedders: embedders()) { server in
            let models = try await server.get("/v1/models/embedding").array
            #expect(models.map { $0["handle"] ?? .null } == ["openai/text-embedding-3-small", "roost/words"])
        }
    }

    @Test func `archives and their passages say what they are embedded with`() async throws {
        try await withServer(embedders: embedders()) {
            $0.defaultEmbedding = nil
        } _: { server in
            let id = try await archive(server, ["name": "notes"])
            let config = try await server.get("/v1/archives/\(id)")["embedding_config"]
            #expect(config["handle"] == "roost/words" && config["embedding_dim"] == 64)
            let found = try await server.post("/v1/passages/search", ["query": "fox", "archive_id": .string(id)])
            #expect(found.array.first?["passage"]?["embedding_config"] == config)
            #expect(found.array.first?["passage"]?["embedding"] == .null)
        }
        try await withServer {
            $0.defaultEmbedding = nil
        } _: { server in
            let made = try await server.post("/v1/archives/", ["name": "n"])
            #expect(made["embedding_config"]["handle"] == "letta/letta-free")
        }
    }
}
