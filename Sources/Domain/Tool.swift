package import Platform

/// A function that an agent may call.
package struct Tool: Sendable {
    package let id: String
    package var name: String
    package var type: String
    package var description: String?
    package var sourceType: String?
    package var sourceCode: String?
    package var jsonSchema: JSONText?
    package var argsJSONSchema: JSONText?
    package var tags: [String] = []
    package var returnCharLimit = 50_000
    package var pipRequirements: JSONText?
    package var npmRequirements: JSONText?
    package var defaultRequiresApproval: Bool?
    package var enableParallelExecution: Bool? = false
    package var metadata: JSONText? = .emptyObject
    package var projectID: String?
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    package var createdBy: String?
    package var lastUpdatedBy: String?

    package init(id: String, name: String, type: String, createdAt: Timestamp) {
        self.id = id
        self.name = name
        self.type = type
        self.createdAt = createdAt
        self.updatedAt = createdAt
    }
}
