import CLinux
import Glibc

/// One accepted connection. Belongs to the event loop's thread.
final class Connection {
    enum State {
        case handshaking
        /// Waits for a request, or reads one.
        case reading
        /// A task works on the request, or produces a streamed body.
        case handling
        /// The response is complete; the rest of it is being written.
        case responding
        /// The answer is given; what the peer still sends is thrown away for a while, because closing with unread bytes
        /// would make the kernel reset the connection and the peer lose the answer.
        case lingering
        case closed
    }

    /// What the deadline is for.
    enum Timer {
        case none, handshake, header, body, idle, write, linger
        /// A look at what was answered without waking the loop.
        case look
    }

    let token: ConnectionToken
    let descriptor: Int32
    let peer: PeerAddress
    var tls: TLSSession?
    /// What the request's task may answer through; TLS belongs to the loop's thread.
    let answers: AnswerSocket?
    var state = State.reading
    var parser: RequestParser
    /// Read already, and part of the requests after this one. Never more than one read.
    var unread: [UInt8] = []
    var output = OutputQueue()
    /// Edge-triggered: true until a read or a write says that it would block.
    var isReadable = false
    var isWritable = true
    var hasPeerClosed = false
    var closesAfterResponse = false
    var hasAnswered = false
    /// The peer may still be sending the request that was refused.
    var mustLinger = false
    /// The response is a subscription, which is ended when the server drains.
    var isEndless = false

    var task: Task<Void, Never>?
    var gate: StreamGate?
    /// Bytes of the body that is being read, taken from the server's budget.
    var reserved = 0
    /// Bytes of the answer that is being written, of the budget of waiting answers.
    var held = 0

    var timer = Timer.header
    var timerStart = 0
    var deadline = Int.max
    /// Bytes written since the write timer was looked at.
    var hasWritten = false
    var lingerBudget = 0

    init(token: ConnectionToken, descriptor: Int32, peer: PeerAddress, isTLS: Bool, limits: Limits, now: Int) {
        self.token = token
        self.descriptor = descriptor
        self.peer = peer
        answers = isTLS ? nil : AnswerSocket(descriptor)
        parser = RequestParser(limits: limits)
        timerStart = now
    }

    /// Waits for a request of which nothing has arrived.
    var isIdle: Bool { state == .reading && parser.isIdle && unread.isEmpty && reserved == 0 }

    /// The request's task may have answered without waking the loop.
    var mayBeAnswered: Bool { state == .handling && gate == nil && answers != nil }

    enum Transfer {
        case bytes(Int)
        case wouldBlock
        /// The end of the stream, or an error: nothing more goes through.
        case ended
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        if let tls { return tls.read(into: buffer) }
        while true {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if count > 0 { return .bytes(count) }
            if count == 0 { return .ended }
            if errno == EINTR { continue }
            return errno == EAGAIN ? .wouldBlock : .ended
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer, hasMore: Bool) -> Transfer {
        if let tls { return tls.write(bytes) }
        let flags = Int32(MSG_NOSIGNAL) | (hasMore ? Int32(MSG_MORE) : 0)
        while true {
            let count = send(descriptor, bytes.baseAddress, bytes.count, flags)
            if count >= 0 { return .bytes(count) }
            if errno == EINTR { continue }
            return errno == EAGAIN ? .wouldBlock : .ended
        }
    }
}
