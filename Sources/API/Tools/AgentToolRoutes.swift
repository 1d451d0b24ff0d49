import Domain
import Engine
import HTTP
import Platform
import Wire

/// `/v1/agents/{agent_id}/tools/…`: the tools that an agent has.
enum AgentToolRoutes {
    static var all: [Route] {
        [
            Route(.get, "/v1/agents/{agent_id}/tools", listOperation) { context in
                let tools = try await context.engine.agentTools.list(
                    context[parameter: "agent_id"], context.page(limit: 10, ascending: false), by: context.caller)
                return .list(tools) { $0.write(to: &$1) }
            },
            Route(.patch, "/v1/agents/{agent_id}/tools/attach/{tool_id}", attachOperation) { context in
                .agent(
                    try await context.engine.agentTools.attach(
                        context[parameter: "tool_id"], to: context[parameter: "agent_id"], by: context.caller))
            },
            Route(.patch, "/v1/agents/{agent_id}/tools/detach/{tool_id}", detachOperation) { context in
                .agent(
                    try await context.engine.agentTools.detach(
                        context[parameter: "tool_id"], from: context[parameter: "agent_id"], by: context.caller))
            },
            Route(.patch, "/v1/agents/{agent_id}/tools/approval/{tool_name}", approvalOperation) { context in
                .agent(
                    try await context.engine.agentTools.setApproval(
                        try isApprovalRequired(context), of: context[parameter: "tool_name"],
                        ofAgent: context[parameter: "agent_id"], by: context.caller))
            },
        ]
    }

    /// From the body, or from the query as older clients send it.
    private static func isApprovalRequired(_ context: RequestContext) throws -> Bool {
        for name in ["requires_approval", "approval_required"] {
            if let value = context.body.flag(name) ?? context.flag(name) { return value }
        }
        throw Refusal.unprocessable("body.requires_approval: Field required")
    }

    // MARK: Operations

    private static func operation(_ id: String, _ summary: String) -> Wire.Operation {
        var operation = Wire.Operation(id, summary, tag: "agents", success: .json(AgentSchemas.agent))
        operation.failures = [404]
        return operation
    }

    private static var listOperation: Wire.Operation {
        var operation = operation("list_tools_for_agent", "An agent's tools, newest first")
        operation.success = .json(.array(ToolSchemas.tool))
        operation.parameters = QueryCheck.page(limit: 10, ascending: false)
        return operation
    }

    private static var attachOperation: Wire.Operation { operation("attach_tool_to_agent", "Gives an agent a tool") }

    private static var detachOperation: Wire.Operation {
        operation("detach_tool_from_agent", "Takes a tool from an agent")
    }

    private static var approvalOperation: Wire.Operation {
        var operation = operation("modify_approval_for_tool", "Whether an agent's calls of a tool wait for approval")
        operation.body = .nullable(ToolSchemas.approval)
        operation.bodyIsRequired = false
        operation.parameters = [.init("requires_approval", .boolean), .init("approval_required", .boolean)]
        return operation
    }
}
