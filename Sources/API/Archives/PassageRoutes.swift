import Domain
import Engine
import HTTP
import Platform
import Wire

/// `/v1/roost/passages/…`: a passage by its id alone, whichever archive holds it.
enum PassageRoutes {
    private static let path = "/v1/roost/passages/{passage_id}"

    static var all: [Route] {
        [
            Route(.get, "/v1/roost/passages", listOperation) { context in
                var filter = PassageFilter(archiveIDs: nil)
                filter.ids = context.list("ids")
                let passages = try await context.engine.passages.list(
                    filter, containing: nil, context.page(limit: 100, ascending: true),
                    ofAgent: context.text("agent_id") ?? "", by: context.caller)
                return .list(passages) { $0.writeWithProvenance(to: &$1) }
            },
            Route(.get, path, operation("roost_retrieve_passage", "One passage, whichever archive holds it")) {
                context in
                let passage = try await context.engine.passages.find(passageID(context), by: context.caller)
                return .json { passage.writeWithProvenance(to: &$0) }
            },
            Route(.patch, path, updateOperation) { context in
                let passage = try await context.engine.passages.update(
                    passageID(context), PassagePatch(context.body), ofAgent: nil, by: context.caller)
                return .json { passage.writeWithProvenance(to: &$0) }
            },
            Route(.delete, path, deleteOperation) { context in
                try await context.engine.passages.delete(
                    passageID(context), ofAgent: nil, expectedVersion: try BlockPatch.matchedVersion(context.request),
                    by: context.caller)
                return .noContent
            },
        ]
    }

    private static func passageID(_ context: RequestContext) -> String { context[parameter: "passage_id"] }

    // MARK: Operations

    private static var listOperation: Wire.Operation {
        var operation = Wire.Operation(
            "roost_list_passages",
            "An agent's passages as a copy of them needs them, oldest first; not counted as used", tag: "archives",
            success: .json(.array(ArchiveSchemas.passageWithProvenance)))
        operation.parameters =
            QueryCheck.page(limit: 100, ascending: true) + [
                .init("agent_id", .string(.identifier(.agent)), required: true),
                .init("ids", .string(), repeated: true, note: "Only these; also a list with commas."),
            ]
        operation.failures = [404]
        return operation
    }

    private static func operation(_ id: String, _ summary: String) -> Wire.Operation {
        var operation = Wire.Operation(
            id, summary, tag: "archives", success: .json(ArchiveSchemas.passageWithProvenance))
        operation.failures = [404]
        return operation
    }

    private static var updateOperation: Wire.Operation {
        var operation = operation("roost_modify_passage", "Changes a passage, whichever archive holds it")
        operation.body = ArchiveSchemas.updateMemory
        operation.failures = [404, 409]
        return operation
    }

    private static var deleteOperation: Wire.Operation {
        var operation = operation("roost_delete_passage", "Deletes a passage, whichever archive holds it")
        operation.success = .noContent
        operation.failures = [404, 409]
        return operation
    }
}
