import Platform

/// What a search sees of one model's vectors: those of a file, without the changed ones, and the changed ones.
struct VectorState: Sendable {
    /// Told from a state that was read anew.
    var generation = 0
    var position = VectorPosition.start
    /// Places of the log that this state went through lately, oldest first.
    var recent: [VectorPosition] = []
    var overlay: VectorOverlay

    static let mostRecent = 1024
}

/// The vectors of one model in this process, in step with the database.
final class VectorIndex: Sendable {
    let model: Int
    let dimensions: Int
    private let published: Lock<VectorState>

    init(model: Int, dimensions: Int) {
        self.model = model
        self.dimensions = dimensions
        published = Lock(VectorState(overlay: VectorOverlay(dimensions: dimensions)))
    }

    /// The vectors as the transaction of the connection sees them, or as a later one does.
    func state(_ connection: any Connection) throws -> VectorState {
        let log = VectorLog(connection: connection, model: model)
        let newest = try log.newest()
        var state = published.withLock { $0 }
        // A transaction that began before another one brought the state up to date.
        if state.position == newest || state.recent.contains(newest) { return state }
        if state.position != .start, newest.seq > state.position.seq, try log.holds(state.position) {
            try apply(log, to: &state)
        } else {
            state = try read(log, generation: state.generation + 1)
        }
        state.position = newest
        let result = state
        published.withLock { published in
            let isNewer = published.generation == result.generation && published.position.seq < newest.seq
            if isNewer || published.generation < result.generation { published = result }
        }
        return result
    }

    private func apply(_ log: VectorLog, to state: inout VectorState) throws {
        let news = try log.positions(after: state.position.seq, limit: VectorState.mostRecent)
        state.recent = (state.recent + [state.position] + news).suffix(VectorState.mostRecent)
        try log.changes(after: state.position.seq) { passage, key, halves in
            if let key { state.overlay.put(key, halves) } else { state.overlay.remove(passage) }
        }
    }

    private func read(_ log: VectorLog, generation: Int) throws -> VectorState {
        var state = VectorState(generation: generation, overlay: VectorOverlay(dimensions: dimensions))
        try log.all { state.overlay.put($0, $1) }
        return state
    }
}

/// The indexes of a store, one for each model whose vectors are searched.
package final class VectorIndexes: Sendable {
    private let indexes = Lock<[Int: VectorIndex]>([:])

    init() {}

    /// The index of a model; nil when the database does not know the model.
    func index(of model: Int, _ connection: any Connection) throws -> VectorIndex? {
        let dimensions = try connection.first("SELECT dimensions FROM embedding_models WHERE key = \(model)") {
            $0.int(0)
        }
        guard let dimensions, dimensions > 0 else { return nil }
        return indexes.withLock { indexes in
            if let index = indexes[model], index.dimensions == dimensions { return index }
            let index = VectorIndex(model: model, dimensions: dimensions)
            indexes[model] = index
            return index
        }
    }
}
