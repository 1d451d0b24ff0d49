import Domain
import Engine
import Platform
import RoostTesting
import Testing

@Suite struct ModelRouteTests {
    private static func handles(_ reply: TestReply) -> [String] { reply.array.compactMap { $0["handle"]?.string } }

    @Test func `without providers the defaults are what there is`() async throws {
        try await withServer { server in
            let models = try await server.get("/v1/models/")
            #expect(Self.handles(models) == ["openai/gpt-4o-mini"])
            let model = try #require(models.array.first)
            #expect(model["name"] == "gpt-4o-mini")
            #expect(model["max_context_window"] == 128_000)
            #expect(model["context_window"] == 128_000)
            #expect(model["model_type"] == "llm")
            #expect(model["provider_type"] == "openai")
            let embeddings = try await server.get("/v1/models/embedding")
            #expect(Self.handles(embeddings) == ["openai/text-embedding-3-small"])
            #expect(embeddings.array.first?["embedding_dim"] == 1536)
            #expect(try await server.get("/v1/models/embeddings").json == embeddings.json)
        }
    }

    @Test func `nothing set up lists nothing`() async throws {
        try await withServer {
            $0.defaultModel = nil
            $0.defaultEmbedding = nil
        } _: { server async throws in
            #expect(try await server.get("/v1/models/").text == "[]")
            #expect(try await server.get("/v1/models/embedding").text == "[]")
        }
    }

    @Test func `a provider with a key lists its models, the default first and once`() async throws {
        // Nobody says what there is: the documented models stand in.
        try await withServer(chatModels: NoChatModels()) {
            $0.providers = [
                ConfiguredProvider(name: "openai", key: Secret("k")),
                ConfiguredProvider(name: "anthropic", key: Secret("k")),
            ]
        } _: { server async throws in
            let all = Self.handles(try await server.get("/v1/models/"))
            #expect(all.first == "openai/gpt-4o-mini")
            #expect(Set(all).count == all.count)
            #expect(all.contains { $0.hasPrefix("anthropic/") })
            let one = Self.handles(try await server.get("/v1/models/?provider_name=anthropic"))
            #expect(!one.isEmpty && one.allSatisfy { $0.hasPrefix("anthropic/") })
            #expect(Self.handles(try await server.get("/v1/models/?provider_type=anthropic")) == one)
            #expect(try await server.get("/v1/models/?provider_category=byok").text == "[]")
            #expect(try await server.get("/v1/models/?provider_category=base&provider_category=byok").ids.isEmpty)
            #expect(try await server.get("/v1/models/?provider_type=nobody").status == 422)
        }
    }

    @Test func `what a server of one's own offers is not guessed`() async throws {
        try await withServer {
            $0.defaultModel = "ollama/qwen3:4b"
            $0.providers = [
                ConfiguredProvider(name: "openai", baseURL: "http://127.0.0.1:9/v1", key: Secret("k")),
                ConfiguredProvider(name: "ollama", baseURL: "http://me:secret@127.0.0.1:11434"),
            ]
        } _: { server async throws in
            let models = try await server.get("/v1/models/")
            #expect(Self.handles(models) == ["ollama/qwen3:4b"])
            #expect(models.array.first?["model_endpoint"] == "http://127.0.0.1:11434")
        }
    }

    @Test(arguments: ["fireworks/x", "mycompany/chat", "lmstudio/y", "gemini/z", "letta/letta-free", "openrouter/a/b"])
    func `any default has a place in the contract's lists`(_ handle: String) async throws {
        try await withServer {
            $0.defaultModel = handle
            $0.defaultEmbedding = handle
        } _: { server async throws in
            #expect(Self.handles(try await server.get("/v1/models/")) == [handle])
            #expect(Self.handles(try await server.get("/v1/models/embedding")) == [handle])
        }
    }

    @Test func `providers say what they have`() async throws {
        let services = ScriptedProviders()
        services.offer(
            "ollama",
            [
                OfferedModel(name: "qwen3:4b", kind: .chat, contextWindow: 40_960),
                OfferedModel(name: "llama", kind: .chat),
                OfferedModel(name: "bge-m3", kind: .embedding, dimensions: 1024),
            ])
        services.fail("openai", ChatError(.authentication, "no"))
        services.fail("anthropic", ChatError(.unavailable, "down"))
        try await withServer(chatModels: services) {
            $0.defaultModel = "ollama/llama"
            $0.defaultEmbedding = nil
            $0.modelListSeconds = 600
            $0.providers = [
                ConfiguredProvider(name: "ollama", baseURL: "http://127.0.0.1:11434"),
                ConfiguredProvider(name: "openai", key: Secret("wrong")),
                ConfiguredProvider(name: "anthropic", key: Secret("k")),
            ]
        } _: { server async throws in
            let models = try await server.get("/v1/models/")
            let handles = Self.handles(models)
            #expect(handles.prefix(2) == ["ollama/llama", "ollama/qwen3:4b"])
            #expect(models.array.first?["model_endpoint"] == "http://127.0.0.1:11434")
            #expect(models.array.dropFirst().first?["max_context_window"] == 40_960)
            // A key that is not accepted reaches nothing; one who does not answer is listed as documented.
            #expect(!handles.contains { $0.hasPrefix("openai/") })
            #expect(handles.contains { $0.hasPrefix("anthropic/") })
            let embeddings = try await server.get("/v1/models/embedding")
            #expect(Self.handles(embeddings) == ["ollama/bge-m3"])
            #expect(embeddings.array.first?["embedding_dim"] == 1024)
        }
    }

    @Test func `a list does not wait for a provider that hangs`() async throws {
        let services = ScriptedProviders()
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        services.answer("openai") { _ in
            for await _ in gate {}
            return [OfferedModel(name: "gpt-99", kind: .chat)]
        }
        try await withServer(chatModels: services) {
            $0.modelListSeconds = 0
            $0.providers = [ConfiguredProvider(name: "openai", key: Secret("k"))]
        } _: { server async throws in
            #expect(Self.handles(try await server.get("/v1/models/")).contains("openai/gpt-4.1"))
            open.finish()
            while Self.handles(try await server.get("/v1/models/")) != ["openai/gpt-4o-mini", "openai/gpt-99"] {
                await Task.yield()
            }
            #expect(services.asked.count == 1)
        }
    }
}
