import HTTP
package import Platform

/// What a memory holds and what of it is used, as the server counts it.
package struct MemoryUpkeep: Sendable {
    let client: RoostClient
    /// Whose memory; nil: every archive.
    let agent: String?

    package init(client: RoostClient, agent: String?) {
        self.client = client
        self.agent = agent
    }

    private var place: [(String, String)] { agent.map { [("agent_id", $0)] } ?? [] }

    package func statistics(weeks: Int, limit: Int) async throws -> JSONValue {
        try await client.get(
            "/v1/roost/memory/stats", query: place + [("weeks", String(weeks)), ("limit", String(limit))])
    }

    /// What was never used, not lately, is resolved or there twice, and at least so many days old.
    package func stale(days: Int, limit: Int) async throws -> JSONValue {
        try await client.get(
            "/v1/roost/memory/stale", query: place + [("days", String(days)), ("limit", String(limit))])
    }
}

extension ToolSession {
    /// The upkeep of the project's memory. Throws `ToolError` when it has none.
    package func upkeep() async throws -> MemoryUpkeep {
        MemoryUpkeep(client: try await client(), agent: try await requiredAgent().id)
    }
}
