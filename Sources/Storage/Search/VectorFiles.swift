import Glibc
import Platform

/// Writes the files of the vector indexes: in the background where the process lives long, else when a search needs one.
final class VectorFiles: Sendable {
    private struct State {
        /// Files to write.
        var wanted: [VectorFolder.Name: VectorIndex] = [:]
        var thread: ThreadCount?
        var isClosed = false
        /// When a file may be written again.
        var notBefore: [VectorFolder.Name: ContinuousClock.Instant] = [:]
    }

    let folder: VectorFolder
    let memory: VectorMemory
    let tuning: VectorTuning
    private let file: SQLiteFile
    private let log: Log
    private let state = Lock(State())

    private static let secondsAfterFailure = 60.0

    init(_ file: SQLiteFile, log: Log) {
        self.file = file
        self.log = log
        tuning = file.configuration.vectorTuning
        folder = VectorFolder(database: file.path)
        memory = VectorMemory(budget: file.configuration.vectorMemory)
    }

    /// Files are written while a search waits.
    var writesNow: Bool { !file.configuration.isLongLived }

    /// The index's file, if it can be used at all.
    func open(_ index: VectorIndex) -> VectorFile? {
        guard let found = VectorFile(folder.file(index.name), memory) else { return nil }
        let header = found.header
        let isOurs =
            header.model == index.model && header.modelID == index.modelID
            && header.layout.dimensions == index.dimensions
        return isOurs ? found : nil
    }

    /// Tells the index's file at this moment from others; nil when there is none.
    func inode(of index: VectorIndex) -> UInt? { VectorFile.inode(folder.file(index.name)) }

    // MARK: Writing

    /// Asks for a new file, soon; returns at once.
    func want(_ index: VectorIndex) {
        guard !writesNow else { return }
        let thread = state.withLock { state -> ThreadCount? in
            guard !state.isClosed, Self.mayWrite(index, state) else { return nil }
            state.wanted[index.name] = index
            guard state.thread == nil else { return nil }
            state.thread = ThreadCount(1)
            return state.thread
        }
        guard let thread else { return }
        BlockingThread.start(name: "roost-vectors") {
            // Requests go first. Linux takes this for the thread alone.
            setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
            while let index = self.next() { self.write(index) }
            thread.leave()
        }
    }

    private func next() -> VectorIndex? {
        state.withLock { state in
            if !state.isClosed, let (name, index) = state.wanted.first {
                state.wanted[name] = nil
                return index
            }
            state.thread = nil
            return nil
        }
    }

    /// Writes a file while the caller waits, unless there is a thread for it. True when there is a new one.
    func writeNow(_ index: VectorIndex) -> Bool {
        guard writesNow, state.withLock({ !$0.isClosed && Self.mayWrite(index, $0) }) else { return false }
        return write(index)
    }

    private static func mayWrite(_ index: VectorIndex, _ state: State) -> Bool {
        state.notBefore[index.name].map { $0 <= .now } ?? true
    }

    @discardableResult
    private func write(_ index: VectorIndex) -> Bool {
        let started = ContinuousClock.now
        var pause = Self.secondsAfterFailure
        defer {
            let end = ContinuousClock.now + .seconds(pause)
            state.withLock { $0.notBefore[index.name] = end }
        }
        do {
            let isCancelled = { @Sendable [self] in state.withLock { $0.isClosed } }
            let upkeep = VectorUpkeep(file: file, folder: folder, isCancelled: isCancelled)
            guard try upkeep.write(index) else { return false }
            pause = (ContinuousClock.now - started) / .seconds(1) * tuning.pauseFactor
            return true
        } catch {
            log.warning("vector_index_not_written", ("error", .string("\(error)")))
            return false
        }
    }

    /// Gives up what is being written and waits for the thread.
    func close() async {
        let thread = state.withLock { state in
            state.isClosed = true
            return state.thread
        }
        await thread?.wait()
    }
}
