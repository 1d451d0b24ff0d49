import Domain
import Engine
import HTTP
import Platform

extension StoredToolServer {
    /// `StdioMCPServer` and its fellows. Secrets are masked.
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("mcp_server_type", place.type)
            writeMembers(to: &json)
            json.field("id", id)
            json.field("server_name", name)
            json.field("last_synced", lastSynced)
            json.field("sync_error", syncError)
        }
    }

    /// `StdioServerConfig` and its fellows.
    func writeConfiguration(to json: inout JSONWriter) {
        json.object { json in
            json.field("server_name", name)
            json.field("type", place.type)
            writeMembers(to: &json)
        }
    }

    private func writeMembers(to json: inout JSONWriter) {
        switch place {
        case .stdio(let command, let arguments):
            json.field("command", command)
            json.field("args", arguments)
            json.field("env", Self.masked(environment))
        case .sse(let url), .streamableHTTP(let url):
            json.field("server_url", url)
            json.field("auth_header", tokenHeader)
            json.field("auth_token", sealedToken == nil ? nil : ToolServer.mask)
            json.field("custom_headers", Self.masked(headers))
        }
    }

    private static func masked(_ entries: SealedEntries) -> JSONValue {
        if entries.names.isEmpty { return .null }
        return .object(JSONObject(entries.names.map { ($0, .string(ToolServer.mask)) }))
    }
}

extension ReportedTool {
    /// `MCPTool`, as the server describes it.
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("name", tool.name)
            json.field("title", tool.title)
            json.field("description", tool.description)
            json.field("inputSchema", .object(tool.inputSchema))
            json.field("outputSchema", tool.outputSchema.map(JSONValue.object) ?? .null)
            json.field("annotations", tool.annotations.map(JSONValue.object) ?? .null)
            json.null("_meta")
            json.object("health") { json in
                json.field("status", health)
                json.field("reasons", reasons)
            }
        }
    }
}

extension Response {
    static func toolServer(_ server: StoredToolServer) -> Response { .json { server.write(to: &$0) } }

    static func configurations(_ servers: [StoredToolServer]) -> Response {
        .list(servers) { $0.writeConfiguration(to: &$1) }
    }

    /// `MCPServerResyncResult`.
    static func changes(_ changes: ToolServerChanges) -> Response {
        .json { json in
            json.object { json in
                json.field("deleted", changes.deleted)
                json.field("updated", changes.updated)
                json.field("added", changes.added)
            }
        }
    }

    /// `ToolExecutionResult`.
    static func executed(_ outcome: ToolOutcome) -> Response {
        .json { json in
            json.object { json in
                json.field("status", outcome.isError ? "error" : "success")
                json.field("func_return", outcome.text)
                json.null("agent_state")
                json.null("stdout")
                json.null("stderr")
                json.null("sandbox_config_fingerprint")
            }
        }
    }
}
