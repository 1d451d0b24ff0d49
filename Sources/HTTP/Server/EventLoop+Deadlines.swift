import Glibc
import Platform

extension EventLoop {
    private static let lingerTime = 5000
    private static let lookInterval = 1000
    /// A sweep looks at every connection, so there is some time between two.
    private static let sweepInterval = 20

    /// Sets the deadline that a connection's state asks for.
    func updateDeadline(_ connection: Connection) {
        let timer = timer(of: connection)
        if timer != connection.timer || timer == .write && connection.hasWritten {
            connection.timer = timer
            connection.timerStart = now
        }
        connection.hasWritten = false
        connection.deadline = timer == .none ? .max : connection.timerStart + duration(timer, connection)
        schedule(connection.deadline)
    }

    private func timer(of connection: Connection) -> Connection.Timer {
        switch connection.state {
        case .handshaking: return .handshake
        case .lingering: return .linger
        case .reading:
            if connection.parser.isReadingBody { return .body }
            // A new connection has no time to idle: it opened to send a request.
            return connection.parser.isIdle && connection.hasAnswered ? .idle : .header
        case .handling, .responding:
            if !connection.output.isEmpty { return .write }
            return connection.mayBeAnswered ? .look : .none
        case .closed: return .none
        }
    }

    private func duration(_ timer: Connection.Timer, _ connection: Connection) -> Int {
        switch timer {
        case .none: return .max
        case .handshake: return Int(limits.handshakeTimeout * 1000)
        case .header: return Int(limits.headerTimeout * 1000)
        case .idle: return Int(limits.idleTimeout * 1000)
        case .write: return Int(limits.writeTimeout * 1000)
        case .linger: return Self.lingerTime
        case .look: return Self.lookInterval
        case .body:
            let bytes = Double(connection.parser.bufferedBodyBytes)
            return Int((limits.bodyTimeout + bytes / limits.minimumBodyRate) * 1000)
        }
    }

    func schedule(_ deadline: Int) { nextDeadline = min(nextDeadline, deadline) }

    func sweep() {
        nextDeadline = .max
        for connection in connections {
            guard let connection, connection.deadline <= now else { continue }
            expire(connection)
        }
        for connection in connections {
            if let connection { schedule(connection.deadline) }
        }
        if let paused = acceptPausedUntil {
            if paused <= now { resumeAccepting() } else { schedule(paused) }
        }
        if let drainDeadline { schedule(drainDeadline) }
        if nextDeadline != .max { nextDeadline = max(nextDeadline, now + Self.sweepInterval) }
    }

    private func expire(_ connection: Connection) {
        switch connection.timer {
        case .header where !connection.parser.isIdle:
            fail(connection, ProtocolError(408, "The header of the request did not arrive in time."))
            progress(connection)
        case .body:
            fail(connection, ProtocolError(408, "The body of the request did not arrive in time."))
            progress(connection)
        case .write:
            shared.log.debug("http.peer_stopped_reading", ("peer", .string(connection.peer.text)))
            close(connection)
        case .look:
            // Its message, if there was one, has been taken before this.
            connection.timerStart = now
            updateDeadline(connection)
        case .none, .handshake, .header, .idle, .linger: close(connection)
        }
    }

    // MARK: Draining

    func drain(_ milliseconds: Int, _ waiter: CheckedContinuation<Void, Never>?) {
        if let waiter { drainWaiters.append(waiter) }
        drainDeadline = min(drainDeadline ?? .max, now + milliseconds)
        schedule(now + milliseconds)
        shared.beginDraining()
        for listener in listeners { listener.close() }
        listeners = []
        for connection in connections {
            guard let connection else { continue }
            if connection.isIdle, connection.output.isEmpty { close(connection) }
            if connection.isEndless { stop(connection) }
            connection.answers?.expectAnswer()
        }
    }

    /// Ends a subscription: its producer is told, and what it has written is still sent.
    func stop(_ connection: Connection) {
        connection.closesAfterResponse = true
        connection.gate?.close(.serverStopping)
        connection.task?.cancel()
    }

    /// After the last turn: cuts what is left.
    func finish() {
        for listener in listeners { listener.close() }
        listeners = []
        let left = connections.compactMap { $0 }
        if !left.isEmpty { shared.log.warning("http.cut", ("connections", .int(Int64(left.count)))) }
        for connection in left {
            connection.gate?.close(.serverStopping)
            close(connection)
        }
        for message in shared.mailbox.close() {
            if case .drain(_, let waiter?) = message { waiter.resume() }
            if case .beginStream(_, _, let gate, _, _) = message { gate.close(.serverStopping) }
        }
        for waiter in drainWaiters { waiter.resume() }
        drainWaiters = []
    }
}
