import Domain
import Engine
import HTTP
import Platform
import Wire

/// `POST /v1/chat/completions`: an agent behind OpenAI's interface. The `model` is the agent's id, or `agent/<id>`. The agent
/// knows the conversation so far by itself, so only what the user said last is taken.
enum ChatCompletionRoutes {
    static var all: [Route] {
        [Route(.post, "/v1/chat/completions", operation) { try await complete($0) }]
    }

    private static func complete(_ context: RequestContext) async throws -> Response {
        let model = context.body.text("model") ?? ""
        let agentID = model.split(separator: "/").last.map(String.init) ?? ""
        guard Identifier.isValid(agentID, .agent) else {
            throw Refusal.invalid("'model' has to be the id of an agent, such as '\(IdentifierKind.agent.example)'.")
        }
        let users = (context.body["messages"]?.array ?? []).filter { $0["role"] == "user" }
        guard let content = users.last?["content"], !content.isNull else {
            throw Refusal.invalid("'messages' needs a message of the user.")
        }
        var request = SendRequest(inputs: [.message(InputMessage(role: .user, content: parts(content)))])
        request.streamsTokens = context.body.flag("stream") ?? false
        let place = ConversationPlace(agentID: agentID, conversationID: nil)
        let prepared = try await context.engine.sending.prepare(request, to: place, by: context.caller)
        let completion = Completion(id: "chatcmpl-" + prepared.run.id, model: model, created: prepared.run.createdAt)
        return try await request.streamsTokens ? stream(prepared, completion) : whole(prepared, completion)
    }

    /// OpenAI's parts as ours.
    private static func parts(_ content: JSONValue) -> JSONText {
        if let text = content.string { return Message.textContent(text) }
        return JSONText(
            .array(
                (content.array ?? []).compactMap { part in
                    guard let url = part["image_url"]?["url"]?.string else { return part }
                    guard url.hasPrefix("data:"), let comma = url.firstIndex(of: ",") else {
                        return ["type": "image", "source": ["type": "url", "url": .string(url)]]
                    }
                    let type = url.dropFirst(5).prefix { $0 != ";" && $0 != "," }
                    return [
                        "type": "image",
                        "source": [
                            "type": "base64", "media_type": .string(String(type)),
                            "data": .string(String(url[url.index(after: comma)...])),
                        ],
                    ]
                }))
    }

    /// What is said in a run, in order.
    private actor Said {
        private let presentation = MessagePresentation()
        private var agentType = AgentType.lettaV1
        private(set) var text = ""
        private var calls: [Int: StreamedCall] = [:]
        private var isPieced = false

        /// What this event says.
        func add(_ event: RunEvent) -> String {
            var more = ""
            switch event {
            case .began(_, let type): agentType = type
            case .piece(let piece):
                isPieced = true
                more = said(in: piece.content)
            case .stored(let messages):
                calls = [:]
                if !isPieced { more = messages.map(said).joined() }
            case .compacting, .compacted, .ended: break
            }
            text += more
            return more
        }

        private func said(in message: Message) -> String {
            presentation.messages(of: message, agentType: agentType).compactMap {
                if case .assistant(let text) = $0.kind { text } else { nil }
            }.joined()
        }

        private func said(in piece: MessagePiece.Content) -> String {
            switch piece {
            case .text(let text): return text
            case .reasoning, .thought, .signature: return ""
            case .call(let index, let id, let name, let arguments, let waits):
                var call = calls[index] ?? StreamedCall()
                let kind = call.kind(id, name, arguments, waits: waits, presentation)
                calls[index] = call
                if case .assistant(let text)? = kind { return text }
                return ""
            }
        }
    }

    private static func whole(_ prepared: PreparedRun, _ completion: Completion) async throws -> Response {
        let said = Said()
        let end = await prepared.carry { _ = await said.add($0) }
        if let failure = end.failure { return failure.response }
        let text = await said.text
        return .json { completion.write(text, end, to: &$0) }
    }

    private static func stream(_ prepared: PreparedRun, _ completion: Completion) -> Response {
        .events { writer in
            let said = Said()
            func send(_ write: (inout JSONWriter) -> Void) async throws {
                var json = JSONWriter()
                write(&json)
                try await writer.write(Array(("data: " + json.text + "\n\n").utf8))
            }
            try await send { completion.writeChunk(role: true, text: "", reason: nil, to: &$0) }
            let end = await prepared.carry { event in
                let more = await said.add(event)
                if !more.isEmpty {
                    var json = JSONWriter()
                    completion.writeChunk(role: false, text: more, reason: nil, to: &json)
                    try await writer.write(Array(("data: " + json.text + "\n\n").utf8))
                }
            }
            if let failure = end.failure {
                try await send { json in
                    json.object { json in
                        json.object("error") { json in
                            json.field("message", failure.message)
                            json.field("type", failure.type)
                        }
                    }
                }
            } else {
                try await send {
                    completion.writeChunk(role: false, text: nil, reason: Completion.reason(end), to: &$0)
                }
            }
            try await writer.write(Array(RunStream.done.utf8))
        }
    }

    private static var operation: Wire.Operation {
        SendRoutes.operation(
            "create_chat_completion", "An agent behind OpenAI's chat completions; its id is the model",
            SendSchemas.chatCompletion, .json(SendSchemas.chatCompleted))
    }
}

/// A completion as OpenAI spells it.
private struct Completion: Sendable {
    let id: String
    let model: String
    let created: Timestamp

    static func reason(_ end: RunEnd) -> String {
        switch end.stopReason {
        case .maxTokensExceeded: "length"
        case .requiresApproval: "tool_calls"
        default: "stop"
        }
    }

    private func head(_ object: String, to json: inout JSONWriter) {
        json.field("id", id)
        json.field("object", object)
        json.field("created", Int(created.microseconds / 1_000_000))
        json.field("model", model)
    }

    func write(_ text: String, _ end: RunEnd, to json: inout JSONWriter) {
        json.object { json in
            head("chat.completion", to: &json)
            json.array("choices") { json in
                json.object { json in
                    json.field("index", 0)
                    json.object("message") { json in
                        json.field("role", "assistant")
                        json.field("content", text)
                        json.null("refusal")
                    }
                    json.null("logprobs")
                    json.field("finish_reason", Self.reason(end))
                }
            }
            json.object("usage") { json in
                json.field("prompt_tokens", end.run.usage.prompt)
                json.field("completion_tokens", end.run.usage.completion)
                json.field("total_tokens", end.run.usage.total)
            }
        }
    }

    func writeChunk(role: Bool, text: String?, reason: String?, to json: inout JSONWriter) {
        json.object { json in
            head("chat.completion.chunk", to: &json)
            json.array("choices") { json in
                json.object { json in
                    json.field("index", 0)
                    json.object("delta") { json in
                        if role { json.field("role", "assistant") }
                        if let text { json.field("content", text) }
                    }
                    json.null("logprobs")
                    json.field("finish_reason", reason)
                }
            }
        }
    }
}
