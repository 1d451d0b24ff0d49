import Domain
import Engine
import HTTP
import Platform
import Wire

/// `/v1/tools/…`: tools on their own, whichever agents have them.
enum ToolRoutes {
    static var all: [Route] {
        [
            Route(.get, "/v1/tools/", listOperation) { context in
                let tools = try await context.engine.tools.list(
                    filter(context), context.page(limit: 50, ascending: false), by: context.caller)
                return .list(tools) { $0.write(to: &$1) }
            },
            Route(.post, "/v1/tools/", createOperation("create_tool")) { try await create($0) },
            Route(.put, "/v1/tools/", createOperation("upsert_tool")) { try await create($0) },
            Route(.get, "/v1/tools/count", countOperation) { context in
                .count(try await context.engine.tools.count(filter(context), by: context.caller))
            },
            Route(.post, "/v1/tools/add-base-tools", addBaseToolsOperation) { context in
                .list(try await context.engine.tools.ensureBuiltIns(by: context.caller)) { $0.write(to: &$1) }
            },
            Route(.post, "/v1/tools/search", searchOperation) { context in
                let matches = try await context.engine.tools.search(ToolQuery(context.body), by: context.caller)
                return .list(matches) { $0.write(to: &$1) }
            },
            Route(.get, "/v1/tools/{tool_id}", operation("retrieve_tool", "One tool")) { context in
                .tool(try await context.engine.tools.find(context[parameter: "tool_id"], by: context.caller))
            },
            Route(.patch, "/v1/tools/{tool_id}", updateOperation) { context in
                .tool(
                    try await context.engine.tools.update(
                        context[parameter: "tool_id"], ToolPatch(context.body), by: context.caller))
            },
            Route(.delete, "/v1/tools/{tool_id}", deleteOperation) { context in
                try await context.engine.tools.delete(context[parameter: "tool_id"], by: context.caller)
                return .null
            },
        ]
    }

    private static func create(_ context: RequestContext) async throws -> Response {
        .tool(try await context.engine.tools.create(NewTool(context.body), by: context.caller))
    }

    private static func filter(_ context: RequestContext) -> ToolFilter {
        var filter = ToolFilter()
        filter.name = context.text("name")
        filter.names = context.list("names")
        filter.ids = context.list("tool_ids")
        filter.search = context.text("search")
        filter.types = context.list("tool_types")
        filter.excludedTypes = context.list("exclude_tool_types")
        filter.builtInOnly = context.flag("return_only_letta_tools") ?? false
        filter.excludesBuiltIn = context.flag("exclude_letta_tools") ?? false
        return filter
    }

    // MARK: Operations

    private static func operation(_ id: String, _ summary: String) -> Wire.Operation {
        var operation = Wire.Operation(id, summary, tag: "tools", success: .json(ToolSchemas.tool))
        operation.failures = [400, 404]
        return operation
    }

    private static let filters: [Wire.Operation.Parameter] = [
        .init("name", .string()), .init("names", .string(), repeated: true),
        .init("tool_ids", .string(), repeated: true, note: "Repeated, or separated by commas."),
        .init("search", .string(), note: "Part of the name, whatever its case."),
        .init("tool_types", .string(), repeated: true, note: "Repeated, or separated by commas."),
        .init("exclude_tool_types", .string(), repeated: true, note: "Repeated, or separated by commas."),
        .init("return_only_letta_tools", .boolean), .init("exclude_letta_tools", .boolean),
    ]

    private static var listOperation: Wire.Operation {
        var operation = Wire.Operation(
            "list_tools", "Tools, newest first", tag: "tools", success: .json(.array(ToolSchemas.tool)))
        operation.failures = [404]
        operation.parameters = QueryCheck.page(limit: 50, ascending: false) + filters
        return operation
    }

    private static func createOperation(_ id: String) -> Wire.Operation {
        var operation = operation(id, "Creates a tool, or changes the one that has its name already")
        operation.body = ToolSchemas.create
        operation.failures = [400, 503]
        return operation
    }

    private static var countOperation: Wire.Operation {
        var operation = Wire.Operation(
            "count_tools", "How many tools there are", tag: "tools", success: .json(.integer(minimum: 0)))
        operation.parameters = filters
        return operation
    }

    private static var addBaseToolsOperation: Wire.Operation {
        Wire.Operation(
            "add_base_tools", "Adds the built-in tools that are missing", tag: "tools",
            success: .json(.array(ToolSchemas.tool)))
    }

    private static var searchOperation: Wire.Operation {
        var operation = Wire.Operation(
            "search_tools", "Finds tools by words, the best first", tag: "tools",
            success: .json(.array(ToolSchemas.searchResult)))
        operation.body = ToolSchemas.search
        return operation
    }

    private static var updateOperation: Wire.Operation {
        var operation = operation("modify_tool", "Changes a tool")
        operation.body = ToolSchemas.update
        operation.failures = [400, 404, 503]
        return operation
    }

    private static var deleteOperation: Wire.Operation {
        var operation = operation("delete_tool", "Deletes a tool and detaches it everywhere")
        operation.success = .json(.nullable(.any))
        return operation
    }
}

extension ToolMatch {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.key("tool")
            tool.write(to: &json)
            json.null("embedded_text")
            json.field("fts_rank", rank)
            json.null("vector_rank")
            json.field("combined_score", score)
        }
    }
}

extension Response {
    static func tool(_ tool: Tool) -> Response { .json { tool.write(to: &$0) } }
}
