import Synchronization

/// What clients over HTTP may cost, and how long things wait.
package struct TransportLimits: Sendable {
    package var sessions = 10_000
    /// Without a request, a stream or work.
    package var idle = Duration.seconds(30 * 60)
    /// Requests of one client that are worked on at one time.
    package var calls = 1000
    /// Of all sessions together.
    package var allCalls = 10_000
    /// Of the events that one session keeps for a client that comes back.
    package var logBytes = 1 << 20
    package var logEvents = 1000
    /// Of all sessions together; beyond it they keep only what a connection is about to read.
    package var allLogBytes = 128 << 20
    /// Of messages that are answered at one time, as values in memory, by estimate.
    package var messageBytes = 512 << 20
    /// How long a call of a session is waited for before its answer becomes a stream, which can be resumed.
    package var sessionPatience = Duration.seconds(1)
    /// The same where nothing can be resumed: only so that the connection does not look dead.
    package var statelessPatience = Duration.seconds(10)
    /// Between two comments on a silent stream.
    package var ping = Duration.seconds(15)
    /// Milliseconds that a client waits before it reconnects.
    package var retry = 1000
    /// How long what belongs to no request is still collected for a client whose stream broke.
    package var absence = Duration.seconds(60)

    package init() {}
}

/// What all sessions of a transport take together.
final class TransportLoad: Sendable {
    private let limits: TransportLimits
    private let calls = Atomic<Int>(0)
    private let logBytes = Atomic<Int>(0)
    private let messageBytes = Atomic<Int>(0)

    let alarms = Alarms()
    /// Where calls are worked on; nil: on the pool of the process.
    let executor: (any TaskExecutor)?

    init(_ limits: TransportLimits, executor: (any TaskExecutor)? = nil) {
        self.limits = limits
        self.executor = executor
    }

    /// False when there are too many; to be ended with `endCall` otherwise.
    func beginCall() -> Bool {
        if calls.wrappingAdd(1, ordering: .relaxed).newValue <= limits.allCalls { return true }
        endCall()
        return false
    }

    func endCall() { calls.wrappingSubtract(1, ordering: .relaxed) }

    /// What a message takes once it is read, reserved until `release`; nil when too much is taken already. A value may
    /// take fifty times its bytes; commas tell how many there are.
    func reserve(_ message: [UInt8]) -> Int? {
        var commas = 0
        if message.count >= 1 << 10 { for byte in message where byte == UInt8(ascii: ",") { commas += 1 } }
        let bytes = 2 * message.count + 100 * min(commas, Message.maximumValues)
        let sum = messageBytes.wrappingAdd(bytes, ordering: .relaxed).newValue
        // One alone is taken in any case.
        if sum <= max(limits.messageBytes, bytes) { return bytes }
        release(bytes)
        return nil
    }

    func release(_ bytes: Int) { messageBytes.wrappingSubtract(bytes, ordering: .relaxed) }

    func keep(_ bytes: Int) { logBytes.wrappingAdd(bytes, ordering: .relaxed) }
    func drop(_ bytes: Int) { logBytes.wrappingSubtract(bytes, ordering: .relaxed) }

    var logsAreFull: Bool { logBytes.load(ordering: .relaxed) > limits.allLogBytes }
}
