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
        /// Models whose service does not answer, and when to ask it again.
        var outages: [String: Outage] = [:]
        var lastFailure: EmbeddingFailure?
    }

    private struct Outage {
        let failures: Int
        let until: ContinuousClock.Instant
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
    /// Throws `EmbeddingError` when the service is set up and cannot be used now.
    package func choice(for handle: ModelHandle?) async throws -> EmbedderChoice {
        guard let handle, !handle.isLocalEmbedding else {
            return EmbedderChoice(embedder: await local(), isFallback: false)
        }
        if let embedder = try await remote(handle) { return EmbedderChoice(embedder: embedder, isFallback: false) }
        return EmbedderChoice(embedder: await local(), isFallback: true)
    }

    /// The embedder whose vectors can be compared with a model's; nil when this process has none.
    /// Throws `EmbeddingError` when its service cannot be used now.
    package func embedder(of model: EmbeddingModel) async throws -> (any Embedder)? {
        if let local = await local(), local.model.id == model.id { return local }
        // A handle that we wrote ourselves.
        guard let handle = try? ModelHandle(model.handle), !handle.isLocalEmbedding else { return nil }
        guard let embedder = try await remote(handle), embedder.model.id == model.id else { return nil }
        return embedder
    }

    private func remote(_ handle: ModelHandle) async throws -> (any Embedder)? {
        let make = makeRemote
        let task = state.withLock { state in
            if let task = state.remote[handle.text] { return task }
            let task = Task { try await make(handle) }
            state.remote[handle.text] = task
            return task
        }
        func forget() {
            state.withLock { state in
                if state.remote[handle.text] == task { state.remote[handle.text] = nil }
            }
        }
        do {
            let embedder = try await task.value
            if embedder == nil { forget() }
            return embedder
        } catch {
            // The next one tries again.
            forget()
            let error = EmbeddingError.of(error)
            noteFailure(error, of: handle.text)
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
        let (first, longest) = (firstRest, max(firstRest, Self.longestRest))
        state.withLock { state in
            let failures = state.outages[model.id]?.failures ?? 0
            let rest = min(longest, first * (1 << min(failures, 16)))
            state.outages[model.id] = Outage(failures: failures + 1, until: .now + rest)
        }
        if let error { noteFailure(error, of: model.handle) }
    }

    func endOutage(of model: EmbeddingModel) {
        state.withLock { _ = $0.outages.removeValue(forKey: model.id) }
    }

    /// Lets every service be asked again at once.
    func endOutages() { state.withLock { $0.outages = [:] } }

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
