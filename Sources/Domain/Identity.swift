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

/// A fact about an identity.
package struct IdentityProperty: Sendable, Equatable {
    package let key: String
    package let value: JSONValue
    /// `string`, `number`, `boolean` or `json`.
    package let type: String

    package init(key: String, value: JSONValue, type: String) {
        self.key = key
        self.value = value
        self.type = type
    }

    /// The property that a member of free metadata stands for; nil for `null`. A list has no place in the contract by
    /// itself and becomes the object `{"items": […]}`.
    package init?(key: String, metadata: JSONValue) {
        switch metadata {
        case .null: return nil
        case .string: self.init(key: key, value: metadata, type: "string")
        case .int, .double: self.init(key: key, value: metadata, type: "number")
        case .bool: self.init(key: key, value: metadata, type: "boolean")
        case .object: self.init(key: key, value: metadata, type: "json")
        case .array: self.init(key: key, value: ["items": metadata], type: "json")
        }
    }

    package var json: JSONValue { ["key": .string(key), "value": value, "type": .string(type)] }
}

extension Identity {
    /// Properties with the same key replace those that were there; the others stay.
    package mutating func merge(_ given: [IdentityProperty]) {
        var merged = JSONObject((properties.value.array ?? []).map { ($0["key"]?.string ?? "", $0) })
        for property in given { merged[property.key] = property.json }
        properties = JSONText(.array(merged.members.map(\.value)))
    }

    package mutating func replaceProperties(_ given: [IdentityProperty]) {
        properties = .emptyArray
        merge(given)
    }
}

/// What a caller gives to create or upsert an identity.
package struct NewIdentity: Sendable {
    package var identifierKey: String
    /// Nil: the key.
    package var name: String?
    /// Nil: `user`.
    package var type: String?
    package var projectID: String?
    package var properties: [IdentityProperty]?
    package var agentIDs: [String]?
    package var blockIDs: [String]?

    package init(identifierKey: String) { self.identifierKey = identifierKey }
}

/// A change of an identity; nil leaves a member as it is. Properties and links are added to those that are there.
package struct IdentityPatch: Sendable {
    package var identifierKey: String?
    package var name: String?
    package var type: String?
    package var properties: [IdentityProperty]?
    package var agentIDs: [String]?
    package var blockIDs: [String]?

    package init() {}
}

/// Which identities a list shows; nil means any.
package struct IdentityFilter: Sendable {
    package var name: String?
    package var projectID: String?
    package var identifierKey: String?
    package var type: String?

    package init() {}
}
