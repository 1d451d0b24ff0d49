import Domain
import Platform

/// Workers that wait for calls, for each place that was called lately. None before the first call: a server whose agents
/// have no tools of their own pays nothing. Those taken are replaced in the background.
final class WorkerPool: Sendable {
    private struct Shelf {
        var ready: [Worker] = []
        var starting = 0
        var lastCall: ContinuousClock.Instant
        var sweeper: Task<Void, Never>?
    }

    private struct State {
        var shelves: [WorkerPlace: Shelf] = [:]
        var isClosed = false
    }

    private let size: Int
    private let idle: Duration
    private let log: Log
    private let start: @Sendable (WorkerPlace) async throws -> Worker
    private let state = Lock(State())

    /// - Parameters:
    ///   - size: workers of one place that wait.
    ///   - idle: how long they do without a call.
    init(size: Int, idle: Duration, log: Log, start: @escaping @Sendable (WorkerPlace) async throws -> Worker) {
        self.size = size
        self.idle = idle
        self.log = log
        self.start = start
    }

    /// A worker of its own for one call: one that waits, or a new one.
    func take(_ place: WorkerPlace) async throws -> Worker {
        try Task.checkCancellation()
        if let ready = try takeReady(place) { return ready }
        // Not cancelled half-way, when it could not be said any more what has to be killed.
        return try await Task { try await start(place) }.value
    }

    /// Starts what is missing of a place; call it when its call is over, so that it takes nothing from it.
    func refill(_ place: WorkerPlace) {
        let missing = state.withLock { state -> Int in
            guard !state.isClosed, let shelf = state.shelves[place] else { return 0 }
            let missing = max(0, size - shelf.ready.count - shelf.starting)
            state.shelves[place]?.starting += missing
            return missing
        }
        guard missing > 0 else { return }
        Task(priority: .background) {
            for _ in 0..<missing { await add(place) }
        }
    }

    /// Ends all that wait; there are none afterwards.
    func close() async {
        let workers = state.withLock { state in
            state.isClosed = true
            defer { state.shelves = [:] }
            for shelf in state.shelves.values { shelf.sweeper?.cancel() }
            return state.shelves.values.flatMap(\.ready)
        }
        for worker in workers { worker.stop() }
        for worker in workers { await worker.process.ended() }
    }

    /// How many wait; for tests.
    func ready(_ place: WorkerPlace) -> [Worker] { state.withLock { $0.shelves[place]?.ready ?? [] } }

    private func takeReady(_ place: WorkerPlace) throws(CodeError) -> Worker? {
        let taken = state.withLock { state -> (isOpen: Bool, worker: Worker?) in
            guard !state.isClosed else { return (false, nil) }
            var shelf = state.shelves[place] ?? Shelf(lastCall: .now)
            shelf.lastCall = .now
            // Those that died while they waited are nobody's loss.
            shelf.ready.removeAll { !$0.isRunning }
            let worker = shelf.ready.isEmpty ? nil : shelf.ready.removeFirst()
            if shelf.sweeper == nil, size > 0 { shelf.sweeper = sweeper(of: place) }
            state.shelves[place] = shelf
            return (true, worker)
        }
        guard taken.isOpen else { throw CodeError(.unavailable, "The server is stopping.") }
        return taken.worker
    }

    private func add(_ place: WorkerPlace) async {
        // A worker that cannot be started is the next call's error, which tries again and can tell somebody.
        let worker = try? await start(place)
        let isKept = state.withLock { state in
            guard !state.isClosed, state.shelves[place] != nil else { return false }
            state.shelves[place]?.starting -= 1
            if let worker { state.shelves[place]?.ready.append(worker) }
            return worker != nil
        }
        if !isKept { worker?.stop() }
    }

    private func sweeper(of place: WorkerPlace) -> Task<Void, Never> {
        Task(priority: .background) { [weak self, idle] in
            var wait = idle
            while true {
                // Cancelled: the pool is closed.
                guard (try? await Task.sleep(for: wait)) != nil, let next = self?.sweep(place) else { return }
                wait = next
            }
        }
    }

    /// Lets the workers of a place go when it was not called for long.
    /// - Returns: when to look again; nil when they are gone.
    private func sweep(_ place: WorkerPlace) -> Duration? {
        let (workers, wait) = state.withLock { state -> ([Worker], Duration?) in
            guard let shelf = state.shelves[place] else { return ([], nil) }
            let left = idle - (ContinuousClock.now - shelf.lastCall)
            guard left <= .zero else { return ([], left) }
            state.shelves[place] = nil
            return (shelf.ready, nil)
        }
        for worker in workers { worker.stop() }
        if !workers.isEmpty { log.debug("sandbox.idle", ("workers", .int(Int64(workers.count)))) }
        return wait
    }
}
