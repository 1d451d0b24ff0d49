/// What the database layer could not do. Its texts hold names of tables and columns, never values.
package struct StoreError: Error, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable, CaseIterable {
        /// A unique key is taken; `columns` says which.
        case conflict
        /// A row that is referred to does not exist.
        case foreignKey
        /// Another rule of the schema: NOT NULL or CHECK.
        case constraint
        /// Another process kept the database locked for longer than we wait.
        case busy
        /// The disk, or the limit set for the file, is full.
        case full
        case readOnlyFile
        case corrupt
        case notADatabase
        case newerSchema
        case cannotOpen
        /// A key was used before for another request.
        case idempotencyConflict
        case closed
        case other
    }

    package let code: Code
    /// What happened and what to do.
    package let message: String
    /// `table.column` of each column of the violated rule, where the database tells.
    package let columns: [String]
    /// The database's own extended result code.
    package let databaseCode: Int?

    package init(
        _ code: Code, _ message: String, columns: [String] = [], databaseCode: Int? = nil
    ) {
        self.code = code
        self.message = message
        self.columns = columns
        self.databaseCode = databaseCode
    }

    /// True for a unique violation that involves this column, as in `isConflict(on: "tools.name")`.
    package func isConflict(on column: String) -> Bool { code == .conflict && columns.contains(column) }

    package var description: String {
        databaseCode.map { "\(code.rawValue) (\($0)): \(message)" } ?? "\(code.rawValue): \(message)"
    }
}
