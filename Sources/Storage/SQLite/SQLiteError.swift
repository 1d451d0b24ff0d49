import CSQLite

/// Turns SQLite's result codes into `StoreError`. SQLite's own message is used only where it cannot hold a value.
enum SQLiteError {
    /// The error of a connection whose last call returned `code`.
    static func of(_ code: Int32, on database: OpaquePointer?, while doing: Phase) -> StoreError {
        let extended = database.map { sqlite3_extended_errcode($0) } ?? code
        let text = database.map { String(cString: sqlite3_errmsg($0)) } ?? String(cString: sqlite3_errstr(code))
        return make(extended & 0xFF == code & 0xFF ? extended : code, text, doing)
    }

    enum Phase {
        case opening(String)
        case compiling
        case running
    }

    private static func make(_ extended: Int32, _ text: String, _ phase: Phase) -> StoreError {
        let number = Int(extended)
        switch extended & 0xFF {
        case SQLITE_CONSTRAINT: return constraint(extended, text)
        case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL:
            return StoreError(
                .busy, "Another process kept the database locked for too long. Try again.", databaseCode: number)
        case SQLITE_FULL:
            return StoreError(
                .full, "The disk that holds the database is full. Nothing was changed; free some space.",
                databaseCode: number)
        case SQLITE_READONLY:
            return StoreError(
                .readOnlyFile, "The database file, or its folder, cannot be written. Check owner and permissions.",
                databaseCode: number)
        case SQLITE_CORRUPT:
            return StoreError(
                .corrupt, "The database file is damaged. Run `roost db check`, then restore a backup.",
                databaseCode: number)
        case SQLITE_NOTADB:
            return StoreError(.notADatabase, "The file is not a Roost database.", databaseCode: number)
        case SQLITE_CANTOPEN:
            return StoreError(
                .cannotOpen, "The database file cannot be opened. Check its path, owner and permissions.",
                databaseCode: number)
        case SQLITE_IOERR:
            return StoreError(
                .other,
                "Reading or writing the database file failed (\(String(cString: sqlite3_errstr(extended)))). "
                    + "Check the disk.", databaseCode: number)
        default:
            // A message about a statement's text holds no values; one from running it may.
            if case .compiling = phase {
                return StoreError(.other, "A statement does not fit the schema: \(text).", databaseCode: number)
            }
            return StoreError(
                .other, "The database refused: \(String(cString: sqlite3_errstr(extended))).", databaseCode: number)
        }
    }

    /// Extended codes, which are macros Swift does not import.
    private enum Extended {
        static let foreignKey = SQLITE_CONSTRAINT | 3 << 8
        static let primaryKey = SQLITE_CONSTRAINT | 6 << 8
        static let unique = SQLITE_CONSTRAINT | 8 << 8
        static let rowid = SQLITE_CONSTRAINT | 10 << 8
    }

    /// SQLite says `UNIQUE constraint failed: tools.organization_id, tools.name`, or `index 'identities_key'`.
    private static func constraint(_ extended: Int32, _ text: String) -> StoreError {
        let number = Int(extended)
        let tail = text.split(separator: ": ", maxSplits: 1).dropFirst().first.map(String.init) ?? ""
        switch extended {
        case Extended.unique, Extended.primaryKey, Extended.rowid:
            let columns = tail.split(separator: ",").map { part in
                part.drop { $0 == " " }.replacing("index '", with: "").replacing("'", with: "")
            }
            return StoreError(
                .conflict, "A row with the same \(columns.joined(separator: ", ")) exists already.",
                columns: columns.map(String.init), databaseCode: number)
        case Extended.foreignKey:
            return StoreError(
                .foreignKey, "A row that this one refers to does not exist, or is still referred to.",
                databaseCode: number)
        default:
            return StoreError(
                .constraint, "A row breaks a rule of the schema (\(tail)).", columns: tail.isEmpty ? [] : [tail],
                databaseCode: number)
        }
    }
}
