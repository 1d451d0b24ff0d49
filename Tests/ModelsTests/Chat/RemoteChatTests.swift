import Domain
import HTTP
import Platform
import Testing

@testable import Models

@Suite struct RemoteChatTests {
    private static let key = "sk-key-0123456789-secret"
    private let question = ChatRequest(
        instructions: "Be brief.",
        turns: [.user("What is “2”?"), .assistant("A number."), .user("Which?")],
        maximumTokens: 300)

    private func chat(_ handle: String, at stub: ServiceStub, path: String = "", version: String? = nil) throws
        -> RemoteChat
    {
        let handle = try ModelHandle(handle)
        let provider = ConfiguredProvider(
            name: RemoteEmbedding.canonical(handle).provider, baseURL: stub.address + path, key: Secret(Self.key),
            apiVersion: version)
        return try #require(try RemoteChat(handle, providers: [provider], timeout: 600))
    }

    private static func json(_ value: JSONValue) -> Response { .json(200, Array(value.text.utf8)) }

    private static func openAI(_ text: JSONValue, _ reason: String = "stop") -> Response {
        json([
            "id": "chatcmpl-1", "object": "chat.completion",
            "choices": [
                ["index": 0, "message": ["role": "assistant", "content": text], "finish_reason": .string(reason)]
            ],
        ])
    }

    /// Asks once and gives the answer with what the service was sent.
    private func asked(
        _ handle: String, path: String = "", version: String? = nil, _ reply: Response,
        asking request: ChatRequest? = nil
    ) async throws -> (answer: ChatAnswer, request: Request, body: JSONValue) {
        let stub = try ServiceStub { _, _ in reply }
        let result: Result<ChatAnswer, any Error>
        do {
            result = .success(
                try await chat(handle, at: stub, path: path, version: version).answer(request ?? question))
        } catch { result = .failure(error) }
        let seen = stub.requests
        await stub.stop()
        let answer = try result.get()
        let sent = try #require(seen.first)
        #expect(seen.count == 1)
        #expect(sent.method == .post)
        return (answer, sent, try JSONValue(parsing: sent.body))
    }

    // MARK: What is sent and read

    @Test func `OpenAI is asked for a completion`() async throws {
        let (answer, request, body) = try await asked("openai/gpt-5-mini", path: "/v1", Self.openAI("Two."))
        #expect(answer == ChatAnswer(text: "Two.", end: .finished))
        #expect(request.rawPath == "/v1/chat/completions")
        #expect(request.headers["authorization"] == "Bearer " + Self.key)
        #expect(request.headers["content-type"] == "application/json")
        #expect(
            body == [
                "model": "gpt-5-mini",
                "messages": [
                    ["role": "system", "content": "Be brief."], ["role": "user", "content": "What is “2”?"],
                    ["role": "assistant", "content": "A number."], ["role": "user", "content": "Which?"],
                ], "max_completion_tokens": 300,
            ])
    }

    @Test(arguments: ["ollama/llama3.2:3b", "vllm/org/model", "lmstudio/qwen", "groq/x", "openrouter/a/b"])
    func `servers that speak OpenAI's words are asked under v1, with the limit they know`(_ handle: String) async throws
    {
        var cooler = question
        cooler.temperature = 0.5
        let (_, request, body) = try await asked(
            handle, Self.openAI([["type": "text", "text": "Two."]]), asking: cooler)
        #expect(request.rawPath == "/v1/chat/completions")
        #expect(body["model"]?.string == handle.split(separator: "/", maxSplits: 1).last.map(String.init))
        #expect(body["max_tokens"]?.int == 300 && body["max_completion_tokens"] == nil)
        #expect(body["temperature"]?.double == 0.5)
    }

    @Test func `Azure is asked at the deployment`() async throws {
        let (_, old, _) = try await asked("azure/my model", version: "2024-10-21", Self.openAI("x"))
        #expect(
            old.rawPath == "/openai/deployments/my%20model/chat/completions" && old.rawQuery == "api-version=2024-10-21"
        )
        #expect(old.headers["api-key"] == Self.key && old.headers["authorization"] == nil)
        let (_, new, _) = try await asked("azure/mine", Self.openAI("x"))
        #expect(new.rawPath == "/openai/v1/chat/completions")
    }

    @Test(arguments: ["", "/v1"]) func `Anthropic is asked for a message`(_ path: String) async throws {
        let (answer, request, body) = try await asked(
            "anthropic/claude-haiku-4-5", path: path,
            Self.json([
                "id": "msg_1", "type": "message", "role": "assistant",
                "content": [["type": "thinking", "thinking": "hm"], ["type": "text", "text": "Two."]],
                "stop_reason": "end_turn",
            ]))
        #expect(answer == ChatAnswer(text: "Two.", end: .finished))
        #expect(request.rawPath == "/v1/messages")
        #expect(request.headers["x-api-key"] == Self.key && request.headers["anthropic-version"] == "2023-06-01")
        #expect(
            body == [
                "model": "claude-haiku-4-5", "max_tokens": 300, "system": "Be brief.",
                "messages": [
                    ["role": "user", "content": "What is “2”?"], ["role": "assistant", "content": "A number."],
                    ["role": "user", "content": "Which?"],
                ],
            ])
    }

    @Test func `Gemini is asked for content`() async throws {
        let (answer, request, body) = try await asked(
            "gemini/gemini-2.5-flash", path: "/v1beta",
            Self.json([
                "candidates": [
                    [
                        "content": ["role": "model", "parts": [["text": "hm", "thought": true], ["text": "Two."]]],
                        "finishReason": "STOP",
                    ]
                ]
            ]))
        #expect(answer == ChatAnswer(text: "Two.", end: .finished))
        #expect(request.rawPath == "/v1beta/models/gemini-2.5-flash:generateContent")
        #expect(request.headers["x-goog-api-key"] == Self.key && request.rawQuery.isEmpty)
        #expect(
            body == [
                "systemInstruction": ["parts": [["text": "Be brief."]]],
                "contents": [
                    ["role": "user", "parts": [["text": "What is “2”?"]]],
                    ["role": "model", "parts": [["text": "A number."]]],
                    ["role": "user", "parts": [["text": "Which?"]]],
                ], "generationConfig": ["maxOutputTokens": 300],
            ])
    }

    @Test func `how an answer ended is told`() async throws {
        #expect(try await asked("openai/a", Self.openAI("T", "length")).answer.end == .tooLong)
        #expect(
            try await asked("openai/a", Self.openAI(nil, "content_filter")).answer
                == ChatAnswer(text: "", end: .refused))
        let cut: JSONValue = ["content": [["type": "text", "text": "T"]], "stop_reason": "max_tokens"]
        #expect(try await asked("anthropic/a", Self.json(cut)).answer.end == .tooLong)
        let blocked: JSONValue = ["promptFeedback": ["blockReason": "SAFETY"]]
        #expect(try await asked("google_ai/a", Self.json(blocked)).answer.end == .refused)
    }

    // MARK: What goes wrong

    private func failure(_ handle: String, _ reply: Response) async throws -> ChatError {
        let error = await #expect(throws: ChatError.self) { try await asked(handle, reply) }
        return try #require(error)
    }

    @Test(arguments: ["openai/a", "anthropic/a", "google_ai/a", "ollama/a"])
    func `what cannot be used is an error, and shows neither key nor question`(_ handle: String) async throws {
        let secret = "bad: \(Self.key) asked What is “2”? here"
        for status in [400, 401, 403, 404, 429, 500, 503] {
            let error = try await failure(handle, ServiceStub.error(status, secret, code: "code_\(status)"))
            #expect(error.message.contains("\(status)"))
            #expect(!error.message.contains("0123456789") && !error.message.contains("What is"))
            #expect((error.code == .unavailable) == (status == 429 || status >= 500))
        }
        for body in ["", "not json", "{}", "[]", #"{"choices": [], "content": 1, "candidates": []}"#] {
            let reply = Response(status: 200, body: .bytes(Array(body.utf8)))
            #expect(try await failure(handle, reply).code == .unavailable)
        }
        #expect(try await failure(handle, ServiceStub.cut).code == .unavailable)
    }

    @Test func `a server that is silent is given up`() async throws {
        let stub = try ServiceStub { _, _ in
            try await Task.sleep(for: .seconds(600))
            return Self.openAI("late")
        }
        let provider = ConfiguredProvider(name: "vllm", baseURL: stub.address)
        let chat = try #require(try RemoteChat(ModelHandle("vllm/a"), providers: [provider], timeout: 0.2))
        let error = await #expect(throws: ChatError.self) { try await chat.answer(question) }
        #expect(error?.code == .unavailable)
        await stub.stop()
    }

    @Test func `a provider has to be set up, and in a way that can work`() throws {
        #expect(try RemoteChat(ModelHandle("openai/a"), providers: [], timeout: 1) == nil)
        let wrong = [
            ConfiguredProvider(name: "openai"), ConfiguredProvider(name: "openai", baseURL: "localhost:1"),
            ConfiguredProvider(name: "vllm", key: Secret("k")),
            ConfiguredProvider(name: "tei", baseURL: "http://localhost"),
        ]
        for provider in wrong {
            #expect(throws: ChatError.self) {
                try RemoteChat(ModelHandle(provider: provider.name, model: "a"), providers: [provider], timeout: 1)
            }
        }
    }
}
