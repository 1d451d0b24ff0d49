import Domain
import Engine
import HTTP
import Platform
import Wire

/// `/v1/identities/…`: the people and things that agents and blocks belong to.
enum IdentityRoutes {
    static var all: [Route] {
        [
            Route(.get, "/v1/identities/", listOperation) { context in
                let identities = try await context.engine.identities.list(
                    filter(context), context.page(limit: 50, ascending: false), by: context.caller)
                return .list(identities) { $0.write(to: &$1) }
            },
            Route(.post, "/v1/identities/", createOperation("create_identity", "Creates an identity")) { context in
                .identity(try await context.engine.identities.create(NewIdentity(context.body), by: context.caller))
            },
            Route(
                .put, "/v1/identities/",
                createOperation("upsert_identity", "Creates an identity, or changes the one with its key")
            ) { context in
                .identity(try await context.engine.identities.upsert(NewIdentity(context.body), by: context.caller))
            },
            Route(.get, "/v1/identities/count", countOperation) { context in
                .count(try await context.engine.identities.count(by: context.caller))
            },
            Route(.get, path, operation("retrieve_identity", "One identity")) { context in
                .identity(try await context.engine.identities.find(context.identityID, by: context.caller))
            },
            Route(.patch, path, updateOperation) { context in
                .identity(
                    try await context.engine.identities.update(
                        context.identityID, IdentityPatch(context.body), by: context.caller))
            },
            Route(.delete, path, deleteOperation) { context in
                try await context.engine.identities.delete(context.identityID, by: context.caller)
                return .null
            },
            Route(.put, path + "/properties", propertiesOperation) { context in
                var patch = IdentityPatch()
                // The body is a list, which the check has parsed once already.
                patch.properties = try JSONValue(parsing: context.request.body).array?.map(IdentityProperty.init)
                return .identity(
                    try await context.engine.identities.update(context.identityID, patch, by: context.caller))
            },
        ] + links
    }

    private static let path = "/v1/identities/{identity_id}"

    private static var links: [Route] {
        [
            Route(.get, path + "/agents", agentsOperation) { context in
                let identity = try await context.engine.identities.find(context.identityID, by: context.caller)
                return try await context.agents(linkedBy: .identity, to: identity.id)
            },
            Route(.get, path + "/blocks", blocksOperation) { context in
                let blocks = try await context.engine.identities.blocks(
                    context.identityID, context.page(limit: 50, ascending: false), by: context.caller)
                return .list(blocks) { $0.write(to: &$1) }
            },
            Route(.patch, "/v1/agents/{agent_id}/identities/attach/{identity_id}", agentOperation(attaches: true)) {
                context in
                .agent(
                    try await context.engine.identities.attach(
                        context.identityID, toAgent: context[parameter: "agent_id"], by: context.caller))
            },
            Route(.patch, "/v1/agents/{agent_id}/identities/detach/{identity_id}", agentOperation(attaches: false)) {
                context in
                .agent(
                    try await context.engine.identities.detach(
                        context.identityID, fromAgent: context[parameter: "agent_id"], by: context.caller))
            },
            Route(.patch, "/v1/blocks/{block_id}/identities/attach/{identity_id}", blockOperation(attaches: true)) {
                context in
                .block(
                    try await context.engine.identities.attach(
                        context.identityID, toBlock: context[parameter: "block_id"], by: context.caller))
            },
            Route(.patch, "/v1/blocks/{block_id}/identities/detach/{identity_id}", blockOperation(attaches: false)) {
                context in
                .block(
                    try await context.engine.identities.detach(
                        context.identityID, fromBlock: context[parameter: "block_id"], by: context.caller))
            },
        ]
    }

    private static func filter(_ context: RequestContext) -> IdentityFilter {
        var filter = IdentityFilter()
        filter.name = context.text("name")
        filter.projectID = context.text("project_id")
        filter.identifierKey = context.text("identifier_key")
        filter.type = context.text("identity_type")
        return filter
    }

    // MARK: Operations

    private static func operation(_ id: String, _ summary: String) -> Wire.Operation {
        var operation = Wire.Operation(id, summary, tag: "identities", success: .json(IdentitySchemas.identity))
        operation.failures = [404]
        return operation
    }

    private static var listOperation: Wire.Operation {
        var operation = operation("list_identities", "Identities, newest first")
        operation.success = .json(.array(IdentitySchemas.identity))
        operation.parameters =
            QueryCheck.page(limit: 50, ascending: false) + [
                .init("name", .string()), .init("project_id", .string()), .init("identifier_key", .string()),
                .init("identity_type", .enumeration(IdentitySchemas.types)),
            ]
        return operation
    }

    private static func createOperation(_ id: String, _ summary: String) -> Wire.Operation {
        var operation = operation(id, summary)
        operation.body = IdentitySchemas.create
        operation.failures = [404, 409]
        return operation
    }

    private static var countOperation: Wire.Operation {
        Wire.Operation(
            "count_identities", "How many identities there are", tag: "identities",
            success: .json(.integer(minimum: 0)))
    }

    private static var updateOperation: Wire.Operation {
        var operation = operation("update_identity", "Changes an identity; properties and links are added")
        operation.body = IdentitySchemas.update
        operation.failures = [404, 409]
        return operation
    }

    private static var deleteOperation: Wire.Operation {
        var operation = operation("delete_identity", "Deletes an identity; its agents and blocks stay")
        operation.success = .json(.nullable(.any))
        return operation
    }

    private static var propertiesOperation: Wire.Operation {
        var operation = operation(
            "upsert_properties_for_identity", "Adds properties, or replaces those with their keys")
        operation.body = IdentitySchemas.properties
        return operation
    }

    private static var agentsOperation: Wire.Operation {
        var operation = operation("list_agents_for_identity", "Agents of an identity, newest first")
        operation.success = .json(.array(AgentSchemas.agent))
        operation.parameters =
            QueryCheck.page(limit: 50, ascending: false) + [.init("include", AgentSchemas.include, repeated: true)]
        return operation
    }

    private static var blocksOperation: Wire.Operation {
        var operation = operation("list_blocks_for_identity", "Blocks of an identity, newest first")
        operation.success = .json(.array(BlockSchemas.block))
        operation.parameters = QueryCheck.page(limit: 50, ascending: false)
        return operation
    }

    private static func agentOperation(attaches: Bool) -> Wire.Operation {
        var operation = operation(
            attaches ? "attach_identity_to_agent" : "detach_identity_from_agent",
            attaches ? "Gives an agent an identity" : "Takes an identity from an agent")
        operation.success = .json(AgentSchemas.agent)
        return operation
    }

    private static func blockOperation(attaches: Bool) -> Wire.Operation {
        var operation = operation(
            attaches ? "attach_identity_to_block" : "detach_identity_from_block",
            attaches ? "Gives a block an identity" : "Takes an identity from a block")
        operation.success = .json(BlockSchemas.block)
        operation.failures = [404, 409]
        return operation
    }
}

extension RequestContext {
    fileprivate var identityID: String { self[parameter: "identity_id"] }
}

extension Response {
    fileprivate static func identity(_ identity: Identity) -> Response { .json { identity.write(to: &$0) } }
}
