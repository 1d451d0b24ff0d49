import Platform
import Synchronization

/// What the event loop and the tasks of requests share.
final class ServerShared: Sendable {
    let limits: Limits
    let compression: Compression
    let log: Log
    let mailbox: Mailbox
    let budget: BodyBudget
    /// What answers take that their readers have not taken yet.
    let waiting: BodyBudget
    let executor: (any TaskExecutor)?
    let respond: @Sendable (Request) async -> Response
    let connectionCount = Atomic<Int>(0)
    private let draining = Atomic<Bool>(false)

    var isDraining: Bool { draining.load(ordering: .relaxed) }

    init(_ configuration: ServerConfiguration, respond: @escaping @Sendable (Request) async -> Response) throws {
        limits = configuration.limits
        compression = configuration.compression
        log = configuration.log
        executor = configuration.executor
        mailbox = try Mailbox()
        budget = BodyBudget(limit: configuration.limits.maximumBufferedBytes)
        waiting = BodyBudget(limit: configuration.limits.maximumWaitingBytes)
        self.respond = respond
    }

    func beginDraining() { draining.store(true, ordering: .relaxed) }
}

/// The memory that request bodies, or answers, may take together.
final class BodyBudget: Sendable {
    private let used = Atomic<Int>(0)
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// False when it would be more than the limit; nothing is taken then.
    func reserve(_ count: Int) -> Bool {
        if count == 0 { return true }
        if used.wrappingAdd(count, ordering: .relaxed).newValue <= limit { return true }
        release(count)
        return false
    }

    /// As `reserve`, but when nothing else is held, or with `evenBeyond`, any size is allowed.
    func reserve(_ count: Int, evenBeyond: Bool) -> Bool {
        if reserve(count) { return true }
        if evenBeyond {
            used.wrappingAdd(count, ordering: .relaxed)
            return true
        }
        return used.compareExchange(expected: 0, desired: count, ordering: .relaxed).exchanged
    }

    func release(_ count: Int) {
        if count > 0 { used.wrappingSubtract(count, ordering: .relaxed) }
    }

    var bytes: Int { used.load(ordering: .relaxed) }

    static let exhausted = ProtocolError(503, "The server holds too many request bodies; try again in a moment.")
}
