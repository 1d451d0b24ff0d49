import Domain
import Platform

/// The form of agent files before version 0.8: one agent at the top, its blocks and tools written out inside it, and the
/// messages in context named by their place in the list.
enum OlderAgentFile {
    static func file(_ root: PlacedValue) throws -> AgentFile {
        var file = AgentFile()
        var entry = AgentFile.Entry(id: "agent-0", agent: try AgentFileReader.agent(root))
        for (index, block) in try blocks(root["core_memory"] ?? root["memory"]?["memory"]).enumerated() {
            file.blocks.append(("block-\(index)", block))
            entry.blockIDs.append("block-\(index)")
        }
        for (index, tool) in try (root["tools"]?.elements() ?? []).enumerated() {
            if let name = tool.value.string {
                entry.agent.toolNames.append(name)
            } else {
                file.tools.append(AgentFile.FileTool(id: "tool-\(index)", tool: try AgentFileReader.tool(tool)))
                entry.toolIDs.append("tool-\(index)")
            }
        }
        for (index, message) in try (root["messages"]?.elements() ?? []).enumerated() {
            var read = try AgentFileReader.message(message, index: index)
            // Ids were those of the server it came from; the places in the list are what counts here.
            read.id = "message-\(index)"
            entry.messages.append(read)
        }
        entry.inContext = try inContext(root["in_context_message_indices"], count: entry.messages.count)
        for name in ["multi_agent_group", "sources", "identity_ids"] {
            guard let part = root[name]?.value, part != .array([]) else { continue }
            entry.unserved[name] = part
        }
        file.agents = [entry]
        return file
    }

    /// A list of blocks, or an object from label to block or text.
    private static func blocks(_ place: PlacedValue?) throws -> [NewBlock] {
        guard let place else { return [] }
        guard let labelled = place.value.object else { return try place.elements().map(AgentFileReader.block) }
        return try labelled.members.map { member in
            let value = PlacedValue(member.value, at: place.place + "." + member.name)
            if let text = value.value.string { return NewBlock(label: member.name, value: text) }
            var object = try value.object()
            object["label"] = object["label"] ?? .string(member.name)
            return try AgentFileReader.block(PlacedValue(.object(object), at: value.place))
        }
    }

    /// All messages when the file does not say.
    private static func inContext(_ place: PlacedValue?, count: Int) throws -> [String] {
        guard let place else { return (0..<count).map { "message-\($0)" } }
        return try place.elements().map { element in
            let index = try element.integer()
            guard (0..<count).contains(index) else { throw element.failure("there is no message \(index) in the file") }
            return "message-\(index)"
        }
    }
}
