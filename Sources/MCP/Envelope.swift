package import HTTP
package import Platform

/// What a request of the stateless revision says about itself in `params._meta` (MCP 2026-07-28, Per-request fields).
package struct Envelope: Sendable {
    package let revision: Revision
    /// Nil: no log messages are wanted for this request.
    package let logLevel: LogLevel?

    static let versionKey = "io.modelcontextprotocol/protocolVersion"
    static let capabilitiesKey = "io.modelcontextprotocol/clientCapabilities"
    static let logLevelKey = "io.modelcontextprotocol/logLevel"

    /// Whether a request means to be one of the stateless revision. `initialize` never is.
    package static func isPresent(method: String, _ params: JSONObject) -> Bool {
        method != "initialize" && params["_meta"]?[versionKey] != nil
    }

    /// Checks the envelope, in the order that decides which error is told: form, headers, revision.
    /// - Parameter headers: of the HTTP request; nil on other transports.
    package init(method: String, params: JSONObject, headers: Headers? = nil) throws(RPCError) {
        guard let meta = params["_meta"]?.object else {
            throw .invalidParams("params._meta has to be an object with '\(Self.versionKey)'.")
        }
        let missing = [Self.versionKey, Self.capabilitiesKey].filter { meta[$0] == nil }
        guard missing.isEmpty else {
            throw .invalidParams("params._meta lacks \(missing.joined(separator: ", ")).")
        }
        if let headers { try Self.compare(headers, method: method, params: params, version: meta[Self.versionKey]) }
        guard let version = meta[Self.versionKey]?.string else {
            throw .invalidParams("The protocol version in params._meta has to be a string.")
        }
        guard meta[Self.capabilitiesKey]?.object != nil else {
            throw .invalidParams("The client capabilities in params._meta have to be an object.")
        }
        guard let revision = Revision(rawValue: version), revision.isStateless else {
            throw .unsupported(version, supported: Revision.stateless)
        }
        self.revision = revision
        logLevel = meta[Self.logLevelKey]?.string.flatMap(LogLevel.init(rawValue:))
    }

    // MARK: Headers

    /// The parameter that `Mcp-Name` repeats.
    private static let named = ["tools/call": "name", "prompts/get": "name", "resources/read": "uri"]

    private static func compare(
        _ headers: Headers, method: String, params: JSONObject, version: JSONValue?
    ) throws(RPCError) {
        guard let sent = headers["mcp-protocol-version"], version == .string(sent) else {
            throw .headerMismatch("The header MCP-Protocol-Version does not say what params._meta says.")
        }
        guard headers["mcp-method"] == method else {
            throw .headerMismatch("The header Mcp-Method does not say what the message says.")
        }
        guard let key = named[method], let name = params[key]?.string else { return }
        guard let sent = headers["mcp-name"], decoded(sent) == name else {
            throw .headerMismatch("The header Mcp-Name does not say what the parameter '\(key)' says.")
        }
    }

    /// The text of a header that may be wrapped as `=?base64?…?=`; nil when what is wrapped is not text.
    private static func decoded(_ header: String) -> String? {
        guard header.hasPrefix("=?base64?"), header.hasSuffix("?=") else { return header }
        return Base64.decode(header.dropFirst("=?base64?".count).dropLast("?=".count))
            .flatMap { String(validating: $0, as: UTF8.self) }
    }
}
