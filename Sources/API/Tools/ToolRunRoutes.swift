import Domain
import Engine
import HTTP
import Platform
import Wire

/// Tools that a client calls itself: `POST /v1/tools/run` and `POST /v1/agents/{agent_id}/tools/{tool_name}/run`.
enum ToolRunRoutes {
    static var all: [Route] {
        [
            Route(.post, "/v1/tools/run", sourceOperation) { context in
                let result = try await context.engine.tools.run(
                    NewTool(context.body), name: context.body.text("name"),
                    variables: variables(context.body), ToolTrial(context.body), by: context.caller)
                return try reply(result.name, result.outcome)
            },
            Route(.post, "/v1/agents/{agent_id}/tools/{tool_name}/run", agentOperation) { context in
                let outcome = try await context.engine.agentTools.run(
                    context[parameter: "tool_name"], of: context[parameter: "agent_id"], ToolTrial(context.body),
                    by: context.caller)
                return .json { outcome.writeResult(to: &$0) }
            },
        ]
    }

    /// A message, whose text of the result is Python's, and the result itself.
    private static func reply(_ name: String, _ outcome: ToolOutcome) throws -> Response {
        var message = JSONWriter()
        APIMessage(ranTool: name, outcome).write(to: &message)
        var members = try JSONValue(parsing: message.bytes).object ?? JSONObject()
        members["func_return"] = outcome.isError ? .null : outcome.value ?? .string(outcome.text)
        let whole = members
        return .json { $0.element(.object(whole)) }
    }

    private static func variables(_ body: JSONObject) -> [(name: String, value: String)] {
        (body["env_vars"]?.object?.members ?? []).compactMap { member in
            member.value.string.map { (member.name, $0) }
        }
    }

    private static var sourceOperation: Wire.Operation {
        var operation = Wire.Operation(
            "run_tool_from_source", "Runs a tool that is not stored", tag: "tools",
            success: .json(MessageSchemas.sourceReturnMessage))
        operation.body = ToolSchemas.runFromSource
        operation.failures = [400, 503]
        return operation
    }

    private static var agentOperation: Wire.Operation {
        var operation = Wire.Operation(
            "run_tool_for_agent", "Calls one of an agent's tools, with its state and secrets", tag: "agents",
            success: .json(ToolSchemas.executionResult))
        operation.body = .nullable(ToolSchemas.execute)
        operation.bodyIsRequired = false
        operation.failures = [404]
        return operation
    }
}

extension ToolTrial {
    init(_ body: JSONObject) {
        // `arguments` is what some guides call them (decisions, REST 4).
        self.init(arguments: body["args"]?.object ?? body["arguments"]?.object ?? JSONObject())
        isDry = body.flag("dry_run") ?? false
    }
}

extension ToolOutcome {
    /// `ToolExecutionResult`. A failure returns nothing; why is in `stderr`.
    func writeResult(to json: inout JSONWriter) {
        json.object { json in
            json.field("status", isError ? "error" : "success")
            json.field("func_return", isError ? .null : value ?? .string(text))
            json.null("agent_state")
            json.field("stdout", stdout ?? [])
            json.field("stderr", stderr ?? [])
            json.null("sandbox_config_fingerprint")
        }
    }
}

extension APIMessage {
    /// What a tool returned that no model called: its message is stored nowhere.
    init(ranTool name: String, _ outcome: ToolOutcome) {
        var message = Message(id: Identifier.new(.message), agentID: "", role: .tool, createdAt: .now)
        message.name = name
        let returned = Return(
            text: outcome.text, failed: outcome.isError, callID: "null", stdout: outcome.stdout ?? [],
            stderr: outcome.stderr ?? [])
        self.init(message: message, otid: Self.otid, kind: .toolReturns([returned]))
    }

    private static var otid: String { Identifier.uuid() }
}
