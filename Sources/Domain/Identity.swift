package import Platform

/// A person, organisation or thing outside Roost that agents and blocks belong to.
package struct Identity: Sendable {
    package let id: String
    package var identifierKey: String
    package var name: String
    /// `user`, `org` or `other`.
    package var type: String
    package var projectID: String?
    /// `[{"key","value","type"}]`.
    package var properties: JSONText = .emptyArray
    package var agentIDs: [String] = []
    package var blockIDs: [String] = []
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(id: String, identifierKey: String, name: String, type: String, createdAt: Timestamp) {
        self.id = id
        self.identifierKey = identifierKey
        self.name = name
        self.type = type
        self.createdAt = createdAt
        self.updatedAt = createdAt
    }
}
