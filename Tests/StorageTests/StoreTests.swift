import Domain
import Foundation
import Platform
import Testing

@testable import Storage

private struct Oops: Error {}

@Suite struct StoreTests {
    @Test func `the file and its folder are for the owner alone`() async throws {
        try await withStore { _, folder in
            for (path, mode) in [
                (folder.database, 0o600), (folder.path + "/data", 0o700), (folder.database + "-wal", 0o600),
            ] {
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                #expect(attributes[.posixPermissions] as? Int == mode)
            }
        }
    }

    @Test func `what is written is there after opening again`() async throws {
        let folder = try TemporaryFolder()
        let first = try folder.open()
        try await first.write(by: .default) { try $0.set("a", "1") }
        await first.close()
        let second = try folder.open()
        #expect(try await second.setting("a") == "1")
        await second.close()
    }

    @Test func `a closed database is one file`() async throws {
        let folder = try TemporaryFolder()
        for round in 0..<20 {
            let store = try folder.open()
            try await store.write(by: .default) { try $0.set("n\(round)", "1") }
            _ = try await (store.settings(), store.settings())
            await store.close()
            let files = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/data")
            #expect(files == ["roost.db"])
        }
    }

    @Test func `only what has to outlive the power waits for the disk`() async throws {
        try await withStore { store, _ in
            let asked: [StoreConfiguration.Durability] = [.powerFailure, .processEnd, .processEnd, .powerFailure]
            var flushes: [Int] = []
            for (number, durability) in asked.enumerated() {
                flushes.append(
                    try await store.write(by: .default, durability: durability) { transaction in
                        try transaction.set("\(number)", "\(durability)")
                        return try transaction.connection.count("PRAGMA synchronous")
                    })
            }
            #expect(flushes == [2, 1, 1, 2])
        }
    }

    @Test func `a unit of work that throws leaves nothing behind`() async throws {
        try await withStore { store, _ in
            await #expect(throws: Oops.self) {
                try await store.write(by: .default) { tx in
                    try tx.set("a", "1")
                    throw Oops()
                }
            }
            let left = try await store.settings()
            #expect(left == 0)
        }
    }

    @Test func `many callers at once all succeed but the ones that fail`() async throws {
        try await withStore { store, _ in
            let failures = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<400 {
                    group.addTask {
                        do {
                            try await store.write(by: .default) { tx in
                                try tx.set("n\(number)", "x")
                                if number % 10 == 3 { throw Oops() }
                            }
                            return false
                        } catch {
                            return error is Oops
                        }
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(failures == 40)
            let kept = try await store.settings()
            let failed = try await store.setting("n13")
            #expect(kept == 360 && failed == nil)
        }
    }

    @Test func `a unique violation names its columns and not its values`() async throws {
        try await withStore { store, _ in
            try await store.write(by: .default) { try $0.set("secret-name", "1") }
            let error = await #expect(throws: StoreError.self) {
                try await store.write(by: .default) { try $0.set("secret-name", "secret-value") }
            }
            #expect(error?.code == .conflict)
            #expect(error?.isConflict(on: "settings.name") == true)
            #expect(error.map { "\($0)".contains("secret") } == false)
        }
    }

    @Test func `a missing row that is referred to is a foreign key error`() async throws {
        try await withStore { store, _ in
            let error = await #expect(throws: StoreError.self) {
                try await store.write(by: .default) { tx in
                    _ = try tx.connection.execute(
                        "INSERT INTO agent_tags (agent_id, tag, organization_id) VALUES ('agent-x', 't', 'o')")
                }
            }
            #expect(error?.code == .foreignKey)
        }
    }

    @Test func `a reader cannot write`() async throws {
        try await withStore { store, _ in
            let error = await #expect(throws: StoreError.self) {
                try await store.read { tx in
                    _ = try tx.connection.execute("INSERT INTO settings (name, value) VALUES ('a', 'b')")
                }
            }
            #expect(error?.code == .readOnlyFile)
        }
    }

    @Test func `a closed store says so`() async throws {
        let folder = try TemporaryFolder()
        let store = try folder.open()
        await store.close()
        let error = await #expect(throws: StoreError.self) { try await store.settings() }
        #expect(error?.code == .closed)
    }

    @Test func `times of units of work only grow`() async throws {
        try await withStore { store, _ in
            var last = Timestamp(microseconds: 0)
            for _ in 0..<50 {
                let now = try await store.write(by: .default) { $0.now }
                #expect(now > last)
                last = now
            }
        }
    }

    @Test func `a statement inside the rows of the same statement works`() async throws {
        try await withStore { store, _ in
            try await store.write(by: .default) { tx in for name in ["a", "b", "c"] { try tx.set(name, name) } }
            let pairs = try await store.read { tx in
                try tx.connection.rows("SELECT name FROM settings ORDER BY name") { outer in
                    let inner = try tx.connection.rows("SELECT name FROM settings ORDER BY name") { $0.text(0) }
                    return outer.text(0) + inner.joined()
                }
            }
            #expect(pairs == ["aabc", "babc", "cabc"])
        }
    }

    @Test(arguments: [true, false])
    func `nothing is acknowledged once the file was taken away or replaced`(isReplaced: Bool) async throws {
        try await withStore { store, folder in
            try await store.write(by: .default) { try $0.set("a", "1") }
            try await store.checkReady()
            for suffix in ["", "-wal", "-shm"] { unlink(folder.database + suffix) }
            if isReplaced { try Data().write(to: URL(filePath: folder.database)) }
            await #expect { try await store.write(by: .default) { try $0.set("b", "2") } } throws: {
                ($0 as? StoreError)?.code == .cannotOpen
            }
            await #expect(throws: StoreError.self) { try await store.checkReady() }
        }
    }
}
