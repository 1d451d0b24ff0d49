import Domain
import Platform

/// The store without limit (wire notes, sections 10 and 15).
extension BuiltInToolRun {
    func insertPassage(_ call: ToolInvocation) async throws -> ToolOutcome {
        let arguments = ToolArguments(call)
        let new = NewPassage(
            text: try arguments.text("content"), tags: try arguments.texts("tags") ?? [], provenance: call.provenance)
        _ = try await engine.passages.create([new], forAgent: call.agent.id, by: call.caller)
        return .nonePromptChanged
    }

    /// Times are written in the agent's zone. A question of no words finds nothing.
    func searchPassages(_ call: ToolInvocation) async throws -> ToolOutcome {
        let arguments = ToolArguments(call)
        let query = try arguments.text("query")
        let zone = call.agent.zone
        var filter = PassageFilter(archiveIDs: nil)
        filter.tags = try arguments.texts("tags") ?? []
        filter.matchAllTags = try arguments.word("tag_match_mode", oneOf: ["any", "all"]) == "all"
        filter.start = try arguments.start("start_datetime", in: zone)
        filter.end = try arguments.end("end_datetime", in: zone)
        let limit = try arguments.count("top_k", default: 5, most: engine.settings.maximumSearchResults)
        if query.trimmed.isEmpty { return ToolOutcome("[]") }
        let results = try await engine.passages.search(
            query, filter, in: .agent(call.agent.id), limit: limit, by: call.caller)
        let items = results.matches.map { match -> JSONValue in
            [
                "id": .string(match.passage.id), "timestamp": .string(match.passage.createdAt.iso8601(in: zone)),
                "content": .string(match.passage.text), "tags": .array(match.passage.tags.map { .string($0) }),
                "relevance": [
                    "score": .double((match.score * 10_000).rounded() / 10_000),
                    "search_mode": .string(results.means == .wordsAndMeaning ? "hybrid" : "fts"),
                ],
            ]
        }
        return ToolOutcome(JSONValue.array(items).text)
    }
}

extension ToolInvocation {
    /// Where a memory comes from that the agent writes.
    var provenance: Provenance {
        Provenance(source: "agent", session: conversation?.id, tool: name, trust: .assistant)
    }
}

extension ToolOutcome {
    static var nonePromptChanged: ToolOutcome {
        var outcome = ToolOutcome.none
        outcome.changesPrompt = true
        return outcome
    }
}
