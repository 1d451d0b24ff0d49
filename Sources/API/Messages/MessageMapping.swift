import Domain
import Engine
import HTTP
import Platform

/// How stored messages become the messages of the API (wire notes, section 7).
struct MessagePresentation: Sendable {
    /// Calls of the message tool are shown as what the assistant says, and their returns left out.
    var usesAssistantMessage = true
    var messageTool = "send_message"
    var messageArgument = "message"
    /// Shows only these `message_type`s; nil shows all.
    var types: Set<String>?

    func messages(of list: MessageList) -> [APIMessage] {
        list.messages.flatMap { messages(of: $0, agentType: list.agentTypes[$0.agentID] ?? .lettaV1) }
    }

    func messages(of message: Message, agentType: AgentType) -> [APIMessage] {
        var kinds: [APIMessage.Kind]
        switch message.role {
        case .system: kinds = [.system(message.plainText)]
        case .user: kinds = [.user(userContent(of: message))]
        case .summary: kinds = [.user(.string(MessageEnvelope.userText(message.plainText)))]
        case .assistant: kinds = thoughts(of: message, agentType) + calls(of: message)
        case .tool: kinds = returns(of: message)
        case .approval:
            let requested = storedCalls(of: message)
            kinds = requested.isEmpty ? [approvalResponse(of: message)] : thoughts(of: message, agentType)
            if !requested.isEmpty { kinds.append(.approvalRequest(requested)) }
        }
        let shown = kinds.enumerated().map { index, kind in
            APIMessage(message: message, otid: otid(of: message, index, kind), kind: kind)
        }
        guard let types else { return shown }
        return shown.filter { types.contains($0.type) }
    }

    /// A summary as those see it who asked for compaction to be shown; lists show it as a user's message.
    func summaries(of message: Message) -> [APIMessage] {
        let text = MessageEnvelope.userText(message.plainText)
        let kind = APIMessage.Kind.summary(text, stats: message.extra?.value["compaction_stats"] ?? .null)
        return [APIMessage(message: message, otid: otid(of: message, 0, kind), kind: kind)]
    }

    /// What the client sent stays; otherwise the message's uuid with its low seven bits replaced by the index. An
    /// approval request is known by its whole id.
    private func otid(of message: Message, _ index: Int, _ kind: APIMessage.Kind) -> String {
        if case .approvalRequest = kind { return message.id }
        if let otid = message.otid, message.role != .assistant { return otid }
        return Self.otid(message.id, index)
    }

    /// `message-…7d07`, 2 gives `…7d02`.
    static func otid(_ id: String, _ index: Int) -> String {
        let uuid = id.hasPrefix("message-") ? String(id.dropFirst("message-".count)) : id
        guard uuid.utf8.count == 36, let last = UInt8(uuid.suffix(2), radix: 16) else { return uuid }
        let byte = last & 0x80 | UInt8(truncatingIfNeeded: index) & 0x7F
        return uuid.dropLast(2) + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }

    // MARK: Parts

    private func userContent(of message: Message) -> JSONValue {
        let parts = message.content?.value.array ?? []
        if parts.contains(where: { $0["type"]?.string == "image" }) { return .array(parts) }
        return .string(MessageEnvelope.userText(message.plainText))
    }

    /// Text and reasoning of an assistant's turn, in order. Beside a tool call the text of types that speak through
    /// tools is a thought; alone it is what the assistant says.
    private func thoughts(of message: Message, _ agentType: AgentType) -> [APIMessage.Kind] {
        let speaks = agentType == .lettaV1 || storedCalls(of: message).isEmpty
        return (message.content?.value.array ?? []).compactMap { part in
            switch part["type"]?.string {
            case "text":
                guard let text = part["text"]?.string, !text.isEmpty else { return nil }
                return speaks ? .assistant(text) : .reasoning(text, isNative: false, signature: nil)
            case "reasoning":
                return .reasoning(
                    part["reasoning"]?.string ?? "", isNative: part["is_native"]?.bool ?? true,
                    signature: part["signature"]?.string)
            case "summarized_reasoning":
                let texts = (part["summary"]?.array ?? []).compactMap { $0["text"]?.string ?? $0.string }
                return .reasoning(texts.joined(separator: "\n"), isNative: true, signature: nil)
            case "redacted_reasoning": return .hiddenReasoning(state: "redacted", data: part["data"]?.string)
            case "omitted_reasoning": return .hiddenReasoning(state: "omitted", data: nil)
            default: return nil
            }
        }
    }

    private func storedCalls(of message: Message) -> [APIMessage.Call] {
        (message.toolCalls?.value.array ?? []).compactMap { APIMessage.Call($0) }
    }

    private func calls(of message: Message) -> [APIMessage.Kind] {
        let stored = message.toolCalls?.value.array ?? []
        let spoken = usesAssistantMessage ? message.spokenCalls(tool: messageTool, argument: messageArgument) : []
        let others = stored.enumerated().filter { index, _ in !spoken.contains { $0.index == index } }
            .compactMap { APIMessage.Call($0.element) }
        return spoken.map { .assistant($0.text) } + (others.isEmpty ? [] : [.toolCalls(others)])
    }

    private func returns(of message: Message) -> [APIMessage.Kind] {
        if usesAssistantMessage, message.name == messageTool { return [] }
        let stored = message.toolReturns?.value.array ?? []
        if !stored.isEmpty { return [.toolReturns(stored.map { .init($0, callID: message.toolCallID) })] }
        let text: JSONValue = ["func_response": .string(message.plainText)]
        return [.toolReturns([.init(text, callID: message.toolCallID)])]
    }

    private func approvalResponse(of message: Message) -> APIMessage.Kind {
        let stored = message.approvals?.value.array ?? []
        let extra = message.extra?.value
        let approvals = stored.map { approval -> JSONValue in
            if approval["approve"] != nil {
                return [
                    "type": "approval", "tool_call_id": approval["tool_call_id"] ?? "",
                    "approve": approval["approve"] ?? false, "reason": approval["reason"] ?? .null,
                ]
            }
            let item = APIMessage.Return(approval, callID: message.toolCallID)
            return [
                "type": "tool", "tool_call_id": .string(item.callID), "tool_return": .string(item.text),
                "status": .string(item.failed ? "error" : "success"), "stdout": approval["stdout"] ?? .null,
                "stderr": approval["stderr"] ?? .null,
            ]
        }
        return .approvalResponse(
            approvals: .array(approvals), approve: extra?["approve"]?.bool ?? stored.first?["approve"]?.bool,
            requestID: extra?["approval_request_id"]?.string ?? stored.first?["tool_call_id"]?.string,
            reason: extra?["denial_reason"]?.string ?? stored.first?["reason"]?.string)
    }
}

extension RequestContext {
    /// How this request wants messages shown.
    var presentation: MessagePresentation {
        var presentation = MessagePresentation()
        presentation.usesAssistantMessage = flag("use_assistant_message") ?? true
        presentation.messageTool = text("assistant_message_tool_name") ?? presentation.messageTool
        presentation.messageArgument = text("assistant_message_tool_kwarg") ?? presentation.messageArgument
        let types = texts("include_return_message_types")
        if !types.isEmpty { presentation.types = Set(types) }
        return presentation
    }
}

extension Response {
    static func messages(_ messages: [APIMessage]) -> Response { .list(messages) { $0.write(to: &$1) } }
}

extension Message {
    /// The stored form, which search, the context window and exports show.
    func writeStored(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", id)
            json.field("agent_id", agentID)
            json.field("model", model)
            json.field("role", role.rawValue)
            json.field("content", content)
            json.field("name", name)
            json.field("tool_calls", toolCalls)
            json.field("tool_call_id", toolCallID)
            json.field("step_id", stepID)
            json.field("run_id", runID)
            json.field("otid", otid)
            json.field("tool_returns", toolReturns ?? .emptyArray)
            json.field("group_id", groupID)
            json.field("sender_id", senderID)
            json.null("batch_item_id")
            json.field("conversation_id", conversationID)
            json.field("is_err", isError)
            json.field("approval_request_id", extra?.value["approval_request_id"] ?? .null)
            json.field("approve", extra?.value["approve"] ?? .null)
            json.field("denial_reason", extra?.value["denial_reason"] ?? .null)
            json.field("approvals", approvals ?? .emptyArray)
            json.field("created_at", createdAt)
        }
    }
}
