import HTTP
import MCP
import Platform

/// Deletes the agents of a selection, one after the other, and tells of each what became of it.
struct AgentDeletion {
    private(set) var deleted: [AgentSelection.Match] = []
    private(set) var failed: [(reference: String, reason: String)] = []
    private(set) var hasMore = false

    /// Throws `CancellationError` between two agents, and `ToolError` when none could be deleted.
    init(_ selection: AgentSelection, _ client: RoostClient, _ context: CallContext) async throws {
        let matches = try await selection.matches(client)
        failed = matches.unknown
        hasMore = matches.hasMore
        for (done, agent) in matches.agents.enumerated() {
            await context.progress(done, of: matches.agents.count, "Deleting agents")
            try Task.checkCancellation()
            do {
                try await client.call(.delete, APIPath.agent(agent.id))
                deleted.append(agent)
            } catch let error as ClientError {
                failed.append((agent.id, error.description))
            }
        }
        await context.progress(matches.agents.count, of: matches.agents.count)
        if deleted.isEmpty, !failed.isEmpty {
            throw ToolError(
                "No agent was deleted: \(failed[0].reason)", hints: failed.dropFirst().prefix(5).map(\.reason))
        }
    }

    var message: String {
        if deleted.isEmpty { return "No agent fits: nothing was deleted." }
        let rest = failed.isEmpty ? "" : "; \(failed.count) not"
        return "Deleted \(deleted.count) agent\(deleted.count == 1 ? "" : "s")\(rest). Their blocks and archives stay."
    }

    var json: JSONObject {
        [
            "deleted": .array(deleted.map { ["id": .string($0.id), "name": .string($0.name)] }),
            "failed": .array(failed.map { ["agent": .string($0.reference), "error": .string($0.reason)] }),
        ]
    }

    var hints: [String] {
        hasMore ? ["\(AgentSelection.most) agents at most are deleted in one call, and more fit: call again."] : []
    }
}
