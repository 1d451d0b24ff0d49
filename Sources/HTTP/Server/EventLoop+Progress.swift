import CLinux
import Glibc
import Platform

extension EventLoop {
    /// Bytes of one connection before the others have their turn.
    private static let turn = 1 << 20

    /// Does for a connection what can be done without waiting.
    func progress(_ connection: Connection) {
        var budget = Self.turn
        var isBusy = true
        while isBusy, connection.state != .closed {
            guard flush(connection, &budget) else { return close(connection) }
            switch connection.state {
            case .handshaking: isBusy = handshake(connection)
            case .reading: isBusy = read(connection, &budget)
            case .handling:
                isBusy = false
                if connection.hasPeerClosed {
                    close(connection)
                } else if connection.mayBeAnswered, connection.isReadable || !connection.unread.isEmpty {
                    connection.answers?.expectAnswer()
                }
            case .responding:
                isBusy = connection.output.isEmpty
                if isBusy { finishResponse(connection) }
            case .lingering: isBusy = linger(connection, &budget)
            case .closed: isBusy = false
            }
            if budget <= 0, isBusy || connection.isWritable && !connection.output.isEmpty {
                ready.append(connection.token)
                isBusy = false
            }
        }
        if connection.state != .closed { updateDeadline(connection) }
    }

    /// Writes what waits; false when the peer is gone.
    private func flush(_ connection: Connection, _ budget: inout Int) -> Bool {
        while !connection.output.isEmpty, connection.isWritable, budget > 0 {
            let hasMore = connection.output.hasMore
            switch connection.output.withFirst({ connection.write($0, hasMore: hasMore) }) {
            case .bytes(let count):
                connection.output.advance(by: count)
                connection.gate?.sent(count)
                connection.hasWritten = true
                budget -= count
            case .wouldBlock: connection.isWritable = false
            case .ended: return false
            }
        }
        return true
    }

    private func handshake(_ connection: Connection) -> Bool {
        guard let tls = connection.tls else { return false }
        switch tls.handshake() {
        case .bytes:
            connection.state = .reading
            connection.isReadable = true
            connection.timer = .header
            connection.timerStart = now
            return true
        case .wouldBlock: return false
        case .ended:
            shared.log.debug("http.tls_handshake_failed", ("peer", .string(connection.peer.text)))
            close(connection)
            return false
        }
    }

    // MARK: Reading

    /// Reads once and parses; false when there is nothing to read now.
    private func read(_ connection: Connection, _ budget: inout Int) -> Bool {
        if shared.isDraining, connection.isIdle {
            close(connection)
            return false
        }
        if !connection.unread.isEmpty {
            let unread = connection.unread
            connection.unread = []
            unread.withUnsafeBufferPointer { parse($0, connection) }
            return true
        }
        guard connection.isReadable, budget > 0 else { return false }
        switch connection.read(into: buffer) {
        case .bytes(let count):
            budget -= count
            // Less than asked for means that nothing more is there, except perhaps the end of the stream.
            if count < buffer.count, connection.tls == nil, !connection.peer.isUnix, !connection.hasPeerClosed {
                connection.isReadable = false
            }
            parse(UnsafeBufferPointer(rebasing: buffer.bindMemory(to: UInt8.self)[..<count]), connection)
            return true
        case .wouldBlock:
            connection.isReadable = false
            return false
        case .ended:
            close(connection)
            return false
        }
    }

    private func parse(_ input: UnsafeBufferPointer<UInt8>, _ connection: Connection) {
        let (consumed, outcome) = connection.parser.feed(input)
        let grown = connection.parser.bufferedBodyBytes - connection.reserved
        guard shared.budget.reserve(grown) else { return fail(connection, BodyBudget.exhausted) }
        connection.reserved += grown
        switch outcome {
        case .more:
            if connection.parser.awaitsContinue {
                connection.parser.awaitsContinue = false
                connection.output.append(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
            }
        case .request(let head, let body):
            if consumed < input.count { connection.unread = Array(input[consumed...]) }
            connection.parser.reset()
            start(head, body, connection)
        case .failure(let error): fail(connection, error)
        }
    }

    private func start(_ head: RequestHead, _ body: [UInt8], _ connection: Connection) {
        let id = Self.sane(head.headers["x-request-id"]) ?? requestIDs.next()
        let request = Request(
            method: head.method, rawPath: head.path, rawQuery: head.query, headers: head.headers, body: body,
            peer: connection.peer.text, id: id)
        let terms = ExchangeTerms(
            keepAlive: head.keepAlive, isVersion10: head.isVersion10, isHead: head.method == .head,
            isGzipped: head.isGzipped, id: id)
        let exchange = Exchange(
            token: connection.token, terms: terms, isLocal: connection.peer.isLocal, shared: shared,
            socket: connection.output.isEmpty ? connection.answers : nil)
        // The budget is the task's from here on.
        connection.reserved = 0
        connection.state = .handling
        connection.answers?.begin()
        connection.task = Task(executorPreference: shared.executor) { await exchange.run(request) }
    }

    private static func sane(_ id: String?) -> String? {
        guard let id, (1...128).contains(id.utf8.count), id.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            return nil
        }
        return id
    }

    // MARK: Answering

    /// Answers a request that could not be read, and gives the connection up.
    func fail(_ connection: Connection, _ error: ProtocolError) {
        let id = requestIDs.next()
        shared.log.debug(
            "http.bad_request", ("status", .int(Int64(error.status))), ("detail", .string(error.detail)),
            ("peer", .string(connection.peer.text)), ("request", .string(id)))
        shared.budget.release(connection.reserved)
        connection.reserved = 0
        connection.parser.reset()
        connection.output.append(Self.response(error, id: id))
        connection.closesAfterResponse = true
        connection.mustLinger = true
        connection.state = .responding
    }

    static func response(_ error: ProtocolError, id: String) -> [UInt8] {
        var headers: Headers = ["content-type": "application/json"]
        if error.status == 405 {
            headers.append("allow", Method.allCases.map(\.rawValue).joined(separator: ", "))
        } else if error.status == 503 {
            headers.append("retry-after", "1")
        }
        var body: [UInt8] = []
        if case .bytes(let bytes) = Response.detail(error.status, error.detail).body { body = bytes }
        let terms = ExchangeTerms(keepAlive: false, isVersion10: false, isHead: false, isGzipped: false, id: id)
        return ResponseEncoder.head(error.status, headers, .length(body.count), terms, closes: true) + body
    }

    private func finishResponse(_ connection: Connection) {
        connection.gate = nil
        connection.isEndless = false
        connection.hasAnswered = true
        release(connection)
        guard connection.closesAfterResponse || shared.isDraining else {
            connection.state = .reading
            return
        }
        if connection.mustLinger || connection.isReadable || !connection.unread.isEmpty {
            connection.unread = []
            connection.tls?.close()
            shutdown(connection.descriptor, Int32(SHUT_WR))
            connection.lingerBudget = limits.maximumBodyBytes + (16 << 20)
            connection.isReadable = true
            connection.state = .lingering
        } else {
            close(connection)
        }
    }

    /// Throws away what the peer still sends.
    private func linger(_ connection: Connection, _ budget: inout Int) -> Bool {
        guard connection.isReadable, budget > 0 else { return false }
        let count = recv(connection.descriptor, buffer.baseAddress, buffer.count, 0)
        if count > 0 {
            budget -= count
            connection.lingerBudget -= count
            if connection.lingerBudget > 0 { return true }
        } else if count < 0, errno == EAGAIN {
            connection.isReadable = false
            return false
        } else if count < 0, errno == EINTR {
            return true
        }
        close(connection)
        return false
    }
}
