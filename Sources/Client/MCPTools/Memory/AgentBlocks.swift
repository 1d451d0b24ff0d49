import HTTP
import Platform

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
    let tags: [String]

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
        tags = json["tags"]?.strings ?? []
    }

    /// In characters as the limit counts them.
    var size: Int { ShortText.size(of: value) }

    /// What it is, without its text.
    var summary: JSONObject {
        var object = JSONObject([
            ("label", .string(label)), ("size", .int(Int64(size))), ("limit", .int(Int64(limit))),
            ("version", .int(Int64(version))),
        ])
        if isReadOnly { object["read_only"] = true }
        if let changed = ShortText.time(changed) { object["updated"] = .string(changed) }
        return object
    }
}

/// The blocks of an agent.
struct AgentBlocks: Sendable {
    let client: RoostClient
    let agent: MemoryAgent

    func all() async throws -> [MemoryBlock] {
        try await client.list(APIPath.blocks(ofAgent: agent.id), query: [("order", "asc")], limit: 200)
            .compactMap { MemoryBlock($0) }
    }

    /// Throws `ToolError` that names the labels there are.
    func find(_ label: String) async throws -> MemoryBlock {
        do {
            let reference = BlockCalls.Reference(label, agent: agent.id)
            if let block = MemoryBlock(try await client.get(reference.path)) { return block }
        } catch let error as ClientError {
            guard error.status == 404 else { throw error }
        }
        let labels = try await all().map(\.label)
        let near = NearMatch.best(for: label, among: labels).map { "Did you mean '\($0)'?" }
        throw ToolError(
            "\(agent.shownName) has no block '\(ShortText.preview(label, 100))'.",
            hints: [
                near, "Its blocks: \(labels.prefix(20).map { ShortText.name($0) }.joined(separator: ", ")).",
            ].compactMap { $0 }, status: 404)
    }

    func update(_ block: MemoryBlock, value: String, expected: Int?) async throws -> MemoryBlock {
        var body: JSONObject = ["value": .string(value)]
        if let expected { body["expected_version"] = .int(Int64(expected)) }
        let changed = try await client.call(
            .patch, BlockCalls.Reference(block.id, agent: agent.id).path, body: .object(body))
        guard let read = MemoryBlock(changed) else { throw ClientError("The answer is not a block.") }
        return read
    }
}
