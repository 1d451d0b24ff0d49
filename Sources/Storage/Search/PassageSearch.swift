package import Domain
import Glibc

/// Finds passages by their words. What it gives are candidates; ranking them is the engine's.
package struct PassageSearch {
    let connection: any Connection
    let statistics: TextStatistics
    /// A word in more passages than this costs much and tells little, where there are better ones.
    var commonWord = 20_000

    /// Scoring a match costs a look at the index: first only those with the rarest words are scored, then more.
    private static let scoredMatches = [600, 6000]
    /// Of a long text, so many of the rarest words take part.
    private static let mostWords = 12
    private static let mostCounted = 24
    /// Up to so many matches a filter looks at each of them, above it collects what passes beforehand.
    private static let mostLookedAt = 5000
    /// In archives of more passages than this, matches are looked at one by one instead of asking the index for the
    /// archive, which it answers passage by passage.
    private static let largeScope = 20_000

    /// The words of a query that take part in a search; all of them when none tells anything.
    package static func words(_ text: String) -> [String] { TextQuery.tellingWords(text, limit: mostCounted) }

    /// Passages with any of the words that are in the scope and pass the filter, best first.
    /// - Parameter enough: when the rarer words give so many, the others are not looked for; nil is `limit`.
    package func candidates(
        _ words: [String], _ scope: PassageScope, _ filter: PassageFilter, limit: Int, enough: Int? = nil
    ) throws -> PassageCandidates {
        if words.isEmpty || scope.isEmpty || limit <= 0 { return PassageCandidates(total: 0) }
        let place = try place(scope)
        var found = PassageCandidates(total: place.size)
        let limit = found.areFew ? PassageCandidates.few : limit
        // A word in half of all passages has no weight.
        let common = min(commonWord, max(PassageCandidates.few, found.total / 2))
        found.counted = try words.map {
            PassageCandidates.Word(text: $0, passages: try count($0, place, upTo: common + 1))
        }
        found.words = Self.telling(found.counted, common: common)
        let wanted = min(limit, enough ?? limit)
        if let list = try partlyScored(found, place, scope, filter, limit), list.count >= wanted {
            found.list = list
            return found
        }
        let query = Match(found.words, place)
        for match in Self.scoredMatches.compactMap(query.selective) + [query.any].compactMap({ $0 }) {
            found.list = try rows(match, matches: found.matches, scope, filter, limit)
            if found.list.count >= wanted { return found }
        }
        if found.counted.count > found.words.count {
            // What is common elsewhere may be all there is here.
            found.words = found.counted
            if let match = Match(found.counted, place).any {
                found.list = try rows(match, matches: found.matches, scope, filter, limit)
            }
        }
        return found
    }

    /// Passages with a word that begins so: for a query that is still being typed.
    package func candidates(
        beginning word: String, _ scope: PassageScope, _ filter: PassageFilter, limit: Int
    ) throws -> PassageCandidates {
        if word.utf8.count < 2 || scope.isEmpty || limit <= 0 { return PassageCandidates(total: 0) }
        let place = try place(scope)
        var found = PassageCandidates(total: place.size)
        let limit = found.areFew ? PassageCandidates.few : limit
        found.words = [PassageCandidates.Word(text: word, passages: 0)]
        if let match = Match(found.words, place).beginning {
            found.list = try rows(match, matches: .max, scope, filter, limit)
        }
        return found
    }

    /// Passages with the words of a text in its order, one right after the other, best first.
    package func candidates(
        phrase text: String, _ scope: PassageScope, _ filter: PassageFilter, limit: Int
    ) throws -> [PassageCandidates.Candidate] {
        let words = TextQuery.words(text)
        if words.isEmpty || scope.isEmpty || limit <= 0 { return [] }
        let place = try place(scope)
        let match = Match([PassageCandidates.Word(text: words.joined(separator: " "), passages: 1)], place)
        return try match.any.map { try rows($0, matches: .max, scope, filter, limit) } ?? []
    }

    /// To score a word, the text index counts all passages of the database that have it. In a small part of a large
    /// database that costs more than all else, so words that must be common there count by how rare they are here. Nil
    /// when there is no such word.
    private func partlyScored(
        _ found: PassageCandidates, _ place: Place, _ scope: PassageScope, _ filter: PassageFilter, _ limit: Int
    ) throws -> [PassageCandidates.Candidate]? {
        guard place.narrowing != nil, place.size > 0, place.total > commonWord / 10, place.size * 2 < place.total
        else { return nil }
        let most = Self.scoredMatches[0]
        let perPassage = Double(place.total) / Double(place.size)
        let costly = Double(commonWord / 10)
        let isCommon = { (word: PassageCandidates.Word) in Double(word.passages) * perPassage > costly }
        let present = found.words.filter { $0.passages > 0 }
        let common = present.filter { isCommon($0) && $0.passages <= most }
        if common.isEmpty { return nil }
        var scores: [Int: Double] = [:]
        let query = Match(present.filter { !isCommon($0) }, place)
        if let match = query.selective(most) ?? query.any {
            for row in try rows(match, matches: match.matches, scope, filter, most) { scores[row.key] = row.score }
        }
        for word in common {
            guard let match = Match([word], place).any else { continue }
            let weight = log(1 + (Double(place.size - word.passages) + 0.5) / (Double(word.passages) + 0.5))
            for row in try rows(match, matches: match.matches, scope, filter, most, isScored: false) {
                scores[row.key, default: 0] += weight
            }
        }
        let sorted = scores.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key > $1.key }
        return sorted.prefix(limit).map { PassageCandidates.Candidate(key: $0.key, score: $0.value) }
    }

    /// Where words are looked for and counted.
    private struct Place {
        /// What the text index is asked for besides the words; nil when it is asked for the words alone.
        let narrowing: String?
        /// How many passages are looked at, about; not fewer than there are of the whole database.
        let size: Int
        /// How many passages the database has, not fewer than there are.
        let total: Int
    }

    private func place(_ scope: PassageScope) throws -> Place {
        let total = try connection.count("SELECT max(key) FROM passages")
        if !scope.isNamed || scope.isEverything { return Place(narrowing: nil, size: total, total: total) }
        var size = 0
        for key in scope.keys where size <= Self.largeScope {
            size += try statistics.archive(key, total: total) {
                try connection.count(
                    """
                    SELECT count(*) FROM (SELECT 1 FROM passages WHERE archive_key = \(key) \
                    LIMIT \(Self.largeScope + 1)) AS found
                    """)
            }
        }
        if size > Self.largeScope { return Place(narrowing: nil, size: total, total: total) }
        let archives = scope.keys.map { "\"a\($0)\"" }.joined(separator: " OR ")
        return Place(narrowing: "scope : (\(archives)) AND ", size: size, total: total)
    }

    /// The rarest words, in the order of the query, with those that nothing has; common ones only when all are.
    private static func telling(_ words: [PassageCandidates.Word], common: Int) -> [PassageCandidates.Word] {
        let rare = words.filter { $0.passages <= common }
        let chosen = rare.contains { $0.passages > 0 } ? rare : words
        let present = chosen.filter { $0.passages > 0 }
        if present.count <= mostWords { return chosen }
        let most = present.map(\.passages).sorted()[mostWords - 1]
        return Array(present.filter { $0.passages <= most }.prefix(mostWords))
    }

    /// How many passages of a place have a word, about.
    private func count(_ word: String, _ place: Place, upTo most: Int) throws -> Int {
        let match = (place.narrowing ?? "") + "text : \"\(word)\""
        return try statistics.matches(match, total: place.size) {
            let matches = connection.dialect.textMatches("passage_text", match)
            return try connection.count(
                """
                SELECT count(*) FROM (SELECT 1 FROM passage_text WHERE \(sql: matches) LIMIT \(most)) AS found
                """)
        }
    }

    /// - Parameters:
    ///   - matches: how many rows match the text at most.
    ///   - isScored: without, all have the score 0, and the newest are first.
    private func rows(
        _ match: Match.Text, matches: Int, _ scope: PassageScope, _ filter: PassageFilter, _ limit: Int,
        isScored: Bool = true
    ) throws -> [PassageCandidates.Candidate] {
        let dialect = connection.dialect
        let key = dialect.textKey("passage_text")
        var condition = dialect.textMatches("passage_text", match.text)
        if !filter.isOpen || !match.isNarrowed && !scope.isEverything {
            if min(matches, match.matches) <= Self.mostLookedAt || scope.organization != nil && filter.tags.isEmpty {
                let passing = PassageTable.condition(filter, scope, dialect, each: true)
                condition += " AND EXISTS (SELECT 1 FROM passages p WHERE p.key = \(sql: key) AND \(sql: passing))"
            } else {
                // The plus keeps the text index in the lead: the rows that may match are collected once.
                condition += " AND +\(sql: key) IN (SELECT p.key FROM passages p WHERE "
                condition += PassageTable.condition(filter, scope, dialect) + ")"
            }
        }
        let score = isScored ? dialect.textScore("passage_text") : "0.0"
        return try connection.rows(
            """
            SELECT \(sql: key), \(sql: score) AS score FROM passage_text \
            WHERE \(sql: condition) ORDER BY score DESC, \(sql: key) DESC LIMIT \(limit)
            """
        ) { PassageCandidates.Candidate(key: $0.int(0), score: $0.double(1)) }
    }

    /// Queries of the text index for some words in a place.
    private struct Match {
        struct Text {
            let text: String
            /// The index itself keeps to the scope.
            let isNarrowed: Bool
            /// How many passages have a needed word, at most.
            let matches: Int
        }

        let words: [PassageCandidates.Word]
        let narrowing: String?

        init(_ words: [PassageCandidates.Word], _ place: Place) {
            self.words = words
            narrowing = place.narrowing
        }

        private func text(_ words: [PassageCandidates.Word]) -> Text {
            let text = "text : (" + words.map { "\"\($0.text)\"" }.joined(separator: " OR ") + ")"
            return narrowed(text, words.reduce(0) { $0 + $1.passages })
        }

        private func narrowed(_ text: String, _ matches: Int) -> Text {
            Text(text: (narrowing ?? "") + text, isNarrowed: narrowing != nil, matches: matches)
        }

        /// Rows with any of the words; nil when no row has one.
        var any: Text? {
            let present = words.filter { $0.passages > 0 }
            return present.isEmpty ? nil : text(present)
        }

        /// Rows with one of the rarer words, so that about `most` are scored; nil when that leaves no word out.
        func selective(_ most: Int) -> Text? {
            let present = words.filter { $0.passages > 0 }.sorted { $0.passages < $1.passages }
            var needed: [PassageCandidates.Word] = []
            var matches = 0
            for word in present {
                matches += word.passages
                if !needed.isEmpty, matches > most { break }
                needed.append(word)
            }
            return needed.count == present.count ? nil : text(needed)
        }

        var beginning: Text? { words.first.map { narrowed("text : (\"\($0.text)\" *)", .max) } }
    }
}

/// What a search found, and how telling its words are.
package struct PassageCandidates: Sendable {
    package struct Word: Sendable {
        package let text: String
        /// In how many of the passages looked at the word is; large numbers are cut off.
        package let passages: Int
    }

    package struct Candidate: Sendable {
        package let key: Int
        /// Comparable within one search only.
        package let score: Double
    }

    /// Among no more passages than this, all that match are candidates.
    package static let few = 128

    /// Those that were looked for.
    package fileprivate(set) var words: [Word] = []
    /// All of the query's.
    package fileprivate(set) var counted: [Word] = []
    /// Best first; as many as were asked for, or all when there are few.
    package fileprivate(set) var list: [Candidate] = []
    /// Passages looked at, about.
    package let total: Int

    /// Passages that have any of the words, at most.
    fileprivate var matches: Int { words.reduce(0) { $0 + $1.passages } }

    package var areFew: Bool { total <= Self.few }

    fileprivate init(total: Int) { self.total = total }
}
