package import Domain
package import Platform

/// Passages and their tags.
package struct PassageTable {
    let connection: any Connection

    static let columns: SQL = """
        p.id, p.archive_id, p.text, p.metadata, p.tags, coalesce(p.embedding_config, \
        (SELECT embedding_config FROM archives WHERE key = p.archive_key)), p.file_id, p.file_name, p.source_id, \
        p.source_kind, p.source_session, p.source_tool, p.source_file, p.trust, p.version, p.created_at, \
        p.updated_at, p.created_by_id, p.last_updated_by_id
        """

    static func passage(_ row: any Row) -> Passage {
        var passage = Passage(id: row.text(0), archiveID: row.text(1), text: row.text(2), createdAt: row.timestamp(15))
        passage.metadata = row.optionalJSON(3) ?? .emptyObject
        passage.tags = row.texts(4)
        passage.embeddingConfig = row.optionalJSON(5)
        passage.fileID = row.optionalText(6)
        passage.fileName = row.optionalText(7)
        passage.sourceID = row.optionalText(8)
        passage.provenance = row.provenance(from: 9)
        passage.version = row.int(14)
        passage.updatedAt = row.timestamp(16)
        passage.createdBy = row.optionalText(17)
        passage.lastUpdatedBy = row.optionalText(18)
        return passage
    }

    /// A passage in one of some archives.
    package func find(_ id: String, in archives: [ArchiveLink]) throws -> Passage? {
        try connection.first(
            """
            SELECT \(sql: Self.columns) FROM passages p WHERE p.id = \(id) \
            AND p.archive_key IN \(list: archives.map(\.key))
            """, Self.passage)
    }

    /// A passage in any archive of an organization.
    package func find(_ id: String, organization: String) throws -> Passage? {
        try connection.first(
            """
            SELECT \(sql: Self.columns) FROM passages p WHERE p.id = \(id) AND p.organization_id = \(organization)
            """, Self.passage)
    }

    /// Passages by number, in no order; those outside of the scope are left out.
    package func find(keys: [Int], in scope: PassageScope) throws -> [Int: Passage] {
        let pairs = try connection.rows(
            """
            SELECT \(sql: Self.columns), p.key FROM passages p WHERE p.key IN \(list: keys) \
            AND \(sql: scope.condition(connection.dialect, each: true))
            """
        ) { ($0.int(19), Self.passage($0)) }
        return Dictionary(pairs) { first, _ in first }
    }

    /// For passages by number: the ones before and after it in time, in the same archive and passing the filter
    /// themselves.
    package func neighbours(of keys: [Int], in scope: PassageScope, _ filter: PassageFilter) throws -> [Int: Neighbours]
    {
        let pairs = try connection.rows(
            """
            SELECT p.key, \(sql: Self.neighbour("<", "DESC")), \(sql: Self.neighbour(">", "ASC")) FROM passages p \
            WHERE p.key IN \(list: keys) AND \(sql: scope.condition(connection.dialect, each: true))
            """
        ) { ($0.int(0), Neighbours(previous: $0.optionalInt(1), next: $0.optionalInt(2))) }
        let neighbours = Dictionary(pairs) { first, _ in first }
        if filter.isOpen { return neighbours }
        let all = Set(neighbours.values.flatMap { [$0.previous, $0.next].compactMap { $0 } })
        let condition = Self.condition(filter, scope, connection.dialect, each: true)
        let passing = Set(
            try connection.rows(
                "SELECT p.key FROM passages p WHERE p.key IN \(list: all.sorted()) AND \(sql: condition)"
            ) { $0.int(0) })
        return neighbours.mapValues { pair in
            Neighbours(
                previous: pair.previous.flatMap { passing.contains($0) ? $0 : nil },
                next: pair.next.flatMap { passing.contains($0) ? $0 : nil })
        }
    }

    /// Two steps in the index: many passages may have the same time.
    private static func neighbour(_ side: SQL, _ order: SQL) -> SQL {
        """
        coalesce((SELECT q.key FROM passages q WHERE q.archive_key = p.archive_key AND q.created_at = p.created_at \
        AND q.id \(sql: side) p.id ORDER BY q.id \(sql: order) LIMIT 1), \
        (SELECT q.key FROM passages q WHERE q.archive_key = p.archive_key AND q.created_at \(sql: side) p.created_at \
        ORDER BY q.created_at \(sql: order), q.id \(sql: order) LIMIT 1))
        """
    }

    /// What a scope and a filter say about the passages `p`.
    /// - Parameter each: the passages are looked at one by one, so nothing is collected beforehand.
    static func condition(
        _ filter: PassageFilter, _ scope: PassageScope, _ dialect: Dialect, each: Bool = false
    ) -> SQL {
        condition(filter, scope, dialect, eachArchive: each, eachTag: each)
    }

    /// - Parameters:
    ///   - eachArchive: no index over the archives is used.
    ///   - eachTag: the tags are looked at passage by passage, and not collected beforehand.
    static func condition(
        _ filter: PassageFilter, _ scope: PassageScope, _ dialect: Dialect, eachArchive: Bool, eachTag: Bool = false
    ) -> SQL {
        var parts = [scope.condition(dialect, each: eachArchive)]
        if let start = filter.start { parts.append("p.created_at >= \(start)") }
        if let end = filter.end { parts.append("p.created_at <= \(end)") }
        if !filter.tags.isEmpty {
            let tags = Set(filter.tags).sorted()
            let needed = filter.matchAllTags ? tags.count : 1
            parts.append(
                eachTag
                    ? """
                    (SELECT count(*) FROM passage_tags t WHERE t.archive_key = p.archive_key AND t.passage_key = p.key \
                    AND t.tag IN \(list: tags)) >= \(needed)
                    """
                    : """
                    p.key IN (SELECT passage_key FROM passage_tags WHERE archive_key IN \(sql: scope.archives) \
                    AND tag IN \(list: tags) GROUP BY passage_key HAVING count(*) >= \(needed))
                    """)
        }
        if !filter.ids.isEmpty { parts.append("p.id IN \(list: filter.ids)") }
        if !filter.trust.isEmpty { parts.append("p.trust IN \(list: filter.trust.map(\.rawValue).sorted())") }
        for member in filter.metadata {
            let values = member.values.compactMap(\.bindable)
            parts.append("\(sql: dialect.jsonMember("p.metadata", member.name)) IN \(list: values)")
        }
        return parts.joined(separator: " AND ")
    }
}

/// The numbers of the passages around one.
package struct Neighbours: Sendable, Equatable {
    package let previous: Int?
    package let next: Int?
}

extension JSONValue {
    /// The value as a JSON member compares in SQL; nil for what no member can equal.
    fileprivate var bindable: SQLValue? {
        switch self {
        case .string(let value): .text(value)
        case .int(let value): .int(value)
        case .double(let value): .double(value)
        case .bool(let value): .int(value ? 1 : 0)
        case .null, .array, .object: nil
        }
    }
}

// MARK: Writing

extension PassageTable {
    @discardableResult
    package func insert(_ passage: Passage, into archive: ArchiveLink, organization: String) throws -> PassageKey {
        let key = try connection.count(
            """
            INSERT INTO passages (id, organization_id, archive_id, archive_key, text, metadata, tags, \
            embedding_config, file_id, file_name, source_id, source_kind, source_session, source_tool, source_file, \
            trust, version, created_at, updated_at, created_by_id, last_updated_by_id) VALUES (\(passage.id), \
            \(organization), \(archive.id), \(archive.key), \(passage.text), \(passage.metadata.text), \
            \(tagList(passage)), \(passage.embeddingConfig?.text), \(passage.fileID), \(passage.fileName), \
            \(passage.sourceID), \(passage.provenance.source), \(passage.provenance.session), \
            \(passage.provenance.tool), \(passage.provenance.file), \(passage.provenance.trust?.rawValue), \
            \(passage.version), \(passage.createdAt), \(passage.updatedAt), \(passage.createdBy), \
            \(passage.lastUpdatedBy)) RETURNING key
            """)
        try insertTags(passage, key: key, archiveKey: archive.key, organization: organization)
        return PassageKey(key: key, archive: archive.key)
    }

    /// Writes the text, metadata and tags of a changed passage; its version must be the old one plus one. Nil when it is
    /// not there.
    @discardableResult
    package func update(_ passage: Passage, organization: String) throws -> PassageKey? {
        let place = try connection.first(
            """
            UPDATE passages SET text = \(passage.text), metadata = \(passage.metadata.text), \
            tags = \(tagList(passage)), version = \(passage.version), updated_at = \(passage.updatedAt), \
            last_updated_by_id = \(passage.lastUpdatedBy) WHERE id = \(passage.id) RETURNING key, archive_key
            """
        ) { (key: $0.int(0), archive: $0.int(1)) }
        guard let place else { return nil }
        try connection.execute("DELETE FROM passage_tags WHERE passage_key = \(place.key)")
        try insertTags(passage, key: place.key, archiveKey: place.archive, organization: organization)
        return PassageKey(key: place.key, archive: place.archive)
    }

    private func tagList(_ passage: Passage) -> String? {
        passage.tags.isEmpty ? nil : JSONText(passage.tags).text
    }

    private func insertTags(_ passage: Passage, key: Int, archiveKey: Int, organization: String) throws {
        for tag in Set(passage.tags) {
            try connection.execute(
                """
                INSERT INTO passage_tags (archive_key, tag, passage_key, organization_id) VALUES (\(archiveKey), \
                \(tag), \(key), \(organization))
                """)
        }
    }

    package func delete(_ id: String) throws {
        try connection.execute("DELETE FROM passages WHERE id = \(id)")
    }

    /// Adds to the counts of use.
    package func countAccesses(_ accesses: [String: Int], at time: Timestamp) throws {
        for (id, count) in accesses {
            try connection.execute(
                """
                UPDATE passages SET access_count = access_count + \(count), last_accessed_at = \(time) WHERE id = \(id)
                """)
        }
    }
}

extension ReadTransaction {
    package var passages: PassageTable { PassageTable(connection: connection) }
    package var passageSearch: PassageSearch {
        PassageSearch(connection: connection, statistics: statistics)
    }
}

extension WriteTransaction {
    package var passages: PassageTable { PassageTable(connection: connection) }
}
