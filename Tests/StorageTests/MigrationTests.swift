import Domain
import Foundation
import Platform
import Testing

@testable import Storage

private let one = Migration(version: 1, name: "one") { _ in ["CREATE TABLE first (n INTEGER)"] }
private let two = Migration(version: 2, name: "two") { _ in
    ["CREATE TABLE second (n INTEGER)", "INSERT INTO second SELECT n * 2 FROM first"]
}
private let broken = Migration(version: 3, name: "broken") { _ in
    ["CREATE TABLE third (n INTEGER)", "INSERT INTO nowhere VALUES (1)"]
}

@Suite struct MigrationTests {
    private func tables(_ store: Store) async throws -> [String] {
        try await store.read { tx in
            try tx.connection.rows(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name IN ('first', 'second', 'third') ORDER BY 1"
            ) { $0.text(0) }
        }
    }

    @Test func `a fresh file gets every step and its record`() async throws {
        try await withStore { store, _ in
            let steps = try await store.read { tx in
                try tx.connection.rows("SELECT version, name, applied_at FROM schema_migrations ORDER BY 1") { row in
                    #expect(row.timestamp(2) <= .now && row.int(2) > 0)
                    return row.int(0)
                }
            }
            #expect(steps == Migration.all.map(\.version))
        }
    }

    @Test func `versions count up without a gap`() {
        #expect(Migration.all.map(\.version) == Array(1...Migration.all.count))
    }

    @Test func `an older file is brought up and keeps its data`() async throws {
        let folder = try TemporaryFolder()
        let old = try folder.open { $0.migrations = [one] }
        try await old.write(by: .default) { tx in
            _ = try tx.connection.execute("INSERT INTO first VALUES (21)")
        }
        await old.close()
        let new = try folder.open { $0.migrations = [one, two] }
        let answer = try await new.count("SELECT n FROM second")
        #expect(answer == 42)
        await new.close()
    }

    @Test func `a step that fails leaves the file as it was`() async throws {
        let folder = try TemporaryFolder()
        await (try folder.open { $0.migrations = [one] }).close()
        #expect(throws: StoreError.self) { try folder.open { $0.migrations = [one, two, broken] } }
        let again = try folder.open { $0.migrations = [one] }
        #expect(try await tables(again) == ["first"])
        await again.close()
        let repaired = try folder.open { $0.migrations = [one, two] }
        #expect(try await tables(repaired) == ["first", "second"])
        await repaired.close()
    }

    @Test func `a process that ends in the middle of a migration leaves the old schema`() async throws {
        let folder = try TemporaryFolder()
        await (try folder.open { $0.migrations = [one] }).close()
        // An open transaction that nobody commits is what a killed process leaves.
        do {
            let dying = try SQLiteConnection(path: folder.database, mode: .readWrite, busySeconds: 1)
            try dying.execute("BEGIN IMMEDIATE")
            try Migrator(migrations: [one, two]).apply(to: dying, now: .int(1))
        }
        let next = try folder.open { $0.migrations = [one] }
        #expect(try await tables(next) == ["first"])
        await next.close()
    }

    @Test func `what a process of the older version writes after the migration waits for its vector`() async throws {
        let folder = try TemporaryFolder()
        let old = try folder.open { $0.migrations = [Migration.all[0]] }
        let before = try await old.passages(["before"])
        let new = try folder.open { $0.migrations = Migration.all }
        #expect(try await new.waiting() == ["before"])
        _ = try await old.passages(["after"])
        try await old.write(by: .default) { tx in
            _ = try tx.connection.execute("UPDATE passages SET text = 'changed' WHERE key = \(before[0].key)")
        }
        #expect(try await new.waiting().sorted() == ["after", "changed"])
        await old.close()
        await new.close()
    }

    @Test func `a file of a newer version is refused and left alone`() async throws {
        let folder = try TemporaryFolder()
        await (try folder.open { $0.migrations = [one, two] }).close()
        let error = #expect(throws: StoreError.self) { try folder.open { $0.migrations = [one] } }
        #expect(error?.code == .newerSchema)
        #expect(error?.message.contains("newer version of Roost") == true)
        let still = try folder.open { $0.migrations = [one, two] }
        await still.close()
    }

    @Test func `another program's database is refused`() async throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path + "/data", withIntermediateDirectories: true)
        do {
            let foreign = try SQLiteConnection(path: folder.database, mode: .create, busySeconds: 1)
            try foreign.execute("CREATE TABLE theirs (n)")
        }
        let error = #expect(throws: StoreError.self) { try folder.open() }
        #expect(error?.code == .notADatabase)
    }

    @Test func `a file that is no database is refused`() async throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path + "/data", withIntermediateDirectories: true)
        try Data(repeating: 0x41, count: 10_000).write(to: URL(fileURLWithPath: folder.database))
        let error = #expect(throws: StoreError.self) { try folder.open() }
        #expect(error?.code == .notADatabase)
    }

    @Test func `a folder in the file's place is refused`() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.database, withIntermediateDirectories: true)
        let error = #expect(throws: StoreError.self) { try folder.open() }
        #expect(error?.code == .cannotOpen)
    }

    @Test func `many openers of a fresh file all succeed`() async throws {
        let folder = try TemporaryFolder()
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<6 {
                group.addTask {
                    let store = try await onThread { try folder.open() }
                    try await store.write(by: .default) { try $0.set("n\(number)", "x") }
                    let version = try await store.count("SELECT max(version) FROM schema_migrations")
                    await store.close()
                    return version
                }
            }
            for try await version in group { #expect(version == Migration.all.count) }
        }
        let store = try folder.open()
        #expect(try await store.settings() == 6)
        await store.close()
    }
}

/// Runs what blocks on a thread of its own.
func onThread<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
        BlockingThread.start(name: "test") { continuation.resume(with: Result { try body() }) }
    }
}
