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

package struct NewArchive: Sendable {
    package var name: String
    package var description: String?
    /// Handle `provider/model`.
    package var embedding: String?
    package var embeddingConfig: JSONText?

    package init(name: String, description: String? = nil, embedding: String? = nil, embeddingConfig: JSONText? = nil) {
        self.name = name
        self.description = description
        self.embedding = embedding
        self.embeddingConfig = embeddingConfig
    }
}

/// Changes to an archive; what is absent stays.
package struct ArchivePatch: Sendable {
    package var name: Patch<String> = .absent
    package var description: Patch<String> = .absent
    package var metadata: Patch<JSONText> = .absent

    package init() {}
}

/// Which archives a list shows; nil means any.
package struct ArchiveFilter: Sendable {
    package var name: String?
    package var agentID: String?

    package init() {}
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

/// Changes to a passage; what is absent stays.
package struct PassagePatch: Sendable {
    package var text: Patch<String> = .absent
    package var metadata: Patch<JSONObject> = .absent
    package var tags: Patch<[String]> = .absent
    /// Refuses the change when the passage has another version by now.
    package var expectedVersion: Int?

    package init() {}
}

extension Passage {
    /// Characters (Unicode scalars) that a passage's text may have.
    package static let maximumLength = 500_000

    /// The text as it is kept: without NUL characters, which V1 strips. Refuses an empty or too long one.
    package static func checkedText(_ text: String) throws -> String {
        let text = text.withoutNUL
        guard text.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else {
            throw Refusal.unprocessable("body.text: The text is empty. Give the text that should be remembered.")
        }
        let count = text.unicodeScalars.count
        guard count <= maximumLength else {
            throw Refusal.unprocessable(
                "body.text: The text has \(count) characters, a passage may have \(maximumLength). Split it.")
        }
        return text
    }

    /// The tag that says what the metadata's `type` says, so that both find the passage (decisions, REST 3).
    package static func typeTag(of metadata: JSONObject?) -> String? {
        metadata?["type"]?.string.flatMap { $0.isEmpty ? nil : "type:" + $0 }
    }

    /// Tags in the order given, each once, with the one that mirrors the metadata's type.
    package static func tags(_ given: [String], metadata: JSONObject?) -> [String] {
        (given + [typeTag(of: metadata)].compactMap { $0 }).filter { !$0.isEmpty }.uniqued
    }
}

/// Which passages a search may find. Filters hold before ranking, so nothing filtered out influences a result's place.
package struct PassageFilter: Sendable {
    /// Archives to look in: nil means all of the organization, an empty list none.
    package var archiveIDs: [String]?
    package var tags: [String] = []
    package var matchAllTags = false
    /// Inclusive lower and upper bounds of `created_at`.
    package var start: Timestamp?
    package var end: Timestamp?
    package var metadata: [MetadataCondition] = []
    /// Only these passages; empty means any.
    package var ids: [String] = []
    /// Whose words a passage must be in; empty means anybody's.
    package var trust: Set<Provenance.Trust> = []

    package init(archiveIDs: [String]?) { self.archiveIDs = archiveIDs }

    /// True when only the archives narrow what is found.
    package var isOpen: Bool {
        tags.isEmpty && start == nil && end == nil && metadata.isEmpty && trust.isEmpty && ids.isEmpty
    }
}

/// A member of a passage's metadata and the values it may have.
package struct MetadataCondition: Sendable, Equatable {
    package let name: String
    package let values: [JSONValue]

    package init(_ name: String, _ values: [JSONValue]) {
        self.name = name
        self.values = values
    }

    /// A value that arrived as text: it may stand for a text, a number or a boolean.
    package init(_ name: String, text: String) {
        var values: [JSONValue] = [.string(text)]
        if let number = Int64(text) {
            values.append(.int(number))
        } else if let number = Double(text) {
            values.append(.double(number))
        }
        if text == "true" || text == "false" { values.append(.bool(text == "true")) }
        self.init(name, values)
    }
}
