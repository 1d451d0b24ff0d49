import Domain
import Engine
import HTTP
import Platform
import Wire

/// `/v1/tags/`: the tags that agents carry.
enum TagRoutes {
    static var all: [Route] {
        [
            Route(.get, "/v1/tags/", listOperation) { context in
                let tags = try await context.engine.tags.list(
                    named: context.text("name"), search: context.text("query_text"),
                    context.page(limit: 50, ascending: true), by: context.caller)
                return .list(tags) { $1.element($0) }
            }
        ]
    }

    private static var listOperation: Wire.Operation {
        var operation = Wire.Operation(
            "list_tags", "Tags of agents in alphabetical order; cursors are tags", tag: "tags",
            success: .json(.array(.string())))
        operation.parameters =
            QueryCheck.page(limit: 50, ascending: true) + [
                .init("name", .string(), note: "The tag itself."),
                .init("query_text", .string(), note: "Part of a tag, whatever its case."),
            ]
        return operation
    }
}
