import Domain
import Platform
import Storage

/// Carries out tools of MCP servers. What goes wrong there is an outcome that the model can act on.
struct ServedToolRun: Sendable {
    let engine: Engine

    static func canRun(_ tool: Tool) -> Bool { tool.type == WriteTransaction.servedType }

    /// - Throws: `Refusal(.unavailable)` when the store fails, `CancellationError`.
    func run(_ tool: Tool, _ invocation: ToolInvocation) async throws -> ToolOutcome {
        let organization = invocation.caller.organization
        let found = try await engine.read { transaction in
            try transaction.toolServers.link(ofTool: tool.id).flatMap { link in
                try transaction.toolServers.find(link.serverID, organization: organization).map {
                    ($0, link.servedName)
                }
            }
        }
        guard let (server, servedName) = found else {
            return .failure(
                "The MCP server of \(tool.name) is not registered any more. Go on without this tool.", tool: tool.name,
                kind: "ConnectionError")
        }
        do {
            let servers = engine.mcpServers
            let secrets = try await servers.secrets(ofAgent: invocation.agent.id, invocation.caller)
            let opened = try await servers.opened(server, secrets: secrets, invocation.caller)
            let result = try await engine.toolServers.call(servedName, invocation.arguments, on: opened)
            if result.isError { return .failure(result.text, tool: tool.name, kind: "McpError") }
            return ToolOutcome(result.text)
        } catch let error as ToolServerError {
            return .failure(
                "The MCP server '\(server.name)' gave no result. \(error.message) \(Self.advice(error.code))",
                tool: tool.name, kind: Self.kind(error.code))
        }
    }

    private static func advice(_ code: ToolServerError.Code) -> String {
        switch code {
        case .refused: "Check the arguments against the tool's schema."
        case .timedOut: "The call may have been carried out all the same. Do not repeat it unless that is harmless."
        case .unreachable, .unauthorized, .protocolBroken, .notServed: "Go on without this tool, and tell the user."
        }
    }

    /// Names of Python's exceptions, as the contract has them.
    private static func kind(_ code: ToolServerError.Code) -> String {
        switch code {
        case .timedOut: "TimeoutError"
        case .unauthorized: "PermissionError"
        case .refused: "McpError"
        case .notServed: "NotImplementedError"
        case .unreachable, .protocolBroken: "ConnectionError"
        }
    }
}
