import Platform
import Wire

/// `read_memory`: one block whole, or all of them in short.
enum ReadMemoryTool {
    static let tool = MCPTool(
        "read_memory", title: "Read memory",
        """
        Read a memory block, the standing notes of a project (project_context, learnings, human). Without label: every \
        block with its size and beginning.
        """,
        input: [.optional("label", .string()), MemoryTools.agentID],
        output: [
            .required("note", .string()), .optional("value", .string()), .optional("version", .integer()),
            .optional("blocks", MemoryTools.objects), .hints,
        ],
        .readOnly
    ) { call in
        let given = call.arguments.text("agent_id")
        guard let agent = try await call.session.agent(forReading: given, unseen: true) else {
            guard let label = call.arguments.text("label") else {
                let hint = "This project has no memory yet; it is made when something is stored."
                return ["note": "There are no blocks.", "blocks": [], "hints": [.string(hint)]]
            }
            throw ToolError(
                "There is no block '\(ShortText.preview(label, 100))': this project has no memory yet.",
                hints: ["It is made when something is stored, with blocks to begin with."], status: 404)
        }
        let blocks = AgentBlocks(client: try await call.client(), agent: agent)
        guard let label = call.arguments.text("label") else { return try await all(blocks) }
        let block = try await blocks.find(label)
        return [
            "note": .string(MemoryTools.caution), "label": .string(block.label), "value": .string(block.value),
            "version": .int(Int64(block.version)), "size": .int(Int64(block.size)), "limit": .int(Int64(block.limit)),
            "read_only": .bool(block.isReadOnly), "memory": .string(agent.name),
        ]
    }

    private static func all(_ blocks: AgentBlocks) async throws -> JSONValue {
        let shown = try await blocks.all().map { block -> JSONValue in
            var object = block.summary
            if let description = block.description {
                object["description"] = .string(ShortText.preview(description, 120))
            }
            object["preview"] = .string(ShortText.preview(block.value, 160))
            return .object(object)
        }
        return [
            "note": .string(MemoryTools.caution), "memory": .string(blocks.agent.name), "blocks": .array(shown),
        ]
    }
}
