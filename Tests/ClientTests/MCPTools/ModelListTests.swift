import Client
import HTTP
import Platform
import RoostTesting
import Testing

@Suite struct ModelListTests {
    @Test func `models are listed by handle`() async throws {
        try await withTools { tools in
            let models = try await tools.value("list_llm_models")
            #expect(models == ["count": 1, "models": [["handle": "openai/gpt-4o-mini", "context_window": 128_000]]])
            let embeddings = try await tools.value("list_embedding_models")
            #expect(
                embeddings == [
                    "count": 1, "models": [["handle": "openai/text-embedding-3-small", "embedding_dim": 1536]],
                ])
        }
    }

    @Test func `both profiles have them`() async throws {
        for profile in [ToolProfile.consolidated, .classic] {
            try await withTools(profile) { tools in
                let models = try await tools.value("list_llm_models")
                #expect(models["count"] == 1)
            }
        }
    }

    @Test func `a model without a handle has its name, and a failure is told`() async throws {
        let tools = ScriptedTools([
            "GET /v1/models/": .v1([["handle": nil, "name": "local", "context_window": 8]]),
            "GET /v1/models/embedding": .detail(503, "busy"),
        ])
        #expect(try await tools.value("list_llm_models")["models"] == [["handle": "local", "context_window": 8]])
        #expect(try await tools.failure("list_embedding_models") == ["error": "busy", "status": 503])
    }
}
