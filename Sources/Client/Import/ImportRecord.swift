package import Platform

/// One text from elsewhere that becomes a passage.
package struct ImportRecord: Sendable, Equatable {
    package let text: String
    package var tags: [String]
    package var metadata: JSONObject
    package var createdAt: Timestamp?
    /// Where it stands, for messages: `notes.jsonl:12`.
    package let place: String
    /// What makes it the same record when it is imported again, besides its text.
    private let identity: [String]

    /// - Parameter identity: the id it had, where it has one; else what tells it from an equal text.
    package init(
        text: String, tags: [String] = [], metadata: JSONObject = JSONObject(), createdAt: Timestamp? = nil,
        place: String, identity: [String]
    ) {
        self.text = text
        self.tags = tags
        self.metadata = metadata
        self.createdAt = createdAt
        self.place = place
        self.identity = identity
    }

    /// The member of the metadata that keeps `importID`.
    package static let idMember = "import_id"

    /// Equal for records with the same text and identity: 32 hexadecimal digits of their FNV-1a hash.
    package var importID: String {
        var hash = Hash()
        for part in identity + [text] { hash.add(part) }
        return hash.digits
    }

    /// As `POST /v1/archives/{id}/passages/batch` takes it.
    var body: JSONValue {
        var metadata = metadata
        metadata[Self.idMember] = .string(importID)
        var body = JSONObject([("text", .string(text)), ("metadata", .object(metadata))])
        if !tags.isEmpty { body["tags"] = .array(tags.map { .string($0) }) }
        body["provenance"] = ["source": "import"]
        if let createdAt { body["created_at"] = .string(createdAt.iso8601) }
        return .object(body)
    }

    /// FNV-1a with 128 bits (Fowler, Noll, Vo): tells contents apart, and meets no adversary here.
    private struct Hash {
        private var value: UInt128 = 0x6C62_272E_07BB_0142_62B8_2175_6295_C58D

        mutating func add(_ part: String) {
            for byte in part.utf8 { add(byte) }
            // Not a byte of UTF-8: ends a part.
            add(0xFF)
        }

        private mutating func add(_ byte: UInt8) {
            value ^= UInt128(byte)
            value &*= 0x0000_0000_0100_0000_0000_0000_0000_013B
        }

        var digits: String {
            let text = String(value, radix: 16)
            return String(repeating: "0", count: 32 - text.count) + text
        }
    }
}

/// What is wrong with one record, or with a whole source.
package struct ImportProblem: Error, Sendable, Equatable, CustomStringConvertible {
    package let place: String
    package let message: String
    /// Nothing behind it can be read either.
    package let endsSource: Bool

    package init(_ place: String, _ message: String, endsSource: Bool = false) {
        self.place = place
        self.message = message
        self.endsSource = endsSource
    }

    package var description: String { "\(place): \(message)" }
}

/// What a source gives: records one by one, and what is wrong where one should be.
package protocol ImportSource {
    /// The next record, nil at the end. Throws `ImportProblem` for one that cannot be used; the next call goes on behind it.
    mutating func next() throws -> ImportRecord?
    /// How much of it has been read, 0 to 1; nil when its size is not known.
    var progress: Double? { get }
}
