import CSQLite

/// A compiled statement. It belongs to the thread of its connection.
final class SQLiteStatement {
    let handle: OpaquePointer
    private let database: OpaquePointer
    var isInUse = false
    var lastUse = 0

    /// - Parameter kept: tells SQLite that the statement will live long.
    init(_ text: String, on database: OpaquePointer, kept: Bool) throws {
        self.database = database
        var text = text
        let (code, compiled, hasRest) = text.withUTF8 { bytes -> (Int32, OpaquePointer?, Bool) in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                var compiled: OpaquePointer?
                var tail: UnsafePointer<CChar>?
                let flags = kept ? UInt32(SQLITE_PREPARE_PERSISTENT) : 0
                let code = sqlite3_prepare_v3(
                    database, characters.baseAddress, Int32(clamping: bytes.count), flags, &compiled, &tail)
                let used = tail.flatMap { tail in characters.baseAddress.map { tail - $0 } } ?? bytes.count
                return (code, compiled, bytes[min(used, bytes.count)...].contains { $0 > 0x20 && $0 != 0x3B })
            }
        }
        guard code == SQLITE_OK else { throw SQLiteError.of(code, on: database, while: .compiling) }
        guard let compiled, !hasRest else {
            sqlite3_finalize(compiled)
            throw StoreError(.other, "Exactly one statement is run at a time.")
        }
        handle = compiled
    }

    deinit { sqlite3_finalize(handle) }

    func bind(_ values: [SQLValue]) throws {
        guard Int(sqlite3_bind_parameter_count(handle)) == values.count else {
            throw StoreError(.other, "A statement has \(values.count) values for another number of places.")
        }
        for (index, value) in values.enumerated() {
            let code = bind(value, at: Int32(index + 1))
            if code != SQLITE_OK { throw SQLiteError.of(code, on: database, while: .running) }
        }
    }

    private func bind(_ value: SQLValue, at place: Int32) -> Int32 {
        switch value {
        case .null: return sqlite3_bind_null(handle, place)
        case .int(let value): return sqlite3_bind_int64(handle, place, value)
        case .double(let value): return sqlite3_bind_double(handle, place, value)
        case .text(var text):
            return text.withUTF8 { bytes in
                guard let start = bytes.baseAddress else { return roost_bind_text(handle, place, "", 0) }
                guard let count = Int32(exactly: bytes.count) else { return SQLITE_TOOBIG }
                return start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
                    roost_bind_text(handle, place, $0, count)
                }
            }
        case .blob(let bytes):
            if bytes.isEmpty { return sqlite3_bind_zeroblob(handle, place, 0) }
            guard let count = Int32(exactly: bytes.count) else { return SQLITE_TOOBIG }
            return bytes.withUnsafeBytes { roost_bind_blob(handle, place, $0.baseAddress, count) }
        }
    }

    /// True when there is a row, false at the end.
    func step() throws -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw SQLiteError.of(code, on: database, while: .running)
        }
    }

    /// Makes it ready for the next use; the values are let go, they may be large.
    func reset() {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }
}

/// The row a statement stands on.
struct SQLiteRow: Row {
    let handle: OpaquePointer

    func isNull(_ index: Int) -> Bool { sqlite3_column_type(handle, Int32(index)) == SQLITE_NULL }
    func int(_ index: Int) -> Int { Int(sqlite3_column_int64(handle, Int32(index))) }
    func double(_ index: Int) -> Double { sqlite3_column_double(handle, Int32(index)) }

    func text(_ index: Int) -> String {
        guard let start = sqlite3_column_text(handle, Int32(index)) else { return "" }
        let count = Int(sqlite3_column_bytes(handle, Int32(index)))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func blob(_ index: Int) -> [UInt8] {
        guard let start = sqlite3_column_blob(handle, Int32(index)) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, Int32(index)))))
    }
}
