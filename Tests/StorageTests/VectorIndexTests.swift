import Domain
import Foundation
import Platform
import Testing

@testable import Storage

@Suite struct VectorIndexTests {
    /// Numbers so small that everything happens with few vectors.
    private static let small: @Sendable (inout StoreConfiguration) -> Void = { configuration in
        configuration.durability = .processEnd
        configuration.vectorTuning = VectorTuning(
            manyChanges: 40, mostRead: 60, mostKept: 100, mostByBytes: 150, nearBySigns: 10_000,
            mostCollected: 30, slack: 5, mostBehind: 50, pauseFactor: 0)
    }

    private func expectEqual(_ world: inout VectorWorld, _ stores: [Store], searches: Int) async throws {
        for number in 0..<searches {
            let question = world.question()
            let (found, expected) = try await world.answers(question, stores[number % stores.count])
            #expect(found == expected)
        }
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `searches of several processes find what comparing everything finds`(seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        let stores = [
            try folder.open(Self.small),
            try folder.open { configuration in
                Self.small(&configuration)
                configuration.isLongLived = true
            },
            // Reads everything into memory, or maps with hardly any.
            try folder.open { configuration in
                Self.small(&configuration)
                configuration.vectorMemory = seed % 2 == 0 ? 0 : 100_000
                configuration.vectorTuning.mostKept = 100_000
                configuration.vectorTuning.mostRead = seed % 2 == 0 ? 60 : 100_000
            },
        ]
        var world = try await VectorWorld(stores[0], seed: seed)
        for round in 0..<25 {
            let steps = Int.random(in: 1...(round % 5 == 0 ? 120 : 12), using: &world.dice)
            try await world.change(stores[round % 3], steps: steps)
            try await expectEqual(&world, stores, searches: 6)
        }
        #expect(VectorFolder(database: folder.database).header(world.model) != nil)
        // A new process.
        let late = try folder.open(Self.small)
        try await expectEqual(&world, [late], searches: 5)
        for store in stores + [late] { await store.close() }
    }

    /// A database with some hundred vectors and an index file that holds all of them.
    private func withFile(
        _ body: (inout VectorWorld, Store, TemporaryFolder, String) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let store = try folder.open(Self.small)
        var world = try await VectorWorld(store, seed: 99)
        try await world.change(store, steps: 400)
        try await expectEqual(&world, [store], searches: 1)
        let file = VectorFolder(database: folder.database).file(of: world.model)
        #expect(FileManager.default.fileExists(atPath: file))
        try await body(&world, store, folder, file)
        await store.close()
    }

    private func searchInNewProcess(_ world: inout VectorWorld, _ folder: TemporaryFolder) async throws {
        let store = try folder.open(Self.small)
        try await expectEqual(&world, [store], searches: 4)
        await store.close()
    }

    @Test func `a new process maps the file and reads what changed since`() async throws {
        try await withFile { world, store, folder, file in
            let inode = VectorFile.inode(file)
            try await world.change(store, steps: 20)
            try await searchInNewProcess(&world, folder)
            #expect(VectorFile.inode(file) == inode)
        }
    }

    @Test func `a file that is cut off, garbled at its beginning or no file at all is written anew`() async throws {
        try await withFile { world, _, folder, file in
            let good = try Data(contentsOf: URL(fileURLWithPath: file))
            var broken = [Data(), good.prefix(100), good.prefix(4096), good.prefix(good.count - 1), good + [0]]
            for place in [0, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 90, 4096, 4104, 4112] {
                var data = good
                data[place] ^= 0x41
                broken.append(data)
            }
            for data in broken {
                try FileManager.default.removeItem(atPath: file)
                try data.write(to: URL(fileURLWithPath: file))
                try await searchInNewProcess(&world, folder)
                let now = try #require(VectorFile(file, VectorMemory(budget: 1 << 30)))
                #expect(now.isWhole())
            }
        }
    }

    @Test func `garbled vectors and keys break nothing, and a check removes their file`() async throws {
        try await withFile { world, _, folder, file in
            let good = try Data(contentsOf: URL(fileURLWithPath: file))
            var dice = Dice(5)
            for round in 0..<30 {
                var data = good
                for _ in 0..<200 { data[Int.random(in: 8192..<data.count, using: &dice)] ^= UInt8(1 << (round % 8)) }
                if round == 0 { for place in 8192..<data.count { data[place] = 0xFF } }
                try FileManager.default.removeItem(atPath: file)
                try data.write(to: URL(fileURLWithPath: file))
                let store = try folder.open(Self.small)
                for _ in 0..<5 { _ = try? await world.answers(world.question(), store) }
                let report = try await store.check()
                #expect(report.isHealthy)
                #expect(report.notes.count == 1)
                #expect(!FileManager.default.fileExists(atPath: file))
                try await expectEqual(&world, [store], searches: 3)
                await store.close()
                try await searchInNewProcess(&world, folder)
            }
        }
    }

    @Test func `the folder may be deleted while it is in use`() async throws {
        try await withFile { world, store, folder, file in
            try FileManager.default.removeItem(atPath: VectorFolder(database: folder.database).path)
            try await expectEqual(&world, [store], searches: 3)
            try await world.change(store, steps: 300)
            try await expectEqual(&world, [store], searches: 3)
            #expect(FileManager.default.fileExists(atPath: file))
        }
    }

    @Test func `a folder that cannot be written costs time and nothing else`() async throws {
        let folder = try TemporaryFolder()
        let store = try folder.open(Self.small)
        _ = FileManager.default.createFile(atPath: VectorFolder(database: folder.database).path, contents: nil)
        var world = try await VectorWorld(store, seed: 3)
        try await world.change(store, steps: 500)
        try await expectEqual(&world, [store], searches: 20)
        await store.close()
    }

    @Test func `a restored backup is searched as it is, with the file of another history beside it`() async throws {
        try await withFile { world, store, folder, _ in
            let backup = folder.path + "/backup.db"
            _ = try await store.backup(to: backup)
            let then = world
            try await world.change(store, steps: 300)
            try await expectEqual(&world, [store], searches: 3)
            _ = try await store.restore(from: backup)
            world = then
            try await expectEqual(&world, [store], searches: 5)
            // As many changes as before, with the same numbers, and others.
            world.dice = Dice(1234)
            try await world.change(store, steps: 300)
            try await expectEqual(&world, [store], searches: 5)
            try await searchInNewProcess(&world, folder)
        }
    }

    @Test func `the log becomes shorter when files hold its changes`() async throws {
        try await withFile { world, store, folder, _ in
            for _ in 0..<10 {
                try await world.change(store, steps: 150)
                try await expectEqual(&world, [store], searches: 2)
            }
            let log = try await store.count("SELECT count(*) FROM vector_changes")
            let newest = try await store.count("SELECT max(seq) FROM vector_changes")
            #expect(newest > 1000)
            #expect(log < 400)
            try await searchInNewProcess(&world, folder)
        }
    }

    @Test func `what a killed process left is removed, and its lock is free`() async throws {
        try await withFile { world, store, folder, file in
            let part = file + VectorFolder.partSuffix + "1"
            _ = FileManager.default.createFile(atPath: part, contents: Data("half".utf8))
            try await world.change(store, steps: 300)
            try await expectEqual(&world, [store], searches: 2)
            #expect(!FileManager.default.fileExists(atPath: part))
            try await searchInNewProcess(&world, folder)
        }
    }

    @Test func `a vacuum changes nothing for the index`() async throws {
        try await withFile { world, store, folder, file in
            let inode = VectorFile.inode(file)
            _ = try await store.vacuum()
            try await expectEqual(&world, [store], searches: 3)
            try await searchInNewProcess(&world, folder)
            #expect(VectorFile.inode(file) == inode)
        }
    }

    @Test func `two models have their own vectors and files`() async throws {
        try await withFile { world, store, folder, _ in
            let other = try await store.write(by: .default) { tx in
                let model = try tx.addModel("model-2", dimensions: 5)
                let ids = try tx.connection.rows("SELECT id FROM passages LIMIT 200") { $0.text(0) }
                for id in ids { try tx.putVector([1, 2, 3, 4, 5], of: id, model: model) }
                return model
            }
            let found = try await store.read { tx in
                let scope = try tx.scope(of: nil, organization: Actor.default.organizationID)
                return try tx.vectorSearch(model: other)?.nearest(
                    [1, 2, 3, 4, 5], scope, PassageFilter(archiveIDs: nil), limit: 500)
            }
            #expect(found?.count == 200)
            #expect(found?.allSatisfy { $0.similarity > 0.9999 } == true)
            try await expectEqual(&world, [store], searches: 3)
            #expect(Set(VectorFolder(database: folder.database).files.map(\.model)) == [world.model, other])
        }
    }

    @Test func `searches go on while others write and files are made, and see every insert`() async throws {
        let folder = try TemporaryFolder()
        let stores = [
            try folder.open(Self.small),
            try folder.open { configuration in
                Self.small(&configuration)
                configuration.isLongLived = true
            },
        ]
        var world = try await VectorWorld(stores[0], seed: 42)
        try await world.change(stores[0], steps: 200)
        let model = world.model
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<6 {
                let store = stores[task % 2]
                group.addTask {
                    var dice = Dice(UInt64(task))
                    for number in 0..<25 {
                        let id = "mine-\(task)-\(number)"
                        let vector = dice.vector(VectorWorld.dimensions)
                        try await store.write(by: .default) { tx in
                            if number == 0 { try tx.addArchive("archive-\(task)") }
                            try tx.addPassage(id, "text", to: "archive-\(task)")
                            try tx.putVector(vector, of: id, model: model)
                        }
                        let found = try await stores[number % 2].read { tx in
                            let scope = try tx.scope(of: nil, organization: Actor.default.organizationID)
                            let found = try tx.vectorSearch(model: model)?.nearest(
                                vector, scope, PassageFilter(archiveIDs: nil), limit: 1)
                            return try tx.passages.find(keys: (found ?? []).map(\.key), in: scope).values.map(\.id)
                        }
                        #expect(found == [id])
                    }
                }
            }
            try await group.waitForAll()
        }
        for store in stores { await store.close() }
    }
}
