import Platform
import Testing

@Suite struct SlotsTests {
    @Test func `only so many work at one time, and all get their turn`() async throws {
        let slots = Slots(3)
        let counts = Lock((now: 0, most: 0))
        let work: @Sendable () async -> Void = {
            counts.withLock { counts in
                counts.now += 1
                counts.most = max(counts.most, counts.now)
            }
            await Task.yield()
            counts.withLock { $0.now -= 1 }
        }
        let tasks = (0..<200).map { _ in Task { try await slots.run(work) } }
        for task in tasks { try await task.value }
        #expect(counts.withLock { $0.most } == 3)
    }

    @Test func `who gives up waiting takes no turn from others`() async throws {
        let slots = Slots(1)
        let (held, hold) = AsyncStream<Void>.makeStream()
        let (began, begin) = AsyncStream<Void>.makeStream()
        let first = Task {
            try await slots.run {
                begin.finish()
                for await _ in held {}
            }
        }
        for await _ in began {}
        let waiting = (0..<20).map { number in Task { try await slots.run { number } } }
        for task in waiting.prefix(10) { task.cancel() }
        for task in waiting.prefix(10) { await #expect(throws: CancellationError.self) { try await task.value } }
        hold.finish()
        try await first.value
        for (number, task) in waiting.enumerated().dropFirst(10) {
            let value = try await task.value
            #expect(value == number)
        }
    }
}
