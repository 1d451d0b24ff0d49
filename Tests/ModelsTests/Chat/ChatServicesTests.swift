import Domain
import HTTP
import Platform
import Testing

@testable import Models

/// Where requests go, with which fields, and what comes back, over HTTP.
@Suite struct ChatServicesTests {
    private func asked(_ handle: String, path: String = "", version: String? = nil, _ file: String) async throws -> (
        answer: ChatAnswer, request: Request, body: JSONValue
    ) {
        let stub = try ServiceStub { _, _ in try ChatStub.recorded(file) }
        let chat = try ChatStub.chat(handle, at: stub, path: path, version: version)
        let answer = try await chat.answer(ChatStub.question)
        let seen = stub.requests
        await stub.stop()
        #expect(seen.count == 1)
        let request = try #require(seen.first)
        #expect(request.method == .post)
        #expect(request.headers["content-type"] == "application/json")
        let body = try JSONValue(parsing: request.body)
        #expect(body == (try chat.payload(of: ChatStub.question)))
        return (answer, request, body)
    }

    private func expected(_ file: String) throws -> ChatAnswer {
        try #require(RecordedAnswer.all.first { $0.file == file }).expected
    }

    @Test(arguments: ["openai-text.sse", "openai-calls.sse", "deepseek-reasoning.sse"])
    func `OpenAI's words are asked for and understood`(_ file: String) async throws {
        let (answer, request, _) = try await asked("openai/gpt-4.1", path: "/v1", file)
        #expect(try answer == expected(file))
        #expect(request.rawPath == "/v1/chat/completions")
        #expect(request.headers["authorization"] == "Bearer " + ChatStub.key)
    }

    @Test(arguments: ["ollama/llama3.2:3b", "vllm/org/model", "lmstudio_openai/qwen", "groq/x", "openrouter/a/b"])
    func `servers that speak OpenAI's words are asked under v1`(_ handle: String) async throws {
        let (answer, request, body) = try await asked(handle, "openai-whole.json")
        #expect(request.rawPath == "/v1/chat/completions")
        #expect(body["model"]?.string == handle.split(separator: "/", maxSplits: 1).last.map(String.init))
        #expect(answer.text == "Yes." && answer.calls.count == 1)
    }

    @Test func `Azure is asked at the deployment`() async throws {
        let (_, old, _) = try await asked("azure/my model", version: "2024-10-21", "openai-text.sse")
        #expect(
            old.rawPath == "/openai/deployments/my%20model/chat/completions" && old.rawQuery == "api-version=2024-10-21"
        )
        #expect(old.headers["api-key"] == ChatStub.key && old.headers["authorization"] == nil)
        let (_, new, _) = try await asked("azure/mine", "openai-text.sse")
        #expect(new.rawPath == "/openai/v1/chat/completions")
    }

    @Test(arguments: ["", "/v1"]) func `Anthropic is asked for a message`(_ path: String) async throws {
        let (answer, request, _) = try await asked("anthropic/claude-haiku-4-5", path: path, "anthropic-calls.sse")
        #expect(try answer == expected("anthropic-calls.sse"))
        #expect(request.rawPath == "/v1/messages")
        #expect(request.headers["x-api-key"] == ChatStub.key && request.headers["anthropic-version"] == "2023-06-01")
    }

    @Test func `Gemini is asked for content`() async throws {
        let (answer, request, _) = try await asked("gemini/gemini-2.5-flash", path: "/v1beta", "google-text.sse")
        #expect(try answer == expected("google-text.sse"))
        #expect(request.rawPath == "/v1beta/models/gemini-2.5-flash:streamGenerateContent")
        #expect(request.headers["x-goog-api-key"] == ChatStub.key && request.rawQuery == "alt=sse")
    }

    // MARK: Which model is asked how

    private func interface(_ handle: String, _ url: String? = nil) throws -> any ChatInterface {
        let handle = try ModelHandle(handle)
        let provider = ConfiguredProvider(name: handle.provider, baseURL: url, key: Secret("k"))
        return try RemoteChat(handle, providers: [provider]).interface
    }

    @Test(arguments: ["o1", "o3-mini", "o4-mini-2025-04-16", "gpt-5", "gpt-5-nano", "gpt-5.1-codex", "gpt-6-sol"])
    func `models of OpenAI that think are asked for a response, at OpenAI alone`(_ model: String) throws {
        #expect(try interface("openai/" + model) is ResponsesChat)
        #expect(try interface("openai/" + model, "https://api.openai.com/v1/") is ResponsesChat)
        let proxied = try interface("openai/" + model, "http://localhost:4000")
        #expect((proxied as? OpenAIChat)?.dialect.tokenLimit == .completionTokens)
    }

    @Test(arguments: ["gpt-4.1", "gpt-4o", "gpt-5-chat-latest", "gpt-3.5-turbo", "chatgpt-4o-latest", "omni"])
    func `the others are asked for a completion`(_ model: String) throws {
        #expect((try interface("openai/" + model) as? OpenAIChat)?.dialect == .openAI)
        let proxied = try interface("openai/" + model, "http://localhost:4000")
        #expect((proxied as? OpenAIChat)?.dialect.tokenLimit == .tokens)
    }

    static let claudes: [(String, AnthropicModel.Thinking, Bool)] = [
        ("claude-3-haiku-20240307", .none, true), ("claude-3-5-sonnet-20241022", .none, true),
        ("claude-3-7-sonnet-20250219", .budget, true), ("claude-sonnet-4-20250514", .budget, true),
        ("claude-opus-4-1", .budget, true), ("claude-haiku-4-5-20251001", .budget, true),
        ("claude-opus-4-6", .adaptive, true), ("claude-opus-4-7", .adaptive, false),
        ("claude-opus-5", .adaptive, false),
        ("claude-fable-5", .adaptive, false), ("minimax-m2", .budget, true),
    ]

    @Test(arguments: claudes.indices) func `the name of a Claude tells how it thinks`(_ index: Int) {
        let (name, thinking, takesTemperature) = Self.claudes[index]
        let model = AnthropicModel(name)
        #expect(model.thinking == thinking && model.takesTemperature == takesTemperature)
    }

    // MARK: Providers

    @Test func `a proxy speaks as OpenAI does, and any name with an address is taken for one`() throws {
        let openAI = ConfiguredProvider(name: "openai", baseURL: "http://localhost:4000/v1")
        let proxied = try RemoteChat(ModelHandle("openai-proxy/m"), providers: [openAI])
        #expect(proxied.interface.url == "http://localhost:4000/v1/chat/completions")
        #expect(proxied.handle.text == "openai-proxy/m")
        let mine = ConfiguredProvider(name: "mine", baseURL: "http://localhost:1")
        #expect(
            try RemoteChat(ModelHandle("mine/m"), providers: [mine]).interface.url
                == "http://localhost:1/v1/chat/completions")
        let claude = ConfiguredProvider(name: "work", key: Secret("k"), kind: "anthropic")
        #expect(try RemoteChat(ModelHandle("work/m"), providers: [claude]).interface is AnthropicChat)
    }

    @Test func `a provider has to be set up, and in a way that can work`() throws {
        let wrong: [(String, ConfiguredProvider?)] = [
            ("openai/a", nil), ("openai/a", ConfiguredProvider(name: "openai")),
            ("openai/a", ConfiguredProvider(name: "openai", baseURL: "localhost:1")),
            ("openai-proxy/a", ConfiguredProvider(name: "openai", key: Secret("k"))),
            ("vllm/a", ConfiguredProvider(name: "vllm", key: Secret("k"))),
            ("tei/a", ConfiguredProvider(name: "tei", baseURL: "http://localhost")),
            ("mine/a", ConfiguredProvider(name: "mine", key: Secret("k"))),
            ("bedrock/a", ConfiguredProvider(name: "bedrock", key: Secret("k"))),
            ("google_vertex/a", ConfiguredProvider(name: "google_vertex", key: Secret("k"))),
            ("letta/letta-free", nil),
        ]
        for (handle, provider) in wrong {
            let error = #expect(throws: ChatError.self) {
                try RemoteChats().model(ModelHandle(handle), providers: provider.map { [$0] } ?? [])
            }
            #expect(error?.code == .notConfigured && error?.message.isEmpty == false)
        }
    }
}
