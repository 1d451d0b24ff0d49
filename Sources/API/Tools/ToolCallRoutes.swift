import Domain
import Engine
import HTTP
import Platform
import Wire

/// `/v1/roost/tool-calls/…`: what tools were called with and gave, the parts included that were cut away from the
/// model's eyes; ours.
enum ToolCallRoutes {
    static var all: [Route] {
        [
            Route(.get, "/v1/roost/tool-calls/", listOperation) { context in
                let calls = try await context.engine.toolCalls.list(
                    filter(context), context.page(limit: 50, ascending: false), by: context.caller)
                return .list(calls) { $0.write(to: &$1) }
            },
            Route(.get, "/v1/roost/tool-calls/{tool_call_id}", retrieveOperation) { context in
                let call = try await context.engine.toolCalls.find(
                    context[parameter: "tool_call_id"], by: context.caller)
                return .json { call.write(to: &$0) }
            },
        ]
    }

    private static func filter(_ context: RequestContext) -> ToolCallFilter {
        var filter = ToolCallFilter()
        filter.agentID = context.text("agent_id")
        filter.runID = context.text("run_id")
        filter.stepID = context.text("step_id")
        filter.toolName = context.text("tool_name")
        filter.status = context.text("status").flatMap(ToolCallRecord.Status.init(rawValue:))
        filter.start = context.text("start_date").flatMap { Timestamp(iso8601: $0) }
        filter.end = context.text("end_date").flatMap { Timestamp(endOf: $0) }
        return filter
    }

    private static var listOperation: Wire.Operation {
        var operation = Wire.Operation(
            "list_tool_calls", "Calls of tools that are kept, newest first", tag: "tools",
            success: .json(.array(ToolCallSchemas.call)))
        operation.failures = [404]
        operation.parameters =
            QueryCheck.page(limit: 50, ascending: false) + [
                .init("agent_id", .string()), .init("run_id", .string()), .init("step_id", .string()),
                .init("tool_name", .string()), .init("status", ToolCallSchemas.status),
                .init("start_date", .string(.dateTime)), .init("end_date", .string(.dateTime)),
            ]
        return operation
    }

    private static var retrieveOperation: Wire.Operation {
        var operation = Wire.Operation(
            "retrieve_tool_call", "One call of a tool, with its whole result", tag: "tools",
            success: .json(ToolCallSchemas.call))
        operation.failures = [404]
        return operation
    }
}

extension ToolCallRecord {
    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", id)
            json.field("tool_name", toolName)
            json.field("tool_id", toolID)
            json.field("tool_type", toolType)
            json.field("status", status.rawValue)
            json.field("arguments", arguments)
            json.field("result", text)
            json.field("shown_characters", shownCharacters)
            json.field("stdout", stdout.map { JSONText($0) })
            json.field("stderr", stderr.map { JSONText($0) })
            json.field("milliseconds", milliseconds)
            json.field("agent_id", agentID)
            json.field("conversation_id", conversationID)
            json.field("run_id", runID)
            json.field("step_id", stepID)
            json.field("tool_call_id", callID)
            json.field("created_at", createdAt)
            json.field("created_by_id", createdBy)
        }
    }
}
