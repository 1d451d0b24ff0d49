import Domain
import Foundation
import Platform
import Programs
import Synchronization
import Testing

@testable import Storage

@Suite struct ConcurrencyTests {
    @Test func `two stores on one file write at the same time and nothing is refused`() async throws {
        let folder = try TemporaryFolder()
        let stores = [try folder.open(), try folder.open()]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (which, store) in stores.enumerated() {
                for writer in 0..<8 {
                    group.addTask {
                        for number in 0..<40 {
                            try await store.write(by: .default) { try $0.set("\(which)-\(writer)-\(number)", "x") }
                            if number % 8 == 0 { _ = try await store.settings() }
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        for store in stores {
            #expect(try await store.settings() == 640)
            await store.close()
        }
    }

    private static let otherWriter = """
        import sqlite3, sys
        db = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
        for n in range(100):
            db.execute("BEGIN IMMEDIATE")
            db.execute("INSERT INTO settings (name, value) VALUES (?, 'x')", ("python-%d" % n,))
            db.execute("COMMIT")
        """

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")))
    func `another process writes beside a busy store`() async throws {
        let folder = try TemporaryFolder()
        let store = try folder.open()
        let running = Mutex(true)
        let database = folder.database
        let other = Task {
            defer { running.withLock { $0 = false } }
            return try await onThread { try Program.run("python3", "-c", Self.otherWriter, database).status }
        }
        var mine = 0
        while running.withLock({ $0 }) {
            let number = mine
            try await store.write(by: .default) { try $0.set("mine-\(number)", "x") }
            mine += 1
        }
        #expect(try await other.value == 0)
        #expect(try await store.settings() == mine + 100)
        await store.close()
    }

    @Test func `a reader sees what is committed and nothing else`() async throws {
        try await withStore { store, folder in
            let inside = DispatchSemaphore(value: 0)
            let goOn = DispatchSemaphore(value: 0)
            let writing = Task {
                try await store.write(by: .default) { tx in
                    try tx.set("a", "1")
                    inside.signal()
                    goOn.wait()
                }
            }
            try await onThread { inside.wait() }
            let during = try await store.settings()
            #expect(during == 0)
            goOn.signal()
            try await writing.value
            let after = try await store.settings()
            #expect(after == 1)
        }
    }

    @Test func `a read keeps its view while others commit`() async throws {
        try await withStore { store, _ in
            let inside = DispatchSemaphore(value: 0)
            let goOn = DispatchSemaphore(value: 0)
            let reading = Task {
                try await store.read { tx in
                    let first = try tx.settings()
                    inside.signal()
                    goOn.wait()
                    return (first, try tx.settings())
                }
            }
            try await onThread { inside.wait() }
            try await store.write(by: .default) { try $0.set("a", "1") }
            goOn.signal()
            let seen = try await reading.value
            #expect(seen == (0, 0))
        }
    }

    @Test func `work whose caller has gone is skipped, work that has begun is finished`() async throws {
        try await withStore { store, _ in
            let inside = DispatchSemaphore(value: 0)
            let goOn = DispatchSemaphore(value: 0)
            let begun = Task {
                try await store.write(by: .default) { tx in
                    try tx.set("begun", "1")
                    inside.signal()
                    goOn.wait()
                }
            }
            try await onThread { inside.wait() }
            let waiting = Task { try await store.write(by: .default) { try $0.set("waiting", "1") } }
            try await Task.sleep(for: .milliseconds(50))
            waiting.cancel()
            begun.cancel()
            // Answered though the writer is still busy with the other.
            await #expect(throws: CancellationError.self) { try await waiting.value }
            goOn.signal()
            try await begun.value
            let names = try await (store.setting("begun"), store.setting("waiting"))
            #expect(names == ("1", nil))
        }
    }

    @Test(.timeLimit(.minutes(5))) func `a long read stops when its caller goes`() async throws {
        try await withStore { store, _ in
            let endless: SQL = """
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000000000)
                SELECT count(*) FROM n
                """
            let reading = Task {
                try await store.count(endless)
            }
            try await Task.sleep(for: .milliseconds(100))
            reading.cancel()
            await #expect(throws: CancellationError.self) { try await reading.value }
            // Also when the caller goes before its first statement runs.
            let inside = DispatchSemaphore(value: 0)
            let goOn = DispatchSemaphore(value: 0)
            let early = Task {
                try await store.read { tx in
                    inside.signal()
                    goOn.wait()
                    return try tx.connection.count(endless)
                }
            }
            try await onThread { inside.wait() }
            early.cancel()
            goOn.signal()
            await #expect(throws: CancellationError.self) { try await early.value }
            #expect(try await store.settings() == 0)
        }
    }

    @Test func `work that fails in a shared commit leaves the text index whole`() async throws {
        try await withStore { store, _ in
            struct Oops: Error {}
            try await store.write(by: .default) { try $0.addArchive("archive-1") }
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        _ = await Result {
                            try await store.write(by: .default) { tx in
                                try tx.addPassage("p\(number)", "shared words and number\(number)")
                                if number % 3 == 0 { throw Oops() }
                            }
                        }
                    }
                }
            }
            let found = try await store.read { try $0.passages(matching: "\"shared\"") }
            #expect(found.count == 133)
            let lost = try await store.read { try $0.passages(matching: "\"number3\" OR \"number4\"") }
            #expect(lost == ["p4"])
            let report = try await store.check()
            #expect(report.isHealthy, "\(report.problems)")
        }
    }

    @Test func `a full disk refuses what does not fit and keeps the rest`() async throws {
        try await withStore { configuration in
            configuration.pageLimit = 200
        } _: { store, _ in
            let big = String(repeating: "x", count: 2_000_000)
            let outcomes = await withTaskGroup(of: (Bool, StoreError.Code?).self) { group in
                for number in 0..<40 {
                    let isBig = number % 8 == 4
                    group.addTask {
                        do {
                            try await store.write(by: .default) { try $0.set("n\(number)", isBig ? big : "small") }
                            return (isBig, nil)
                        } catch {
                            return (isBig, (error as? StoreError)?.code)
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            for (isBig, code) in outcomes { #expect(code == (isBig ? .full : nil)) }
            let kept = try await store.settings()
            #expect(kept == 35)
        }
    }

    @Test func `a lock held for longer than we wait is told as busy`() async throws {
        try await withStore { configuration in
            configuration.busySeconds = 0.2
        } _: { store, folder in
            let holder = try SQLiteConnection(path: folder.database, mode: .readWrite, busySeconds: 0.2)
            try holder.execute("BEGIN IMMEDIATE")
            let error = await #expect(throws: StoreError.self) {
                try await store.write(by: .default) { try $0.set("a", "1") }
            }
            #expect(error?.code == .busy)
            try holder.execute("COMMIT")
            try await store.write(by: .default) { try $0.set("a", "1") }
        }
    }

    @Test func `the log is emptied into the file again and again`() async throws {
        try await withStore { store, folder in
            let text = String(repeating: "x", count: 100_000)
            for number in 0..<300 {
                try await store.write(by: .default) { try $0.set("n\(number)", text) }
            }
            let size = try FileManager.default.attributesOfItem(atPath: folder.database + "-wal")[.size] as? Int ?? 0
            #expect(size < 16_000_000)
        }
    }
}
