import Domain
import Engine
import HTTP
import Platform
import Wire

/// `/v1/roost/events` and `/v1/roost/changes`: what changes in the memory, as a stream and by pages; ours.
enum ChangeRoutes {
    static var all: [Route] {
        [
            Route(.get, "/v1/roost/events", eventsOperation) { context in
                let filter = try ChangeReading.filter(context)
                let start = try ChangeReading.cursor(context)
                if context.flag("wait") == false { return try await page(context, after: start, filter) }
                let engine = context.engine
                let caller = context.caller
                var response = Response(
                    status: 200, headers: ["content-type": "text/event-stream", "cache-control": "no-cache"],
                    body: .stream { body in
                        // A first byte, so that a client knows at once that the stream is open.
                        try await body.write(Array(": connected\n\n".utf8))
                        try await engine.changes.follow(after: start, filter, by: caller) { page in
                            try await body.write(ChangeEvents.bytes(of: page))
                        }
                    })
                response.isEndless = true
                return response
            },
            Route(.get, "/v1/roost/changes", changesOperation) { context in
                try await page(
                    context, after: try ChangeReading.cursor(context), try ChangeReading.filter(context))
            },
        ]
    }

    private static func page(
        _ context: RequestContext, after cursor: Int?, _ filter: ChangeFilter
    ) async throws -> Response {
        let page = try await context.engine.changes.page(
            after: cursor, filter, limit: context.integer("limit") ?? 100, by: context.caller)
        guard page.isComplete else { return Response.detail(410, ChangeEvents.lost(page)) }
        return .json { json in
            json.object { json in
                json.array("changes") { json in for change in page.changes { change.write(to: &json) } }
                json.field("cursor", page.cursor)
                json.field("oldest", page.range.oldest)
                json.field("newest", page.range.newest)
            }
        }
    }

    // MARK: Operations

    private static let parameters: [Wire.Operation.Parameter] = [
        .init("after", .integer(minimum: 0), note: "The seq of the last change seen; without it only new ones come."),
        .init("kinds", .string(), repeated: true, note: "Kinds of object, such as passage; also a list with commas."),
        .init("agent_id", .string(.identifier(.agent))), .init("archive_id", .string(.identifier(.archive))),
        .init("limit", .integer(minimum: 1, maximum: 1000), note: "Of a page; default 100."),
    ]

    private static var eventsOperation: Wire.Operation {
        var operation = Wire.Operation(
            "stream_changes",
            "Changes as server-sent events; the id of an event is its seq, which Last-Event-ID takes back",
            tag: "roost", success: .eventStream)
        operation.parameters =
            parameters + [.init("wait", .boolean, note: "false: one page as of /v1/roost/changes.")]
        operation.failures = [410]
        return operation
    }

    private static var changesOperation: Wire.Operation {
        var operation = Wire.Operation(
            "list_changes", "One page of changes, oldest first", tag: "roost", success: .json(ChangeSchemas.page))
        operation.parameters = parameters
        operation.failures = [410]
        return operation
    }
}
