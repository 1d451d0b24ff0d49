import Platform

/// A file with one JSON object a line.
///
/// The text is the member `text`, `content`, `document`, `page_content` or `memory`; `tags`, `metadata` and a time
/// (`created_at`, `timestamp`, `date`, `time`) are taken as such; `id` is kept as `metadata.source_id`. Every other
/// member becomes one of the metadata, so that nothing is lost.
package struct JSONLinesSource: ImportSource {
    private var lines: LineReader
    private let textField: String?

    private static let textFields = ["text", "content", "document", "page_content", "memory"]
    private static let timeFields = ["created_at", "createdAt", "timestamp", "date", "time"]
    private static let idFields = ["id", "_id"]

    /// - Parameters:
    ///   - path: `-` is standard input.
    ///   - textField: the member with the text, where it has a name of its own.
    /// Throws `ImportProblem`.
    package init(_ path: String, textField: String? = nil) throws {
        lines = try LineReader(path)
        self.textField = textField
    }

    package var progress: Double? {
        lines.size.map { $0 == 0 ? 1 : min(1, Double(lines.bytesRead) / Double($0)) }
    }

    package mutating func next() throws -> ImportRecord? {
        while let line = try lines.next() {
            let isBlank = line.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            if !isBlank { return try record(Array(line)) }
        }
        return nil
    }

    private func record(_ line: [UInt8]) throws -> ImportRecord {
        let place = "\(lines.name):\(lines.number)"
        let value: JSONValue
        do { value = try JSONValue(parsing: line) } catch { throw ImportProblem(place, "is not JSON: \(error).") }
        guard var rest = value.object else { throw ImportProblem(place, "is not a JSON object.") }
        let text = try text(&rest, place)
        let time = try time(&rest, place)
        let tags = try tags(&rest, place)
        var metadata = JSONObject()
        if let given = rest.remove("metadata"), !given.isNull {
            guard let object = given.object else { throw ImportProblem(place, "'metadata' is not an object.") }
            metadata = object
        }
        var identity: [String] = []
        for field in Self.idFields {
            guard let id = rest.remove(field), !id.isNull else { continue }
            identity.append(id.string ?? id.text)
            if metadata["source_id"] == nil { metadata["source_id"] = id }
        }
        for member in rest.members where metadata[member.name] == nil { metadata[member.name] = member.value }
        if identity.isEmpty { identity = ["", time?.iso8601 ?? ""] }
        return ImportRecord(
            text: text, tags: tags, metadata: metadata, createdAt: time, place: place, identity: ["jsonl"] + identity)
    }

    private func text(_ rest: inout JSONObject, _ place: String) throws -> String {
        let names = textField.map { [$0] } ?? Self.textFields
        for name in names {
            guard let value = rest[name], !value.isNull else { continue }
            guard let text = value.string else { throw ImportProblem(place, "'\(name)' is not a string.") }
            if text.trimmed.isEmpty { throw ImportProblem(place, "'\(name)' is empty.") }
            rest[name] = nil
            return text
        }
        let wanted = names.map { "'\($0)'" }.joined(separator: ", ")
        throw ImportProblem(place, "has no text: no member \(wanted). Name yours with --text-field NAME.")
    }

    private func time(_ rest: inout JSONObject, _ place: String) throws -> Timestamp? {
        for name in Self.timeFields {
            guard let value = rest[name], !value.isNull else { continue }
            guard let time = ImportFields.time(value) else {
                // Only these two names promise a time.
                guard name == "created_at" || name == "createdAt" else { continue }
                throw ImportProblem(
                    place, "'\(name)' is not a time. Use ISO 8601 (2026-03-04T09:30:00Z) or a Unix time.")
            }
            rest[name] = nil
            return time
        }
        return nil
    }

    private func tags(_ rest: inout JSONObject, _ place: String) throws -> [String] {
        guard let value = rest.remove("tags"), !value.isNull else { return [] }
        guard let tags = ImportFields.tags(value) else {
            throw ImportProblem(place, "'tags' is not a list of strings.")
        }
        return tags
    }
}

extension JSONObject {
    /// Takes a member out.
    mutating func remove(_ name: String) -> JSONValue? {
        defer { self[name] = nil }
        return self[name]
    }
}
