import Domain
import Foundation
import Platform
import Testing

@testable import Storage

@Suite struct MaintenanceTests {
    private func fill(_ store: Store, passages: Int = 50) async throws {
        try await store.write(by: .default) { tx in
            try tx.addArchive("archive-1")
            for number in 0..<passages { try tx.addPassage("p\(number)", "note \(number) about something") }
            try tx.recordChange(.archive, .created, id: "archive-1")
        }
    }

    @Test func `a healthy database checks out with its counts`() async throws {
        try await withStore { store, _ in
            try await fill(store)
            let report = try await store.check()
            #expect(report.isHealthy, "\(report.problems)")
            #expect(report.schemaVersion == Migration.all.count && report.bytes > 4096)
            #expect(report.rows.contains { $0.table == "passages" && $0.count == 50 })
        }
    }

    @Test func `a text index that lost a row is found and rebuilt`() async throws {
        try await withStore { store, folder in
            try await fill(store)
            let direct = try SQLiteConnection(path: folder.database, mode: .readWrite, busySeconds: 5)
            try direct.execute("DROP TRIGGER passage_text_delete")
            try direct.execute("DELETE FROM passages WHERE id = 'p1'")
            try direct.execute("PRAGMA foreign_keys = OFF")
            try direct.execute("INSERT INTO agent_tags (agent_id, tag) VALUES ('agent-none', 't')")
            let report = try await store.check()
            #expect(report.problems.contains { $0.contains("passage_text") })
            #expect(report.problems.contains { $0.contains("agent_tags") && $0.contains("agents") })
            #expect(report.problems.contains { $0.contains("triggers differ") })
            try await store.rebuildIndexes()
            let again = try await store.check()
            #expect(!again.problems.contains { $0.contains("passage_text") })
        }
    }

    @Test func `damaged pages are found`() async throws {
        let folder = try TemporaryFolder()
        let store = try folder.open()
        try await fill(store, passages: 2000)
        await store.close()
        let file = try #require(FileHandle(forUpdatingAtPath: folder.database))
        let size = try file.seekToEnd()
        // Pages of passages: opening reads what lies before them.
        for page in stride(from: size / 4 * 3, to: size / 4 * 3 + 8 * 4096, by: 4096) {
            try file.seek(toOffset: page)
            try file.write(contentsOf: Data(repeating: 0xA5, count: 512))
        }
        try file.close()
        let damaged = try folder.open()
        let outcome = await Result { try await damaged.check() }
        switch outcome {
        case .success(let report): #expect(!report.isHealthy)
        case .failure(let error): #expect((error as? StoreError)?.code == .corrupt)
        }
        await #expect(throws: StoreError.self) {
            try await damaged.backup(to: folder.path + "/copy.db")
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/copy.db"))
        await damaged.close()
    }

    @Test func `vacuum gives space back`() async throws {
        try await withStore { store, folder in
            try await fill(store, passages: 5000)
            try await store.write(by: .default) { tx in
                _ = try tx.connection.execute("DELETE FROM passages")
            }
            let report = try await store.vacuum()
            #expect(report.bytesAfter * 2 < report.bytesBefore)
            let size = try FileManager.default.attributesOfItem(atPath: folder.database)[.size] as? Int
            #expect(size == report.bytesAfter)
            let check = try await store.check()
            #expect(check.isHealthy)
        }
    }

    @Test func `a backup during writes is a whole snapshot`() async throws {
        try await withStore { store, folder in
            try await fill(store, passages: 3000)
            let path = folder.path + "/backups/one.db"
            let writing = Task {
                var pairs = 0
                while !Task.isCancelled {
                    let number = pairs
                    try await store.write(by: .default) { tx in
                        try tx.set("left\(number)", "x")
                        try tx.set("right\(number)", "x")
                    }
                    pairs += 1
                }
                return pairs
            }
            try await Task.sleep(for: .milliseconds(30))
            for round in 0..<5 {
                let report = try await store.backup(to: path, replacing: round > 0)
                #expect(report.schemaVersion == Migration.all.count && report.bytes > 100_000)
            }
            writing.cancel()
            let pairs = (try? await writing.value) ?? 1
            #expect(pairs > 0)
            let entries = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/backups")
            #expect(entries == ["one.db"])
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let copy = try Store.open(StoreConfiguration(path: path), log: .silent)
            let left = try await copy.count("SELECT count(*) FROM settings WHERE name LIKE 'left%'")
            let right = try await copy.count("SELECT count(*) FROM settings WHERE name LIKE 'right%'")
            #expect(left == right && left > 0)
            let check = try await copy.check()
            #expect(check.isHealthy)
            await copy.close()
        }
    }

    @Test func `a backup replaces nothing unless told to`() async throws {
        try await withStore { store, folder in
            let path = folder.path + "/one.db"
            try Data("mine".utf8).write(to: URL(fileURLWithPath: path))
            let error = await #expect(throws: StoreError.self) { try await store.backup(to: path) }
            #expect(error?.code == .conflict)
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data("mine".utf8))
            await #expect(throws: StoreError.self) { try await store.backup(to: folder.database, replacing: true) }
        }
    }

    @Test func `a restore is seen by everybody at once and begins the feed anew`() async throws {
        let folder = try TemporaryFolder()
        let store = try folder.open()
        let other = try folder.open()
        try await fill(store)
        _ = try await store.backup(to: folder.path + "/one.db")
        try await store.write(by: .default) { tx in
            _ = try tx.connection.execute("DELETE FROM passages")
            try tx.recordChange(.archive, .updated, id: "archive-1")
        }
        let cursor = try await store.changeRange().newest
        var wakes = other.watchChanges().makeAsyncIterator()
        _ = try await store.restore(from: folder.path + "/one.db")
        for each in [store, other] {
            let match = TextQuery.match("something") ?? ""
            let found = try await each.read { try $0.passages(matching: match) }
            #expect(found.count == 50)
            let range = try await each.changeRange()
            #expect(!range.covers(cursor) && range.newest > cursor)
        }
        while try await other.changes(after: cursor).isEmpty { _ = await wakes.next() }
        let first = try await other.changes(after: cursor, kinds: [.block]).first
        #expect(first?.kind == .store && first?.action == .restored)
        try await other.write(by: .default) { try $0.set("after", "x") }
        #expect(try await store.setting("after") == "x")
        let report = try await store.check()
        #expect(report.isHealthy, "\(report.problems)")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path + "/data").allSatisfy {
                $0.hasPrefix("roost.db") && !$0.contains("restore")
            })
        await store.close()
        await other.close()
        let later = try folder.open()
        #expect(try await later.setting("after") == "x")
        await later.close()
    }

    @Test func `a restore during writes of another store loses no later write`() async throws {
        let folder = try TemporaryFolder()
        let store = try folder.open()
        let other = try folder.open()
        try await fill(store, passages: 2000)
        _ = try await store.backup(to: folder.path + "/one.db")
        let writing = Task {
            for number in 0..<300 { try await other.write(by: .default) { try $0.set("n\(number)", "x") } }
        }
        for _ in 0..<3 { _ = try await store.restore(from: folder.path + "/one.db") }
        try await writing.value
        let report = try await store.check()
        #expect(report.isHealthy, "\(report.problems)")
        await store.close()
        await other.close()
    }

    @Test func `what is no backup is refused and nothing changes`() async throws {
        try await withStore { store, folder in
            try await fill(store)
            let text = folder.path + "/text"
            try Data(repeating: 0x41, count: 10_000).write(to: URL(fileURLWithPath: text))
            let foreign = folder.path + "/foreign"
            try SQLiteConnection(path: foreign, mode: .create, busySeconds: 1).execute("CREATE TABLE t (n)")
            let altered = folder.path + "/altered"
            _ = try await store.backup(to: altered)
            try SQLiteConnection(path: altered, mode: .readWrite, busySeconds: 1)
                .execute("CREATE TRIGGER evil AFTER INSERT ON agents BEGIN DELETE FROM blocks; END")
            let newer = folder.path + "/newer"
            _ = try await store.backup(to: newer)
            try SQLiteConnection(path: newer, mode: .readWrite, busySeconds: 1)
                .execute("INSERT INTO schema_migrations VALUES (999, 'future', 1)")
            for (path, code) in [
                (text, StoreError.Code.notADatabase), (foreign, .notADatabase), (altered, .notADatabase),
                (newer, .newerSchema), (folder.path + "/missing", .cannotOpen), (folder.database, .cannotOpen),
            ] {
                let error = await #expect(throws: StoreError.self) { try await store.restore(from: path) }
                #expect(error?.code == code, "\(path)")
            }
            let count = try await store.count("SELECT count(*) FROM passages")
            #expect(count == 50)
        }
    }
}

extension Result where Failure == any Error {
    init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
