import Platform
import Wire

/// The agents that a call over many is about: every condition that is given has to hold.
enum AgentSelection {
    typealias Agent = (id: String, name: String)

    static let fields: [Field] = [
        .optional("agent_ids", .array(.string())),
        .optional("agent_name_filter", .string(), note: "Part of the name"),
        .optional("agent_tag_filter", .string(), note: "One tag"),
    ]

    /// Throws `ToolError` when nothing is selected. An agent given by its id alone has that for a name too.
    static func agents(_ arguments: ToolArguments, _ client: RoostClient) async throws -> [Agent] {
        let references = arguments.texts("agent_ids").filter { !$0.isEmpty }.uniqued
        let name = arguments.text("agent_name_filter")
        let tag = arguments.text("agent_tag_filter")
        guard !references.isEmpty || name != nil || tag != nil else {
            throw ToolError("No agents are selected: give agent_ids, agent_name_filter or agent_tag_filter.")
        }
        var given: [Agent] = []
        for reference in references {
            let id = try await client.id(of: .agent, reference)
            if !given.contains(where: { $0.id == id }) { given.append((id, reference)) }
        }
        if name == nil, tag == nil { return given }
        var query: [(String, String)] = []
        if let name { query.append(("query_text", name)) }
        if let tag { query.append(("tags", tag)) }
        let wanted = Set(given.map(\.id))
        let found: [Agent] = try await client.list("/v1/agents/", query: query).compactMap { agent in
            guard let id = agent["id"]?.string, let agentName = agent["name"]?.string else { return nil }
            // The route also looks into descriptions.
            if let name, !agentName.lowercased().contains(name.lowercased()) { return nil }
            return wanted.isEmpty || wanted.contains(id) ? (id, agentName) : nil
        }
        guard !found.isEmpty else {
            throw ToolError("No agent matches the selection.", hints: ["List the agents to see names and tags."])
        }
        return found
    }
}
