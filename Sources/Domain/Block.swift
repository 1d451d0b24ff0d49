package import Platform

/// A labelled piece of text that is always in an agent's prompt; may be attached to many agents.
package struct Block: Sendable, Equatable {
    package private(set) var id: String
    package var label: String
    package var value: String
    /// Characters (Unicode scalars) that `value` may have.
    package var limit: Int
    package var description: String?
    package var isReadOnly = false
    package var isTemplate = false
    package var templateName: String?
    package var projectID: String?
    package var templateID: String?
    package var baseTemplateID: String?
    package var deploymentID: String?
    package var entityID: String?
    package var preserveOnMigration: Bool? = false
    package var isHidden: Bool?
    package var metadata: JSONText? = .emptyObject
    package var tags: [String] = []
    package var provenance = Provenance.api
    /// Grows by one with every change; what `expected_version` and `If-Match` compare.
    package var version = 1
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    package var createdBy: String?
    package var lastUpdatedBy: String?

    package init(
        id: String, label: String, value: String, limit: Int, description: String? = nil, createdAt: Timestamp
    ) {
        self.id = id
        self.label = label
        self.value = value
        self.limit = limit
        self.description = description
        self.createdAt = createdAt
        self.updatedAt = createdAt
    }

    /// The same block under another id, as new.
    package func copy(id: String, createdAt: Timestamp) -> Block {
        var copy = self
        copy.id = id
        copy.version = 1
        copy.createdAt = createdAt
        copy.updatedAt = createdAt
        return copy
    }

    /// The limit of a block that names none; `MAX_CORE_MEMORY_SIZE` replaces it.
    package static let contractLimit = 100_000

    /// What a limit counts.
    package static func size(of value: String) -> Int { value.unicodeScalars.count }

    /// Refuses a value that is over the limit, unless it shrinks one that was over it already (an import, an older
    /// database): decisions, REST 5.
    package static func check(_ value: String, limit: Int, replacing old: String? = nil) throws {
        let size = Self.size(of: value)
        guard size > limit else { return }
        if let old, size <= Self.size(of: old) { return }
        throw Refusal.unprocessable(
            "Block value has \(size) characters, its limit is \(limit). Shorten the value or raise the limit.")
    }

    /// The descriptions V1 gives blocks of these labels when none is named.
    package static func defaultDescription(forLabel label: String) -> String? {
        switch label {
        case "human":
            "The human block: what is known about the person you talk with, so that you can answer them personally."
        case "persona":
            "The persona block: who you are and how you speak, so that you stay yourself from one talk to the next."
        default: nil
        }
    }
}

/// What a caller gives to create a block.
package struct NewBlock: Sendable {
    package var label: String
    package var value: String
    package var limit: Int?
    package var description: String?
    package var isReadOnly = false
    package var isTemplate = false
    package var templateName: String?
    package var projectID: String?
    package var templateID: String?
    package var baseTemplateID: String?
    package var deploymentID: String?
    package var entityID: String?
    package var preserveOnMigration: Bool? = false
    package var isHidden: Bool?
    package var metadata: JSONText? = .emptyObject
    package var tags: [String] = []
    package var provenance = Provenance.api

    package init(label: String, value: String) {
        self.label = label
        self.value = value
    }
}

/// Changes to a block; what is absent stays.
package struct BlockPatch: Sendable {
    package var label: Patch<String> = .absent
    package var value: Patch<String> = .absent
    package var limit: Patch<Int> = .absent
    package var description: Patch<String> = .absent
    package var isReadOnly: Patch<Bool> = .absent
    package var isTemplate: Patch<Bool> = .absent
    package var templateName: Patch<String> = .absent
    package var projectID: Patch<String> = .absent
    package var templateID: Patch<String> = .absent
    package var baseTemplateID: Patch<String> = .absent
    package var deploymentID: Patch<String> = .absent
    package var entityID: Patch<String> = .absent
    package var preserveOnMigration: Patch<Bool> = .absent
    package var isHidden: Patch<Bool> = .absent
    package var metadata: Patch<JSONText> = .absent
    package var tags: Patch<[String]> = .absent
    package var expectedVersion: Int?
    package var provenance = Provenance.api

    package init() {}
}

/// Which blocks a list shows; nil or empty means any.
package struct BlockFilter: Sendable {
    package var label: String?
    package var name: String?
    package var tags: [String] = []
    package var matchAllTags = false
    package var identityID: String?
    package var identifierKeys: [String] = []
    package var projectID: String?
    package var templatesOnly = false
    package var labelSearch: String?
    package var valueSearch: String?
    package var descriptionSearch: String?
    package var connectedAgentsAbove: Int?
    package var connectedAgentsBelow: Int?
    package var connectedAgentsEqual: [Int] = []
    package var showHidden = false

    package init() {}
}

/// One earlier state of a block, newest first in a history.
package struct BlockRevision: Sendable {
    package let sequence: Int
    package let blockID: String
    package let version: Int
    package let label: String
    package let value: String
    package let description: String?
    package let limit: Int
    package let action: String
    package let actorID: String?
    package let provenance: Provenance
    package let changedAt: Timestamp

    package init(
        sequence: Int, blockID: String, version: Int, label: String, value: String, description: String?, limit: Int,
        action: String, actorID: String?, provenance: Provenance, changedAt: Timestamp
    ) {
        self.sequence = sequence
        self.blockID = blockID
        self.version = version
        self.label = label
        self.value = value
        self.description = description
        self.limit = limit
        self.action = action
        self.actorID = actorID
        self.provenance = provenance
        self.changedAt = changedAt
    }
}
