import Platform

/// What one client was sent and is to be sent, by stream: a connection reads its stream from here, and one that follows a
/// broken connection reads on where that one was. Kept within bounds; the oldest goes first.
final class EventLog: Sendable {
    struct Event: Sendable {
        /// 1 for the first of its stream.
        let number: Int
        let message: [UInt8]
        /// An answer. The stream of one request has nothing more after it.
        let isAnswer: Bool
    }

    enum Reading: Sendable {
        case events([Event])
        /// Nothing came for the time that was given.
        case silence
        /// Nothing more will come, or another connection reads this stream now.
        case ended
    }

    /// The stream of what belongs to no request.
    static let standalone = 0

    private struct Entry {
        let stream: Int
        let number: Int
        let bytes: Int
        let isAnswer: Bool
    }

    private struct Stream {
        var events: [Event] = []
        var next = 1
        var reader: Int?
        /// The last event that a reader is done with.
        var taken = 0
        var isComplete = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private struct State {
        var streams: [Int: Stream] = [standalone: Stream()]
        var nextStream = 1
        var nextReader = 1
        /// Every kept event, oldest first.
        var order: [Entry] = []
        var bytes = 0
        var isClosed = false
    }

    private let state = Lock(State())
    private let limits: TransportLimits
    private let load: TransportLoad
    private let keepsTaken: Bool

    /// - Parameter keepsTaken: false where no connection can follow a broken one.
    init(_ limits: TransportLimits, _ load: TransportLoad, keepsTaken: Bool = true) {
        self.limits = limits
        self.load = load
        self.keepsTaken = keepsTaken
    }

    deinit { load.drop(state.withLock { $0.bytes }) }

    /// For tests and limits.
    var keptBytes: Int { state.withLock { $0.bytes } }

    /// Whether far more waits for a reader than a log is to keep. Answers are exempt from the bounds, so whoever asks for
    /// more of them without reading any has to be stopped at the asking.
    var isOverrun: Bool {
        state.withLock { $0.bytes > 4 * limits.logBytes || $0.order.count > 4 * limits.logEvents } || load.logsAreFull
    }

    // MARK: Writing

    /// A new stream for the answer to one request.
    func open() -> Int {
        state.withLock { state in
            defer { state.nextStream += 1 }
            state.streams[state.nextStream] = Stream()
            return state.nextStream
        }
    }

    /// Adds a message; nothing happens when the stream was discarded.
    func append(_ message: [UInt8], to stream: Int, isAnswer: Bool = false) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard var entry = state.streams[stream] else { return nil }
            let event = Event(number: entry.next, message: message, isAnswer: isAnswer)
            entry.next += 1
            entry.events.append(event)
            if isAnswer, stream != Self.standalone { entry.isComplete = true }
            let waiter = entry.waiter
            entry.waiter = nil
            state.streams[stream] = entry
            state.order.append(
                Entry(stream: stream, number: event.number, bytes: message.count, isAnswer: isAnswer))
            state.bytes += message.count
            load.keep(message.count)
            trim(&state)
            return waiter
        }
        waiter?.resume()
    }

    /// Forgets a stream that no connection can ask for.
    func discard(_ stream: Int) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            drop(stream, upTo: .max, &state)
            return state.streams.removeValue(forKey: stream)?.waiter
        }
        waiter?.resume()
    }

    /// No connection can follow: streams end when what they hold has been read, or their answer has come.
    func close() {
        let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.isClosed = true
            var waiters: [CheckedContinuation<Void, Never>] = []
            for key in Array(state.streams.keys) {
                if let waiter = state.streams[key]?.waiter { waiters.append(waiter) }
                state.streams[key]?.waiter = nil
            }
            return waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    // MARK: Bounds

    /// Answers that a connection waits for are kept in any case, and what came last unless all logs together are full.
    private func trim(_ state: inout State) {
        let isFull = load.logsAreFull
        let allowed = isFull ? 0 : limits.logBytes
        var index = 0
        while index < state.order.count, state.bytes > allowed || state.order.count > limits.logEvents {
            let isLast = index == state.order.count - 1
            if isLast, !isFull { return }
            if Self.isAwaited(state.order[index], isLast, state) { index += 1 } else { drop(at: index, &state) }
        }
    }

    private static func isAwaited(_ entry: Entry, _ isLast: Bool, _ state: State) -> Bool {
        guard entry.isAnswer || isLast, let stream = state.streams[entry.stream], stream.reader != nil else {
            return false
        }
        return stream.taken < entry.number
    }

    private func drop(at index: Int, _ state: inout State) {
        let entry = state.order.remove(at: index)
        state.bytes -= entry.bytes
        load.drop(entry.bytes)
        state.streams[entry.stream]?.events.removeAll { $0.number == entry.number }
        forget(entry.stream, ifDoneIn: &state)
    }

    private func drop(_ stream: Int, upTo number: Int, _ state: inout State) {
        while let index = state.order.firstIndex(where: { $0.stream == stream && $0.number <= number }) {
            drop(at: index, &state)
        }
    }

    private func forget(_ stream: Int, ifDoneIn state: inout State) {
        guard let entry = state.streams[stream], entry.isComplete, entry.events.isEmpty, entry.reader == nil
        else { return }
        state.streams[stream] = nil
    }

    // MARK: Reading

    /// Who reads a stream, and the event it reads on after.
    struct Reader: Sendable {
        let token: Int
        let position: Int
    }

    /// Makes a connection the reader of a stream; nil when the stream is not kept, or has a reader that is not replaced.
    /// - Parameter number: the last event that the client has; nil: it wants what comes from now on.
    func attach(_ stream: Int, after number: Int?, replacing: Bool) -> Reader? {
        let (reader, waiter) = state.withLock { state -> (Reader?, CheckedContinuation<Void, Never>?) in
            guard var entry = state.streams[stream], (number ?? 0) < entry.next, replacing || entry.reader == nil else {
                return (nil, nil)
            }
            let waiter = entry.waiter
            let reader = Reader(token: state.nextReader, position: number ?? entry.next - 1)
            entry.waiter = nil
            entry.reader = reader.token
            entry.taken = reader.position
            state.nextReader += 1
            state.streams[stream] = entry
            return (reader, waiter)
        }
        waiter?.resume()
        return reader
    }

    /// The connection has ended.
    func detach(_ reader: Reader, from stream: Int) {
        state.withLock { state in
            guard state.streams[stream]?.reader == reader.token else { return }
            state.streams[stream]?.reader = nil
            forget(stream, ifDoneIn: &state)
        }
    }

    /// What follows an event that the reader is done with, as soon as there is something. Throws `CancellationError`.
    func read(_ stream: Int, as reader: Reader, after number: Int, within time: Duration) async throws -> Reading {
        if let reading = reading(stream, reader.token, number) { return reading }
        let deadline = ContinuousClock.now + time
        let alarm = load.alarms.set(at: deadline) { [weak self] in self?.wake(stream, reader.token) }
        defer { load.alarms.cancel(alarm) }
        while true {
            try Task.checkCancellation()
            if let reading = reading(stream, reader.token, number) { return reading }
            if ContinuousClock.now >= deadline { return .silence }
            await wait(stream, reader.token, number, deadline)
        }
    }

    private func reading(_ stream: Int, _ reader: Int, _ number: Int) -> Reading? {
        state.withLock { state in
            guard let entry = state.streams[stream], entry.reader == reader else { return .ended }
            state.streams[stream]?.taken = number
            if !keepsTaken { drop(stream, upTo: number, &state) }
            let events = entry.events.filter { $0.number > number }
            if !events.isEmpty { return .events(events) }
            let isOver = entry.isComplete || state.isClosed && stream == Self.standalone
            return isOver ? .ended : nil
        }
    }

    private func wait(_ stream: Int, _ reader: Int, _ number: Int, _ deadline: ContinuousClock.Instant) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { (waiter: CheckedContinuation<Void, Never>) in
                let mustLook = state.withLock { state in
                    // What woke the waiter before it was one is not told again.
                    guard let entry = state.streams[stream], entry.reader == reader,
                        !entry.events.contains(where: { $0.number > number }), !entry.isComplete,
                        !(state.isClosed && stream == Self.standalone), !Task.isCancelled,
                        ContinuousClock.now < deadline
                    else { return true }
                    state.streams[stream]?.waiter = waiter
                    return false
                }
                if mustLook { waiter.resume() }
            }
        } onCancel: {
            wake(stream, reader)
        }
    }

    private func wake(_ stream: Int, _ reader: Int) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.streams[stream]?.reader == reader else { return nil }
            defer { state.streams[stream]?.waiter = nil }
            return state.streams[stream]?.waiter
        }
        waiter?.resume()
    }
}
