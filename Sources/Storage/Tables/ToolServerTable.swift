package import Domain
import Platform

/// MCP servers, and which tools are theirs. Secrets come and go encrypted; this table knows no other form.
package struct ToolServerTable {
    let connection: any Connection

    private static let columns: SQL = """
        s.id, s.name, s.server_type, s.server_url, s.command, s.arguments, s.token_header, s.token, s.header_names, \
        s.header_values, s.variable_names, s.variable_values, s.last_synced, s.sync_error, s.created_at, s.updated_at
        """

    package func find(_ id: String, organization: String) throws -> StoredToolServer? {
        try connection.first(
            """
            SELECT \(sql: Self.columns) FROM mcp_servers s WHERE s.id = \(id) AND s.organization_id = \(organization)
            """, Self.server)
    }

    package func find(name: String, organization: String) throws -> StoredToolServer? {
        try connection.first(
            """
            SELECT \(sql: Self.columns) FROM mcp_servers s \
            WHERE s.organization_id = \(organization) AND s.name = \(name)
            """, Self.server)
    }

    /// All of them, oldest first.
    package func list(organization: String) throws -> [StoredToolServer] {
        try connection.rows(
            """
            SELECT \(sql: Self.columns) FROM mcp_servers s WHERE s.organization_id = \(organization) \
            ORDER BY s.created_at, s.id
            """, Self.server)
    }

    /// Throws `StoreError(.conflict)` on `mcp_servers.name` when the name is taken.
    package func insert(_ server: StoredToolServer, by actorID: String, organization: String) throws {
        let place = Place(server.place)
        try connection.execute(
            """
            INSERT INTO mcp_servers (id, organization_id, name, server_type, server_url, command, arguments, \
            token_header, token, header_names, header_values, variable_names, variable_values, last_synced, sync_error, \
            created_at, updated_at, created_by_id, last_updated_by_id) VALUES (\(server.id), \(organization), \
            \(server.name), \(server.place.type), \(place.url), \(place.command), \(place.arguments), \
            \(server.tokenHeader), \(server.sealedToken), \(JSONText(server.headers.names).text), \
            \(server.headers.values), \(JSONText(server.environment.names).text), \(server.environment.values), \
            \(server.lastSynced), \(server.syncError), \(server.createdAt), \(server.updatedAt), \(actorID), \(actorID))
            """)
    }

    /// Writes all members of a changed server. False when it is gone. Throws as `insert` does.
    package func update(_ server: StoredToolServer, by actorID: String) throws -> Bool {
        let place = Place(server.place)
        return try connection.execute(
            """
            UPDATE mcp_servers SET name = \(server.name), server_type = \(server.place.type), \
            server_url = \(place.url), command = \(place.command), arguments = \(place.arguments), \
            token_header = \(server.tokenHeader), token = \(server.sealedToken), \
            header_names = \(JSONText(server.headers.names).text), header_values = \(server.headers.values), \
            variable_names = \(JSONText(server.environment.names).text), \
            variable_values = \(server.environment.values), last_synced = \(server.lastSynced), \
            sync_error = \(server.syncError), updated_at = \(server.updatedAt), last_updated_by_id = \(actorID) \
            WHERE id = \(server.id)
            """) > 0
    }

    /// Its tools stay; they are the caller's to delete.
    package func delete(_ id: String) throws { try connection.execute("DELETE FROM mcp_servers WHERE id = \(id)") }

    private static func server(_ row: any Row) -> StoredToolServer {
        let place = Place(url: row.optionalText(3), command: row.optionalText(4), arguments: row.optionalText(5))
        var server = StoredToolServer(
            id: row.text(0), name: row.text(1), place: place.value(type: row.text(2)), createdAt: row.timestamp(14))
        server.tokenHeader = row.optionalText(6)
        server.sealedToken = row.isNull(7) ? nil : row.blob(7)
        server.headers = .init(names: row.texts(8), values: row.isNull(9) ? nil : row.blob(9))
        server.environment = .init(names: row.texts(10), values: row.isNull(11) ? nil : row.blob(11))
        server.lastSynced = row.optionalTimestamp(12)
        server.syncError = row.optionalText(13)
        server.updatedAt = row.timestamp(15)
        return server
    }

    // MARK: Tools

    /// The tools of a server, by name.
    package func tools(of serverID: String) throws -> [(link: ServedToolLink, tool: Tool)] {
        try connection.rows(
            """
            SELECT \(sql: ToolTable.columns), l.served_name FROM mcp_server_tools l JOIN tools t ON t.id = l.tool_id \
            WHERE l.server_id = \(serverID) ORDER BY t.name
            """
        ) { row in
            let tool = ToolTable.tool(row)
            return (ServedToolLink(toolID: tool.id, serverID: serverID, servedName: row.text(20)), tool)
        }
    }

    /// Where a tool is from; nil for one of no server.
    package func link(ofTool toolID: String) throws -> ServedToolLink? {
        try connection.first("SELECT server_id, served_name FROM mcp_server_tools WHERE tool_id = \(toolID)") { row in
            ServedToolLink(toolID: toolID, serverID: row.text(0), servedName: row.text(1))
        }
    }

    package func insert(_ link: ServedToolLink, organization: String) throws {
        try connection.execute(
            """
            INSERT INTO mcp_server_tools (tool_id, server_id, organization_id, served_name) \
            VALUES (\(link.toolID), \(link.serverID), \(organization), \(link.servedName))
            """)
    }
}

/// The columns that say where a server is.
private struct Place {
    var url: String?
    var command: String?
    var arguments: String?

    init(url: String?, command: String?, arguments: String?) {
        self.url = url
        self.command = command
        self.arguments = arguments
    }

    init(_ place: ToolServer.Place) {
        switch place {
        case .stdio(let command, let arguments):
            self.command = command
            self.arguments = JSONText(arguments).text
        case .sse(let url), .streamableHTTP(let url): self.url = url
        }
    }

    func value(type: String) -> ToolServer.Place {
        switch type {
        case "stdio":
            .stdio(
                command: command ?? "", arguments: arguments.flatMap { JSONText(trusted: $0).value.strings } ?? [])
        case "sse": .sse(url: url ?? "")
        default: .streamableHTTP(url: url ?? "")
        }
    }
}

extension StoredToolServer {
    /// Where one of its secrets stands.
    package func secretPlace(_ field: String, organization: String) -> SecretBox.Place {
        SecretBox.Place(organization: organization, kind: "mcp_server", id: id, field: field)
    }
}

extension ReadTransaction {
    package var toolServers: ToolServerTable { ToolServerTable(connection: connection) }
}

extension WriteTransaction {
    package var toolServers: ToolServerTable { ToolServerTable(connection: connection) }
}
