package import Platform

/// The database of a local Chroma store (`chroma.sqlite3`), read and never changed. Known layouts: Chroma 0.4 to 1.5.
package final class ChromaFile {
    package struct Collection: Sendable, Equatable {
        package let id: String
        package let name: String
        /// Documents it holds, those that Chroma has only queued not counted.
        package let count: Int
    }

    package struct Document: Sendable, Equatable {
        package let id: String
        package let text: String?
        /// Without Chroma's own members.
        package let metadata: JSONObject
        package let createdAt: Timestamp?

        package init(id: String, text: String?, metadata: JSONObject, createdAt: Timestamp?) {
            self.id = id
            self.text = text
            self.metadata = metadata
            self.createdAt = createdAt
        }
    }

    private let connection: SQLiteConnection
    private let columns: Set<String>
    private let hasArrays: Bool

    private static let document = "chroma:document"
    private static let needed: Set<String> = [
        "collections", "segments", "embeddings", "embedding_metadata", "embeddings_queue", "max_seq_id",
    ]

    /// - Parameter folder: the one given to `chromadb.PersistentClient`, or the file itself. Throws `StoreError`.
    package init(_ folder: String) throws {
        let path = folder.hasSuffix(".sqlite3") ? folder : folder + "/chroma.sqlite3"
        do {
            connection = try SQLiteConnection(path: path, mode: .readOnly, busySeconds: 5)
        } catch let error as StoreError {
            throw StoreError(
                error.code, "\(path) cannot be opened. Name the folder that was given to Chroma's PersistentClient.",
                databaseCode: error.databaseCode)
        }
        // Nothing is to change in the file, not even by accident.
        try connection.execute("PRAGMA query_only = ON")
        let tables = Set(try connection.rows("SELECT name FROM sqlite_schema WHERE type = 'table'") { $0.text(0) })
        guard tables.isSuperset(of: Self.needed) else {
            throw StoreError(.notADatabase, "\(path) is not a database of Chroma 0.4 or later.")
        }
        columns = Set(try connection.rows("SELECT name FROM pragma_table_info('embedding_metadata')") { $0.text(0) })
        hasArrays = tables.contains("embedding_metadata_array")
    }

    /// In the order of their names.
    package func collections() throws -> [Collection] {
        try connection.rows(
            """
            SELECT c.id, c.name, (SELECT count(*) FROM segments s JOIN embeddings e ON e.segment_id = s.id \
            WHERE s.collection = c.id AND s.scope = 'METADATA') FROM collections c ORDER BY c.name, c.id
            """
        ) { Collection(id: $0.text(0), name: $0.text(1), count: $0.int(2)) }
    }

    // MARK: Documents

    /// Documents of a collection in the order they were stored, a page at a time.
    /// - Parameter key: of the last page, 0 at first.
    /// - Returns: no documents behind the last page.
    package func documents(
        of collection: Collection, after key: Int, limit: Int = 500
    ) throws -> (documents: [Document], key: Int) {
        let rows = try connection.rows(
            """
            SELECT e.id, e.embedding_id, CAST(e.created_at AS TEXT) FROM embeddings e JOIN segments s \
            ON s.id = e.segment_id WHERE s.collection = \(collection.id) AND s.scope = 'METADATA' AND e.id > \(key) \
            ORDER BY e.id LIMIT \(limit)
            """
        ) { (key: $0.int(0), id: $0.text(1), created: $0.text(2)) }
        let documents = try rows.map { row in
            var members = try members(row.key)
            let text = members.remove(Self.document)?.string
            return Document(
                id: row.id, text: text, metadata: Self.withoutOwn(members), createdAt: Timestamp(iso8601: row.created))
        }
        return (documents, rows.last?.key ?? key)
    }

    private func members(_ key: Int) throws -> JSONObject {
        let bools: SQL = columns.contains("bool_value") ? "bool_value" : "NULL"
        var members = JSONObject()
        _ = try connection.rows(
            """
            SELECT key, string_value, int_value, float_value, \(sql: bools) FROM embedding_metadata \
            WHERE id = \(key) ORDER BY rowid
            """
        ) { members[$0.text(0)] = Self.value($0) }
        guard hasArrays else { return members }
        var lists: [(name: String, values: [JSONValue])] = []
        _ = try connection.rows(
            """
            SELECT key, string_value, int_value, float_value, bool_value FROM embedding_metadata_array \
            WHERE id = \(key) ORDER BY key, rowid
            """
        ) { row in
            if lists.last?.name != row.text(0) { lists.append((row.text(0), [])) }
            lists[lists.count - 1].values.append(Self.value(row))
        }
        for list in lists { members[list.name] = .array(list.values) }
        return members
    }

    private static func value(_ row: any Row) -> JSONValue {
        if let text = row.optionalText(1) { return .string(text) }
        if let bool = row.optionalBool(4) { return .bool(bool) }
        if let int = row.optionalInt(2) { return .int(Int64(int)) }
        return row.isNull(3) ? .null : .double(row.double(3))
    }

    private static func withoutOwn(_ members: JSONObject) -> JSONObject {
        JSONObject(members.members.filter { !$0.name.hasPrefix("chroma:") }.map { ($0.name, $0.value) })
    }
}

// MARK: The queue

extension ChromaFile {
    /// What Chroma has been told but has not yet written to the tables of the collection.
    package enum Queued: Sendable, Equatable {
        /// A new document, or a whole replacement.
        case put(Document)
        /// Members that change, and the text if it does.
        case change(Document)
        case remove(id: String)
    }

    /// In the order of the calls.
    package func queue(of collection: Collection) throws -> [Queued] {
        // Before 1.0 the number was written as bytes, the highest first.
        let written = try connection.rows(
            """
            SELECT typeof(m.seq_id), m.seq_id FROM max_seq_id m JOIN segments s ON s.id = m.segment_id \
            WHERE s.collection = \(collection.id) AND s.scope = 'METADATA'
            """
        ) { $0.text(0) == "blob" ? $0.blob(1).suffix(8).reduce(0) { $0 << 8 | Int($1) } : $0.int(1) }
        return try connection.rows(
            """
            SELECT q.operation, q.id, q.metadata, CAST(q.created_at AS TEXT) FROM embeddings_queue q \
            WHERE substr(q.topic, -length(\(collection.id))) = \(collection.id) AND q.seq_id > \(written.max() ?? 0) \
            ORDER BY q.seq_id
            """
        ) { row in
            let id = row.text(1)
            var members = row.optionalText(2).flatMap { Self.object($0) } ?? JSONObject()
            let text = members.remove(Self.document)?.string
            let document = Document(
                id: id, text: text, metadata: Self.withoutOwn(members), createdAt: Timestamp(iso8601: row.text(3)))
            return switch row.int(0) {
            case 1: .change(document)
            case 3: .remove(id: id)
            default: .put(document)
            }
        }
    }

    /// Chroma wrote it; what it could not have written is left out.
    private static func object(_ text: String) -> JSONObject? { try? JSONValue(parsing: text).object }
}

extension JSONObject {
    fileprivate mutating func remove(_ name: String) -> JSONValue? {
        defer { self[name] = nil }
        return self[name]
    }
}
