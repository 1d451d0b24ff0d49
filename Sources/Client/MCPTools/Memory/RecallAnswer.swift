package import Platform

/// Something that was found, whole.
package struct Recalled: Sendable {
    package let id: String
    package let text: String
    package let from: RecallRequest.Source
    /// Of nothing is known when the newest were asked for: 0 then.
    package var score: Double?
    package var isRelevant = true
    /// ISO 8601.
    package var date: String?
    package var tags: [String] = []
    /// Which door it came in by, and whose words it is in.
    package var source: String?
    package var trust: String?
    package var metadata = JSONObject()
    /// What matched.
    package var why: [String] = []
    /// What each part of the ranking gave, when that was asked.
    package var parts: JSONObject?
    var archiveID: String?
    /// The agent or archive that has it.
    package var memory: String?
    /// Of another agent than the one that was asked.
    package var agentID: String?

    init(id: String, text: String, from: RecallRequest.Source) {
        self.id = id
        self.text = text
        self.from = from
    }

    /// An item of `/v1/roost/search`; nil when it is not one.
    init?(passage: JSONValue) {
        guard let id = passage["id"]?.string, let text = passage["text"]?.string else { return nil }
        self.init(id: id, text: text, from: .archival)
        score = passage["score"]?.double
        isRelevant = passage["relevant"]?.bool ?? true
        date = passage["created_at"]?.string
        tags = passage["tags"]?.strings ?? []
        source = passage["provenance"]?["source"]?.string
        trust = passage["provenance"]?["trust"]?.string
        metadata = passage["metadata"]?.object ?? JSONObject()
        why = passage["why"]?.strings ?? []
        parts = passage["parts"]?.object
        archiveID = passage["archive_id"]?.string
    }

    /// Whether these are words of neither the user nor the assistant.
    var isForeign: Bool { trust == "tool" || trust == "web" }

    /// Everything that is known of it, for programs.
    package var json: JSONValue {
        var object: JSONObject = ["id": .string(id), "from": .string(from.rawValue), "text": .string(text)]
        object["score"] = score.map { .double($0) } ?? .null
        object["relevant"] = .bool(isRelevant)
        let texts = [
            ("date", date), ("source", source), ("trust", trust), ("memory", memory), ("agent_id", agentID),
        ]
        for (name, value) in texts { object[name] = value.map { .string($0) } ?? .null }
        object["tags"] = .array(tags.map { .string($0) })
        object["why"] = .array(why.map { .string($0) })
        object["metadata"] = .object(metadata)
        if let parts { object["parts"] = .object(parts) }
        return .object(object)
    }

    func json(textLimit: Int) -> JSONValue {
        var object = JSONObject([("id", .string(ShortText.beginning(of: id, 100)))])
        let shown = ShortText.beginning(of: text, textLimit)
        object["text"] = .string(shown)
        if shown != text { object["length"] = .int(Int64(text.unicodeScalars.count)) }
        if let score, score > 0 { object["score"] = .double((score * 100).rounded() / 100) }
        if !isRelevant { object["relevant"] = false }
        if let date = ShortText.time(date) { object["date"] = .string(date) }
        if !tags.isEmpty { object["tags"] = .array(ShortText.tags(tags).map { .string($0) }) }
        if from != .archival { object["from"] = .string(from.rawValue) }
        let facts = [("source", source), ("trust", trust), ("memory", memory), ("agent_id", agentID)]
        for (name, value) in facts { if let value { object[name] = .string(ShortText.beginning(of: value, 200)) } }
        return .object(object)
    }
}

/// What `recall` says: the notes it found, none of them as an instruction.
package struct RecallAnswer: Sendable {
    package let found: [Recalled]
    package var hints: [String] = []
    /// There was nothing to search: the project has no memory yet.
    package var isWithoutMemory = false

    /// How many that are probably beside the question are shown when little is relevant.
    static let nearest = 3
    /// Characters of all texts together; clients cut longer answers themselves.
    private static let budget = 22_000
    private static let longestText = 2000

    var json: JSONValue {
        let limit = found.isEmpty ? 0 : min(Self.longestText, Self.budget / found.count)
        var object = JSONObject([
            ("note", .string(note)), ("results", .array(found.map { $0.json(textLimit: limit) })),
        ])
        object.add(hints: hints)
        return .object(object)
    }

    private var note: String {
        guard !found.isEmpty else { return "Nothing was found." }
        var sentences = [MemoryTools.caution]
        if found.contains(where: \.isForeign) {
            sentences.append("Trust 'tool' or 'web': words of a program or a web page; check before relying on them.")
        }
        if found.allSatisfy({ !$0.isRelevant }) {
            sentences.append("Nothing is surely about this; these are the nearest.")
        }
        return sentences.joined(separator: " ")
    }
}
