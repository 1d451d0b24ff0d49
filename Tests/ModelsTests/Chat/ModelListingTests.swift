import Domain
import HTTP
import Platform
import Testing

@testable import Models

@Suite struct ModelListingTests {
    /// Answers by path; what is not here is not found.
    private func offered(_ name: String, _ answers: [String: String], path: String = "") async throws -> (
        models: [OfferedModel], requests: [Request]
    ) {
        let stub = try ServiceStub { request, _ in
            let body = String(decoding: request.body, as: UTF8.self)
            guard let text = answers[request.rawPath + body] ?? answers[request.rawPath] else {
                return ServiceStub.error(404, "no such path")
            }
            return .json(200, Array(text.utf8))
        }
        let provider = ConfiguredProvider(name: name, baseURL: stub.address + path, key: Secret(ChatStub.key))
        let result: Result<[OfferedModel], any Error>
        do {
            result = .success(try await RemoteChats().offered(by: provider))
        } catch {
            result = .failure(error)
        }
        let requests = stub.requests
        await stub.stop()
        return (try result.get(), requests)
    }

    @Test func `OpenAI's list names chat and embedding models, and others that are left out`() async throws {
        let list =
            #"{"object":"list","data":[{"id":"gpt-5"},{"id":"text-embedding-3-small"},{"id":"whisper-1"},{"id":"dall-e-3"}]}"#
        let (models, requests) = try await offered("openai", ["/v1/models": list], path: "/v1")
        #expect(
            models == [
                OfferedModel(name: "gpt-5", kind: .chat),
                OfferedModel(name: "text-embedding-3-small", kind: .embedding),
            ])
        #expect(requests[0].headers["authorization"] == "Bearer " + ChatStub.key)
    }

    static let windows: [(String, String)] = [
        ("vllm", #"{"data":[{"id":"m","max_model_len":4096}]}"#),
        (
            "openrouter",
            #"{"data":[{"id":"m","context_length":4096,"architecture":{"output_modalities":["text"]}},{"id":"p","architecture":{"output_modalities":["image"]}}]}"#
        ),
        ("groq", #"{"data":[{"id":"m","context_window":4096}]}"#),
        ("together", #"[{"id":"m","type":"chat","context_length":4096},{"id":"i","type":"image"}]"#),
        ("mistral", #"{"data":[{"id":"m","max_context_length":4096,"capabilities":{"completion_chat":true}}]}"#),
        ("llamacpp", #"{"data":[{"id":"m","meta":{"n_ctx_train":4096}}]}"#),
        ("mine", #"{"data":[{"id":"m","max_model_len":4096}]}"#),
    ]

    @Test(arguments: windows)
    func `servers tell the context window under many names`(_ name: String, _ list: String) async throws {
        let models = try await offered(name, ["/v1/models": list]).models
        #expect(models == [OfferedModel(name: "m", kind: .chat, contextWindow: 4096)])
    }

    @Test func `LM Studio is asked for what it knows, or as OpenAI is`() async throws {
        let own =
            #"{"data":[{"id":"a","type":"llm","max_context_length":8192},{"id":"b","type":"embeddings","max_context_length":512}]}"#
        let expected = [
            OfferedModel(name: "a", kind: .chat, contextWindow: 8192),
            OfferedModel(name: "b", kind: .embedding, contextWindow: 512),
        ]
        #expect(try await offered("lmstudio", ["/api/v0/models": own], path: "/v1").models == expected)
        let old = try await offered("lmstudio", ["/v1/models": #"{"data":[{"id":"a"}]}"#]).models
        #expect(old == [OfferedModel(name: "a", kind: .chat)])
    }

    @Test func `Ollama tells what each model can do`() async throws {
        let (models, requests) = try await offered(
            "ollama",
            [
                "/api/tags": #"{"models":[{"name":"qwen3:8b"},{"name":"nomic-embed-text:latest"}]}"#,
                #"/api/show{"model":"qwen3:8b"}"#:
                    #"{"capabilities":["completion","tools"],"model_info":{"qwen3.context_length":40960,"qwen3.embedding_length":4096}}"#,
                #"/api/show{"model":"nomic-embed-text:latest"}"#:
                    #"{"capabilities":["embedding"],"model_info":{"nomic-bert.context_length":2048,"nomic-bert.embedding_length":768}}"#,
            ], path: "/v1")
        #expect(
            models == [
                OfferedModel(name: "qwen3:8b", kind: .chat, contextWindow: 40_960),
                OfferedModel(
                    name: "nomic-embed-text:latest", kind: .embedding, contextWindow: 2048, dimensions: 768),
            ])
        #expect(requests.count == 3)
    }

    @Test func `Anthropic, Google and Azure have lists of their own`() async throws {
        let anthropic = try await offered(
            "anthropic", ["/v1/models": #"{"data":[{"id":"claude-x","max_input_tokens":200000}]}"#])
        #expect(anthropic.models == [OfferedModel(name: "claude-x", kind: .chat, contextWindow: 200_000)])
        #expect(anthropic.requests[0].headers["x-api-key"] == ChatStub.key)
        let google = try await offered(
            "google_ai",
            [
                "/v1beta/models":
                    #"{"models":[{"name":"models/gemini-x","inputTokenLimit":1000,"supportedGenerationMethods":["generateContent"]},{"name":"models/gemini-embedding-001","supportedGenerationMethods":["embedContent"]},{"name":"models/aqa","supportedGenerationMethods":["generateAnswer"]}]}"#
            ])
        #expect(
            google.models == [
                OfferedModel(name: "gemini-x", kind: .chat, contextWindow: 1000),
                OfferedModel(name: "gemini-embedding-001", kind: .embedding, dimensions: 3072),
            ])
        let azure = try await offered(
            "azure", ["/openai/deployments": #"{"data":[{"id":"mine","model":"text-embedding-3-small"}]}"#])
        #expect(azure.models == [OfferedModel(name: "mine", kind: .embedding)])
        #expect(azure.requests[0].headers["api-key"] == ChatStub.key)
    }

    @Test func `what goes wrong is told without the key`() async throws {
        let error = await #expect(throws: ChatError.self) { try await offered("openai", [:]) }
        #expect(error?.code == .refused && error?.message.contains(ChatStub.key) == false)
        let odd = await #expect(throws: ChatError.self) { try await offered("vllm", ["/v1/models": "<html>"]) }
        #expect(odd?.code == .unusable)
    }
}
