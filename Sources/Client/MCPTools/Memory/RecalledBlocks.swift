import HTTP
import Platform

/// Blocks that have the words of a question. They are few, so they are compared here.
struct RecalledBlocks: Sendable {
    let client: RoostClient
    let request: RecallRequest
    let agent: MemoryAgent?
    /// Only blocks that are called so; empty: all.
    var labels: [String] = []

    func found() async throws -> [Recalled] {
        let words = Self.words(request.query)
        let wanted = try await blocks().filter { labels.isEmpty || labels.contains($0["label"]?.string ?? "") }
        let matches = wanted.compactMap { match($0, words) }
        return Array(matches.sorted { ($0.score ?? 0) > ($1.score ?? 0) }.prefix(request.limit))
    }

    private func blocks() async throws -> [JSONValue] {
        if request.scope == .shared { return try await SharedMemory(client: client, agent: agent).blocks() }
        if let agent { return try await client.list(APIPath.blocks(ofAgent: agent.id), limit: 100) }
        return try await client.list("/v1/blocks/", limit: 300)
    }

    private func match(_ block: JSONValue, _ words: [String]) -> Recalled? {
        guard let id = block["id"]?.string, let value = block["value"]?.string else { return nil }
        let changed = block["updated_at"]?.string
        if let since = request.since, let changed, let bound = Timestamp(iso8601: since),
            let time = Timestamp(iso8601: changed), time < bound
        {
            return nil
        }
        if let until = request.until, let changed, let bound = Timestamp(endOf: until),
            let time = Timestamp(iso8601: changed), time > bound
        {
            return nil
        }
        let label = block["label"]?.string ?? ""
        var entry = Recalled(id: id, text: value, from: .blocks)
        if !words.isEmpty {
            let having = Set(Self.words(label + " " + (block["description"]?.string ?? "") + " " + value))
            let share = Double(words.count { having.contains($0) }) / Double(words.count)
            guard share > 0 else { return nil }
            entry = Recalled(id: id, text: Self.lines(of: value, with: words), from: .blocks)
            entry.score = share
            entry.isRelevant = share >= 0.5
        }
        entry.date = changed
        entry.memory = [agent?.name, label].compactMap { $0 }.joined(separator: "/")
        return entry
    }

    /// The lines that have a word, or the whole when it is short or none has one.
    private static func lines(of value: String, with words: [String]) -> String {
        guard value.utf8.count > 600 else { return value }
        let lines = value.split(separator: "\n")
        let having = lines.filter { !Set(Self.words(String($0))).isDisjoint(with: words) }
        return having.isEmpty ? value : having.joined(separator: "\n")
    }

    /// Words of at least three letters or digits, in small letters, each once.
    static func words(_ text: String) -> [String] {
        text.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "_" }.filter { $0.count > 2 }.map(String.init)
            .uniqued
    }
}
