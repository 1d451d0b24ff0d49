package import Platform

/// A collection of passages that one or more agents search.
package struct Archive: Sendable {
    package let id: String
    package var name: String
    package var description: String?
    package var metadata: JSONText?
    package var embeddingConfig: JSONText?
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    package var createdBy: String?
    package var lastUpdatedBy: String?

    package init(id: String, name: String, createdAt: Timestamp) {
        self.id = id
        self.name = name
        self.createdAt = createdAt
        self.updatedAt = createdAt
    }
}

/// One remembered text in an archive.
package struct Passage: Sendable {
    package let id: String
    package let archiveID: String
    package var text: String
    package var metadata: JSONText = .emptyObject
    package var tags: [String] = []
    package var embeddingConfig: JSONText?
    package var fileID: String?
    package var fileName: String?
    package var sourceID: String?
    package var provenance = Provenance.api
    package var version = 1
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    package var createdBy: String?
    package var lastUpdatedBy: String?

    package init(id: String, archiveID: String, text: String, createdAt: Timestamp) {
        self.id = id
        self.archiveID = archiveID
        self.text = text
        self.createdAt = createdAt
        self.updatedAt = createdAt
    }
}

package struct NewPassage: Sendable {
    package var text: String
    package var metadata: JSONObject?
    package var tags: [String]
    package var createdAt: Timestamp?
    package var provenance: Provenance

    package init(
        text: String, metadata: JSONObject? = nil, tags: [String] = [], createdAt: Timestamp? = nil,
        provenance: Provenance = .api
    ) {
        self.text = text
        self.metadata = metadata
        self.tags = tags
        self.createdAt = createdAt
        self.provenance = provenance
    }
}

/// Which passages a search may find. Filters hold before ranking, so nothing filtered out influences a score.
package struct PassageFilter: Sendable {
    /// Archives to look in; empty means none.
    package var archiveIDs: [String]
    package var tags: [String] = []
    package var matchAllTags = false
    /// Inclusive lower and upper bounds of `created_at`.
    package var start: Timestamp?
    package var end: Timestamp?
    /// Members that the passage's metadata must have with these values.
    package var metadata: [(name: String, value: JSONValue)] = []

    package init(archiveIDs: [String]) { self.archiveIDs = archiveIDs }
}

/// A found passage: `score` is 1 for the best possible, towards 0 for the weakest; `why` names what matched.
package struct PassageMatch: Sendable {
    package let passage: Passage
    package let score: Double
    package let why: [String]

    package init(passage: Passage, score: Double, why: [String]) {
        self.passage = passage
        self.score = score
        self.why = why
    }
}
