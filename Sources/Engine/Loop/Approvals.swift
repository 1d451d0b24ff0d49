import Domain
import Platform

/// Calls that wait for a person or for the client, and the answers to them (wire notes, section 12).
struct Approvals: Sendable {
    /// The stored request; its calls are those that wait.
    let request: Message
    let calls: [ChatToolCall]

    /// Nil when the message is no request for approval.
    init?(_ message: Message?) {
        guard let message, message.role == .approval, let stored = message.toolCalls?.value.array else { return nil }
        request = message
        calls = stored.compactMap(ChatToolCall.init(stored:))
    }

    /// A plain message while calls wait.
    var conflict: Refusal {
        Refusal(
            .conflict,
            "CONFLICT: Cannot send a new message: The agent is waiting for approval on a tool call. Please approve or deny "
                + "the pending request before continuing.",
            facts: JSONObject([("code", "PENDING_APPROVAL"), ("pending_request_id", .string(request.id))]))
    }

    static let nothingWaits = Refusal.invalid(
        "Cannot process approval response: No tool call is currently awaiting approval. Please send a regular message to "
            + "interact with the agent.")

    /// The verdict on each call, in the order of the calls.
    /// - Throws: `Refusal(.invalid)` when not exactly the calls that wait are answered.
    func verdicts(_ answers: [CallAnswer]) throws -> [(call: ChatToolCall, verdict: CallAnswer.Verdict)] {
        if let one = answers.first, answers.count == 1, one.callID == nil || one.callID == request.id {
            return calls.map { ($0, one.verdict) }
        }
        let given = answers.compactMap(\.callID)
        guard Set(given) == Set(calls.map(\.id)), given.count == calls.count else {
            throw Refusal.invalid(
                "Invalid tool call IDs. Expected '\(Self.list(calls.map(\.id)))', but received '\(Self.list(given))'.")
        }
        return calls.compactMap { call in
            answers.first { $0.callID == call.id }.map { (call, $0.verdict) }
        }
    }

    private static func list(_ ids: [String]) -> String { "[" + ids.map { "'\($0)'" }.joined(separator: ", ") + "]" }

    /// As the answers are stored with the message that brought them.
    static func stored(_ answers: [CallAnswer]) -> JSONText {
        JSONText(
            .array(
                answers.map { answer in
                    let id: JSONValue = answer.callID.map { .string($0) } ?? .null
                    switch answer.verdict {
                    case .approved:
                        return ["type": "approval", "tool_call_id": id, "approve": true, "reason": nil]
                    case .denied(let reason):
                        return [
                            "type": "approval", "tool_call_id": id, "approve": false,
                            "reason": reason.map { .string($0) } ?? .null,
                        ]
                    case .returned(let text, let isError, let stdout, let stderr):
                        return [
                            "type": "tool", "tool_call_id": id, "tool_return": .string(text),
                            "status": isError ? "error" : "success", "stdout": Self.lines(stdout),
                            "stderr": Self.lines(stderr),
                        ]
                    }
                }))
    }

    private static func lines(_ texts: [String]?) -> JSONValue {
        texts.map { .array($0.map { .string($0) }) } ?? .null
    }

    /// Whether these answers were given before, to the last request in this context.
    static func repeats(_ answers: [CallAnswer], in context: [Message]) -> Bool {
        guard let last = context.last(where: { $0.role == .approval && $0.toolCalls == nil }) else { return false }
        return last.approvals == stored(answers)
    }

    static func denial(_ reason: String?) -> String {
        "Error: request to call tool denied. User reason: \(reason ?? "None")"
    }

    static let cancelled = "The user cancelled the request, so the tool call was denied."
}
