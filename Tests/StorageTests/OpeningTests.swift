import Domain
import Foundation
import Platform
import Testing

@testable import Storage

/// What opening a file that is there takes: a reader's connection, and a writer's only when something is written.
@Suite struct OpeningTests {
    @Test func `a store that only reads has no connection for writing`() async throws {
        let folder = try TemporaryFolder()
        try await folder.made()
        var configuration = StoreConfiguration(path: folder.database)
        configuration.readers = 1
        let store = try Store.open(configuration, log: .silent)
        let settings = try await store.settings()
        #expect(settings == 1)
        #expect(try folder.openings() == 1)
        try await store.write(by: .default) { try $0.set("b", "2") }
        #expect(try folder.openings() == 2)
        await store.close()
        #expect(try folder.openings() == 0)
    }

    @Test func `opening and reading waits for no writer`() async throws {
        let folder = try TemporaryFolder()
        try await folder.made()
        let other = try SQLiteConnection(path: folder.database, mode: .readWrite, busySeconds: 0)
        try other.execute("BEGIN IMMEDIATE")
        var configuration = StoreConfiguration(path: folder.database)
        configuration.busySeconds = 0
        let store = try Store.open(configuration, log: .silent)
        let settings = try await store.settings()
        #expect(settings == 1)
        await #expect { try await store.write(by: .default) { try $0.set("b", "2") } } throws: {
            ($0 as? StoreError)?.code == .busy
        }
        other.rollback()
        try await store.write(by: .default) { try $0.set("b", "2") }
        await store.close()
        other.close()
    }

    @Test func `a file that became newer since it was opened is not written to`() async throws {
        let folder = try TemporaryFolder()
        try await folder.made()
        let store = try folder.open()
        let other = try SQLiteConnection(path: folder.database, mode: .readWrite, busySeconds: 1)
        try other.execute("INSERT INTO schema_migrations (version, name, applied_at) VALUES (99, 'later', 0)")
        other.close()
        await #expect { try await store.write(by: .default) { try $0.set("b", "2") } } throws: {
            ($0 as? StoreError)?.code == .newerSchema
        }
        await store.close()
    }

    @Test func `what a killed process left in the log is in the file after reading alone`() async throws {
        let folder = try TemporaryFolder()
        let store = try folder.open()
        try await store.write(by: .default) { try $0.set("a", "1") }
        let copy = folder.path + "/copy.db"
        for end in ["", "-wal"] { try FileManager.default.copyItem(atPath: folder.database + end, toPath: copy + end) }
        await store.close()
        for _ in 0..<5 {
            let second = try Store.open(StoreConfiguration(path: copy), log: .silent)
            let settings = try await second.settings()
            #expect(settings == 1)
            await second.close()
            #expect(!FileManager.default.fileExists(atPath: copy + "-wal"))
        }
    }

    @Test func `a store that was never used closes`() async throws {
        let folder = try TemporaryFolder()
        try await folder.made()
        let store = try folder.open()
        await store.close()
        await #expect { try await store.write(by: .default) { try $0.set("b", "2") } } throws: {
            ($0 as? StoreError)?.code == .closed
        }
    }
}

extension TemporaryFolder {
    /// Makes the file, with one setting.
    fileprivate func made() async throws {
        let store = try open()
        try await store.write(by: .default) { try $0.set("a", "1") }
        await store.close()
    }

    /// How many times this process has the database open.
    fileprivate func openings() throws -> Int {
        let all = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
        // One may be closed meanwhile.
        return all.count {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == database
        }
    }
}
