import Domain
import Platform
import Storage

/// What a server offers, made ready to be stored.
struct ServedToolSync: Sendable {
    struct Item: Sendable {
        let servedName: String
        let description: String
        let schema: ServedSchema
    }

    let items: [Item]
    /// Whether tools that are not among them go.
    let deletesOthers: Bool
    /// What was left out; nil when nothing was.
    let problem: String?

    private static let longestDescription = 8000

    init(_ offered: [ServedTool], deletesOthers: Bool = true) {
        var items: [Item] = []
        var bad: [String] = []
        for tool in offered {
            let schema = ServedSchema(tool.inputSchema)
            if schema.health == .invalid {
                bad.append("\(ServedText.bounded(tool.name, 100)) (\(schema.reasons.first ?? ""))")
                continue
            }
            let text = ServedText.bounded(tool.description ?? tool.title ?? "", Self.longestDescription)
            items.append(Item(servedName: tool.name.withoutNUL, description: text, schema: schema))
        }
        self.items = items
        self.deletesOthers = deletesOthers
        problem =
            bad.isEmpty
            ? nil : "Tools with a schema that no model takes were left out: \(bad.prefix(20).joined(separator: ", "))."
    }
}

/// The steps of taking a server's tools over, inside a transaction.
extension WriteTransaction {
    static let servedType = "external_mcp"

    func take(_ sync: ServedToolSync, of server: StoredToolServer) throws -> ToolServerChanges {
        var changes = ToolServerChanges()
        let stored = try toolServers.tools(of: server.id)
        for item in sync.items {
            if let (_, tool) = stored.first(where: { $0.link.servedName == item.servedName }) {
                var changed = tool
                item.apply(to: &changed, of: server)
                guard changed.description != tool.description || changed.jsonSchema != tool.jsonSchema else { continue }
                changes.updated.append(try save(changed).name)
            } else {
                changes.added.append(try add(item, of: server).name)
            }
        }
        guard sync.deletesOthers else { return changes }
        let names = Set(sync.items.map(\.servedName))
        for (link, tool) in stored where !names.contains(link.servedName) {
            try deleteServed(tool)
            changes.deleted.append(tool.name)
        }
        return changes
    }

    private func add(_ item: ServedToolSync.Item, of server: StoredToolServer) throws -> Tool {
        let name = try ServedToolNaming.free(item.servedName, server: server.name) { name in
            try BuiltInTools.names.contains(name) || !tools.named([name], organization: actor.organizationID).isEmpty
        }
        var tool = Tool(id: Identifier.new(.tool), name: name, type: Self.servedType, createdAt: now)
        tool.sourceType = "python"
        tool.tags = [Self.tag(server.name)]
        tool.metadata = Self.metadata(of: server)
        item.apply(to: &tool, of: server)
        let made = try insert(tool)
        try toolServers.insert(
            ServedToolLink(toolID: made.id, serverID: server.id, servedName: item.servedName),
            organization: actor.organizationID)
        return made
    }

    func deleteServed(_ tool: Tool) throws {
        try tools.delete(tool.id)
        try recordChange(.tool, .deleted, id: tool.id, label: tool.name, projectID: tool.projectID)
    }

    /// Tags and metadata of a server's tools name it.
    func renameServer(_ server: StoredToolServer, from earlier: String) throws {
        for (_, tool) in try toolServers.tools(of: server.id) {
            var tool = tool
            tool.tags = tool.tags.map { $0 == Self.tag(earlier) ? Self.tag(server.name) : $0 }
            tool.metadata = Self.metadata(of: server)
            _ = try save(tool)
        }
    }

    private static func tag(_ server: String) -> String { "mcp:" + server }

    private static func metadata(of server: StoredToolServer) -> JSONText {
        JSONText(["mcp": ["server_id": .string(server.id), "server_name": .string(server.name)]])
    }
}

extension ServedToolSync.Item {
    /// Name and what users set (limits, approval, tags) stay.
    fileprivate func apply(to tool: inout Tool, of server: StoredToolServer) {
        tool.description = description
        tool.jsonSchema = JSONText([
            "name": .string(tool.name), "description": .string(description), "parameters": .object(schema.parameters),
            "mcp:SCHEMA_STATUS": .string(schema.health.rawValue),
            "mcp:SCHEMA_WARNINGS": .array(schema.reasons.map { .string($0) }),
        ])
    }
}
