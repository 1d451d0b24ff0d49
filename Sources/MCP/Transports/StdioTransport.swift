import Glibc
import Platform

/// One client on two pipes: a message a line (MCP, stdio). Calls run at the same time and are answered as they end.
package final class StdioTransport: Sendable {
    package struct Limits: Sendable {
        /// A longer message is an error; it is never held.
        package var messageBytes = 50 << 20
        /// Unanswered messages; reading waits above it. A long message counts as several.
        package var pending: UInt32 = 16_384
        package var running = 64
        /// Open `subscriptions/listen`; each reads the feed of changes for itself.
        package var subscriptions = 100
        /// After the client has closed its side: how long without any answer until the rest is given up.
        package var patience = Duration.seconds(30)

        package init() {}
    }

    private let dispatcher: Dispatcher
    private let input: Int32
    private let limits: Limits
    private let connection = Connection()
    private let inFlight = InFlight()
    /// `subscriptions/listen` of the stateless era and the watch of the handshake era: they last as long as the client.
    private let lasting = InFlight()
    private let slots: Slots
    private let pending: PendingLimit
    private let outbox: Outbox
    private let ended = Lock<CheckedContinuation<Void, Never>?>(nil)

    package init(_ dispatcher: Dispatcher, input: Int32 = 0, output: Int32 = 1, limits: Limits = Limits()) {
        self.dispatcher = dispatcher
        self.input = input
        self.limits = limits
        slots = Slots(limits.running)
        pending = PendingLimit(limits.pending)
        outbox = Outbox { writeAll($0, to: output) }
    }

    /// Serves until the client closes its side and has its answers, or does not read them any more. SIGPIPE is ignored from
    /// then on.
    package func run() async {
        signal(SIGPIPE, SIG_IGN)
        await withCheckedContinuation { continuation in
            ended.withLock { $0 = continuation }
            outbox.start { [self] in end() }
            BlockingThread.start(name: "mcp-input") { [self] in
                readAll()
                Task { await drain() }
            }
        }
        inFlight.cancelAll()
        lasting.cancelAll()
    }

    private func end() {
        let continuation = ended.withLock { ended in
            defer { ended = nil }
            return ended
        }
        continuation?.resume()
    }

    /// Answers what was asked before the client closed its side: `echo … | roost mcp` is to print its answer.
    private func drain() async {
        lasting.cancelAll()
        var left = pending.taken
        var deadline = ContinuousClock.now + limits.patience
        while left > 0, ContinuousClock.now < deadline {
            // Cancelling this would leave answers unsaid; nobody does.
            try? await Task.sleep(for: .milliseconds(2))
            let now = pending.taken
            if now != left { deadline = ContinuousClock.now + limits.patience }
            left = now
        }
        inFlight.cancelAll()
        outbox.finish()
    }

    // MARK: Reading, on a thread of its own

    private func readAll() {
        var splitter = LineSplitter(limit: limits.messageBytes)
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(input, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            for line in splitter.lines(in: buffer[..<count]) { take(line) }
        }
        for line in splitter.last() { take(line) }
    }

    private func take(_ line: LineSplitter.Line) {
        guard case .complete(let bytes) = line else {
            return refuse(nil, .invalidRequest("The message is longer than \(limits.messageBytes) bytes."))
        }
        let cost = min(Self.cost(of: bytes), Int(limits.pending))
        var id: RequestID?
        do {
            let json = try Message.parse(bytes)
            id = Message.id(of: json)
            switch try Message(json) {
            case .response: break
            case .notification(let method, let params): hear(method, params)
            case .request(let id, let method, let params): try answer(id, method, params, cost: cost)
            }
        } catch {
            refuse(id, error)
        }
    }

    /// How many messages one counts as: by its size, and by its commas, because a value may take fifty times its bytes.
    private static func cost(of bytes: [UInt8]) -> Int {
        guard bytes.count >= 1 << 10 else { return 1 }
        var commas = 0
        for byte in bytes where byte == UInt8(ascii: ",") { commas += 1 }
        return 1 + bytes.count >> 14 + commas >> 8
    }

    private func hear(_ method: String, _ params: JSONObject) {
        switch method {
        case "notifications/cancelled":
            guard let id = InFlight.cancelled(params) else { return }
            inFlight.cancel(id)
            lasting.cancel(id)
        case "notifications/initialized": watch()
        default: break
        }
    }

    /// Tells a client of the handshake era what changes.
    private func watch() {
        // An id that no client can use: theirs are not empty.
        _ = lasting.start(.text("")) { [self] _ in
            for await change in dispatcher.features.changes(isAsked: false) {
                guard let notification = connection.notification(of: change) else { continue }
                await outbox.send(Outgoing.notification(notification))
            }
        }
    }

    private func answer(
        _ id: RequestID, _ method: String, _ params: JSONObject, cost: Int
    ) throws(RPCError) {
        let isStateless = Envelope.isPresent(method: method, params) || method == "server/discover"
        let era: IncomingRequest.Era =
            isStateless ? .stateless(try Envelope(method: method, params: params)) : .handshake(connection)
        let request = IncomingRequest(id, method: method, params: params, era: era, isLocal: true) { [outbox] in
            await outbox.send(Outgoing.notification($0))
        }
        if method == "subscriptions/listen" { return try subscribe(request) }
        // What follows the handshake may depend on it: nothing is read before it is done.
        let turn = method == "initialize" ? PendingLimit(0) : nil
        pending.take(cost)
        let isNew = inFlight.start(id) { [self] free in
            await slots.run { await work(request, free) }
            pending.give(cost)
            turn?.give()
        }
        guard isNew else {
            pending.give(cost)
            throw .invalidRequest("A request with this id is being worked on already.")
        }
        turn?.take()
    }

    /// Outside of the calls that are waited for: it lasts until the client cancels it or goes.
    private func subscribe(_ request: IncomingRequest) throws(RPCError) {
        guard lasting.count < limits.subscriptions else { throw .tooMany }
        guard lasting.start(request.id, { [self] free in await work(request, free) }) else {
            throw .invalidRequest("A request with this id is being worked on already.")
        }
    }

    private func work(_ request: IncomingRequest, _ free: @Sendable () -> Void) async {
        guard !Task.isCancelled else { return }
        let answer = await dispatcher.answer(request)
        free()
        // A client that cancelled waits for nothing (MCP, Cancellation).
        if answer.error == .cancelled { return }
        await outbox.send(answer.bytes)
    }

    private func refuse(_ id: RequestID?, _ error: RPCError) {
        pending.take()
        Task {
            await outbox.send(Outgoing.error(id, error))
            pending.give()
        }
    }
}
