package import Platform

/// Calls MCP servers, as their client. None of these waits longer than its limit, whatever the server does.
package protocol ToolServers: Sendable {
    /// What a server offers.
    /// - Throws: `ToolServerError`, `CancellationError`.
    func tools(of server: ToolServer) async throws -> [ServedTool]

    /// - Throws: `ToolServerError` when no result came; a result that says that the tool failed is a result.
    ///   `CancellationError`: the server is told.
    func call(_ tool: String, _ arguments: JSONObject, on server: ToolServer) async throws -> ServedResult

    /// Closes connections and processes that are kept for a server; one that changed or is deleted.
    func forget(_ serverID: String) async
}

/// A tool as a server describes it. Nothing in it is trusted.
package struct ServedTool: Sendable, Equatable {
    package let name: String
    package var title: String?
    package var description: String?
    package var inputSchema: JSONObject
    package var outputSchema: JSONObject?
    package var annotations: JSONObject?

    package init(name: String, inputSchema: JSONObject) {
        self.name = name
        self.inputSchema = inputSchema
    }
}

/// What a call of a server's tool gave.
package struct ServedResult: Sendable, Equatable {
    /// Its texts, joined by line feeds; pictures and resources as a line that names them.
    package let text: String
    package let structured: JSONObject?
    package let isError: Bool

    package init(text: String, structured: JSONObject? = nil, isError: Bool = false) {
        self.text = text
        self.structured = structured
        self.isError = isError
    }
}

package struct ToolServerError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: Sendable {
        /// No connection, no such command, or an address that is not allowed.
        case unreachable
        case unauthorized
        case timedOut
        /// What it sent is not MCP, or too much.
        case protocolBroken
        /// It answered with an error of its own.
        case refused
        case notServed
    }

    package let code: Code
    /// What happened and what to do; never a secret.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}

/// For a process that calls no servers.
package struct NoToolServers: ToolServers {
    private static let error = ToolServerError(
        .notServed, "This process does not call MCP servers. Start 'roost serve'.")

    package init() {}

    package func tools(of server: ToolServer) async throws -> [ServedTool] { throw Self.error }

    package func call(_ tool: String, _ arguments: JSONObject, on server: ToolServer) async throws -> ServedResult {
        throw Self.error
    }

    package func forget(_ serverID: String) async {}
}
