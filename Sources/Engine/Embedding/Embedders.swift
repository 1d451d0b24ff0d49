package import Domain
package import Platform

/// The embedders of this process: the local one, and those of services, made when they are first needed. Says which one an
/// archive gets.
package final class Embedders: Sendable {
    /// Loads the local model; nil when none is installed.
    package typealias Local = @Sendable () async throws -> (any Embedder)?
    /// Makes the embedder of a service's model; nil when the service is not set up.
    package typealias Remote = @Sendable (ModelHandle) async throws -> (any Embedder)?

    private struct State {
        var local: Task<(any Embedder)?, Never>?
        var localProblem: EmbeddingError?
        var localModel: EmbeddingModel?
        var remote: [String: Task<(any Embedder)?, any Error>] = [:]
        /// Models whose service does not answer, by `EmbeddingModel.id`, and when to ask it again.
        var outages: [String: Outage] = [:]
        /// Handles of which not even the model could be found out, and when to ask again.
        var unreachable: [String: Outage] = [:]
        var lastFailure: EmbeddingFailure?
    }

    private struct Outage {
        let failures: Int
        let until: ContinuousClock.Instant
        /// Nil when the model is only slow.
        let error: EmbeddingError?
    }

    private let state = Lock(State())
    private let makeLocal: Local
    private let makeRemote: Remote
    private let firstRest: Duration
    private static let longestRest = Duration.seconds(300)

    /// - Parameter firstRest: how long a model is left alone after a failure; after each further one twice as long.
    package init(
        local: @escaping Local, remote: @escaping Remote = { _ in nil }, firstRest: Duration = .seconds(1)
    ) {
        makeLocal = local
        makeRemote = remote
        self.firstRest = firstRest
    }

    /// No model at all: text search only.
    package static var none: Embedders { Embedders(local: { nil }) }

    // MARK: Which one

    /// The local embedder, loaded at the first call; nil when there is none or it cannot be used.
    package func local() async -> (any Embedder)? {
        let task = state.withLock { state in
            if let task = state.local { return task }
            let task = Task { await self.loadLocal() }
            state.local = task
            return task
        }
        return await task.value
    }

    private func loadLocal() async -> (any Embedder)? {
        do {
            let embedder = try await makeLocal()
            state.withLock { $0.localModel = embedder?.model }
            return embedder
        } catch {
            let problem = EmbeddingError.of(error)
            state.withLock { $0.localProblem = problem }
            noteFailure(problem, of: "local")
            return nil
        }
    }

    /// Why there is a local model that cannot be used. Known after `local()`.
    package var localProblem: EmbeddingError? { state.withLock { $0.localProblem } }

    func isLocal(_ model: EmbeddingModel) -> Bool { state.withLock { $0.localModel == model } }

    /// What a handle is embedded with. A handle that names no service, or one that is not set up, gets the local model.
    /// Throws `EmbeddingError` when the service is set up and cannot be used now; at once when it failed a moment ago.
    /// - Parameter end: nobody waits longer than this to learn what a service's model is.
    package func choice(
        for handle: ModelHandle?, until end: ContinuousClock.Instant? = nil
    ) async throws -> EmbedderChoice {
        guard let handle, !handle.isLocalEmbedding else {
            return EmbedderChoice(embedder: await local(), isFallback: false)
        }
        if let embedder = try await remote(handle, until: end) {
            return EmbedderChoice(embedder: embedder, isFallback: false)
        }
        return EmbedderChoice(embedder: await local(), isFallback: true)
    }

    /// The embedder whose vectors can be compared with a model's; nil when this process has none.
    /// Throws `EmbeddingError` when its service cannot be used now; at once when it failed a moment ago.
    /// - Parameter end: nobody waits longer than this to learn what a service's model is.
    package func embedder(
        of model: EmbeddingModel, until end: ContinuousClock.Instant? = nil
    ) async throws -> (any Embedder)? {
        if let local = await local(), local.model.id == model.id { return local }
        // A handle that we wrote ourselves.
        guard let handle = try? ModelHandle(model.handle), !handle.isLocalEmbedding else { return nil }
        guard let embedder = try await remote(handle, until: end), embedder.model.id == model.id else { return nil }
        return embedder
    }

    private func remote(_ handle: ModelHandle, until end: ContinuousClock.Instant?) async throws -> (any Embedder)? {
        let name = handle.text
        let task = try state.withLock { state in
            if let outage = state.unreachable[name], ContinuousClock.now < outage.until, let error = outage.error {
                throw error
            }
            if let task = state.remote[name] { return task }
            let task = Task { try await self.connect(handle) }
            state.remote[name] = task
            return task
        }
        let answer: Result<(any Embedder)?, any Error>
        do { answer = try await Self.answer(of: task, until: end) } catch {
            // It may still answer; until then nobody else waits for it.
            let late = EmbeddingError(.unavailable, "\(name) did not say in time what its vectors are.")
            beginRest(of: name, late)
            throw late
        }
        return try answer.get()
    }

    private func connect(_ handle: ModelHandle) async throws -> (any Embedder)? {
        do {
            let embedder = try await makeRemote(handle)
            state.withLock { state in
                state.unreachable[handle.text] = nil
                // A service that is not set up may be later.
                if embedder == nil { state.remote[handle.text] = nil }
            }
            return embedder
        } catch {
            let error = EmbeddingError.of(error)
            // The next one after the rest tries again.
            state.withLock { $0.remote[handle.text] = nil }
            beginRest(of: handle.text, error)
            throw error
        }
    }

    // MARK: Outages

    /// True while a model's service is left alone after a failure, or while who writes does not wait for the local model.
    package func isResting(_ model: EmbeddingModel) -> Bool {
        restEnd(of: model).map { ContinuousClock.now < $0 } ?? false
    }

    /// Whether questions and the worker may use a model now. The local one always: what keeps a writer from waiting for it
    /// is that it has much to do, not that it is gone.
    func isUsable(_ model: EmbeddingModel) -> Bool { isLocal(model) || !isResting(model) }

    func restEnd(of model: EmbeddingModel) -> ContinuousClock.Instant? {
        state.withLock { $0.outages[model.id]?.until }
    }

    /// - Parameter error: what went wrong; nil when the model is only slow.
    func beginOutage(of model: EmbeddingModel, _ error: EmbeddingError?) {
        state.withLock { $0.outages[model.id] = outage(after: $0.outages[model.id], error) }
        if let error { noteFailure(error, of: model.handle) }
    }

    /// Leaves a handle alone of which it is not even known what model it means.
    private func beginRest(of handle: String, _ error: EmbeddingError) {
        state.withLock { $0.unreachable[handle] = outage(after: $0.unreachable[handle], error) }
        noteFailure(error, of: handle)
    }

    private func outage(after last: Outage?, _ error: EmbeddingError?) -> Outage {
        let failures = last?.failures ?? 0
        let rest = min(max(firstRest, Self.longestRest), firstRest * (1 << min(failures, 16)))
        return Outage(failures: failures + 1, until: .now + rest, error: error)
    }

    func endOutage(of model: EmbeddingModel) {
        state.withLock { _ = $0.outages.removeValue(forKey: model.id) }
    }

    /// Lets every service be asked again at once.
    func endOutages() {
        state.withLock { state in
            state.outages = [:]
            state.unreachable = [:]
        }
    }

    /// Lets the service of a handle be asked again at once: somebody wants to know now.
    func endRest(of handle: ModelHandle) {
        state.withLock { _ = $0.unreachable.removeValue(forKey: handle.text) }
    }

    func noteFailure(_ error: EmbeddingError, of handle: String) {
        state.withLock { $0.lastFailure = EmbeddingFailure(handle: handle, error: error, time: .now) }
    }

    package var lastFailure: EmbeddingFailure? { state.withLock { $0.lastFailure } }
}

/// An embedder for a handle.
package struct EmbedderChoice: Sendable {
    /// Nil when there is none at all.
    package let embedder: (any Embedder)?
    /// The handle's service is not set up, so that the local model stands in for it.
    package let isFallback: Bool
}

/// What went wrong last.
package struct EmbeddingFailure: Sendable {
    package let handle: String
    package let error: EmbeddingError
    package let time: Timestamp
}

extension EmbeddingError {
    /// An embedder's error as the engine reports it; of unknown kinds only the type is told.
    static func of(_ error: any Error) -> EmbeddingError {
        error as? EmbeddingError ?? EmbeddingError(.unavailable, "The model failed: \(type(of: error)).")
    }
}
