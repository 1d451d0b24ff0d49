/// MCP servers that agents' tools come from.
enum M004 {
    static func toolServers(_ dialect: Dialect) -> [SQL] {
        [
            """
            CREATE TABLE mcp_servers (
                id TEXT NOT NULL PRIMARY KEY,
                organization_id TEXT NOT NULL,
                name TEXT NOT NULL,
                server_type TEXT NOT NULL,
                server_url TEXT,
                command TEXT,
                arguments TEXT,
                token_header TEXT,
                token \(sql: dialect.bytes),
                header_names TEXT NOT NULL DEFAULT '[]',
                header_values \(sql: dialect.bytes),
                variable_names TEXT NOT NULL DEFAULT '[]',
                variable_values \(sql: dialect.bytes),
                last_synced BIGINT,
                sync_error TEXT,
                \(sql: M001.authorship),
                UNIQUE (organization_id, name))
            """,
            "CREATE INDEX mcp_servers_by_creation ON mcp_servers (organization_id, created_at, id)",
            """
            CREATE TABLE mcp_server_tools (
                tool_id TEXT NOT NULL PRIMARY KEY REFERENCES tools (id) ON DELETE CASCADE,
                server_id TEXT NOT NULL REFERENCES mcp_servers (id) ON DELETE CASCADE,
                organization_id TEXT NOT NULL,
                served_name TEXT NOT NULL,
                UNIQUE (server_id, served_name))\(sql: dialect.clustered)
            """,
        ]
    }
}
