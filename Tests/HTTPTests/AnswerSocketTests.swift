import Glibc
import Platform
import Synchronization
import Testing

@testable import HTTP

/// A pair of connected sockets, the second of them never waiting for bytes.
private final class Pair {
    let ours: Int32
    let peer: Int32

    init() throws {
        var pair: [Int32] = [0, 0]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0, &pair) == 0 else {
            throw TestFailure("socketpair")
        }
        (ours, peer) = (pair[0], pair[1])
    }

    deinit {
        close(ours)
        close(peer)
    }

    /// Bytes that have arrived, at most 100.
    var arrived: [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 100)
        let count = recv(peer, &buffer, buffer.count, 0)
        return Array(buffer.prefix(max(0, count)))
    }
}

@Suite struct AnswerSocketTests {
    @Test func `an answer leaves at once and is reported without waking the loop`() throws {
        let pair = try Pair()
        let socket = AnswerSocket(pair.ours)
        socket.begin()
        socket.answer([1, 2, 3]) { sent, isAwaited in
            #expect(sent == 3)
            #expect(!isAwaited)
        }
        #expect(pair.arrived == [1, 2, 3])
    }

    @Test func `an answer that the loop waits for wakes it, the next does not`() throws {
        let pair = try Pair()
        let socket = AnswerSocket(pair.ours)
        var reports: [Bool] = []
        socket.begin()
        socket.expectAnswer()
        socket.answer([1]) { _, isAwaited in reports.append(isAwaited) }
        socket.begin()
        socket.answer([2]) { _, isAwaited in reports.append(isAwaited) }
        #expect(reports == [true, false])
    }

    @Test func `nothing is sent after the connection was closed`() throws {
        let pair = try Pair()
        let socket = AnswerSocket(pair.ours)
        socket.close()
        socket.answer([1]) { sent, _ in #expect(sent == 0) }
        #expect(pair.arrived == [])
    }

    @Test func `what the kernel does not take is left to the loop`() throws {
        let pair = try Pair()
        let socket = AnswerSocket(pair.ours)
        let bytes = [UInt8](repeating: 1, count: 8 << 20)
        var first = 0
        socket.answer(bytes) { sent, _ in first = sent }
        #expect(first > 0)
        #expect(first < bytes.count)
        socket.answer([1]) { sent, _ in #expect(sent == 0) }
    }

    @Test func `requests that follow each other closely are all answered, in order`() async throws {
        let server = try TestServer { request in .text(200, request.rawPath) }
        let address = server.address
        try await blocking {
            let socket = try TestSocket(address)
            for round in 0..<300 {
                // The next request arrives before, while or after the one before it is answered.
                let paths = (0...(round % 3)).map { "/\(round)/\($0)" }
                for path in paths { try socket.send("GET \(path) HTTP/1.1\r\nHost: h\r\n\r\n") }
                for path in paths { #expect(try socket.response().text == path) }
            }
        }
        await server.stop()
    }

    @Test func `draining does not wait for a connection that was just answered`() async throws {
        let server = try TestServer { _ in .text(200, "x") }
        let address = server.address
        let socket = try await blocking {
            let socket = try TestSocket(address)
            #expect(try socket.roundTrip("GET / HTTP/1.1\r\nHost: h\r\n\r\n").status == 200)
            return socket
        }
        await server.server.drain(within: 600)
        #expect(try await blocking { try socket.all() } == "")
    }
}
