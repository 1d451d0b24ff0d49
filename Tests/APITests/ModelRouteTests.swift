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
        try await withServer {
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
}
