import Glibc
import Platform

/// Wakes those who wait for changes: at once after a commit of this process, and within `interval` after one of another,
/// which is looked for only while somebody waits.
final class ChangeWatch: Sendable {
    private struct State {
        var watchers: [Int: AsyncStream<Void>.Continuation] = [:]
        var nextID = 0
        /// The thread that looks, while there is one.
        var thread: ThreadCount?
        var isClosed = false
        /// The last change somebody was woken for.
        var newest = 0
    }

    private let state = Lock(State())
    private let file: SQLiteFile
    private let log: Log
    static let intervalMicroseconds: UInt32 = 120_000

    init(_ file: SQLiteFile, log: Log) {
        self.file = file
        self.log = log
    }

    func stream() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state -> Int? in
            if state.isClosed { return nil }
            state.nextID += 1
            state.watchers[state.nextID] = continuation
            return state.nextID
        }
        guard let id else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in self?.leave(id) }
        lookIfNeeded()
        return stream
    }

    private func leave(_ id: Int) {
        _ = state.withLock { $0.watchers.removeValue(forKey: id) }
    }

    /// A commit of this process made changes up to `seq`.
    func committed(_ seq: Int) {
        wake { state in
            guard seq > state.newest else { return false }
            state.newest = seq
            return true
        }
    }

    /// Ends all streams.
    func stop() {
        let watchers = state.withLock { state in
            state.isClosed = true
            defer { state.watchers = [:] }
            return Array(state.watchers.values)
        }
        for watcher in watchers { watcher.finish() }
    }

    /// Ends all streams and waits for the thread.
    func close() async {
        stop()
        await state.withLock { $0.thread }?.wait()
    }

    private func wake(_ isNews: (inout State) -> Bool) {
        let watchers = state.withLock { state in
            isNews(&state) ? Array(state.watchers.values) : []
        }
        for watcher in watchers { watcher.yield() }
    }

    // MARK: Other processes

    /// Starts the thread that looks, unless it runs.
    private func lookIfNeeded() {
        let thread = state.withLock { state -> ThreadCount? in
            guard state.thread == nil, !state.isClosed, !state.watchers.isEmpty else { return nil }
            state.thread = ThreadCount(1)
            return state.thread
        }
        guard let thread else { return }
        BlockingThread.start(name: "roost-feed") {
            self.look()
            thread.leave()
        }
    }

    private func look() {
        do {
            let watcher = try SQLiteCommitWatcher(file)
            defer { watcher.close() }
            try watcher.newestChange().map { newest in wake { $0.newest < newest && Self.take(newest, &$0) } }
            while mayGoOn() {
                usleep(Self.intervalMicroseconds)
                if try watcher.sawCommit(), let newest = try watcher.newestChange() {
                    wake { $0.newest != newest && Self.take(newest, &$0) }
                }
            }
        } catch {
            log.warning("change_watch_stopped", ("error", .string("\(error)")))
            state.withLock { $0.thread = nil }
        }
    }

    private static func take(_ newest: Int, _ state: inout State) -> Bool {
        state.newest = newest
        return true
    }

    private func mayGoOn() -> Bool {
        state.withLock { state in
            if state.isClosed { return false }
            // Decided under the lock: who comes to watch from here on starts a new thread.
            if state.watchers.isEmpty { state.thread = nil }
            return state.thread != nil
        }
    }
}
