package import Platform

/// One change of the feed with what a person wants to know of it.
package struct WatchedChange: Sendable, Equatable {
    package let seq: Int
    package let at: String
    package let kind: String
    package let action: String
    package let id: String
    package var label: String?
    package var author: String?
    /// A block's value before and after; a passage's text.
    package var before: String?
    package var after: String?
    package var tags: [String] = []

    init?(_ json: JSONValue) {
        guard let seq = json["seq"]?.int, let kind = json["kind"]?.string, let action = json["action"]?.string,
            let id = json["id"]?.string
        else { return nil }
        self.seq = seq
        self.kind = kind
        self.action = action
        self.id = id
        at = json["created_at"]?.string ?? ""
        label = json["label"]?.string
        author = Author.name(json["actor_id"])
    }

    package var json: JSONValue {
        var object = JSONObject([
            ("seq", .int(Int64(seq))), ("at", .string(at)), ("kind", .string(kind)), ("action", .string(action)),
            ("id", .string(id)),
        ])
        for (name, value) in [("label", label), ("author", author), ("before", before), ("after", after)] {
            if let value { object[name] = .string(value) }
        }
        if !tags.isEmpty { object["tags"] = .array(tags.map { .string($0) }) }
        return .object(object)
    }

    /// The first line that a block lost and the first that it got, or a text's beginning, on one line.
    package func summary(_ most: Int) -> String {
        guard kind == "block", let before, let after else {
            return ShortText.preview(after ?? before ?? "", most)
        }
        let diff = TextDiff(before, after, context: 0)
        func first(_ isAdded: Bool) -> String? {
            for line in diff.lines {
                switch line {
                case .added(let pieces) where isAdded: return pieces.map(\.text).joined()
                case .removed(let pieces) where !isAdded: return pieces.map(\.text).joined()
                default: continue
                }
            }
            return nil
        }
        let parts = [
            first(false).map { "- " + ShortText.preview($0, most / 2) },
            first(true).map { "+ " + ShortText.preview($0, most / 2) },
        ]
        return parts.compactMap { $0 }.joined(separator: "  ")
    }
}
