import Domain
import Platform

/// One message as the API shows it; several may come of one stored message and then share its id (wire notes, 7).
struct APIMessage: Sendable {
    enum Kind: Sendable {
        case system(String)
        /// Text, or content parts where there are images.
        case user(JSONValue)
        case assistant(String)
        case reasoning(String, isNative: Bool, signature: String?)
        case hiddenReasoning(state: String, data: String?)
        case toolCalls([Call])
        case toolReturns([Return])
        case approvalRequest([Call])
        /// Part of a call that is coming in; one that `waits` will be a request for approval.
        case callDelta(CallDelta, waits: Bool)
        case approvalResponse(approvals: JSONValue, approve: Bool?, requestID: String?, reason: String?)
        case summary(String, stats: JSONValue)
    }

    struct Call: Sendable {
        let name: String
        /// JSON text, as the model wrote it.
        let arguments: String
        let id: String
    }

    struct CallDelta: Sendable {
        let name: String?
        let arguments: String?
        let id: String
    }

    struct Return: Sendable {
        let text: String
        let failed: Bool
        let callID: String
        let stdout: [String]?
        let stderr: [String]?
    }

    let message: Message
    let otid: String
    let kind: Kind

    /// The contract's `message_type`.
    var type: String {
        switch kind {
        case .system: "system_message"
        case .user: "user_message"
        case .assistant: "assistant_message"
        case .reasoning: "reasoning_message"
        case .hiddenReasoning: "hidden_reasoning_message"
        case .toolCalls: "tool_call_message"
        case .toolReturns: "tool_return_message"
        case .approvalRequest: "approval_request_message"
        case .callDelta(_, let waits): waits ? "approval_request_message" : "tool_call_message"
        case .approvalResponse: "approval_response_message"
        case .summary: "summary_message"
        }
    }

    /// - Parameter sequence: the event's number in a background run.
    func write(to json: inout JSONWriter, sequence: Int? = nil) {
        json.object { json in
            json.field("id", message.id)
            json.field("date", message.createdAt.messageDate)
            json.field("name", message.name)
            json.field("message_type", type)
            json.field("otid", otid)
            json.field("sender_id", message.senderID)
            json.field("step_id", message.stepID)
            json.field("is_err", message.isError)
            json.field("seq_id", sequence)
            json.field("run_id", message.runID)
            writeKind(&json)
        }
    }

    private func writeKind(_ json: inout JSONWriter) {
        switch kind {
        case .system(let text), .assistant(let text): json.field("content", text)
        case .user(let content): json.field("content", content)
        case .reasoning(let text, let isNative, let signature):
            json.field("source", isNative ? "reasoner_model" : "non_reasoner_model")
            json.field("reasoning", text)
            json.field("signature", signature)
        case .hiddenReasoning(let state, let data):
            json.field("state", state)
            json.field("hidden_reasoning", data)
        case .toolCalls(let calls), .approvalRequest(let calls):
            if let first = calls.first {
                json.key("tool_call")
                first.write(to: &json)
            }
            json.array("tool_calls") { json in for call in calls { call.write(to: &json) } }
        case .callDelta(let delta, _):
            json.key("tool_call")
            delta.write(to: &json)
            json.key("tool_calls")
            delta.write(to: &json)
        case .toolReturns(let returns):
            if let first = returns.first { first.writeMembers(to: &json) }
            json.array("tool_returns") { json in
                for item in returns {
                    json.object { json in
                        json.field("type", "tool")
                        item.writeMembers(to: &json)
                    }
                }
            }
        case .approvalResponse(let approvals, let approve, let requestID, let reason):
            json.field("approvals", approvals)
            json.field("approve", approve)
            json.field("approval_request_id", requestID)
            json.field("reason", reason)
        case .summary(let text, let stats):
            json.field("summary", text)
            json.field("compaction_stats", stats)
        }
    }
}

extension APIMessage.Call {
    /// Nil when the stored call has no name.
    init?(_ stored: JSONValue) {
        guard let function = stored["function"], let name = function["name"]?.string else { return nil }
        self.init(
            name: name, arguments: function["arguments"]?.string ?? function["arguments"]?.text ?? "{}",
            id: stored["id"]?.string ?? "")
    }

    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("name", name)
            json.field("arguments", arguments)
            json.field("tool_call_id", id)
        }
    }
}

extension APIMessage.CallDelta {
    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("name", name)
            json.field("arguments", arguments)
            json.field("tool_call_id", id)
        }
    }
}

extension APIMessage.Return {
    /// From an entry of a stored message's `tool_returns`.
    init(_ stored: JSONValue, callID: String?) {
        let raw = stored["func_response"]?.string ?? stored["tool_return"]?.string ?? ""
        let envelope = MessageEnvelope.toolReturn(raw)
        self.init(
            text: envelope?.text ?? raw, failed: stored["status"]?.string == "error" || envelope?.failed == true,
            callID: stored["tool_call_id"]?.string ?? callID ?? "", stdout: stored["stdout"]?.strings,
            stderr: stored["stderr"]?.strings)
    }

    fileprivate func writeMembers(to json: inout JSONWriter) {
        json.field("tool_return", text)
        json.field("status", failed ? "error" : "success")
        json.field("tool_call_id", callID)
        if let stdout { json.field("stdout", stdout) } else { json.null("stdout") }
        if let stderr { json.field("stderr", stderr) } else { json.null("stderr") }
    }
}
