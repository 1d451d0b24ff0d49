import Domain
import Testing

@testable import Storage

/// Notes the statements that go through it.
final class StatementRecorder: Connection {
    let inner: any Connection
    var statements: [SQL] = []

    init(_ inner: any Connection) { self.inner = inner }

    var dialect: Dialect { inner.dialect }

    func rows<T>(_ sql: SQL, _ map: (any Row) throws -> T) throws -> [T] {
        statements.append(sql)
        return try inner.rows(sql, map)
    }

    func execute(_ sql: SQL) throws -> Int {
        statements.append(sql)
        return try inner.execute(sql)
    }

    func plans() throws -> [String] {
        try statements.map { sql in
            try inner.rows("EXPLAIN QUERY PLAN " + sql) { $0.text(3) }.joined(separator: "\n")
        }
    }
}

/// The plan of the last statement that a read makes, in a fresh database.
func queryPlan(_ body: @escaping @Sendable (ReadTransaction) throws -> Void) async throws -> String {
    try await withStore { store, _ in
        try await store.read { tx in
            let recorder = StatementRecorder(tx.connection)
            try body(ReadTransaction(connection: recorder))
            return try recorder.plans().last ?? ""
        }
    }
}

/// The plans of all statements that a write makes, in a fresh database.
func writePlans(_ body: @escaping @Sendable (WriteTransaction) throws -> Void) async throws -> [String] {
    try await withStore { store, _ in
        try await store.write(by: .default) { tx in
            let recorder = StatementRecorder(tx.connection)
            try body(
                WriteTransaction(
                    connection: recorder, now: tx.now, actor: tx.actor, limits: tx.limits, changes: ChangeTally(),
                    statistics: tx.statistics))
            return try recorder.plans()
        }
    }
}
