import Domain
import Foundation
import Platform
import Testing

@testable import Models

/// The bodies of requests are those of Tests/Fixtures/chat-services/requests. `ROOST_WRITE_FIXTURES=1` writes them anew.
@Suite struct ChatRequestTests {
    struct Golden: Sendable, CustomTestStringConvertible {
        let service: String
        let handle: String
        let name: String
        let request: ChatRequest

        var file: String { "\(service).\(name).json" }
        var testDescription: String { file }
    }

    static let services: [(String, String)] = [
        ("openai", "openai/gpt-4.1"), ("responses", "openai/gpt-5"), ("anthropic", "anthropic/claude-sonnet-4-5"),
        ("anthropic-adaptive", "anthropic/claude-opus-4-8"), ("google", "google_ai/gemini-2.5-flash"),
        ("google-3", "google_ai/gemini-3-pro-preview"), ("openai-compatible", "ollama/qwen3"),
        ("deepseek", "deepseek/deepseek-reasoner"), ("mistral", "mistral/mistral-large-latest"),
        ("openrouter", "openrouter/anthropic/claude-sonnet-4.5"), ("vllm", "vllm/Qwen/Qwen3-8B"),
        ("azure", "azure/gpt-4o"),
    ]

    static let goldens: [Golden] = services.flatMap { service, handle in
        ChatRequests.all.map { Golden(service: service, handle: handle, name: $0.0, request: $0.1) }
    }

    /// At the provider's own address.
    static func chat(_ handle: String) throws -> RemoteChat {
        let handle = try ModelHandle(handle)
        let urls = ["ollama": "http://localhost:11434", "vllm": "http://localhost:8000", "azure": "https://x.example"]
        let provider = ConfiguredProvider(
            name: handle.provider, baseURL: urls[handle.provider], key: Secret("key-0123456789-secret"))
        return try RemoteChat(handle, providers: [provider])
    }

    @Test(arguments: goldens) func `a request has the form of its service`(_ golden: Golden) throws {
        let body = try Self.chat(golden.handle).payload(of: golden.request)
        let path = ChatFixtures.folder + "/requests/" + golden.file
        if ProcessInfo.processInfo.environment["ROOST_WRITE_FIXTURES"] == "1" {
            let text = JSONIndent.indented(Array(body.text.utf8)) + [0x0A]
            try Data(text).write(to: URL(fileURLWithPath: path))
        }
        #expect(body == (try JSONValue(parsing: ChatFixtures.bytes("requests/" + golden.file))))
    }

    @Test func `every file is of a request`() throws {
        #expect(try ChatFixtures.names("requests") == Self.goldens.map(\.file).sorted())
    }

    /// Services find what they have read before by its beginning: turns that are added may change nothing before them but
    /// the marks that say where to look.
    @Test(arguments: services.map(\.1)) func `what was sent before is sent again as it was`(_ handle: String) throws {
        let chat = try Self.chat(handle)
        var request = ChatRequests.conversation
        let turns = request.turns
        var before: [JSONValue] = []
        for count in 1...turns.count {
            request.turns = Array(turns[..<count])
            // An unfinished step is never sent.
            if case .assistant = turns[count - 1] { continue }
            let body = try chat.payload(of: request)
            #expect(try chat.payload(of: request).text == body.text)
            let list = try #require((body["messages"] ?? body["contents"] ?? body["input"])?.array)
            let blocks = list.flatMap(Self.blocks)
            #expect(Array(blocks.prefix(before.count)) == before)
            #expect(blocks.count > before.count)
            before = blocks
        }
    }

    /// Messages, each block of one with several as its own, without marks.
    private static func blocks(_ message: JSONValue) -> [JSONValue] {
        guard let parts = (message["content"] ?? message["parts"])?.array else { return [message] }
        return parts.map { part in
            guard var block = part.object else { return part }
            block["cache_control"] = nil
            return ["role": message["role"] ?? .null, "block": .object(block)]
        }
    }

    @Test func `Anthropic is given four marks at most`() throws {
        for (_, request) in ChatRequests.all {
            let text = try Self.chat("anthropic/claude-sonnet-4-5").payload(of: request).text
            #expect(text.ranges(of: "cache_control").count <= 4)
            #expect(text.contains("cache_control"))
        }
    }
}

/// Requests that show what services spell differently.
enum ChatRequests {
    static let image = ChatImage.inline(mediaType: "image/png", data: "iVBORw0KGgo=")

    static let weather = ChatTool(
        name: "get_weather", description: "The weather of a city.",
        parameters: JSONText(
            [
                "type": "object",
                "properties": [
                    "city": ["type": "string", "description": "Its name."],
                    "unit": ["type": ["string", "null"], "enum": ["C", "F"]],
                ], "required": ["city"],
            ] as JSONValue))
    static let time = ChatTool(
        name: "get_time", description: "The time.",
        parameters: JSONText(["type": "object", "properties": [:]] as JSONValue), isStrict: true)

    static let schema = JSONText(
        [
            "type": "object",
            "properties": [
                "people": ["type": "array", "items": ["$ref": "#/$defs/Person"]],
                "note": ["anyOf": [["type": "string", "format": "uri"], ["type": "null"]]],
            ], "required": ["people", "note"], "additionalProperties": false,
            "$defs": [
                "Person": [
                    "type": "object", "properties": ["name": ["type": "string"], "age": ["type": "integer"]],
                    "required": ["name", "age"], "additionalProperties": false,
                ]
            ],
        ] as JSONValue)

    private static func make(_ turns: [ChatTurn], _ change: (inout ChatRequest) -> Void) -> ChatRequest {
        var request = ChatRequest(instructions: "Be brief.", turns: turns)
        change(&request)
        return request
    }

    static let text = make([.user("What is “2”?"), .assistant("A number."), .user("Which?")]) {
        $0.maximumTokens = 300
        $0.temperature = 0.5
        $0.cacheKey = "agent-1"
        $0.verbosity = "low"
        $0.topLogprobs = 2
    }

    static let tools = make([.user("The weather?")]) {
        $0.tools = [weather, time]
        $0.toolChoice = .named("get_weather")
        $0.maximumTokens = 5000
        $0.reasoning = ReasoningWish(isEnabled: true, effort: "low", maximumTokens: 2048)
    }

    static let required = make([.user("The weather?")]) {
        $0.tools = [weather]
        $0.toolChoice = .required
    }

    static let calls = make([
        .user("The weather and the time?"),
        .assistant(
            [.text("Let me look.")],
            calls: [
                ChatToolCall(id: "call_1", name: "get_weather", arguments: #"{"city": "Zürich"}"#),
                // As another service made it, and as a model wrote it.
                ChatToolCall(id: "call_00112233445566778899aabbccdd:1", name: "get_time", arguments: "not json"),
            ]),
        .tools([
            ChatToolResult(callID: "call_1", name: "get_weather", parts: [.text("12 °C")], isError: false),
            ChatToolResult(
                callID: "call_00112233445566778899aabbccdd:1", name: "get_time", parts: [.text("no such zone")],
                isError: true),
        ]),
        .user("Well?"),
    ]) {
        $0.tools = [weather, time]
        $0.allowsParallelCalls = true
    }

    static let images = make([
        .user([.text("What is this?"), .image(image), .image(.url("https://example.com/a.jpg?x=1"))]),
        .assistant([], calls: [ChatToolCall(id: "call_1", name: "get_weather", arguments: "")]),
        .tools([
            ChatToolResult(
                callID: "call_1", name: "get_weather", parts: [.text("A map."), .image(image)], isError: false)
        ]),
    ]) { $0.tools = [weather] }

    static let format = make([.user("Who?")]) {
        $0.format = .schema(name: "people", schema: schema, isStrict: true)
        $0.reasoning = ReasoningWish(isEnabled: false)
    }

    static let json = make([.user("Who, as JSON?")]) { $0.format = .json }

    /// Thoughts of every service: each gets its own back.
    static let thoughts = make([
        .user("The weather?"),
        .assistant(
            [
                .reasoning("Ask the tool.", signature: "EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pk="),
                .redactedReasoning("EmwKAhgBEgy3va3pzix/LafPsn4="),
                .reasoning(
                    "",
                    signature:
                        #"openai:{"id":"rs_1","type":"reasoning","summary":[],"encrypted_content":"gAAAAABo"}"#),
                .reasoning(
                    "Ask it.",
                    signature: #"openrouter:[{"type":"reasoning.text","text":"Ask it.","signature":"E=","index":0}]"#),
                .reasoning("Ask.", signature: "google:CuoBAVSoXO4="),
            ],
            calls: [
                ChatToolCall(
                    id: "call_1", name: "get_weather", arguments: #"{"city":"Bern"}"#, signature: "google:CvcQAXLI2nw=")
            ]),
        .tools([ChatToolResult(callID: "call_1", name: "get_weather", parts: [.text("12 °C")], isError: false)]),
    ]) {
        $0.tools = [weather]
        $0.allowsParallelCalls = true
        $0.temperature = 0.5
        $0.reasoning = ReasoningWish(isEnabled: true, effort: "high")
    }

    /// What the first turn may not be, and what has nothing in it.
    static let odd = make([
        .assistant("Hello, I am here."), .user([.text("")]), .user("One."), .user("Two."), .assistant("  "),
        .assistant([], calls: []), .user("Three."),
    ]) { _ in }

    static let all: [(String, ChatRequest)] = [
        ("text", text), ("tools", tools), ("required", required), ("calls", calls), ("images", images),
        ("format", format), ("json", json), ("thoughts", thoughts), ("odd", odd),
    ]

    /// A conversation with everything.
    static let conversation = make(
        text.turns + [.assistant("2.")] + calls.turns + [.assistant("Fine.")] + images.turns + [.assistant("A map.")]
            + thoughts.turns + [.assistant("12 °C."), .user("Thanks.")]
    ) {
        $0.tools = [weather, time]
        $0.allowsParallelCalls = true
        $0.maximumTokens = 9000
        $0.reasoning = ReasoningWish(isEnabled: true, maximumTokens: 2048)
    }
}
