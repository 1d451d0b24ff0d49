package import Domain
package import Platform

/// MCP servers whose tools and answers a test writes.
package final class ScriptedToolServers: ToolServers {
    private struct State {
        var tools: [ServedTool] = []
        var failure: ToolServerError?
        var result = ServedResult(text: "done")
        var seen: [ToolServer] = []
        var calls: [String] = []
        var forgotten: [String] = []
    }

    private let state = Lock(State())

    package init() {}

    package func offer(_ tools: [ServedTool]) { state.withLock { $0.tools = tools } }
    package func fail(_ failure: ToolServerError?) { state.withLock { $0.failure = failure } }
    package func answer(_ result: ServedResult) { state.withLock { $0.result = result } }

    /// The servers as they were called, with their secrets.
    package var seen: [ToolServer] { state.withLock { $0.seen } }
    /// `name{arguments}`.
    package var calls: [String] { state.withLock { $0.calls } }
    package var forgotten: [String] { state.withLock { $0.forgotten } }

    package func tools(of server: ToolServer) async throws -> [ServedTool] {
        try state.withLock { state in
            state.seen.append(server)
            if let failure = state.failure { throw failure }
            return state.tools
        }
    }

    package func call(_ tool: String, _ arguments: JSONObject, on server: ToolServer) async throws -> ServedResult {
        try state.withLock { state in
            state.seen.append(server)
            state.calls.append(tool + JSONValue.object(arguments).text)
            if let failure = state.failure { throw failure }
            return state.result
        }
    }

    package func forget(_ serverID: String) async { state.withLock { $0.forgotten.append(serverID) } }
}

extension ServedTool {
    /// With one argument, a text that is required.
    package static func simple(_ name: String, _ description: String? = "Does it") -> ServedTool {
        var tool = ServedTool(
            name: name,
            inputSchema: [
                "type": "object", "properties": ["q": ["type": "string"]], "required": ["q"],
                "additionalProperties": false,
            ])
        tool.description = description
        return tool
    }
}
