import Platform

/// How an MCP server is reached, as V1 keeps it (`CreateStdioMCPServer` and its fellows), from the forms that settings
/// files have: `type`, `url` and `headers` are other names of the contract's members.
struct MCPServerConfig: Sendable {
    let json: JSONObject

    private static let types = [
        "stdio": "stdio", "sse": "sse", "http": "streamable_http", "streamable_http": "streamable_http",
        "streamable-http": "streamable_http", "streamablehttp": "streamable_http",
    ]

    /// - Parameter oauth: `auth_header`, `auth_token` and `custom_headers` of it are used.
    init(_ given: JSONObject, oauth: JSONObject? = nil) throws {
        let url = given["server_url"]?.string ?? given["url"]?.string
        var json = JSONObject()
        switch try Self.type(given, url: url) {
        case "stdio":
            guard let command = given["command"]?.string, !command.isEmpty else {
                throw ToolError("server_config.command is missing.")
            }
            json["mcp_server_type"] = "stdio"
            json["command"] = .string(command)
            json["args"] = given["args"] ?? []
            if let env = given["env"], !env.isNull { json["env"] = env }
        case let type:
            guard let url, url.hasPrefix("http://") || url.hasPrefix("https://") else {
                throw ToolError("server_config.server_url should begin with http:// or https://.")
            }
            json["mcp_server_type"] = .string(type)
            json["server_url"] = .string(url)
            if let headers = given["headers"], !headers.isNull { json["custom_headers"] = headers }
            for source in [given, oauth ?? JSONObject()] {
                for name in ["auth_header", "auth_token", "custom_headers"] {
                    if let value = source[name], !value.isNull { json[name] = value }
                }
            }
        }
        self.json = json
    }

    private static func type(_ given: JSONObject, url: String?) throws -> String {
        for name in ["mcp_server_type", "type", "transport"] {
            guard let text = given[name]?.string else { continue }
            guard let type = types[text.lowercased()] else {
                throw ToolError("server_config.\(name) should be stdio, sse or streamable_http.")
            }
            return type
        }
        if given["command"] != nil { return "stdio" }
        guard let url else {
            throw ToolError(
                "server_config says neither command nor server_url.",
                hints: ["stdio: {command, args, env}; remote: {server_url, auth_token?, custom_headers?}."])
        }
        return url.hasSuffix("/sse") ? "sse" : "streamable_http"
    }

    /// The form of `/v1/tools/mcp/servers/…`: a flat object with a name.
    func flat(name: String) -> JSONObject {
        var flat = JSONObject([("server_name", .string(name)), ("type", json["mcp_server_type"] ?? "stdio")])
        for member in json.members where member.name != "mcp_server_type" { flat[member.name] = member.value }
        return flat
    }

    var secrets: Secrets {
        Secrets(
            json["env"]?.object, json["custom_headers"]?.object,
            json["auth_token"].map { JSONObject([("auth_token", $0)]) })
    }

    // MARK: What is shown of a server

    static func row(_ server: JSONValue) -> JSONValue {
        .object(ShortForm.members(["id", "server_name", "mcp_server_type", "command", "server_url"], of: server))
    }

    /// The whole server; of keys and tokens only that they are there.
    static func masked(_ server: JSONValue) -> JSONValue {
        guard var object = ShortForm.compacted(server).object else { return server }
        for name in ["env", "custom_headers"] {
            guard let values = object[name]?.object else { continue }
            object[name] = .object(JSONObject(values.members.map { ($0.name, "********") }))
        }
        if object["auth_token"] != nil { object["auth_token"] = "********" }
        return .object(object)
    }
}
