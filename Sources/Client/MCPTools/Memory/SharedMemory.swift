import HTTP
import Platform

/// What agents share (docs/design/mcp.md, "Scope"): archives and blocks that this agent has together with others, and
/// what is tagged `shared`, or with a team of this agent.
struct SharedMemory: Sendable {
    let client: RoostClient
    let agent: MemoryAgent?

    var tags: [String] { ["shared"] + (agent?.tags.filter { $0.hasPrefix("team:") } ?? []) }

    /// The ids of archives that another agent has too.
    func archives() async throws -> [String] {
        guard let agent else { return [] }
        var shared: [String] = []
        for archive in try await client.list("/v1/archives/", query: [("agent_id", agent.id)], limit: 20) {
            guard let id = archive["id"]?.string else { continue }
            if try await isShared(APIPath.archive(id)) { shared.append(id) }
        }
        return shared
    }

    /// Whether two agents at least have what is at a path.
    private func isShared(_ path: String) async throws -> Bool {
        let agents = try await client.get(path + "/agents", query: [("limit", "2")] + APIPath.tagsAlone)
        return (agents.array?.count ?? 0) > 1
    }

    /// The blocks, each once.
    func blocks() async throws -> [JSONValue] {
        var found: [JSONValue] = []
        if let agent {
            for block in try await client.list(APIPath.blocks(ofAgent: agent.id), limit: 100) {
                guard let id = block["id"]?.string else { continue }
                if try await isShared(APIPath.block(id)) { found.append(block) }
            }
        }
        found += try await client.list("/v1/blocks/", query: tags.map { ("tags", $0) }, limit: 100)
        var seen = Set<String>()
        return found.filter { seen.insert($0["id"]?.string ?? "").inserted }
    }
}
