import Domain
import Engine
import HTTP
import Platform
import Wire

/// `/v1/archives/…` and `/v1/passages/search`: archives on their own, whichever agents they are attached to.
enum ArchiveRoutes {
    static var all: [Route] { archives + links + passages }

    private static var archives: [Route] {
        [
            Route(.get, "/v1/archives/", listOperation) { context in
                var filter = ArchiveFilter()
                filter.name = context.text("name")
                filter.agentID = context.text("agent_id")
                let archives = try await context.engine.archives.list(
                    filter, context.page(limit: 50, ascending: false), by: context.caller)
                return .list(archives) { $0.write(to: &$1, organization: context.caller.organization) }
            },
            Route(.post, "/v1/archives/", createOperation) { context in
                .archive(
                    try await context.engine.archives.create(NewArchive(context.body), by: context.caller), context)
            },
            Route(.get, "/v1/archives/{archive_id}", operation("retrieve_archive", "One archive")) { context in
                .archive(try await context.engine.archives.find(archiveID(context), by: context.caller), context)
            },
            Route(.patch, "/v1/archives/{archive_id}", updateOperation) { context in
                .archive(
                    try await context.engine.archives.update(
                        archiveID(context), ArchivePatch(context.body), by: context.caller), context)
            },
            Route(.delete, "/v1/archives/{archive_id}", deleteOperation) { context in
                try await context.engine.archives.delete(archiveID(context), by: context.caller)
                return .noContent
            },
        ]
    }

    private static var links: [Route] {
        [
            Route(.get, "/v1/archives/{archive_id}/agents", agentsOperation) { context in
                let archive = try await context.engine.archives.find(archiveID(context), by: context.caller)
                return try await context.agents(linkedBy: .archive, to: archive.id)
            },
            Route(.patch, "/v1/agents/{agent_id}/archives/attach/{archive_id}", attachOperation) { context in
                try await context.engine.archives.attach(
                    archiveID(context), toAgent: context[parameter: "agent_id"], by: context.caller)
                return .null
            },
            Route(.patch, "/v1/agents/{agent_id}/archives/detach/{archive_id}", detachOperation) { context in
                try await context.engine.archives.detach(
                    archiveID(context), fromAgent: context[parameter: "agent_id"], by: context.caller)
                return .null
            },
        ]
    }

    private static var passages: [Route] {
        [
            Route(.post, "/v1/archives/{archive_id}/passages", createPassageOperation) { context in
                let passages = try await context.engine.passages.create(
                    [NewPassage(context.body)], inArchive: archiveID(context), by: context.caller)
                return .json { json in for passage in passages { passage.write(to: &json) } }
            },
            Route(.get, "/v1/roost/archives/{archive_id}/passages", listPassagesOperation) { context in
                .passages(
                    try await context.engine.passages.list(
                        PassageFilter(context), containing: context.text("search"),
                        context.page(limit: 100, ascending: true), inArchive: archiveID(context), by: context.caller))
            },
            Route(.post, "/v1/archives/{archive_id}/passages/batch", createPassagesOperation) { context in
                let new = (context.body["passages"]?.array ?? []).compactMap(\.object).map { NewPassage($0) }
                return .passages(
                    try await context.engine.passages.create(new, inArchive: archiveID(context), by: context.caller))
            },
            Route(.delete, "/v1/archives/{archive_id}/passages/{passage_id}", deletePassageOperation) { context in
                try await context.engine.passages.delete(
                    context[parameter: "passage_id"], fromArchive: archiveID(context), by: context.caller)
                return .noContent
            },
            Route(.post, "/v1/passages/search", searchOperation) { context in
                let matches = try await context.engine.passages.search(
                    context.body.text("query") ?? "", PassageFilter(context.body),
                    in: context.body.text("agent_id").map { .agent($0) } ?? .archives,
                    limit: context.body.integer("limit") ?? 50, by: context.caller)
                return .list(matches) { $0.writeSearchResult(to: &$1) }
            },
        ]
    }

    private static func archiveID(_ context: RequestContext) -> String { context[parameter: "archive_id"] }

    // MARK: Operations

    private static func operation(
        _ id: String, _ summary: String, _ success: Wire.Operation.Reply = .json(ArchiveSchemas.archive),
        body: Schema? = nil
    ) -> Wire.Operation {
        var operation = Wire.Operation(id, summary, tag: "archives", success: success)
        operation.failures = [404, 409]
        operation.body = body
        return operation
    }

    private static var listOperation: Wire.Operation {
        var operation = operation("list_archives", "Archives, newest first", .json(.array(ArchiveSchemas.archive)))
        operation.parameters =
            QueryCheck.page(limit: 50, ascending: false) + [
                .init("name", .string()), .init("agent_id", .string(.identifier(.agent))),
                .init("order_by", .enumeration(["created_at"])),
            ]
        return operation
    }

    private static var createOperation: Wire.Operation {
        operation("create_archive", "Creates an archive", body: ArchiveSchemas.create)
    }

    private static var updateOperation: Wire.Operation {
        operation("modify_archive", "Changes an archive", body: ArchiveSchemas.update)
    }

    private static var deleteOperation: Wire.Operation {
        operation("delete_archive", "Deletes an archive with its passages", .noContent)
    }

    private static var agentsOperation: Wire.Operation {
        AgentRoutes.agentList("list_agents_for_archive", "Agents that an archive is attached to")
    }

    private static var attachOperation: Wire.Operation {
        operation(
            "attach_archive_to_agent", "Lets an agent search an archive; attaching twice changes nothing",
            .json(.nullable(.any)))
    }

    private static var detachOperation: Wire.Operation {
        operation("detach_archive_from_agent", "Takes an archive from an agent", .json(.nullable(.any)))
    }

    private static var createPassageOperation: Wire.Operation {
        operation(
            "create_passage_in_archive", "Adds a passage", .json(ArchiveSchemas.passage),
            body: ArchiveSchemas.createPassage)
    }

    private static var listPassagesOperation: Wire.Operation {
        var operation = operation(
            "list_passages_of_archive", "An archive's passages, oldest first", .json(.array(ArchiveSchemas.passage)))
        operation.parameters = ArchivalMemoryRoutes.listParameters + ArchivalMemoryRoutes.filters
        return operation
    }

    private static var createPassagesOperation: Wire.Operation {
        operation(
            "create_passages_in_archive", "Adds passages, all of them or none",
            .json(.array(ArchiveSchemas.passage)), body: ArchiveSchemas.createPassages)
    }

    private static var deletePassageOperation: Wire.Operation {
        operation("delete_passage_from_archive", "Deletes a passage", .noContent)
    }

    private static var searchOperation: Wire.Operation {
        var operation = operation(
            "search_passages", "Searches an agent's archives, one archive, or everything",
            .json(.array(ArchiveSchemas.searchResult)), body: ArchiveSchemas.search)
        operation.bodyIsRequired = false
        return operation
    }
}
