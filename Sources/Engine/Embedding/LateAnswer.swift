/// A task's value did not come in the time that its caller has.
struct LateAnswer: Error {}

extension Embedders {
    /// How a task ended. Unlike its `value`, this returns at `end` or when the caller is cancelled; the task goes on for
    /// others who wait for it.
    static func answer<Value: Sendable>(
        of task: Task<Value, any Error>, until end: ContinuousClock.Instant?
    ) async throws(LateAnswer) -> Result<Value, any Error> {
        guard let end else { return await task.result }
        let (answers, continuation) = AsyncStream.makeStream(of: Result<Value, any Error>.self)
        let relay = Task {
            continuation.yield(await task.result)
            continuation.finish()
        }
        let clock = Task {
            // Cancelled when the answer was there first.
            try? await Task.sleep(until: end, clock: .continuous)
            continuation.finish()
        }
        defer {
            relay.cancel()
            clock.cancel()
        }
        for await answer in answers { return answer }
        if Task.isCancelled { return .failure(CancellationError()) }
        throw LateAnswer()
    }
}
