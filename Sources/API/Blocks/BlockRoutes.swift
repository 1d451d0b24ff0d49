import Domain
import Engine
import HTTP
import Platform
import Wire

/// `/v1/blocks/…`: blocks on their own, whichever agents they are attached to.
enum BlockRoutes {
    static var all: [Route] {
        [
            Route(.get, "/v1/blocks/", listOperation) { context in
                let blocks = try await context.engine.blocks.list(
                    filter(context), context.page(limit: 50, ascending: true), by: context.caller)
                return .list(blocks) { $0.write(to: &$1) }
            },
            Route(.post, "/v1/blocks/", createOperation) { context in
                .block(try await context.engine.blocks.create(NewBlock(context.body), by: context.caller))
            },
            Route(.get, "/v1/blocks/count", countOperation) { context in
                // V1 counts hidden blocks too, unless asked not to.
                var filter = filter(context)
                filter.showHidden = context.flag("show_hidden_blocks") ?? true
                return .count(try await context.engine.blocks.count(filter, by: context.caller))
            },
            Route(.get, "/v1/blocks/{block_id}", operation("retrieve_block", "One block")) { context in
                .block(try await context.engine.blocks.find(context[parameter: "block_id"], by: context.caller))
            },
            Route(.patch, "/v1/blocks/{block_id}", updateOperation) { context in
                let patch = try BlockPatch(context.body, context.request)
                return .block(
                    try await context.engine.blocks.update(context[parameter: "block_id"], patch, by: context.caller))
            },
            Route(.delete, "/v1/blocks/{block_id}", deleteOperation) { context in
                try await context.engine.blocks.delete(
                    context[parameter: "block_id"], expectedVersion: try BlockPatch.matchedVersion(context.request),
                    by: context.caller)
                return .null
            },
            Route(.get, "/v1/roost/blocks/{block_id}/history", historyOperation) { context in
                let revisions = try await context.engine.blocks.history(
                    context[parameter: "block_id"], before: context.integer("before"),
                    limit: context.integer("limit") ?? 50, by: context.caller)
                return .list(revisions) { $0.write(to: &$1) }
            },
        ]
    }

    private static func filter(_ context: RequestContext) -> BlockFilter {
        var filter = BlockFilter()
        filter.label = context.text("label")
        filter.name = context.text("name")
        filter.tags = context.texts("tags")
        filter.matchAllTags = context.flag("match_all_tags") ?? false
        filter.identityID = context.text("identity_id")
        filter.identifierKeys = context.texts("identifier_keys") + context.texts("identifier_key")
        filter.projectID = context.text("project_id")
        filter.templatesOnly = context.flag("templates_only") ?? false
        filter.labelSearch = context.text("label_search")
        filter.valueSearch = context.text("value_search")
        filter.descriptionSearch = context.text("description_search")
        filter.connectedAgentsAbove = context.integer("connected_to_agents_count_gt")
        filter.connectedAgentsBelow = context.integer("connected_to_agents_count_lt")
        filter.connectedAgentsEqual = context.texts("connected_to_agents_count_eq").compactMap { Int($0) }
        filter.showHidden = context.flag("show_hidden_blocks") ?? false
        return filter
    }

    // MARK: Operations

    private static func operation(_ id: String, _ summary: String, status: [Int] = []) -> Wire.Operation {
        var operation = Wire.Operation(id, summary, tag: "blocks", success: .json(BlockSchemas.block))
        operation.failures = [404, 409] + status
        return operation
    }

    private static var listOperation: Wire.Operation {
        var operation = Wire.Operation(
            "list_blocks", "Blocks, oldest first", tag: "blocks", success: .json(.array(BlockSchemas.block)))
        operation.failures = [404]
        operation.parameters = QueryCheck.page(limit: 50, ascending: true) + filters
        return operation
    }

    private static let filters: [Wire.Operation.Parameter] = [
        .init("label", .string()), .init("name", .string()), .init("tags", .string(), repeated: true),
        .init("match_all_tags", .boolean), .init("identity_id", .string(.identifier(.identity))),
        .init("identifier_keys", .string(), repeated: true), .init("identifier_key", .string()),
        .init("project_id", .string()), .init("templates_only", .boolean), .init("label_search", .string()),
        .init("value_search", .string()), .init("description_search", .string()),
        .init("connected_to_agents_count_gt", .integer()), .init("connected_to_agents_count_lt", .integer()),
        .init("connected_to_agents_count_eq", .integer(), repeated: true),
        .init("show_hidden_blocks", .boolean),
    ]

    private static var createOperation: Wire.Operation {
        var operation = operation("create_block", "Creates a block")
        operation.body = BlockSchemas.create
        return operation
    }

    private static var updateOperation: Wire.Operation {
        var operation = operation("modify_block", "Changes a block wherever it is attached")
        operation.body = BlockSchemas.update
        return operation
    }

    private static var countOperation: Wire.Operation {
        var operation = Wire.Operation(
            "count_blocks", "How many blocks there are", tag: "blocks", success: .json(.integer(minimum: 0)))
        operation.parameters = filters
        return operation
    }

    private static var deleteOperation: Wire.Operation {
        var operation = operation("delete_block", "Deletes a block and detaches it everywhere")
        operation.success = .json(.nullable(.any))
        return operation
    }

    private static var historyOperation: Wire.Operation {
        var operation = Wire.Operation(
            "list_block_history", "Earlier states of a block, newest first", tag: "roost",
            success: .json(.array(BlockSchemas.revision)))
        operation.parameters = [
            .init("before", .integer(minimum: 1), note: "The sequence of the last revision seen."),
            .init("limit", .integer(minimum: 1, maximum: 1000), note: "Default 50."),
        ]
        operation.failures = [404]
        return operation
    }
}
