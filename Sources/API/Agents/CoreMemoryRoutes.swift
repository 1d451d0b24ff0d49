import Domain
import Engine
import HTTP
import Platform
import Wire

/// `/v1/agents/{agent_id}/core-memory/…`: the blocks of one agent.
enum CoreMemoryRoutes {
    static var all: [Route] {
        [
            Route(.get, "/v1/agents/{agent_id}/core-memory", retrieveOperation) { context in
                let view = try await context.engine.coreMemory.retrieve(
                    context[parameter: "agent_id"], by: context.caller)
                return .memory(view)
            },
            Route(.patch, "/v1/agents/{agent_id}/core-memory", updateAllOperation) { context in
                let view = try await context.engine.coreMemory.update(
                    context[parameter: "agent_id"], try patches(context), by: context.caller)
                return .memory(view)
            },
            Route(.get, "/v1/agents/{agent_id}/core-memory/blocks", listOperation) { context in
                let blocks = try await context.engine.coreMemory.list(
                    context[parameter: "agent_id"], context.page(limit: 100, ascending: false), by: context.caller)
                return .list(blocks) { $0.write(to: &$1) }
            },
            Route(.get, "/v1/agents/{agent_id}/core-memory/blocks/{block_label}", blockOperation) { context in
                .block(
                    try await context.engine.coreMemory.find(
                        context[parameter: "block_label"], of: context[parameter: "agent_id"], by: context.caller))
            },
            Route(.patch, "/v1/agents/{agent_id}/core-memory/blocks/{block_label}", updateOperation) { context in
                .block(
                    try await context.engine.coreMemory.update(
                        context[parameter: "block_label"], of: context[parameter: "agent_id"],
                        try BlockPatch(context.body, context.request), by: context.caller))
            },
            Route(.patch, "/v1/agents/{agent_id}/core-memory/blocks/attach/{block_id}", attachOperation) { context in
                .agent(
                    try await context.engine.coreMemory.attach(
                        context[parameter: "block_id"], to: context[parameter: "agent_id"], by: context.caller))
            },
            Route(.patch, "/v1/agents/{agent_id}/core-memory/blocks/detach/{block_id}", detachOperation) { context in
                .agent(
                    try await context.engine.coreMemory.detach(
                        context[parameter: "block_id"], from: context[parameter: "agent_id"], by: context.caller))
            },
        ]
    }

    /// Two forms: `{"human": "…", "persona": "…"}` and `{"memory_blocks": [{"label", "value", …}]}`.
    private static func patches(_ context: RequestContext) throws -> [(label: String, patch: BlockPatch)] {
        if let listed = context.body["memory_blocks"]?.array {
            return try listed.compactMap(\.object).map { body in
                guard let label = body.text("label") else {
                    throw Refusal.unprocessable("body.memory_blocks: every block needs a label")
                }
                var patch = try BlockPatch(body, context.request)
                patch.label = .absent
                return (label, patch)
            }
        }
        return try context.body.members.map { member in
            guard let value = member.value.string else {
                throw Refusal.unprocessable("body.\(member.name): Input should be a valid string")
            }
            var patch = BlockPatch()
            patch.value = .value(value)
            return (member.name, patch)
        }
    }

    // MARK: Operations

    private static var retrieveOperation: Wire.Operation {
        var operation = AgentRoutes.operation("retrieve_agent_memory", "All blocks of an agent")
        operation.success = .json(AgentSchemas.memory)
        operation.isDeprecated = true
        return operation
    }

    private static var updateAllOperation: Wire.Operation {
        var operation = AgentRoutes.operation(
            "update_agent_memory", "Changes several blocks of an agent, all or none", failures: [404, 409])
        operation.success = .json(AgentSchemas.memory)
        operation.body = .anyOf([AgentSchemas.memoryUpdate, .map(.string())])
        return operation
    }

    private static var listOperation: Wire.Operation {
        var operation = AgentRoutes.operation("list_core_memory_blocks", "Blocks of an agent")
        operation.success = .json(.array(BlockSchemas.block))
        operation.parameters = QueryCheck.page(limit: 100, ascending: false)
        return operation
    }

    private static var blockOperation: Wire.Operation {
        var operation = AgentRoutes.operation("retrieve_core_memory_block", "One block of an agent, by label or id")
        operation.success = .json(BlockSchemas.block)
        return operation
    }

    private static var updateOperation: Wire.Operation {
        var operation = AgentRoutes.operation(
            "modify_core_memory_block", "Changes one block of an agent", failures: [404, 409])
        operation.success = .json(BlockSchemas.block)
        operation.body = BlockSchemas.update
        return operation
    }

    private static let attachOperation = AgentRoutes.operation(
        "attach_core_memory_block", "Attaches a block to an agent", failures: [404, 409])

    private static let detachOperation = AgentRoutes.operation(
        "detach_core_memory_block", "Detaches a block from an agent", failures: [404, 409])
}

extension Response {
    static func memory(_ view: AgentView) -> Response {
        .json { json in view.writeMemory(&json) }
    }
}
