import Domain
import Foundation
import Platform
import Testing

@testable import Storage

/// The kernel's name of the calling thread.
private func threadName() -> String {
    let name = try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)  // An empty name fails the test.
    return name ?? ""
}

@Suite struct ReaderExecutorTests {
    @Test func `a task on the readers' threads reads where it runs`() async throws {
        try await withStore { store, _ in
            let task = Task(executorPreference: store.executor) {
                let before = threadName()
                let inside = try await store.read { _ in threadName() }
                return (before, inside, threadName())
            }
            let (before, inside, after) = try await task.value
            #expect(before.hasPrefix("roost-reader-"))
            #expect(inside == before)
            #expect(after == before)
        }
    }

    @Test func `its writes run on the writer's thread and it sees them`() async throws {
        try await withStore { store, _ in
            let task = Task(executorPreference: store.executor) {
                let writer = try await store.write(by: .default) { tx in
                    try tx.set("a", "1")
                    return threadName()
                }
                return (writer, threadName(), try await store.setting("a"))
            }
            let (writer, after, value) = try await task.value
            #expect(writer.hasPrefix("roost-writer"))
            #expect(after.hasPrefix("roost-reader-"))
            #expect(value == "1")
        }
    }

    @Test func `another store is read on a thread of its own`() async throws {
        try await withStore { first, _ in
            try await withStore { second, _ in
                try await second.write(by: .default) { try $0.set("only here", "1") }
                let task = Task(executorPreference: first.executor) {
                    (try await first.settings(), try await second.settings())
                }
                #expect(try await task.value == (0, 1))
            }
        }
    }

    @Test func `a read that throws leaves the thread ready for the next`() async throws {
        struct Wrong: Error {}
        try await withStore({ $0.readers = 1 }) { store, _ in
            let task = Task<Int, any Error>(executorPreference: store.executor) {
                await #expect(throws: Wrong.self) { try await store.read { _ in throw Wrong() } }
                await #expect(throws: StoreError.self) { try await store.count("SELECT nothing") }
                return try await store.settings()
            }
            let count = try await task.value
            #expect(count == 0)
        }
    }

    @Test(.timeLimit(.minutes(5))) func `its long read stops when it is cancelled`() async throws {
        try await withStore({ $0.readers = 1 }) { store, _ in
            let task = Task(executorPreference: store.executor) {
                try await store.count(
                    """
                    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000000000)
                    SELECT count(*) FROM n
                    """)
            }
            try await Task.sleep(for: .milliseconds(100))
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(try await store.settings() == 0)
        }
    }

    @Test func `tasks still run when the store has been closed`() async throws {
        let folder = try TemporaryFolder()
        let store = try folder.open()
        let (gate, open) = AsyncStream<Void>.makeStream()
        let task = Task(executorPreference: store.executor) {
            for await _ in gate {}
            await #expect(throws: StoreError.self) { try await store.settings() }
            return threadName()
        }
        await store.close()
        open.finish()
        #expect(await !task.value.hasPrefix("roost-reader-"))
        #expect(await Task(executorPreference: store.executor) { true }.value)
    }

    @Test func `many tasks read and write at once`() async throws {
        try await withStore { store, _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<64 {
                    group.addTask(executorPreference: store.executor) {
                        for step in 0..<10 {
                            try await store.write(by: .default) { try $0.set("\(number)-\(step)", "x") }
                            #expect(try await store.setting("\(number)-\(step)") == "x")
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await store.settings() == 640)
        }
    }
}
