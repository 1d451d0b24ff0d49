package import Platform

/// One row of a result, valid only while the closure that got it runs. Columns count from 0. Reading a NULL through a
/// non-optional reader gives the type's zero (`""`, `0`, `false`).
package protocol Row {
    func isNull(_ index: Int) -> Bool
    func text(_ index: Int) -> String
    func int(_ index: Int) -> Int
    func double(_ index: Int) -> Double
    func blob(_ index: Int) -> [UInt8]
}

extension Row {
    package func optionalText(_ index: Int) -> String? { isNull(index) ? nil : text(index) }
    package func optionalInt(_ index: Int) -> Int? { isNull(index) ? nil : int(index) }
    package func bool(_ index: Int) -> Bool { int(index) != 0 }
    package func optionalBool(_ index: Int) -> Bool? { isNull(index) ? nil : bool(index) }
    package func timestamp(_ index: Int) -> Timestamp { Timestamp(microseconds: Int64(int(index))) }
    package func optionalTimestamp(_ index: Int) -> Timestamp? { isNull(index) ? nil : timestamp(index) }
}

/// All a database driver has to be. A connection belongs to one thread; statements are compiled once and kept.
package protocol Connection: AnyObject {
    var dialect: Dialect { get }

    /// Runs one statement and maps its rows. `map` may run further statements. Throws `StoreError`, or what `map` throws.
    func rows<T>(_ sql: SQL, _ map: (any Row) throws -> T) throws -> [T]

    /// Runs one statement and returns how many rows it inserted, changed or deleted itself (not by triggers or cascades).
    @discardableResult
    func execute(_ sql: SQL) throws -> Int
}

extension Connection {
    /// The first row, nil when there is none. Write `LIMIT 1` where more could match.
    package func first<T>(_ sql: SQL, _ map: (any Row) throws -> T) throws -> T? {
        try rows(sql, map).first
    }

    /// The integer in the first column of the first row, 0 when there is none: for `SELECT count(*)`.
    package func count(_ sql: SQL) throws -> Int {
        try first(sql) { $0.int(0) } ?? 0
    }

    /// What the rows give for each key, in the order of the rows.
    func grouped<Value>(_ sql: SQL, _ map: (any Row) throws -> (key: String, value: Value)) throws -> [String: [Value]]
    {
        var groups: [String: [Value]] = [:]
        for (key, value) in try rows(sql, map) { groups[key, default: []].append(value) }
        return groups
    }
}
