package import Domain
import Platform
import Storage

/// A run that has begun: its conversation is taken, what the client sent is stored. It is carried out once; one that is
/// let go before is ended as cancelled.
package final class PreparedRun: Sendable {
    package let run: Run
    private let engine: Engine
    private let caller: Caller
    private let request: SendRequest
    private let model: any ChatModel
    private let situation: RunSituation
    private let key: String
    private let chain: [String]
    private let isTaken = Lock(false)

    init(
        engine: Engine, caller: Caller, request: SendRequest, model: any ChatModel, run: Run, situation: RunSituation,
        key: String, chain: [String]
    ) {
        self.engine = engine
        self.caller = caller
        self.request = request
        self.model = model
        self.run = run
        self.situation = situation
        self.key = key
        self.chain = chain
    }

    /// Until the end of the run; a cancelled task cancels it.
    /// - Parameter watch: when it throws, its client is gone, and the run is cancelled.
    package func carry(watch: @escaping Sending.Watcher) async -> RunEnd {
        isTaken.withLock { $0 = true }
        let (engine, key, runID) = (engine, key, run.id)
        let agentRun = AgentRun(
            engine: engine, caller: caller.withoutKey, request: request, model: model, run: run, situation: situation,
            chain: chain
        ) { event in
            do { try await watch(event) } catch { throw WatcherGone() }
        }
        let task = Task {
            var agentRun = agentRun
            return await agentRun.perform()
        }
        engine.liveRuns.add(runID) { task.cancel() }
        engine.keeper.attend()
        let end = await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
        engine.liveRuns.remove(runID)
        await engine.queue.leave(key)
        // From this task, which goes on when the run was cancelled. Whoever is gone by now does not need to be told.
        try? await watch(.ended(end))
        return end
    }

    deinit {
        if isTaken.withLock({ $0 }) { return }
        let (engine, caller, key) = (engine, caller, key)
        var run = run
        run.stopReason = .cancelled
        let ended = run
        Task {
            await engine.endRun(ended, by: caller)
            await engine.queue.leave(key)
        }
    }
}
