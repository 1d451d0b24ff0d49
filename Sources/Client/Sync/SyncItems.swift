import Platform

/// One of the two stores that are kept alike.
package enum SyncPlace: String, Sendable, CaseIterable {
    case local, remote

    package var other: SyncPlace { self == .local ? .remote : .local }
}

extension JSONValue {
    /// The same with the members of objects in one order: the order of members means nothing.
    var sorted: JSONValue {
        switch self {
        case .array(let elements): return .array(elements.map(\.sorted))
        case .object(let object):
            let members = object.members.sorted { $0.name < $1.name }
            return .object(JSONObject(members.map { ($0.name, $0.value.sorted) }))
        default: return self
        }
    }
}

/// A passage as both sides know it.
struct SyncPassage: Sendable, Equatable {
    let id: String
    let text: String
    let tags: [String]
    let metadata: JSONValue
    let provenance: JSONValue?
    let createdAt: String
    let updatedAt: String
    let version: Int
    /// Of all that can be changed in a passage.
    let digest: String
    /// Of what it began with: it tells the copies of one passage, whatever they are called.
    let birth: String

    init?(_ json: JSONValue) {
        guard let id = json["id"]?.string, let text = json["text"]?.string else { return nil }
        self.id = id
        self.text = text
        tags = json["tags"]?.strings ?? []
        metadata = json["metadata"].map { $0.isNull ? .emptyObject : $0 } ?? .emptyObject
        provenance = json["provenance"]
        createdAt = json["created_at"]?.string ?? ""
        updatedAt = json["updated_at"]?.string ?? createdAt
        version = json["version"]?.int ?? 1
        digest = Self.digest(text, tags, metadata)
        birth = StableKey.of(createdAt + "\n" + text)
    }

    static func digest(_ text: String, _ tags: [String], _ metadata: JSONValue) -> String {
        StableKey.of(
            JSONValue.array([.string(text), .array(tags.sorted().map { .string($0) }), metadata.sorted]).text)
    }

    /// The body of the request that makes a copy.
    var copy: JSONObject {
        var body: JSONObject = [
            "text": .string(text), "tags": .array(tags.map { .string($0) }), "metadata": metadata,
            "created_at": .string(createdAt),
        ]
        if let provenance = provenance?.object {
            body["provenance"] = .object(
                JSONObject(provenance.members.filter { !$0.value.isNull }.map { ($0.name, $0.value) }))
        }
        return body
    }
}

/// A block of the agent as both sides know it.
struct SyncBlock: Sendable, Equatable {
    let id: String
    let label: String
    let version: Int
    let updatedAt: String
    var content: SyncBlockContent

    init?(_ json: JSONValue) {
        guard let id = json["id"]?.string, let label = json["label"]?.string else { return nil }
        self.id = id
        self.label = label
        version = json["version"]?.int ?? 1
        updatedAt = json["updated_at"]?.string ?? ""
        var settings = JSONObject()
        for name in SyncBlockContent.members { settings[name] = (json[name] ?? .null).sorted }
        content = SyncBlockContent(value: json["value"]?.string ?? "", settings: settings)
    }
}

/// What is kept alike of a block.
struct SyncBlockContent: Sendable, Equatable {
    static let members = ["description", "limit", "metadata", "read_only", "tags"]

    var value: String
    var settings: JSONObject

    /// The body of a request that makes such a block, or gives one this content.
    /// - Parameter old: what it has already.
    func body(replacing old: SyncBlockContent? = nil) -> JSONObject {
        var body = JSONObject()
        // By bytes: what is equal in Unicode may be written differently.
        if old.map({ Array($0.value.utf8) != Array(value.utf8) }) ?? true { body["value"] = .string(value) }
        for member in settings.members where old?.settings[member.name] != member.value {
            body[member.name] = member.value
        }
        return body
    }
}
