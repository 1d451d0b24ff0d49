import Domain
import HTTP
import Platform
import Testing

@testable import Models

@Suite struct ChatFailureTests {
    private func failure(_ handle: String, _ reply: Response) async throws -> ChatError {
        let stub = try ServiceStub { _, _ in reply }
        let chat = try ChatStub.chat(handle, at: stub)
        let error = await #expect(throws: ChatError.self) { try await chat.answer(ChatStub.question) }
        await stub.stop()
        return try #require(error)
    }

    static let cases: [(String, Int, String, ChatError.Code)] = [
        ("openai/a", 401, #"{"error":{"message":"Incorrect API key","code":"invalid_api_key"}}"#, .authentication),
        ("openai/a", 403, #"{"error":{"message":"no"}}"#, .authentication),
        ("openai/a", 429, #"{"error":{"message":"x","code":"insufficient_quota"}}"#, .insufficientCredits),
        ("deepseek/a", 402, #"{"error":{"message":"Insufficient Balance"}}"#, .insufficientCredits),
        (
            "anthropic/a", 400,
            #"{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low"}}"#,
            .insufficientCredits
        ),
        ("openai/a", 429, #"{"error":{"message":"slow","code":"rate_limit_exceeded"}}"#, .rateLimited),
        ("openai/a", 400, #"{"error":{"message":"x","code":"context_length_exceeded"}}"#, .tooLong),
        (
            "anthropic/a", 400,
            #"{"error":{"type":"invalid_request_error","message":"prompt is too long: 208310 tokens > 200000 maximum"}}"#,
            .tooLong
        ),
        (
            "google_ai/a", 400,
            #"{"error":{"code":400,"message":"The input token count (9) exceeds the maximum number of tokens allowed (8)."}}"#,
            .tooLong
        ),
        ("google_ai/a", 400, #"[{"error":{"code":400,"message":"API key not valid."}}]"#, .authentication),
        ("anthropic/a", 413, #"{"error":{"type":"request_too_large","message":"x"}}"#, .tooLong),
        ("openai/a", 400, #"{"error":{"message":"Invalid 'tools': array too long","param":"tools"}}"#, .refused),
        ("openai/a", 404, #"{"error":{"message":"no such model"}}"#, .refused),
        ("vllm/a", 422, #"{"detail":"no"}"#, .refused),
        ("vllm/a", 307, "", .refused),
        ("anthropic/a", 529, #"{"error":{"type":"overloaded_error"}}"#, .unavailable),
        ("vllm/a", 500, "not json", .failed),
        ("vllm/a", 504, "", .timedOut),
        ("vllm/a", 200, "", .unusable), ("vllm/a", 200, "<html></html>", .unusable), ("vllm/a", 200, "{}", .unusable),
        ("anthropic/a", 200, #"{"choices":[]}"#, .unusable), ("google_ai/a", 200, "[]", .unusable),
        ("vllm/a", 200, #"{"error":"busy"}"#, .failed),
    ]

    @Test(arguments: cases.indices) func `a failure is called by its name`(_ index: Int) async throws {
        let (handle, status, body, code) = Self.cases[index]
        let reply = Response(status: status, body: .bytes(Array(body.utf8)))
        #expect(try await failure(handle, reply).code == code)
    }

    @Test(arguments: ["openai/a", "anthropic/a", "google_ai/a", "ollama/a", "azure/a"])
    func `neither key nor question is in a message`(_ handle: String) async throws {
        let secret = "bad: \(ChatStub.key) asked What is “2”? here"
        for status in [400, 401, 402, 403, 404, 413, 422, 429, 500, 503] {
            let error = try await failure(handle, ServiceStub.error(status, secret, code: "code_\(status)"))
            #expect(error.message.contains("\(status)"))
            #expect(!error.message.contains("0123456789") && !error.message.contains("What is"))
        }
    }

    @Test func `a refusal whose words are cut off is one`() async throws {
        let reply = Response(
            status: 401,
            body: .stream { writer in
                try await writer.write(Array(#"{"error": {"mess"#.utf8))
                throw CancellationError()
            })
        #expect(try await failure("openai/a", reply).code == .authentication)
    }

    @Test func `a service's own words are shown unless they quote the conversation or the key`() throws {
        var request = ChatStub.question
        request.instructions = "The model may use many tools. My password is swordfish and nothing else."
        let provider = ConfiguredProvider(
            name: "vllm", baseURL: "http://localhost:1", key: Secret("abcdefghijklmnopqrstuvwxyz"))
        let chat = try RemoteChat(ModelHandle("vllm/a"), providers: [provider])
        func shown(_ message: String) -> String {
            chat.failure.error(ServiceRefusal(status: 400, body: ["message": .string(message)]), asked: request).message
        }
        let words = "tool choice requires the server to be started so that the model may use the parser"
        #expect(shown(words).contains(words))
        #expect(!shown("cannot read: My password is swordfish and").contains("swordfish"))
        #expect(!shown("cannot read: What is “2”? at all").contains("2"))
        #expect(!shown("unknown key cdefghij here").contains("cdefghij"))
    }

    @Test func `the member that is meant is named`() async throws {
        let body = #"{"error":{"message":"x","param":"tools[0].function","code":"unknown_parameter"}}"#
        let error = try await failure("openai/a", .json(400, Array(body.utf8)))
        #expect(error.message.contains("unknown_parameter tools[0].function"))
    }

    @Test func `a server that is not there is unavailable`() async throws {
        let stub = try ServiceStub { _, _ in ChatStub.good }
        let chat = try ChatStub.chat("vllm/a", at: stub)
        await stub.stop()
        let error = await #expect(throws: ChatError.self) { try await chat.answer(ChatStub.question) }
        #expect(error?.code == .unavailable && error?.message.contains("vllm-url") == true)
    }
}
