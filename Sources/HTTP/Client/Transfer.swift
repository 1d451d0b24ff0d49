import CCurl
import Platform

/// One request on its way, between the reading task and curl's thread.
final class Transfer: Sendable {
    let id: UInt64
    let request: ClientRequest
    private let state = Lock(State())

    private struct State {
        var head: ClientHead?
        var isHeadComplete = false
        var pieces: [[UInt8]] = []
        var next = 0
        var bytes = 0
        var isPaused = false
        var result: Result<Void, any Error>?
        var waiter: CheckedContinuation<Void, Never>?
        var hasBody = false
        /// When the last byte of the body came, or the wait for it began; seconds of a clock that only grows.
        var heard = 0.0

        mutating func takeWaiter() -> CheckedContinuation<Void, Never>? {
            defer { waiter = nil }
            return waiter
        }
    }

    private static let limit = 256 << 10

    init(id: UInt64, request: ClientRequest) {
        self.id = id
        self.request = request
    }

    // MARK: curl's side

    /// Takes one line of the head with its line end.
    func takeHeader(_ line: UnsafeBufferPointer<UInt8>) {
        let waiter: CheckedContinuation<Void, Never>? = state.withLock { state in
            let text = String(decoding: line, as: UTF8.self)
            if text.hasPrefix("HTTP/") {
                // A new head: after `100 Continue`.
                let words = text.split(separator: " ", maxSplits: 2)
                let status = words.count > 1 ? Int(words[1].prefix(3)) ?? 0 : 0
                state.head = ClientHead(url: request.url, status: status, headers: Headers())
                return nil
            }
            let trimmed = text.utf8.prefix { $0 != 0x0D && $0 != 0x0A }
            if trimmed.isEmpty {
                guard let head = state.head, head.status >= 200 else { return nil }
                state.isHeadComplete = true
                return state.takeWaiter()
            }
            guard !state.isHeadComplete, let colon = trimmed.firstIndex(of: UInt8(ascii: ":")) else { return nil }
            let value = trimmed[trimmed.index(after: colon)...].drop { $0 == 0x20 || $0 == 0x09 }
            state.head?.headers.append(String(trimmed[..<colon]) ?? "", String(value) ?? "")
            return nil
        }
        waiter?.resume()
    }

    /// False when the reader is behind; curl offers the bytes again after `resume`.
    func takeBody(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let (isTaken, waiter) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
            if state.result != nil { return (true, nil) }
            guard state.bytes < Self.limit else {
                state.isPaused = true
                return (false, nil)
            }
            state.pieces.append(Array(bytes))
            state.bytes += bytes.count
            state.isHeadComplete = true
            state.hasBody = true
            if isWatched { state.heard = Self.now() }
            return (true, state.takeWaiter())
        }
        waiter?.resume()
        return isTaken
    }

    // MARK: Silence

    /// Whether silence ends it.
    var isWatched: Bool { request.firstByteTimeout != nil || request.idleTimeout != nil }

    /// The wait for the first byte begins.
    func begin() { state.withLock { $0.heard = Self.now() } }

    /// The seconds that have passed without a byte, when they are too many.
    func silence(at now: Double) -> Double? {
        state.withLock { state in
            let first = request.firstByteTimeout ?? request.idleTimeout
            guard state.result == nil, !state.isPaused, let limit = state.hasBody ? request.idleTimeout : first,
                now - state.heard > limit
            else { return nil }
            return limit
        }
    }

    /// Seconds of a clock that only grows.
    static func now() -> Double {
        let (seconds, attoseconds) = begin.duration(to: .now).components
        return Double(seconds) + Double(attoseconds) / 1e18
    }

    private static let begin = ContinuousClock.now

    /// The transfer is over. False when it was already; only the first result counts.
    @discardableResult
    func finish(_ result: Result<Void, any Error>) -> Bool {
        let (isFirst, waiter) = state.withLock { state in
            let isFirst = state.result == nil
            if isFirst { state.result = result }
            return (isFirst, state.takeWaiter())
        }
        waiter?.resume()
        return isFirst
    }

    // MARK: The reader's side

    func head() async throws -> ClientHead {
        while true {
            let head: ClientHead? = try state.withLock { state in
                if state.isHeadComplete { return state.head }
                if case .failure(let error)? = state.result { throw error }
                if state.result != nil { throw HTTPClientError(.closed, "the answer has no head") }
                return nil
            }
            if let head { return head }
            await wait { $0.isHeadComplete }
        }
    }

    /// The next piece, nil at the end, and whether curl may go on.
    func next() async throws -> (piece: [UInt8]?, resumes: Bool) {
        while true {
            let found: (piece: [UInt8]?, resumes: Bool)? = try state.withLock { state in
                if state.next < state.pieces.count { return Self.takePiece(&state) }
                switch state.result {
                case .failure(let error)?: throw error
                case .success?: return (nil, false)
                case nil: return nil
                }
            }
            if let found { return found }
            await wait { $0.next < $0.pieces.count }
        }
    }

    private static func takePiece(_ state: inout State) -> (piece: [UInt8]?, resumes: Bool) {
        let piece = state.pieces[state.next]
        state.pieces[state.next] = []
        state.next += 1
        if state.next == state.pieces.count {
            state.pieces.removeAll(keepingCapacity: true)
            state.next = 0
        }
        state.bytes -= piece.count
        guard state.isPaused, state.bytes <= limit / 2 else { return (piece, false) }
        state.isPaused = false
        state.heard = now()
        return (piece, true)
    }

    private func wait(until isReady: @Sendable (State) -> Bool) async {
        await withCheckedContinuation { (waiter: CheckedContinuation<Void, Never>) in
            let isWaiting = state.withLock { state in
                precondition(state.waiter == nil, "the body of an answer has one reader")
                if isReady(state) || state.result != nil { return false }
                state.waiter = waiter
                return true
            }
            if !isWaiting { waiter.resume() }
        }
    }
}

/// Ends the transfer when its last holder lets go.
final class TransferLease: Sendable {
    private let engine: CurlEngine
    private let transfer: Transfer

    init(engine: CurlEngine, transfer: Transfer) {
        self.engine = engine
        self.transfer = transfer
    }

    deinit { engine.cancel(transfer) }

    func head() async throws -> ClientHead {
        try await withTaskCancellationHandler {
            try await transfer.head()
        } onCancel: {
            engine.cancel(transfer)
        }
    }

    func next() async throws -> [UInt8]? {
        try await withTaskCancellationHandler {
            let (piece, resumes) = try await transfer.next()
            if resumes { engine.resume(transfer) }
            return piece
        } onCancel: {
            engine.cancel(transfer)
        }
    }
}
