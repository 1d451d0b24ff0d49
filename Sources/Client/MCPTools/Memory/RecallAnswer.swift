import Platform

/// Something that was found, whole.
struct Recalled: Sendable {
    let id: String
    let text: String
    let from: RecallRequest.Source
    /// Of nothing is known when the newest were asked for: 0 then.
    var score: Double?
    var isRelevant = true
    var date: String?
    var tags: [String] = []
    /// Which door it came in by, and whose words it is in.
    var source: String?
    var trust: String?
    var archiveID: String?
    /// The agent or archive that has it.
    var memory: String?
    /// Of another agent than the one that was asked.
    var agentID: String?

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
        archiveID = passage["archive_id"]?.string
    }

    /// Whether these are words of neither the user nor the assistant.
    var isForeign: Bool { trust == "tool" || trust == "web" }

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
struct RecallAnswer: Sendable {
    let found: [Recalled]
    var hints: [String] = []

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
