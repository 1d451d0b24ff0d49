import Domain
import Platform

extension Message {
    /// A new message of a run, in the thread that the run talks in.
    init(_ role: Role, of run: Run, at time: Timestamp, id: String = Identifier.new(.message)) {
        self.init(id: id, agentID: run.agentID, role: role, createdAt: time)
        conversationID = run.conversationID
        runID = run.id
    }

    /// What calls of one step gave, in their order.
    static func results(
        _ returned: [(call: ChatToolCall, outcome: ToolOutcome)], step: String?, of run: Run, at time: Timestamp
    ) -> Message {
        var message = Message(.tool, of: run, at: time)
        message.stepID = step
        message.name = returned.first?.call.name
        message.toolCallID = returned.first?.call.id
        message.toolReturns = JSONText(
            .array(
                returned.map { call, outcome in
                    [
                        "tool_call_id": .string(call.id), "name": .string(call.name),
                        "status": outcome.isError ? "error" : "success", "func_response": .string(outcome.text),
                        "stdout": outcome.stdout.map { .array($0.map { .string($0) }) } ?? .null,
                        "stderr": outcome.stderr.map { .array($0.map { .string($0) }) } ?? .null,
                    ]
                }))
        return message
    }
}
