import Domain
import Platform
import Storage

/// Finds messages for a question: by words, by meaning, or by both and what was said around them, ranked as passages are.
struct MessageRecall {
    let transaction: ReadTransaction
    let organization: String
    let filter: MessageFilter

    /// How many each half gives, when no more are asked for.
    private static let fromEachHalf = 40
    /// What is around so many of the best is looked at, up to this many steps away.
    private static let surrounded = 25
    private static let steps = 2
    /// Texts are counted up to here to weigh a word.
    private static let mostCounted = 20_000

    /// What was found, before it is ranked.
    private struct Material {
        var messages: [Int: FoundMessage] = [:]
        var textRanks: [Int: Int] = [:]
        var vectorRanks: [Int: Int] = [:]
        var similarities: [Int: Float] = [:]
        /// By message: the one before it.
        var previous: [Int: Int] = [:]

        func match(_ key: Int, score: Double) -> MessageMatch? {
            guard let found = messages[key] else { return nil }
            var match = MessageMatch(message: found.message)
            match.score = score
            (match.textRank, match.vectorRank) = (textRanks[key], vectorRanks[key])
            return match
        }
    }

    /// - Parameters:
    ///   - vectors: the question in the vectors of each model that is searched; without, words decide alone.
    ///   - now: what `last week` in a question is relative to.
    func find(
        _ question: String, _ vectors: QuestionVectors, _ mode: MessageSearchMode, limit: Int, now: Timestamp
    ) throws -> MessageResults {
        let searches = mode == .fts ? [] : try searches(vectors)
        var material = Material()
        try addNearest(searches, limit: max(Self.fromEachHalf, limit), to: &material)
        var results = MessageResults()
        // Nothing has a vector yet.
        results.mode = material.vectorRanks.isEmpty ? .fts : mode
        if results.mode != .vector {
            try addWords(question, limit: results.mode == .fts ? limit : max(Self.fromEachHalf, limit), to: &material)
        }
        switch results.mode {
        case .hybrid:
            results.matches = try ranked(question, searches, material, limit: limit, now: now)
        case .vector:
            try read(Array(material.vectorRanks.keys), into: &material)
            let order = material.vectorRanks.sorted { $0.value < $1.value }.prefix(limit)
            results.matches = order.compactMap { key, _ in
                material.match(key, score: Double(material.similarities[key] ?? 0))
            }
        default:
            let order = material.textRanks.sorted { $0.value < $1.value }.prefix(limit)
            results.matches = order.compactMap { key, _ in
                material.match(key, score: material.messages[key]?.score ?? 0)
            }
        }
        return results
    }

    // MARK: Candidates

    private struct Search {
        let index: VectorSearch
        let vector: [Float]
    }

    private func searches(_ vectors: QuestionVectors) throws -> [Search] {
        try vectors.all.sorted { $0.key < $1.key }.compactMap { model, vector in
            try transaction.vectorSearch(.messages, model: model).map { Search(index: $0, vector: vector) }
        }
    }

    private func addNearest(_ searches: [Search], limit: Int, to found: inout Material) throws {
        for search in searches {
            let matches = try search.index.nearest(search.vector, filter, organization: organization, limit: limit)
            for match in matches { found.similarities[match.key] = match.similarity }
        }
        let order = found.similarities.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key > $1.key }
        for (rank, match) in order.enumerated() { found.vectorRanks[match.key] = rank + 1 }
    }

    private func addWords(_ question: String, limit: Int, to found: inout Material) throws {
        guard let match = TextQuery.match(question, scopes: try scopes()) else { return }
        let matches = try transaction.messages.search(match, filter, limit: limit, organization: organization)
        for (rank, message) in matches.enumerated() {
            found.messages[message.key] = message
            found.textRanks[message.key] = rank + 1
        }
    }

    /// Nil: of all agents.
    private func scopes() throws -> [String]? {
        guard let agent = filter.agentID else { return nil }
        return try transaction.messages.textScope(ofAgent: agent).map { [$0] } ?? []
    }

    private func read(_ keys: [Int], into found: inout Material) throws {
        let missing = keys.filter { found.messages[$0] == nil }
        if missing.isEmpty { return }
        for message in try transaction.messages.find(keys: missing, filter, organization: organization) {
            found.messages[message.key] = message
        }
    }

    private func addSimilarities(of keys: [Int], _ searches: [Search], to found: inout Material) throws {
        let missing = keys.filter { found.similarities[$0] == nil }
        if missing.isEmpty { return }
        for search in searches {
            let more = try search.index.similarities(
                search.vector, ofMessages: missing, filter, organization: organization)
            found.similarities.merge(more) { first, _ in first }
        }
    }

    /// What was said right before and after the best of both halves: an answer often has neither the words of its question
    /// nor their meaning.
    private func addNeighbours(_ searches: [Search], to found: inout Material) throws {
        let fused = Set(found.textRanks.keys).union(found.vectorRanks.keys).map { key in
            (key, found.match(key, score: 0)?.fusedScore ?? 0)
        }
        var frontier = fused.sorted { $0.1 != $1.1 ? $0.1 > $1.1 : $0.0 > $1.0 }.prefix(Self.surrounded).map(\.0)
        var added = Set<Int>()
        for _ in 0..<Self.steps where !frontier.isEmpty {
            var next = Set<Int>()
            for (key, pair) in try transaction.messages.neighbours(of: frontier) {
                if let previous = pair.previous { found.previous[key] = previous }
                if let following = pair.next { found.previous[following] = key }
                next.formUnion([pair.previous, pair.next].compactMap { $0 })
            }
            frontier = next.filter { found.messages[$0] == nil && added.insert($0).inserted }
        }
        try read(Array(added), into: &found)
        try addSimilarities(of: added.filter { found.messages[$0] != nil }, searches, to: &found)
    }

    // MARK: Ranking

    private func ranked(
        _ question: String, _ searches: [Search], _ gathered: Material, limit: Int, now: Timestamp
    ) throws -> [MessageMatch] {
        var found = gathered
        try read(Array(found.vectorRanks.keys), into: &found)
        try addSimilarities(of: Array(found.textRanks.keys), searches, to: &found)
        try addNeighbours(searches, to: &found)
        let scopes = try scopes()
        let words = try PassageSearch.words(question).map { word in
            let match = TextQuery.match(word, scopes: scopes)
            return RecallQuestion.Word(
                word,
                occurrences: try match.map { try transaction.messages.count($0, upTo: Self.mostCounted) } ?? 0)
        }
        let total = try transaction.messages.count(ofAgent: filter.agentID, upTo: Self.mostCounted)
        let ranking = Ranking(
            RecallQuestion(question, words: words, total: total, now: now), candidates(found))
        return ranking.ranked().prefix(limit).compactMap { found.match($0.key, score: $0.score) }
    }

    private func candidates(_ found: Material) -> [RecallCandidate] {
        found.messages.compactMap { key, message in
            let text = message.message.searchText
            if text.isEmpty { return nil }
            return RecallCandidate(
                key: key, text: text, time: message.message.createdAt,
                // A label in the text tells more than the role.
                speaker: TextLabel.starts(text) ? nil : message.message.role.rawValue,
                similarity: found.similarities[key], previous: found.previous[key])
        }
    }
}
