import Domain
import Engine
import HTTP
import Platform
import Wire

/// `/v1/roost/search`: everything a search can tell, for our own commands, hooks and tools.
enum SearchRoutes {
    static let all: [Route] = [
        Route(.post, "/v1/roost/search", operation) { context in
            let body = context.body
            var results = try await context.engine.passages.search(
                body.text("query") ?? "", PassageFilter(body),
                in: body.text("agent_id").map { .agent($0) } ?? .archives, limit: body.integer("limit") ?? 10,
                offset: body.integer("offset") ?? 0, byWordsAlone: body.text("mode") == "text",
                countsAsUse: body.flag("counts_as_use") ?? true, by: context.caller)
            if body.flag("relevant_only") == true { results.matches.removeAll { !$0.isRelevant } }
            return .json { results.write(to: &$0, explained: body.flag("explain") == true) }
        }
    ]

    private static let operation: Wire.Operation = {
        var operation = Wire.Operation(
            "roost_search", "Searches an agent's archives, one archive, or everything, and says how", tag: "roost",
            success: .json(SearchSchemas.results))
        operation.failures = [404]
        operation.body = SearchSchemas.request
        return operation
    }()
}
