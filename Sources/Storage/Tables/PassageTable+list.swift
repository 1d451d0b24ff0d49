package import Domain

extension PassageTable {
    /// - Parameter containing: only passages with this text in them, whatever the case of ASCII letters.
    package func list(
        _ scope: PassageScope, _ filter: PassageFilter, containing text: String? = nil, _ page: PageRequest
    ) throws -> [Passage] {
        let containing = text.map { " AND " + connection.dialect.contains("p.text", $0) } ?? ""
        let areFew = try areFewTagged(scope, filter)
        if !areFew, let found = try amongNewest(scope, filter, containing, page) { return found }
        // The order of time is an index that would be walked to its end for the few.
        var condition = Self.condition(filter, scope, connection.dialect, eachArchive: areFew) + containing
        let most = page.limit + page.offset
        if let organization = scope.organization, page.after == nil, page.before == nil, most <= Self.mostOfEach {
            condition = firstOfEach(condition, organization, most, ascending: page.ascending)
        }
        let rows = try connection.rows(
            """
            SELECT \(sql: Self.columns) FROM passages p WHERE \(sql: condition) \
            \(sql: Keyset.condition("p", "passages", page)) \(sql: Keyset.order("p", page))
            """, Self.passage)
        return Keyset.arranged(rows, page)
    }

    /// Whether so few passages have one of the tags that they are best looked at one by one.
    private func areFewTagged(_ scope: PassageScope, _ filter: PassageFilter) throws -> Bool {
        if filter.tags.isEmpty || scope.organization != nil { return false }
        let count = try connection.count(
            """
            SELECT count(*) FROM (SELECT 1 FROM passage_tags WHERE archive_key IN \(list: scope.keys) \
            AND tag IN \(list: Set(filter.tags).sorted()) LIMIT \(Self.mostFew + 1))
            """)
        return count <= Self.mostFew
    }

    private static let mostFew = 500

    /// The newest passages with some tags, when they are among the newest of all: where many have the tags, collecting them
    /// takes longer than going through the order of time. Nil when that does not find enough.
    private func amongNewest(
        _ scope: PassageScope, _ filter: PassageFilter, _ containing: SQL, _ page: PageRequest
    ) throws -> [Passage]? {
        let most = page.limit + page.offset
        guard !filter.tags.isEmpty, scope.keys.count == 1, !page.ascending, page.after == nil, page.before == nil,
            most <= Self.mostWalked
        else { return nil }
        let archive = scope.keys[0]
        let oldest = try connection.first(
            """
            SELECT q.created_at, q.id FROM passages q WHERE q.archive_key = \(archive) \
            ORDER BY q.created_at DESC, q.id DESC LIMIT 1 OFFSET \(most * Self.walkedForEach)
            """
        ) { (time: $0.timestamp(0), id: $0.text(1)) }
        // So few that it does not matter.
        guard let oldest else { return nil }
        let condition = Self.condition(filter, scope, connection.dialect, eachArchive: false, eachTag: true)
        let rows = try connection.rows(
            """
            SELECT \(sql: Self.columns) FROM passages p WHERE \(sql: condition) \(sql: containing) \
            AND (p.created_at, p.id) > (\(oldest.time), \(oldest.id)) \(sql: Keyset.order("p", page))
            """, Self.passage)
        return rows.count == page.limit ? rows : nil
    }

    private static let mostWalked = 100
    private static let walkedForEach = 8

    private static let mostOfEach = 1000

    /// The first passages of each archive, from its index: what comes first of all is among them.
    private func firstOfEach(_ condition: SQL, _ organization: String, _ most: Int, ascending: Bool) -> SQL {
        let page = PageRequest(limit: most, ascending: ascending)
        return """
            p.key IN (SELECT f.key FROM archives a JOIN passages f ON f.key IN (SELECT p.key FROM passages p \
            WHERE p.archive_key = a.key AND \(sql: condition) \(sql: Keyset.order("p", page))) \
            WHERE a.organization_id = \(organization))
            """
    }
}
