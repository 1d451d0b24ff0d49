import Platform
import Testing

@testable import Engine

@Suite struct RunQueueTests {
    @Test func `those who wait come in order`() async throws {
        let queue = ConversationQueue()
        try await queue.enter("a")
        let order = Lock<[Int]>([])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<5 {
                group.addTask {
                    try await queue.enter("a")
                    order.withLock { $0.append(number) }
                    await queue.leave("a")
                }
                while await queue.waitingCount("a") <= number { await Task.yield() }
            }
            await queue.leave("a")
            try await group.waitForAll()
        }
        #expect(order.withLock { $0 } == [0, 1, 2, 3, 4])
        #expect(await queue.enterNow("a"))
    }

    @Test func `one who gives up leaves the line`() async throws {
        let queue = ConversationQueue()
        try await queue.enter("a")
        let waiting = Task { try await queue.enter("a") }
        while await queue.waitingCount("a") == 0 { await Task.yield() }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        await queue.leave("a")
        #expect(await queue.enterNow("a"))
    }

    @Test func `other conversations do not wait`() async throws {
        let queue = ConversationQueue()
        try await queue.enter("a")
        #expect(await queue.enterNow("b"))
        #expect(await !queue.enterNow("a"))
    }

    @Test func `a log gives what there is, then what comes, then the end`() async {
        let log = RunLog()
        log.append { "one \($0)" }
        #expect(await log.events(after: 0).map(\.data) == ["one 1"])
        let later = Task { await log.events(after: 1) }
        log.append { "two \($0)" }
        #expect(await later.value.map(\.data) == ["two 2"])
        let end = Task { await log.events(after: 2) }
        log.finish()
        #expect(await end.value.isEmpty)
    }
}
