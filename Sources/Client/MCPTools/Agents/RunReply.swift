import HTTP
import Platform

/// What an agent answered to messages: the text, what it called, why it stopped. Read from `LettaResponse`, or from the
/// events of a stream.
struct RunReply {
    /// Everything as it came, for those who ask for it.
    private(set) var messages: [JSONValue] = []
    private(set) var stopReason: String?
    private var texts: [(id: String?, text: String)] = []
    private var calls: [Call] = []
    private var approvals: [Call] = []
    private var usage = JSONObject()
    private var runID: String?
    private var problem: JSONValue?

    private struct Call {
        let message: String?
        let id: String?
        var name: String
        var arguments: String
        var status: String?
        var result: String?

        var json: JSONValue {
            var object = JSONObject([
                ("name", .string(name)), ("arguments", .string(ShortText.beginning(of: arguments, 500))),
            ])
            if let status { object["status"] = .string(status) }
            if let result { object["result"] = .string(ShortText.beginning(of: result, 500)) }
            return .object(object)
        }
    }

    /// - Parameter reply: a JSON object, or server-sent events. Throws `ToolError` for anything else, and for a run that
    ///   ended in an error.
    init(_ reply: [UInt8]) throws {
        if let response = try? JSONValue(parsing: reply) {
            guard let said = response["messages"]?.array else { throw Self.unreadable }
            for message in said { add(message, isDelta: false) }
            if let stop = response["stop_reason"] { add(stop: stop) }
            if let usage = response["usage"] { add(usage: usage) }
        } else {
            let events = ServerSentEvent.data(in: reply)
            guard !events.isEmpty else { throw Self.unreadable }
            for event in events where event != "[DONE]" {
                guard let message = try? JSONValue(parsing: event) else { throw Self.unreadable }
                add(message, isDelta: true)
            }
        }
        if let problem { throw failure(problem) }
    }

    private static let unreadable = ToolError("The server's answer is neither a response nor a stream of messages.")

    private func failure(_ problem: JSONValue) -> ToolError {
        let kind = problem["error_type"]?.string.map { " (\($0))" } ?? ""
        let text = problem["message"]?.string ?? "no reason was given"
        let place = runID ?? problem["run_id"]?.string
        return ToolError(
            "The agent's run failed\(kind): \(text)",
            hints: place.map { ["What was said before is kept among the agent's messages (\($0))."] } ?? [])
    }

    // MARK: Reading

    private mutating func add(_ message: JSONValue, isDelta: Bool) {
        if runID == nil { runID = message["run_id"]?.string }
        let id = message["id"]?.string
        switch message["message_type"]?.string {
        case "ping": return
        case "stop_reason": return add(stop: message)
        case "usage_statistics": return add(usage: message)
        case "error_message": problem = message
        case "assistant_message":
            let text = message["content"].flatMap(MessageShape.text(inContent:)) ?? ""
            if isDelta, let last = texts.indices.last, texts[last].id == id {
                texts[last].text += text
            } else {
                texts.append((id, text))
            }
        case "tool_call_message":
            for call in MessageShape.calls(of: message) { Self.add(call, of: id, to: &calls) }
        case "approval_request_message":
            for call in MessageShape.calls(of: message) { Self.add(call, of: id, to: &approvals) }
        case "tool_return_message": add(returned: message)
        default: break
        }
        messages.append(message)
    }

    /// A piece of a call goes on with the one it belongs to.
    private static func add(_ call: JSONValue, of message: String?, to calls: inout [Call]) {
        let id = call["tool_call_id"]?.string
        let name = call["name"]?.string ?? ""
        let arguments = call["arguments"]?.string ?? ""
        let known = calls.lastIndex { $0.message == message && (id == nil || $0.id == id) }
        if let known {
            calls[known].name += name
            calls[known].arguments += arguments
        } else {
            calls.append(Call(message: message, id: id, name: name, arguments: arguments))
        }
    }

    private mutating func add(returned message: JSONValue) {
        let listed = message["tool_returns"]?.array ?? []
        for returned in listed.isEmpty ? [message] : listed {
            guard let index = calls.lastIndex(where: { $0.id == returned["tool_call_id"]?.string }) else { continue }
            calls[index].status = returned["status"]?.string
            calls[index].result = returned["tool_return"].flatMap(MessageShape.text(inContent:))
        }
    }

    private mutating func add(stop: JSONValue) { stopReason = stop["stop_reason"]?.string }

    private mutating func add(usage given: JSONValue) {
        usage = ShortForm.members(["prompt_tokens", "completion_tokens", "total_tokens", "step_count"], of: given)
    }

    // MARK: Showing

    /// What the agent said, as one text.
    var text: String { texts.map(\.text).filter { !$0.isEmpty }.joined(separator: "\n\n") }

    func json(verbose: Bool) -> JSONObject {
        var object = JSONObject([("reply", .string(text))])
        if !calls.isEmpty { object["tool_calls"] = .array(calls.map(\.json)) }
        if !approvals.isEmpty { object["waits_for_approval"] = .array(approvals.map(\.json)) }
        if let stopReason { object["stop_reason"] = .string(stopReason) }
        if !usage.isEmpty { object["usage"] = .object(usage) }
        if let runID { object["run_id"] = .string(runID) }
        if verbose { object["messages"] = .array(messages) }
        return object
    }

    /// One sentence on how it ended.
    var summary: String {
        if !approvals.isEmpty { return "The agent waits for the approval of a tool call." }
        switch stopReason {
        case nil, "end_turn", "tool_rule": return text.isEmpty ? "The agent said nothing." : "The agent answered."
        case let reason?: return "The agent stopped: \(reason)."
        }
    }
}
