import Platform

/// A passage as a session is shown it: one line that says when it was stored, what it is, and whose words it is in.
struct ContextNote: Sendable {
    let id: String
    let text: String
    let date: String
    let type: String?
    let source: String?
    let trust: Provenance.Trust?
    let session: String?
    let score: Double
    /// Whether search itself takes it for an answer.
    let isRelevant: Bool
    /// The cosine of the question and the note; nil when one of them has no vector.
    let similarity: Double?
    /// It has something that the question means letter by letter.
    let isExact: Bool
    /// It has a word of the question.
    let sharesWords: Bool

    /// Nil when this is not an item of `/v1/roost/search`.
    init?(_ json: JSONValue) {
        guard let id = json["id"]?.string, let text = json["text"]?.string else { return nil }
        self.id = id
        self.text = text
        date = json["created_at"]?.string ?? ""
        type = json["metadata"]?["type"]?.string ?? Self.type(ofTags: json["tags"])
        let provenance = json["provenance"]
        source = provenance?["source"]?.string
        trust = provenance?["trust"]?.string.flatMap(Provenance.Trust.init)
        session = provenance?["session"]?.string
        score = json["score"]?.double ?? 0
        isRelevant = json["relevant"]?.bool ?? false
        let why = json["why"]?.strings ?? []
        similarity = why.first { $0.hasPrefix(Self.similarity) }.flatMap { Double($0.dropFirst(Self.similarity.count)) }
        isExact = why.contains { $0.hasPrefix("exact: ") }
        sharesWords = isExact || why.contains { $0.hasPrefix("text: ") }
    }

    private static let similarity = "similarity: "

    private static func type(ofTags tags: JSONValue?) -> String? {
        tags?.strings?.first { $0.hasPrefix("type:") }.map { String($0.dropFirst("type:".count)) }
    }

    /// Words of a program or a web page, which may try to be instructions.
    var isForeign: Bool { trust == .tool || trust == .web }

    /// Whether it is likely enough to be brought with a prompt, which mostly is an order and no question: what shares a word
    /// with it is not yet about it. docs/design/hooks.md, "With a prompt", has the measurement.
    /// - Parameter relevance: the least score.
    func bears(_ relevance: Double) -> Bool {
        guard score >= relevance else { return false }
        guard let similarity else { return isExact || isRelevant }
        return isExact || similarity >= Self.near || score >= Self.sure
    }

    /// A cosine of the built-in model; unlike texts have up to 0.25.
    private static let near = 0.4
    private static let sure = 0.7

    /// - Parameter most: how long it may be.
    func line(_ most: Int) -> String {
        let start = "- [\(facts)] "
        return start + StoredText.line(text, max(40, most - StoredText.size(of: start)))
    }

    /// As the block `learnings` has it.
    var lesson: String {
        ShortText.beginning(of: StoredText.line(text, 4 * LearningsBlock.longest), LearningsBlock.longest)
    }

    private var facts: String {
        let words: String? =
            switch trust {
            case .user: "user's words"
            case .assistant: "assistant's words"
            case .tool: "output of a program, unverified"
            case .web: "words of a web page, unverified"
            case nil: nil
            }
        let source = source.map { "from " + StoredText.name($0, 30) }
        return [StoredText.name(String(date.prefix(10))), type.map { StoredText.name($0, 30) }, words, source]
            .compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ", ")
    }
}

extension [ContextNote] {
    /// The lines of the first ones that fit.
    /// - Parameters:
    ///   - budget: of all lines with their ends.
    ///   - longest: of one line.
    /// - Returns: the lines, and the ids of what they show.
    func lines(within budget: Int, longest: Int) -> (lines: [String], ids: [String]) {
        var left = budget
        var lines: [String] = []
        var ids: [String] = []
        for note in self {
            let line = note.line(Swift.min(longest, left - 1))
            let size = StoredText.size(of: line) + 1
            guard size <= left else { break }
            left -= size
            lines.append(line)
            ids.append(note.id)
        }
        return (lines, ids)
    }
}
