package import Platform

/// A request that cannot be answered with a result (JSON-RPC 2.0, section 5.1; MCP, Error codes).
package struct RPCError: Error, Sendable, Equatable {
    package let code: Int
    package let message: String
    package let data: JSONValue?

    package init(_ code: Int, _ message: String, data: JSONValue? = nil) {
        self.code = code
        self.message = Self.quoted(message, 3000)
        self.data = data.map(Self.quoted)
    }

    // What a client sent may be of any length; an error does not send all of it back.
    private static func quoted(_ data: JSONValue) -> JSONValue {
        switch data {
        case .string(let text): return .string(quoted(text, 1000))
        case .object(let members):
            return .object(JSONObject(members.members.map { ($0.name, quoted($0.value)) }))
        default: return data
        }
    }

    private static func quoted(_ text: String, _ most: Int) -> String {
        guard text.utf8.count > most else { return text }
        return String(text.unicodeScalars.prefix(most)) + "…"
    }

    package static func parse(_ message: String) -> RPCError { RPCError(-32700, message) }
    package static func invalidRequest(_ message: String) -> RPCError { RPCError(-32600, message) }
    package static func methodNotFound(_ method: String) -> RPCError {
        RPCError(-32601, "Method not found", data: .string(method))
    }
    package static func invalidParams(_ message: String, data: JSONValue? = nil) -> RPCError {
        RPCError(-32602, message, data: data)
    }
    package static func internalError(_ message: String) -> RPCError { RPCError(-32603, message) }
    /// The request was cancelled by the client, which does not wait for this any more.
    package static let cancelled = RPCError(-32800, "Request cancelled")
    package static func headerMismatch(_ message: String) -> RPCError { RPCError(-32020, message) }

    /// A revision that is not spoken, with those that are.
    package static func unsupported(_ requested: String, supported: [Revision]) -> RPCError {
        RPCError(
            -32022, "Unsupported protocol version",
            data: [
                "supported": .array(supported.map { .string($0.rawValue) }), "requested": .string(requested),
            ])
    }

    /// A resource that is not there: its code changed with the stateless revision.
    package static func unknownResource(_ uri: String, _ revision: Revision) -> RPCError {
        RPCError(revision.isStateless ? -32602 : -32002, "Resource not found", data: ["uri": .string(uri)])
    }

    /// The status of an HTTP answer that holds this error, where the stateless revision asks for one.
    package var httpStatus: Int {
        switch code {
        case -32700, -32600, -32602, -32020, -32021, -32022: 400
        case -32601: 404
        default: 200
        }
    }
}
