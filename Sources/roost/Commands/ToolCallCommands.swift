import Client
import HTTP
import Platform

/// `roost tool calls` and `roost tool call`: calls of tools that are kept.
enum ToolCallCommands {
    static var all: [Command] { [calls, call] }

    private static var calls: Command {
        .overAPI(
            "tool calls", "Lists the last calls of tools, the newest first",
            options: [
                Option("agent", "AGENT", "Only calls by this agent, by its id or name"),
                Option("tool", "NAME", "Only calls of this tool"),
                Option("status", "STATUS", "Only with this outcome: success, error, refused"), .limit(20),
            ], examples: ["roost tool calls --agent demo", "roost tool calls --status error --json"]
        ) { session in
            let call = session.call
            var query: [(String, String)] = []
            if call.text("agent") != nil { query.append(("agent_id", try await session.agent())) }
            if let name = call.text("tool") { query.append(("tool_name", name)) }
            if let status = call.text("status") { query.append(("status", status)) }
            let calls = try await session.client.list(
                "/v1/roost/tool-calls/", query: query, limit: call.integer("limit") ?? 20)
            var table = Table("TIME", "TOOL", "STATUS", "MS", "RESULT", "ID")
            for one in calls {
                table.add(
                    one.shownTime("created_at"), one.shown("tool_name"), one.shown("status"),
                    String(Int((one["milliseconds"]?.double ?? 0).rounded())),
                    String(Table.oneLine(one.shown("result")).prefix(60)), one.shown("id"))
            }
            session.show(calls, empty: "No call of a tool is kept.", table)
        }
    }

    private static var call: Command {
        .overAPI(
            "tool call", "Shows one kept call with its whole result",
            [Operand("CALL", "The call's id, as 'roost tool calls' lists it")],
            examples: ["roost tool call tool_call-0199…"]
        ) { session in
            session.terminal.print(
                json: try await session.client.get(
                    "/v1/roost/tool-calls/\(percentEncoded(session.call.operand(0) ?? ""))"))
        }
    }
}
