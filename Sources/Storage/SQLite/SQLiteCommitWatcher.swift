/// Tells whether another connection committed since the last look, for the price of reading one number.
final class SQLiteCommitWatcher {
    private let connection: SQLiteConnection
    private var version: Int

    init(_ file: SQLiteFile) throws {
        connection = try file.openReader()
        version = try connection.count("PRAGMA data_version")
    }

    func close() { connection.close() }

    func sawCommit() throws -> Bool {
        let now = try connection.count("PRAGMA data_version")
        defer { version = now }
        return now != version
    }

    func newestChange() throws -> Int? {
        try connection.first(connection.dialect.newestIdentity(of: "changes")) { $0.int(0) }
    }
}
