import CLinux
import Glibc
import Platform
import Synchronization

extension EventLoop {
    private static let acceptPause = 200

    func accept(on index: Int) {
        guard index < listeners.count, acceptPausedUntil == nil else { return }
        let listener = listeners[index]
        // Bounded, so that a flood of connections leaves time for those that are there.
        for _ in 0..<64 {
            var address = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let descriptor = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    roost_accept(listener.descriptor, $0, &length)
                }
            }
            if descriptor >= 0 {
                open(descriptor, listener.isUnix ? .unix : PeerAddress(address))
            } else if [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) {
                return pauseAccepting(errno)
            } else if errno == EAGAIN || errno == EBADF || errno == EINVAL {
                return
            }
            // Every other error is about one connection that ended before it was accepted.
        }
    }

    private func open(_ descriptor: Int32, _ peer: PeerAddress) {
        guard shared.connectionCount.load(ordering: .relaxed) < limits.maximumConnections else {
            return refuse(descriptor)
        }
        if !peer.isUnix {
            var yes: Int32 = 1
            setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        }
        let slot: Int
        if let free = freeSlots.popLast() {
            slot = free
        } else {
            slot = connections.count
            connections.append(nil)
            generations.append(0)
        }
        let token = ConnectionToken(slot: UInt32(slot), generation: generations[slot])
        let connection = Connection(
            token: token, descriptor: descriptor, peer: peer, isTLS: tls != nil, limits: limits, now: now)
        connections[slot] = connection
        shared.connectionCount.wrappingAdd(1, ordering: .relaxed)
        if let tls {
            guard let session = TLSSession(tls, descriptor) else { return close(connection) }
            connection.tls = session
            connection.state = .handshaking
        }
        let events = Events.input | Events.output | Events.peerClosed | Events.edge
        guard watch(descriptor, events, token.raw) else { return close(connection) }
        updateDeadline(connection)
    }

    /// Over the limit of connections: says so in clear, as far as that can be done at once.
    private func refuse(_ descriptor: Int32) {
        if tls == nil {
            let error = ProtocolError(503, "The server has no room for another connection; try again in a moment.")
            let bytes = Self.response(error, id: requestIDs.next())
            _ = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            shutdown(descriptor, Int32(SHUT_WR))
        }
        _ = Glibc.close(descriptor)
    }

    private func pauseAccepting(_ code: Int32) {
        shared.log.warning(
            "http.accept_paused", ("reason", .string(String(cString: strerror(code)))),
            ("connections", .int(Int64(shared.connectionCount.load(ordering: .relaxed)))))
        for listener in listeners { modify(listener, events: 0) }
        acceptPausedUntil = now + Self.acceptPause
        schedule(now + Self.acceptPause)
    }

    func resumeAccepting() {
        acceptPausedUntil = nil
        for listener in listeners { modify(listener, events: Events.input) }
    }

    private func modify(_ listener: Listener, events: UInt32) {
        guard let index = listeners.firstIndex(where: { $0.descriptor == listener.descriptor }) else { return }
        var event = epoll_event()
        event.events = events
        event.data.u64 = Self.firstListenerToken - UInt64(index)
        epoll_ctl(poll, EPOLL_CTL_MOD, listener.descriptor, &event)
    }
}

/// Ids for requests that bring none. They need not be secret, only different, so one system call serves many.
struct RequestIDs {
    private var random: [UInt8] = []
    private static let hex = Array("0123456789abcdef".utf8)

    mutating func next() -> String {
        if random.count < 16 { random = Identifier.randomBytes(2048) }
        var bytes = (UInt64(0), UInt64(0))
        for _ in 0..<8 { bytes.0 = bytes.0 << 8 | UInt64(random.removeLast()) }
        for _ in 0..<8 { bytes.1 = bytes.1 << 8 | UInt64(random.removeLast()) }
        bytes.0 = bytes.0 & ~0xF000 | 0x4000
        bytes.1 = bytes.1 & ~(3 << 62) | 2 << 62
        return String(unsafeUninitializedCapacity: 40) { text in
            _ = text.update(fromContentsOf: "req-".utf8)
            var at = 4
            for index in 0..<32 {
                if index == 8 || index == 12 || index == 16 || index == 20 {
                    text[at] = UInt8(ascii: "-")
                    at += 1
                }
                let half = index < 16 ? bytes.0 : bytes.1
                text[at] = Self.hex[Int(half >> UInt64(60 - index % 16 * 4) & 15)]
                at += 1
            }
            return 40
        }
    }
}
