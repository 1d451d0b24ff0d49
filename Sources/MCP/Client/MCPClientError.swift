/// Why a server gave no result.
package struct MCPClientError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: Sendable, Equatable {
        /// No connection, no such program, an address that does not speak the protocol.
        case unreachable
        case unauthorized
        case timedOut
        /// What it sent is not MCP, or too much.
        case protocolBroken
        /// It answered with an error of JSON-RPC; its code.
        case refused(Int)
        /// The connection or the program ended before the answer came; the call may have been carried out.
        case ended
        /// The server does not know the session: nothing was carried out.
        case sessionLost
    }

    package let code: Code
    /// What happened and what to do; never a secret.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    init(_ error: RPCError) {
        let text = error.message.prefix { $0 != "\0" }
        self.init(.refused(error.code), "The server answered with the error \(error.code): \(text.prefix(1000))")
    }

    package var description: String { message }
}
