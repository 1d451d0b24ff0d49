import HTTP
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
            .optional("blocks", MemoryTools.objects), MemoryTools.hints,
        ],
        .readOnly
    ) { call in
        let given = call.arguments.text("agent_id")
        guard let agent = try await call.session.agent(forReading: given) else {
            guard let label = call.arguments.text("label") else {
                let hint = "This project has no memory yet; it is made when something is stored."
                return ["note": "There are no blocks.", "blocks": [], "hints": [.string(hint)]]
            }
            throw ToolError(
                "There is no block '\(Shortened.preview(label, 100))': this project has no memory yet.",
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
                object["description"] = .string(Shortened.preview(description, 120))
            }
            object["preview"] = .string(Shortened.preview(block.value, 160))
            return .object(object)
        }
        return [
            "note": .string(MemoryTools.caution), "memory": .string(blocks.agent.name), "blocks": .array(shown),
        ]
    }
}

/// A block as the tools need it.
struct MemoryBlock: Sendable {
    let id: String
    let label: String
    let value: String
    let description: String?
    let limit: Int
    let version: Int
    let isReadOnly: Bool
    let changed: String?

    /// Nil when this is not a block's JSON.
    init?(_ json: JSONValue) {
        guard let id = json["id"]?.string, let value = json["value"]?.string, let limit = json["limit"]?.int
        else { return nil }
        self.id = id
        label = json["label"]?.string ?? id
        self.value = value
        description = json["description"]?.string
        self.limit = limit
        version = json["version"]?.int ?? 1
        isReadOnly = json["read_only"]?.bool ?? false
        changed = json["updated_at"]?.string
    }

    /// In characters as the limit counts them.
    static func size(_ value: String) -> Int { value.unicodeScalars.count }
    var size: Int { Self.size(value) }

    /// What it is, without its text.
    var summary: JSONObject {
        var object = JSONObject([
            ("label", .string(label)), ("size", .int(Int64(size))), ("limit", .int(Int64(limit))),
            ("version", .int(Int64(version))),
        ])
        if isReadOnly { object["read_only"] = true }
        if let changed = Shortened.time(changed) { object["updated"] = .string(changed) }
        return object
    }
}

/// The blocks of an agent.
struct AgentBlocks: Sendable {
    let client: RoostClient
    let agent: MemoryAgent

    func all() async throws -> [MemoryBlock] {
        try await client.list(path, query: [("order", "asc")], limit: 200).compactMap { MemoryBlock($0) }
    }

    /// Throws `ToolError` that names the labels there are.
    func find(_ label: String) async throws -> MemoryBlock {
        do {
            if let block = MemoryBlock(try await client.get(path + "/" + percentEncoded(label))) { return block }
        } catch let error as ClientError {
            guard error.status == 404 else { throw error }
        }
        let labels = try await all().map(\.label)
        let near = NearMatch.best(for: label, among: labels).map { "Did you mean '\($0)'?" }
        throw ToolError(
            "\(agent.name) has no block '\(Shortened.preview(label, 100))'.",
            hints: [near, "Its blocks: \(labels.joined(separator: ", "))."].compactMap { $0 }, status: 404)
    }

    func update(_ block: MemoryBlock, value: String, expected: Int?) async throws -> MemoryBlock {
        var body: JSONObject = ["value": .string(value)]
        if let expected { body["expected_version"] = .int(Int64(expected)) }
        let changed = try await client.call(.patch, path + "/" + percentEncoded(block.id), body: .object(body))
        guard let read = MemoryBlock(changed) else { throw ClientError("The answer is not a block.") }
        return read
    }

    private var path: String { SharedMemory.blocks(of: agent) }
}
