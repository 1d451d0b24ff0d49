import Platform

/// The vectors of one model in this process, in step with the database.
final class VectorIndex: Sendable {
    private struct Published {
        var state: VectorState?
        var generation = 0
    }

    let kind: VectorKind
    let model: Int
    let modelID: String
    let dimensions: Int
    private let files: VectorFiles?
    private let published = Lock(Published())

    let tuning: VectorTuning

    var name: VectorFolder.Name { VectorFolder.Name(kind: kind, model: model) }

    /// - Parameter files: nil keeps everything in memory.
    init(_ kind: VectorKind = .passages, model: Int, modelID: String, dimensions: Int, _ files: VectorFiles?) {
        self.kind = kind
        self.model = model
        self.modelID = modelID
        self.dimensions = dimensions
        self.files = files
        tuning = files?.tuning ?? VectorTuning()
    }

    /// The vectors as the connection's transaction sees them, or as a later one does. Nil while the file that would hold
    /// them is not there: then the database has to be asked.
    func state(_ connection: any Connection) throws -> VectorState? {
        let log = VectorLog(connection: connection, kind: kind, model: model)
        let newest = try log.newest()
        let known = published.withLock { $0 }
        if let state = known.state, files.map({ $0.inode(of: self) == state.inode }) ?? true {
            if state.covers(newest) { return state }
            if let next = try following(state, log, newest) {
                publish(next)
                return next
            }
        }
        guard var state = try anew(log, newest) else {
            // Its file is gone, or this transaction began before the new one was written.
            return known.state.flatMap { $0.covers(newest) ? $0 : nil }
        }
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
            }
            published.state = state
            published.generation = state.generation
        }
        if state.overlay.count >= tuning.manyChanges { files?.want(self) }
    }

    // MARK: Following the log

    /// The state with what happened since; nil when it has to be read anew.
    private func following(_ state: VectorState, _ log: VectorLog, _ newest: VectorPosition) throws -> VectorState? {
        guard newest.seq > state.position.seq, state.position != .start, try log.holds(state.position) else {
            return nil
        }
        let changes = state.overlay.count + newest.seq - state.position.seq
        if let files, changes > most(file: state.file, files) { return nil }
        var next = state
        try next.apply(log, upTo: newest)
        return next
    }

    /// So many changes are kept in memory beside a file.
    private func most(file: VectorFile?, _ files: VectorFiles) -> Int {
        let fitting = files.memory.budget / 4 / VectorOverlay.bytesPerVector(dimensions)
        return min(max(tuning.mostKept, (file?.rows ?? 0) / 10), max(tuning.manyChanges, fitting))
    }

    // MARK: Reading anew

    private func anew(_ log: VectorLog, _ newest: VectorPosition) throws -> VectorState? {
        guard let files else { return try everything(log, newest, inode: nil) }
        if files.writesNow {
            if let state = try opened(log, newest, files, waiting: true) { return state }
            if files.writeNow(self), let state = try opened(log, newest, files, isFresh: true) { return state }
        }
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
        let inode = files.inode(of: self)
        let file = try files.open(self).flatMap { file in
            let position = file.header.position
            let isAhead = isFresh && position.seq >= newest.seq
            let holds = try isAhead || position == .start && newest == .start || log.holds(position)
            return holds ? file : nil
        }
        let most = waiting ? min(tuning.mostRead, most(file: file, files)) : most(file: file, files)
        guard let file else {
            return try log.count(upTo: most + 1) > most ? nil : everything(log, newest, inode: inode)
        }
        let enough = max(most, waiting ? file.rows / 10 : 0)
        guard newest.seq - file.header.position.seq <= enough else { return nil }
        var state = VectorState(file, inode: file.inode, file.header.position, dimensions: dimensions)
        try state.apply(log, upTo: newest)
        return state
    }

    private func everything(_ log: VectorLog, _ newest: VectorPosition, inode: UInt?) throws -> VectorState {
        var state = VectorState(nil, inode: inode, newest, dimensions: dimensions)
        try state.readAll(log)
        return state
    }
}
