import Platform

/// The vectors of the queries asked last: the same question often comes again within a conversation.
final class QueryCache: Sendable {
    private let limit: Int
    private let state = Lock(State())

    /// Longer texts are hardly asked twice.
    private static let longestText = 4096

    private struct State {
        /// By bytes: equal strings may be written differently and then have different tokens.
        var entries: [[UInt8]: Entry] = [:]
        var clock = 0
    }

    private struct Entry {
        let vector: [Float]
        var used: Int
    }

    init(limit: Int) { self.limit = limit }

    func vector(of text: String) -> [Float]? {
        let key = Array(text.utf8)
        return state.withLock { state in
            state.clock += 1
            state.entries[key]?.used = state.clock
            return state.entries[key]?.vector
        }
    }

    /// Takes the place of the entry that has not been asked for the longest.
    func keep(_ vector: [Float], of text: String) {
        let key = Array(text.utf8)
        guard key.count <= Self.longestText else { return }
        state.withLock { state in
            if state.entries.count >= limit, state.entries[key] == nil,
                let oldest = state.entries.min(by: { $0.value.used < $1.value.used })?.key
            {
                state.entries[oldest] = nil
            }
            state.clock += 1
            state.entries[key] = Entry(vector: vector, used: state.clock)
        }
    }

    var count: Int { state.withLock { $0.entries.count } }
}
