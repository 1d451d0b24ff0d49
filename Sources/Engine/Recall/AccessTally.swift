import Domain
import Platform
import Storage

/// Counts which memories are read, and writes the counts down every few seconds, so that reading stays a read. The
/// counts tell used memories from unused ones; those of the last seconds before the process ends are lost.
package final class AccessTally: Sendable {
    private struct State {
        var passages: [String: Int] = [:]
        var blocks: [String: Int] = [:]
        /// Runs while there are counts to be written.
        var writing: Task<Void, Never>?

        var count: Int { passages.count + blocks.count }
    }

    /// More memories than this between two writes are not counted: the numbers need not be exact, the writer be free.
    private static let most = 1000

    private let state = Lock(State())
    private let store: Store
    private let interval: Duration
    private let log: Log

    init(_ store: Store, interval: Duration = .seconds(5), log: Log) {
        self.store = store
        self.interval = interval
        self.log = log
    }

    func countPassages(_ ids: [String]) { add(ids, to: \.passages) }
    func countBlocks(_ ids: [String]) { add(ids, to: \.blocks) }

    private func add(_ ids: [String], to kind: WritableKeyPath<State, [String: Int]>) {
        if ids.isEmpty { return }
        state.withLock { state in
            for id in ids where state.count < Self.most || state[keyPath: kind][id] != nil {
                state[keyPath: kind][id, default: 0] += 1
            }
            if state.writing == nil {
                state.writing = Task { [weak self, interval] in
                    // Cancelled only with the process.
                    try? await Task.sleep(for: interval)
                    await self?.flush()
                }
            }
        }
    }

    /// Writes down what was counted so far.
    package func flush() async {
        let (passages, blocks) = state.withLock { state in
            let counted = (state.passages, state.blocks)
            state = State()
            return counted
        }
        if passages.isEmpty && blocks.isEmpty { return }
        do {
            try await store.write(by: .default, durability: .processEnd) { transaction in
                try transaction.passages.countAccesses(passages, at: transaction.now)
                try transaction.blocks.countAccesses(blocks, at: transaction.now)
            }
        } catch {
            log.debug("accesses_not_counted", ("error", .string("\(type(of: error))")))
        }
    }
}
