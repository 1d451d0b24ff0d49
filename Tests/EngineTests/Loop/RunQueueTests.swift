import Platform
import Testing

@testable import Engine

@Suite struct RunQueueTests {
    private actor Order {
        private(set) var numbers: [Int] = []
        func append(_ number: Int) { numbers.append(number) }
    }

    @Test func `those who wait come in order`() async throws {
        let queue = ConversationQueue()
        _ = try await queue.enter("a")
        let order = Order()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<5 {
                group.addTask {
                    _ = try await queue.enter("a")
                    await order.append(number)
                    await queue.leave("a")
                }
                while await queue.waitingCount("a") <= number { await Task.yield() }
            }
            await queue.leave("a")
            try await group.waitForAll()
        }
        #expect(await order.numbers == [0, 1, 2, 3, 4])
        #expect(await queue.enterNow("a"))
    }

    @Test func `one who gives up leaves the line`() async throws {
        let queue = ConversationQueue()
        _ = try await queue.enter("a")
        let waiting = Task { try await queue.enter("a") }
        while await queue.waitingCount("a") == 0 { await Task.yield() }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        await queue.leave("a")
        #expect(await queue.enterNow("a"))
    }

    @Test func `one who waits too long is told`() async throws {
        let queue = ConversationQueue()
        _ = try await queue.enter("a")
        #expect(try await queue.enter("a", patience: .milliseconds(1)) == false)
        #expect(await queue.waitingCount("a") == 0)
        await queue.leave("a")
        #expect(await queue.enterNow("a"))
    }

    @Test func `other conversations do not wait`() async throws {
        let queue = ConversationQueue()
        _ = try await queue.enter("a")
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
