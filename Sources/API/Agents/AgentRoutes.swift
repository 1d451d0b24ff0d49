import Domain
import Engine
import HTTP
import Platform
import Wire

/// `/v1/agents/…`: agents themselves.
enum AgentRoutes {
    static var all: [Route] {
        [
            Route(.get, "/v1/agents/", listOperation) { context in
                let views = try await context.engine.agents.list(
                    filter(context), context.page(limit: 50, ascending: false), parts: context.includedParts,
                    by: context.caller)
                return .agents(views)
            },
            Route(.post, "/v1/agents/", createOperation) { context in
                .agent(try await context.engine.agents.create(NewAgent(context.body), by: context.caller))
            },
            Route(.get, "/v1/agents/count", countOperation) { context in
                // V1 counts hidden agents too, unless asked not to.
                var filter = filter(context)
                filter.showHidden = context.flag("show_hidden_agents") ?? true
                return .count(try await context.engine.agents.count(filter, by: context.caller))
            },
            Route(.get, "/v1/agents/{agent_id}", retrieveOperation) { context in
                .agent(
                    try await context.engine.agents.find(
                        context[parameter: "agent_id"], parts: context.includedParts, by: context.caller))
            },
            Route(.patch, "/v1/agents/{agent_id}", updateOperation) { context in
                .agent(
                    try await context.engine.agents.update(
                        context[parameter: "agent_id"], AgentPatch(context.body), by: context.caller))
            },
            Route(.delete, "/v1/agents/{agent_id}", deleteOperation) { context in
                let id = context[parameter: "agent_id"]
                try await context.engine.agents.delete(id, by: context.caller)
                return .message("Agent id=\(id) successfully deleted")
            },
            Route(.get, "/v1/blocks/{block_id}/agents", blockAgentsOperation) { context in
                let block = try await context.engine.blocks.find(context[parameter: "block_id"], by: context.caller)
                return try await context.agents(linkedBy: .block, to: block.id)
            },
        ]
    }

    private static func filter(_ context: RequestContext) -> AgentFilter {
        var filter = AgentFilter()
        filter.name = context.text("name")
        filter.tags = context.texts("tags")
        filter.matchAllTags = context.flag("match_all_tags") ?? false
        filter.queryText = context.text("query_text")
        filter.projectID = context.text("project_id")
        filter.templateID = context.text("template_id")
        filter.baseTemplateID = context.text("base_template_id")
        filter.identityID = context.text("identity_id")
        filter.identifierKeys = context.texts("identifier_keys") + context.texts("identifier_key")
        filter.lastStopReason = context.text("last_stop_reason")
        filter.createdBy = context.text("created_by_id")
        filter.showHidden = context.flag("show_hidden_agents") ?? false
        let order = context.text("order_by") ?? context.text("sort_by")
        filter.order = order.flatMap(AgentFilter.Order.init(rawValue:)) ?? .createdAt
        return filter
    }

    // MARK: Operations

    static func operation(_ id: String, _ summary: String, failures: [Int] = [404]) -> Wire.Operation {
        var operation = Wire.Operation(id, summary, tag: "agents", success: .json(AgentSchemas.agent))
        operation.failures = failures
        return operation
    }

    static let includeParameters: [Wire.Operation.Parameter] = [
        .init(
            "include", AgentSchemas.include, repeated: true, note: "Relations to show; 1.x SDKs get none by default."),
        .init("include_relationships", .string(), repeated: true, note: "The older form of include, without 'agent.'."),
    ]

    static func agentList(_ id: String, _ summary: String) -> Wire.Operation {
        var operation = Wire.Operation(id, summary, tag: "agents", success: .json(.array(AgentSchemas.agent)))
        operation.parameters = QueryCheck.page(limit: 50, ascending: false) + includeParameters
        operation.failures = [404, 409]
        return operation
    }

    private static var listOperation: Wire.Operation {
        var operation = agentList("list_agents", "Agents, newest first")
        let orders = Schema.enumeration(["created_at", "updated_at", "last_run_completion"])
        operation.parameters +=
            filters + [.init("order_by", orders), .init("sort_by", orders), .init("ascending", .boolean)]
        return operation
    }

    private static let filters: [Wire.Operation.Parameter] = [
        .init("name", .string()), .init("tags", .string(), repeated: true), .init("match_all_tags", .boolean),
        .init("query_text", .string(), note: "Part of the name or description."), .init("project_id", .string()),
        .init("template_id", .string()), .init("base_template_id", .string()),
        .init("identity_id", .string(.identifier(.identity))),
        .init("identifier_keys", .string(), repeated: true), .init("identifier_key", .string()),
        .init("last_stop_reason", AgentSchemas.stopReason), .init("created_by_id", .string()),
        .init("show_hidden_agents", .boolean),
    ]

    private static var createOperation: Wire.Operation {
        var operation = operation("create_agent", "Creates an agent with its memory blocks", failures: [404, 409])
        operation.body = AgentSchemas.create
        return operation
    }

    private static var countOperation: Wire.Operation {
        var operation = Wire.Operation(
            "count_agents", "How many agents there are", tag: "agents", success: .json(.integer(minimum: 0)))
        operation.parameters = filters
        return operation
    }

    private static var retrieveOperation: Wire.Operation {
        var operation = operation("retrieve_agent", "One agent")
        operation.parameters = includeParameters
        return operation
    }

    private static var updateOperation: Wire.Operation {
        var operation = operation("modify_agent", "Changes an agent", failures: [404, 409])
        operation.body = AgentSchemas.update
        return operation
    }

    private static var deleteOperation: Wire.Operation {
        var operation = operation("delete_agent", "Deletes an agent; its blocks and archives stay")
        operation.success = .json(ReplySchemas.message)
        return operation
    }

    private static var blockAgentsOperation: Wire.Operation {
        agentList("list_agents_for_block", "Agents that a block is attached to")
    }
}
