import Domain
import Foundation
import Platform
import Testing

@testable import Models

/// The files of Tests/Fixtures/chat-services: answers in the services' wire format, and the bodies of requests. `Contract/models`
/// checks both with the services' own packages.
enum ChatFixtures {
    static let folder = EmbeddingFixtures.root + "/Tests/Fixtures/chat-services"

    static func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/" + path)))
    }

    /// A file name without its folder.
    static func names(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: self.folder + "/" + folder).sorted()
    }

    /// Ids that tests know.
    static func counted() -> @Sendable () -> String {
        let count = Lock(0)
        return {
            count.withLock { count in
                count += 1
                return "id-\(count)"
            }
        }
    }
}

/// A recorded answer and what it means.
struct RecordedAnswer: Sendable, CustomTestStringConvertible {
    let file: String
    let expected: ChatAnswer

    var testDescription: String { file }

    func parser() -> any AnswerParser {
        switch file.prefix(while: { $0 != "-" }) {
        case "anthropic": AnthropicParser()
        case "google": GoogleParser(newID: ChatFixtures.counted())
        case "responses": ResponsesParser()
        default: OpenAIParser(newID: ChatFixtures.counted())
        }
    }

    init(_ file: String, _ deltas: ChatDelta...) {
        self.file = file
        var answer = ChatAnswer()
        for delta in deltas { answer.add(delta) }
        expected = answer
    }

    private static func call(
        _ index: Int, _ id: String, _ name: String, _ arguments: String, _ signature: String? = nil
    ) -> ChatDelta {
        .call(index: index, id: id, name: name, arguments: arguments, signature: signature)
    }

    static let all: [RecordedAnswer] = openAI + others + responses

    private static let usage = ChatDelta.usage(
        TokenUsage(prompt: 82, completion: 17, cachedInput: 64, reasoning: 0))

    private static let openAI: [RecordedAnswer] = [
        RecordedAnswer("openai-text.sse", .text("Grüße, „Welt“ 👋🏽\n\\end"), usage, .end(.finished)),
        RecordedAnswer(
            "openai-calls.sse", call(0, "call_DdmO9pD3xa9XTPNJ32zg2hcA", "get_weather", #"{"city":"Zürich"}"#),
            call(1, "call_ABCO9pD3xa9XTPNJ32zg2hcB", "get_time", #"{"zone": "Europe/Zurich"}"#), usage,
            .end(.toolCalls)),
        RecordedAnswer("openai-refusal.sse", .text("I cannot help with that."), usage, .end(.refused)),
        RecordedAnswer(
            "openai-logprobs.sse", .text("Two."), usage, .end(.finished),
            .logprobs(
                JSONText(["content": [probability("Two", -0.25), probability(".", -0.5)]] as JSONValue))),
        RecordedAnswer(
            "openai-whole.json", .text("Yes."), call(0, "call_9", "a", #"{"x": 1}"#),
            .usage(TokenUsage(prompt: 9, completion: 4)), .end(.toolCalls)),
        RecordedAnswer(
            "deepseek-reasoning.sse", .reasoning("One and one."), .text("Two."),
            .usage(TokenUsage(prompt: 20, completion: 30, cachedInput: 8, reasoning: 21)), .end(.finished)),
        RecordedAnswer(
            "openrouter-calls.sse", .reasoning("The tool knows."),
            .reasoningSignature(
                "openrouter:"
                    + #"[{"type":"reasoning.text","text":"The tool knows.","format":"anthropic-claude-v1","index":0,"#
                    + #""signature":"ErUBCkYIBR=="}]"#),
            call(0, "toolu_01A", "get_weather", #"{"city": "Bern"}"#),
            .usage(TokenUsage(prompt: 40, completion: 25, cachedInput: 0, reasoning: 9)), .end(.toolCalls)),
        RecordedAnswer(
            "ollama-calls.sse", .reasoning("Both."), call(0, "call_1", "a", #"{"x":1}"#), call(1, "call_2", "b", "{}"),
            .usage(TokenUsage(prompt: 11, completion: 7)), .end(.toolCalls)),
    ]

    private static func probability(_ token: String, _ value: Double) -> JSONValue {
        let bytes = JSONValue.array(token.utf8.map { .int(Int64($0)) })
        let one: JSONValue = ["token": .string(token), "logprob": .double(value), "bytes": bytes]
        return ["token": .string(token), "logprob": .double(value), "bytes": bytes, "top_logprobs": [one]]
    }

    private static func anthropicUsage(_ completion: Int, _ thoughts: Int? = nil) -> ChatDelta {
        .usage(
            TokenUsage(
                prompt: 2112, completion: completion, cachedInput: 2000, cacheWrite: 100, reasoning: thoughts))
    }

    private static let googleUsage = ChatDelta.usage(
        TokenUsage(prompt: 31, completion: 29, cachedInput: 16, reasoning: 21))

    private static let others: [RecordedAnswer] = [
        RecordedAnswer("anthropic-text.sse", .text("Grüße, 世界!\n"), anthropicUsage(15, 0), .end(.finished)),
        RecordedAnswer(
            "anthropic-calls.sse", .reasoning("Two tools know."),
            .reasoningSignature("EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pk="), .text("Let me look."),
            call(0, "toolu_01T1x1fJ34qAmk2tNTrN7Up6", "get_weather", #"{"city": "Zürich"}"#),
            call(1, "toolu_01B", "get_time", "{}"), anthropicUsage(89), .end(.toolCalls)),
        RecordedAnswer(
            "anthropic-redacted.sse", .redactedReasoning("EmwKAhgBEgy3va3pzix/LafPsn4="), .text("No."),
            anthropicUsage(5), .end(.refused)),
        RecordedAnswer(
            "anthropic-whole.json", .text("Yes."), call(0, "toolu_1", "a", #"{"x":1}"#), anthropicUsage(1),
            .end(.toolCalls)),
        RecordedAnswer(
            "google-text.sse", .reasoning("Adding up."), .text("Zwei Käse 🧀"),
            .reasoningSignature("google:CuoBAVSoXO4="), googleUsage, .end(.finished)),
        RecordedAnswer(
            "google-calls.sse", call(0, "id-1", "get_weather", #"{"city":"Zürich"}"#, "google:CvcQAXLI2nw="),
            call(1, "id-2", "get_time", "{}"), googleUsage, .end(.toolCalls)),
        RecordedAnswer(
            "google-blocked.sse", .usage(TokenUsage(prompt: 31)), .end(.refused)),
    ]

    private static let sealed =
        #"openai:{"id":"rs_67ccfcdd","type":"reasoning","summary":[{"type":"summary_text","text":"First."},"#
        + #"{"type":"summary_text","text":"Then."}],"encrypted_content":"gAAAAABo"}"#
    private static let responsesUsage = ChatDelta.usage(
        TokenUsage(prompt: 81, completion: 40, cachedInput: 64, cacheWrite: 0, reasoning: 24))

    private static let responses: [RecordedAnswer] = [
        RecordedAnswer(
            "responses-calls.sse", .reasoning("First.\n\nThen."), .reasoningSignature(sealed),
            call(0, "call_1unDRpUnwXCBEd", "get_weather", #"{"city":"Zürich"}"#),
            call(1, "call_2unDRpUnwXCBEd", "get_time", "{}"), responsesUsage, .end(.toolCalls)),
        RecordedAnswer("responses-text.sse", .text("Grüße, 世界"), responsesUsage, .end(.tooLong)),
        RecordedAnswer(
            "responses-whole.json", .reasoning("First.\n\nThen."), .reasoningSignature(sealed), .text("Two."),
            call(0, "call_1unDRpUnwXCBEd", "a", #"{"x": 1}"#), responsesUsage, .end(.toolCalls)),
    ]
}
