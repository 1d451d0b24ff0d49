package import Platform

/// An MCP server as the database keeps it: values of secrets are encrypted, their names are not.
package struct StoredToolServer: Sendable, Equatable {
    package let id: String
    /// Unique in its organization.
    package var name: String
    package var place: ToolServer.Place
    package var tokenHeader: String?
    package var sealedToken: [UInt8]?
    package var headers = SealedEntries()
    package var environment = SealedEntries()
    /// When it last listed its tools.
    package var lastSynced: Timestamp?
    /// Why the last try to reach it came to nothing.
    package var syncError: String?
    package let createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(id: String, name: String, place: ToolServer.Place, createdAt: Timestamp) {
        self.id = id
        self.name = name
        self.place = place
        self.createdAt = createdAt
        updatedAt = createdAt
    }

    /// Headers or variables, encrypted together.
    package struct SealedEntries: Sendable, Equatable {
        package var names: [String]
        /// Nil when there are none.
        package var values: [UInt8]?

        package init(names: [String] = [], values: [UInt8]? = nil) {
            self.names = names
            self.values = values
        }
    }
}

/// What a caller gives to register a server, or to try one without storing it.
package struct NewToolServer: Sendable {
    package var name: String
    package var place: ToolServer.Place
    package var tokenHeader: String?
    package var token: Secret?
    package var headers: [ToolServer.Entry] = []
    package var environment: [ToolServer.Entry] = []

    package init(name: String, place: ToolServer.Place) {
        self.name = name
        self.place = place
    }
}

/// A change of a server; an absent member stays as it is.
package struct ToolServerPatch: Sendable {
    package var name: Patch<String> = .absent
    /// Nil: the transport that it has.
    package var type: String?
    package var url: Patch<String> = .absent
    package var command: Patch<String> = .absent
    package var arguments: Patch<[String]> = .absent
    package var tokenHeader: Patch<String> = .absent
    package var token: Patch<Secret> = .absent
    package var headers: Patch<[ToolServer.Entry]> = .absent
    package var environment: Patch<[ToolServer.Entry]> = .absent

    package init() {}
}

extension ToolServer {
    /// What a reply shows in place of a secret. Sent back, it means the value that is stored.
    package static let mask = "********"
}

/// A tool of a server among the organization's tools.
package struct ServedToolLink: Sendable, Equatable {
    package let toolID: String
    package let serverID: String
    /// What the server calls it; the organization's name for it may be another.
    package let servedName: String

    package init(toolID: String, serverID: String, servedName: String) {
        self.toolID = toolID
        self.serverID = serverID
        self.servedName = servedName
    }
}

/// What a refresh changed, as names of tools.
package struct ToolServerChanges: Sendable, Equatable {
    package var added: [String] = []
    package var updated: [String] = []
    package var deleted: [String] = []

    package init() {}
}
