import Platform

/// Messages on their way to a pipe, written by a thread of its own. Senders wait while much is queued, so that a client that
/// does not read holds its own calls up and nothing else.
final class Outbox: Sendable {
    private struct State {
        var queuedBytes = 0
        var isClosed = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let queue = BlockingQueue<[UInt8]>()
    private let state = Lock(State())
    private let limit: Int
    private let write: @Sendable ([UInt8]) -> Bool

    /// - Parameters:
    ///   - limit: bytes that may be queued before senders wait.
    ///   - write: writes bytes, false when nobody will read them any more.
    init(limit: Int = 4 << 20, write: @escaping @Sendable ([UInt8]) -> Bool) {
        self.limit = limit
        self.write = write
    }

    /// - Parameter end: called once, on the writing thread, when everything is written or nobody reads any more.
    func start(end: @escaping @Sendable () -> Void) {
        BlockingThread.start(name: "mcp-output") { [self] in
            while true {
                let messages = queue.popAll(limit: 256)
                if messages.isEmpty { break }
                let isRead = write(Array(messages.joined()))
                wrote(messages.reduce(0) { $0 + $1.count })
                if !isRead { break }
            }
            close()
            end()
        }
    }

    /// Queues a message, which gets its line end here; waits for room after it. Nothing happens once the pipe is closed.
    func send(_ message: [UInt8]) async {
        let line = message + [UInt8(ascii: "\n")]
        let isFull = state.withLock { state in
            guard !state.isClosed else { return false }
            state.queuedBytes += line.count
            return state.queuedBytes > limit
        }
        guard queue.push(line), isFull else { return }
        await withCheckedContinuation { sender in
            let goesOn = state.withLock { state in
                guard state.queuedBytes > limit, !state.isClosed else { return true }
                state.waiting.append(sender)
                return false
            }
            if goesOn { sender.resume() }
        }
    }

    /// Lets the thread write what is queued, then end.
    func finish() { queue.close() }

    private func wrote(_ count: Int) {
        release { state in
            state.queuedBytes -= count
            return state.queuedBytes <= limit / 2
        }
    }

    private func close() {
        queue.close()
        release { state in
            state.isClosed = true
            return true
        }
    }

    private func release(when isTime: (inout State) -> Bool) {
        let waiting = state.withLock { state in
            guard isTime(&state) else { return [CheckedContinuation<Void, Never>]() }
            defer { state.waiting = [] }
            return state.waiting
        }
        for sender in waiting { sender.resume() }
    }
}
