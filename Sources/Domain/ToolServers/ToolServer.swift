package import Platform

/// An MCP server whose tools agents may use.
package struct ToolServer: Sendable {
    package enum Place: Sendable, Equatable {
        /// A program that speaks over its standard input and output.
        case stdio(command: String, arguments: [String])
        /// The older HTTP transport, with a stream of events.
        case sse(url: String)
        case streamableHTTP(url: String)

        /// The contract's word.
        package var type: String {
            switch self {
            case .stdio: "stdio"
            case .sse: "sse"
            case .streamableHTTP: "streamable_http"
            }
        }
    }

    package let id: String
    /// Unique in its organization.
    package var name: String
    package var place: Place
    /// Name of the header that carries the token; nil: `Authorization`.
    package var tokenHeader: String?
    package var token: Secret?
    package var headers: [Entry]
    package var environment: [Entry]
    package let createdAt: Timestamp
    package var updatedAt: Timestamp

    /// A header or variable; its value is encrypted at rest.
    package struct Entry: Sendable, Equatable {
        package let name: String
        package let value: Secret

        package init(_ name: String, _ value: Secret) {
            self.name = name
            self.value = value
        }
    }

    package init(
        id: String, name: String, place: Place, tokenHeader: String? = nil, token: Secret? = nil, headers: [Entry] = [],
        environment: [Entry] = [], createdAt: Timestamp
    ) {
        self.id = id
        self.name = name
        self.place = place
        self.tokenHeader = tokenHeader
        self.token = token
        self.headers = headers
        self.environment = environment
        self.createdAt = createdAt
        updatedAt = createdAt
    }
}
