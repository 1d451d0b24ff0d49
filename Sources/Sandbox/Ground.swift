import Domain
import Platform

/// What workers are started on: found out at the first call, and again after a failure, so that installing what is missing
/// needs no restart.
final class Ground: Sendable {
    private struct State {
        var workers: WorkerStart?
        var failure: (error: CodeError, time: ContinuousClock.Instant)?
        var search: Task<WorkerStart, any Error>?
    }

    private enum Search: Sendable {
        case now(WorkerStart)
        case later(Task<WorkerStart, any Error>)
    }

    private let configuration: SandboxConfiguration
    private let state = Lock(State())
    private static let failureLife = Duration.seconds(10)

    init(_ configuration: SandboxConfiguration) { self.configuration = configuration }

    /// - Throws: `CodeError(.unavailable)` that says what to do.
    func workers() async throws -> WorkerStart {
        let search = try state.withLock { state -> Search in
            if let workers = state.workers { return .now(workers) }
            if let failure = state.failure, ContinuousClock.now - failure.time < Self.failureLife {
                throw failure.error
            }
            if let search = state.search { return .later(search) }
            let search = Task { try await self.find() }
            state.search = search
            return .later(search)
        }
        switch search {
        case .now(let workers): return workers
        case .later(let search): return try await search.value
        }
    }

    private func find() async throws -> WorkerStart {
        do {
            let workers = try await self.search()
            state.withLock { state in
                state.workers = workers
                state.search = nil
            }
            return workers
        } catch {
            let known = error as? CodeError ?? CodeError(.unavailable, "Code cannot be run: \(error).")
            state.withLock { state in
                state.failure = (known, .now)
                state.search = nil
            }
            throw known
        }
    }

    private func search() async throws -> WorkerStart {
        switch configuration.policy {
        case .off:
            throw CodeError(
                .unavailable,
                "This server runs no code: it was started with --sandbox off. --sandbox required allows it.")
        case .unsandboxed: return WorkerStart(configuration: configuration, bubblewrap: nil)
        case .required:
            await BlockingThread.run(name: "roost-sweep") { _ = OrphanSweep.run() }
            let bubblewrap = try await BubblewrapCheck.find(configuration)
            return WorkerStart(configuration: configuration, bubblewrap: bubblewrap, groups: ControlGroups())
        }
    }
}
