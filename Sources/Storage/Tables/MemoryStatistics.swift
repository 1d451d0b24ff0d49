package import Domain
package import Platform

/// How the passages of some archives are used: counted in the database, so that nobody has to read them all.
package struct PassageStatistics: Sendable {
    package struct Count: Sendable, Equatable {
        package let name: String
        package let count: Int
    }

    package struct Week: Sendable, Equatable {
        /// The Monday it begins with.
        package let start: Timestamp
        package let added: Int
    }

    package var passages = 0
    package var characters = 0
    /// Passages that were found or read at least once.
    package var used = 0
    package var accesses = 0
    package var oldest: Timestamp?
    package var newest: Timestamp?
    package var lastUsed: Timestamp?
    package var byType: [Count] = []
    package var byTag: [Count] = []
    /// `unknown` for passages that do not say.
    package var byTrust: [Count] = []
    package var bySource: [Count] = []
    package var weeks: [Week] = []
    package var mostUsed: [UsedPassage] = []
    /// The oldest first.
    package var neverUsed: [UsedPassage] = []

    package init() {}
}

/// A passage with its counts of use.
package struct UsedPassage: Sendable {
    package let passage: Passage
    package let accesses: Int
    package let lastUsed: Timestamp?
}

/// A block with its counts of use.
package struct UsedBlock: Sendable {
    package let id: String
    package let label: String
    package let size: Int
    package let limit: Int
    package let accesses: Int
    package let lastUsed: Timestamp?
    package let updatedAt: Timestamp
}

/// Passages that are probably not needed any more, and how many there are in all.
package struct StalePassages: Sendable {
    /// The same text more than once in an archive.
    package struct Duplicate: Sendable {
        package let text: String
        /// The oldest first.
        package let ids: [String]
    }

    package struct Part: Sendable {
        package let count: Int
        /// The oldest first.
        package let passages: [UsedPassage]
    }

    package let neverUsed: Part
    package let unusedLately: Part
    /// Bugs and failures that say of themselves that they are resolved.
    package let resolved: Part
    package let duplicates: [Duplicate]
    package let duplicateCount: Int
}

extension PassageTable {
    private static let microsecondsOfWeek = 7 * 86_400 * 1_000_000
    /// The epoch was a Thursday.
    private static let firstMonday = 4 * 86_400 * 1_000_000

    /// - Parameters:
    ///   - since: the growth is told from the week of this time on.
    ///   - most: of each list.
    package func statistics(_ scope: PassageScope, since: Timestamp, most: Int) throws -> PassageStatistics {
        let place = scope.condition(connection.dialect, each: false)
        var found =
            try connection.first(
                """
                SELECT count(*), coalesce(sum(length(p.text)), 0), \
                coalesce(sum(CASE WHEN p.access_count > 0 THEN 1 ELSE 0 END), 0), coalesce(sum(p.access_count), 0), \
                min(p.created_at), max(p.created_at), max(p.last_accessed_at) FROM passages p WHERE \(sql: place)
                """
            ) { row in
                var found = PassageStatistics()
                found.passages = row.int(0)
                found.characters = row.int(1)
                found.used = row.int(2)
                found.accesses = row.int(3)
                found.oldest = row.optionalTimestamp(4)
                found.newest = row.optionalTimestamp(5)
                found.lastUsed = row.optionalTimestamp(6)
                return found
            } ?? PassageStatistics()
        if found.passages == 0 { return found }
        found.byTrust = try counts("coalesce(p.trust, 'unknown')", place, most)
        found.bySource = try counts("coalesce(p.source_kind, 'unknown')", place, most)
        // Tags that begin with `type:`; a semicolon follows the colon.
        found.byType = try tagCounts(scope, "t.tag >= 'type:' AND t.tag < 'type;'", most).map {
            PassageStatistics.Count(name: String($0.name.dropFirst("type:".count)), count: $0.count)
        }
        found.byTag = try tagCounts(scope, "(t.tag < 'type:' OR t.tag >= 'type;')", most)
        found.weeks = try weeks(place, since: since)
        found.mostUsed = try used("\(sql: place) AND p.access_count > 0", "p.access_count DESC, p.key DESC", most)
        found.neverUsed = try used("\(sql: place) AND p.access_count = 0", "p.created_at, p.id", most)
        return found
    }

    private func counts(_ column: SQL, _ place: SQL, _ most: Int) throws -> [PassageStatistics.Count] {
        try connection.rows(
            """
            SELECT \(sql: column), count(*) FROM passages p WHERE \(sql: place) GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT \(most)
            """
        ) { PassageStatistics.Count(name: $0.text(0), count: $0.int(1)) }
    }

    private func tagCounts(_ scope: PassageScope, _ condition: SQL, _ most: Int) throws -> [PassageStatistics.Count] {
        try connection.rows(
            """
            SELECT t.tag, count(*) FROM passage_tags t WHERE t.archive_key IN \(sql: scope.archives) \
            AND \(sql: condition) GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT \(most)
            """
        ) { PassageStatistics.Count(name: $0.text(0), count: $0.int(1)) }
    }

    private func weeks(_ place: SQL, since: Timestamp) throws -> [PassageStatistics.Week] {
        let (week, monday) = (Self.microsecondsOfWeek, Self.firstMonday)
        let first = (Int(since.microseconds) - monday) / week * week + monday
        return try connection.rows(
            """
            SELECT (p.created_at - \(monday)) / \(week), count(*) FROM passages p WHERE \(sql: place) \
            AND p.created_at >= \(first) GROUP BY 1 ORDER BY 1
            """
        ) { row in
            let start = Timestamp(microseconds: Int64(row.int(0) * week + monday))
            return PassageStatistics.Week(start: start, added: row.int(1))
        }
    }

    private func used(_ condition: SQL, _ order: SQL, _ most: Int) throws -> [UsedPassage] {
        try connection.rows(
            """
            SELECT \(sql: Self.columns), p.access_count, p.last_accessed_at FROM passages p WHERE \(sql: condition) \
            ORDER BY \(sql: order) LIMIT \(most)
            """
        ) { UsedPassage(passage: Self.passage($0), accesses: $0.int(19), lastUsed: $0.optionalTimestamp(20)) }
    }

    // MARK: Stale

    /// - Parameters:
    ///   - before: what was made or used later is not stale; a duplicate always is.
    ///   - most: of each list.
    package func stale(_ scope: PassageScope, before: Timestamp, most: Int) throws -> StalePassages {
        let place = scope.condition(connection.dialect, each: false)
        let resolved = connection.dialect.jsonMember("p.metadata", "resolved")
        let groups: SQL =
            "SELECT p.text FROM passages p WHERE \(sql: place) GROUP BY p.archive_key, p.text HAVING count(*) > 1"
        let duplicates = try connection.rows(
            """
            SELECT p.archive_key, p.text FROM passages p WHERE \(sql: place) GROUP BY p.archive_key, p.text \
            HAVING count(*) > 1 ORDER BY count(*) DESC, min(p.created_at) LIMIT \(most)
            """
        ) { ($0.int(0), $0.text(1)) }
        return StalePassages(
            neverUsed: try part("\(sql: place) AND p.access_count = 0 AND p.created_at < \(before)", most),
            unusedLately: try part(
                "\(sql: place) AND p.access_count > 0 AND p.created_at < \(before) AND p.last_accessed_at < \(before)",
                most),
            resolved: try part("\(sql: place) AND p.created_at < \(before) AND \(sql: resolved) = 1", most),
            duplicates: try duplicates.map { archive, text in
                let ids = try connection.rows(
                    """
                    SELECT p.id FROM passages p WHERE p.archive_key = \(archive) AND p.text = \(text) \
                    ORDER BY p.created_at, p.id LIMIT 1000
                    """
                ) { $0.text(0) }
                return StalePassages.Duplicate(text: text, ids: ids)
            },
            duplicateCount: duplicates.count < most
                ? duplicates.count : try connection.count("SELECT count(*) FROM (\(sql: groups)) g"))
    }

    private func part(_ condition: SQL, _ most: Int) throws -> StalePassages.Part {
        let passages = try used(condition, "p.created_at, p.id", most)
        let count =
            passages.count < most
            ? passages.count : try connection.count("SELECT count(*) FROM passages p WHERE \(sql: condition)")
        return StalePassages.Part(count: count, passages: passages)
    }
}

extension ReadTransaction {
    /// The largest blocks first.
    /// - Parameter agentID: nil: all blocks of the organization.
    package func usedBlocks(ofAgent agentID: String?, organization: String, most: Int) throws -> [UsedBlock] {
        let place: SQL =
            agentID.map { "b.id IN (SELECT block_id FROM agent_blocks WHERE agent_id = \($0))" }
            ?? "b.organization_id = \(organization)"
        return try connection.rows(
            """
            SELECT b.id, b.label, length(b.value), b.char_limit, b.access_count, b.last_accessed_at, b.updated_at \
            FROM blocks b WHERE \(sql: place) ORDER BY length(b.value) DESC, b.id LIMIT \(most)
            """
        ) { row in
            UsedBlock(
                id: row.text(0), label: row.text(1), size: row.int(2), limit: row.int(3), accesses: row.int(4),
                lastUsed: row.optionalTimestamp(5), updatedAt: row.timestamp(6))
        }
    }
}
