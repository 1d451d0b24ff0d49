import Domain
import Platform

extension NewToolServer {
    /// - Parameter typeMember: `mcp_server_type`, or `type` in the older form.
    init(_ config: JSONObject, name: String, typeMember: String) {
        let type = config.text(typeMember) ?? (config.given("command") == nil ? "streamable_http" : "stdio")
        let url = config.text("server_url") ?? ""
        let place: ToolServer.Place
        switch type {
        case "stdio": place = .stdio(command: config.text("command") ?? "", arguments: config.texts("args") ?? [])
        case "sse": place = .sse(url: url)
        default: place = .streamableHTTP(url: url)
        }
        self.init(name: name, place: place)
        if type == "stdio" {
            environment = config["env"]?.entries ?? []
        } else {
            tokenHeader = config.given("auth_header")
            token = config.given("auth_token").map(Secret.init)
            headers = config["custom_headers"]?.entries ?? []
        }
    }
}

extension ToolServerPatch {
    init(_ config: JSONObject, name: Patch<String>) {
        self.init()
        self.name = name
        type = config.text("mcp_server_type")
        url = config.textPatch("server_url")
        command = config.textPatch("command")
        arguments = config.textsPatch("args")
        tokenHeader = config.textPatch("auth_header")
        token = (config["auth_token"] == nil ? config.textPatch("token") : config.textPatch("auth_token")).map(
            Secret.init)
        if token.given?.reveal.isEmpty == true { token = .null }
        headers = config.patch("custom_headers") { $0.entries }
        environment = config.patch("env") { $0.entries }
    }

    /// The older form, in which a program's members stand in `stdio_config`.
    init(older body: JSONObject) {
        self.init(body["stdio_config"]?.object ?? body, name: body.textPatch("server_name"))
    }
}

extension JSONObject {
    /// A text that says something.
    fileprivate func given(_ name: String) -> String? { text(name).flatMap { $0.isEmpty ? nil : $0 } }
}

extension JSONValue {
    /// Names and secret values.
    fileprivate var entries: [ToolServer.Entry]? {
        object?.members.map { ToolServer.Entry($0.name, Secret($0.value.string ?? "")) }
    }
}
