import Platform

/// The vectors of one model in this process, in step with the database.
final class VectorIndex: Sendable {
    private struct Published {
        var state: VectorState?
        /// A newer file was written.
        var isOutdated = false
        var generation = 0
    }

    let model: Int
    let modelID: String
    let dimensions: Int
    private let files: VectorFiles?
    private let published = Lock(Published())

    /// From so many changes on a newer file would be welcome.
    static let manyChanges = 1000
    /// So many changes are read rather than a file written while somebody waits for it.
    private static let mostRead = 5000
    /// More changes than this and than a tenth of the file are not kept.
    private static let mostKept = 20_000

    /// - Parameter files: nil keeps everything in memory.
    init(model: Int, modelID: String, dimensions: Int, _ files: VectorFiles?) {
        self.model = model
        self.modelID = modelID
        self.dimensions = dimensions
        self.files = files
    }

    /// The vectors as the connection's transaction sees them, or as a later one does. Nil while the file that would hold
    /// them is not there: then the database has to be asked.
    func state(_ connection: any Connection) throws -> VectorState? {
        let log = VectorLog(connection: connection, model: model)
        let newest = try log.newest()
        let known = published.withLock { $0 }
        if let state = known.state, !known.isOutdated {
            if state.covers(newest) { return state }
            if let next = try following(state, log, newest) {
                publish(next)
                return next
            }
        }
        guard var state = try anew(log, newest) else { return nil }
        state.generation = known.generation + 1
        publish(state)
        return state
    }

    private func publish(_ state: VectorState) {
        published.withLock { published in
            if state.generation == published.generation {
                guard published.state.map({ $0.position.seq < state.position.seq }) ?? true else { return }
            } else {
                guard state.generation > published.generation else { return }
                published.isOutdated = false
            }
            published.state = state
            published.generation = state.generation
        }
        if state.overlay.count >= Self.manyChanges { files?.want(self) }
    }

    /// A file was written: whoever searches next maps it.
    func noteNewFile() { published.withLock { $0.isOutdated = true } }

    // MARK: Following the log

    /// The state with what happened since; nil when it has to be read anew.
    private func following(_ state: VectorState, _ log: VectorLog, _ newest: VectorPosition) throws -> VectorState? {
        guard newest.seq > state.position.seq, state.position != .start, try log.holds(state.position) else { return nil }
        let changes = state.overlay.count + newest.seq - state.position.seq
        if let files {
            if changes > most(file: state.file, files) { return nil }
            if changes > Self.manyChanges, files.hasAnother(than: state.file, of: self) { return nil }
        }
        var next = state
        try next.apply(log, upTo: newest)
        return next
    }

    /// So many changes are kept in memory beside a file.
    private func most(file: VectorFile?, _ files: VectorFiles) -> Int {
        let fitting = files.memory.budget / 4 / VectorOverlay.bytesPerVector(dimensions)
        return min(max(Self.mostKept, (file?.rows ?? 0) / 10), max(Self.manyChanges, fitting))
    }

    // MARK: Reading anew

    private func anew(_ log: VectorLog, _ newest: VectorPosition) throws -> VectorState? {
        guard let files else { return try everything(log, newest) }
        if let state = try opened(log, newest, files, waiting: true) { return state }
        // Written now, where nobody does it in the background.
        if files.writeNow(self), let state = try opened(log, newest, files, isFresh: true) { return state }
        if let state = try opened(log, newest, files) { return state }
        files.want(self)
        return nil
    }

    /// - Parameters:
    ///   - waiting: somebody waits, and a file could be written instead.
    ///   - isFresh: the file was written just now and may be ahead of the transaction.
    private func opened(
        _ log: VectorLog, _ newest: VectorPosition, _ files: VectorFiles, waiting: Bool = false, isFresh: Bool = false
    ) throws -> VectorState? {
        let file = try files.open(self).flatMap { file in
            let position = file.header.position
            let isAhead = isFresh && position.seq >= newest.seq
            let holds = try isAhead || position == .start && newest == .start || log.holds(position)
            return holds ? file : nil
        }
        let most = waiting && files.writesNow ? min(Self.mostRead, most(file: file, files)) : most(file: file, files)
        guard let file else {
            return try log.count(upTo: most + 1) > most ? nil : everything(log, newest)
        }
        let enough = max(most, waiting ? file.rows / 10 : 0)
        guard newest.seq - file.header.position.seq <= enough else { return nil }
        var state = VectorState(file, file.header.position, dimensions: dimensions)
        try state.apply(log, upTo: newest)
        return state
    }

    private func everything(_ log: VectorLog, _ newest: VectorPosition) throws -> VectorState {
        var state = VectorState(nil, newest, dimensions: dimensions)
        try state.readAll(log)
        return state
    }
}
