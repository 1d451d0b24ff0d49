import Foundation
import HTTP
import Platform
import Synchronization
import Testing

@Suite struct RobustnessTests {
    private static let get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

    @Test(arguments: [false, true])
    func `a peer that goes away cancels the handler that computes for it`(hasPipelined: Bool) async throws {
        let started = Atomic<Bool>(false)
        let isCancelled = Atomic<Bool>(false)
        let server = try TestServer { _ in
            started.store(true, ordering: .relaxed)
            // Computes: never waits for the connection.
            while !Task.isCancelled { await Task.yield() }
            isCancelled.store(true, ordering: .relaxed)
            return .text(200, "late")
        }
        let address = server.address
        let socket = Lock<TestSocket?>(try await blocking { try TestSocket(address) })
        try socket.withLock { try $0?.send(Self.get + (hasPipelined ? Self.get : "")) }
        #expect(try await eventually { started.load(ordering: .relaxed) })
        socket.withLock { $0 = nil }
        #expect(try await eventually { isCancelled.load(ordering: .relaxed) })
        #expect(try await eventually { server.server.openConnections == 0 })
        await server.stop()
    }

    @Test func `a peer that goes away ends an idle stream`() async throws {
        let isCancelled = Atomic<Bool>(false)
        let server = try TestServer { _ in
            Response(
                body: .stream { writer in
                    try await writer.write([65])
                    do {
                        try await Task.sleep(for: .seconds(600))
                    } catch {
                        isCancelled.store(true, ordering: .relaxed)
                        throw error
                    }
                })
        }
        let address = server.address
        try await blocking {
            let socket = try TestSocket(address)
            try socket.send(Self.get)
            while !String(decoding: try socket.receive(), as: UTF8.self).contains("A") {}
        }
        #expect(try await eventually { isCancelled.load(ordering: .relaxed) })
        await server.stop()
    }

    @Test func `a reader that stops reading costs bounded memory`() async throws {
        let written = Atomic<Int>(0)
        let failed = Atomic<Bool>(false)
        let server = try TestServer { _ in
            Response(
                body: .stream { writer in
                    let piece = [UInt8](repeating: 65, count: 1 << 20)
                    do {
                        for _ in 0..<250 {
                            try await writer.write(piece)
                            written.wrappingAdd(piece.count, ordering: .relaxed)
                        }
                    } catch {
                        failed.store(true, ordering: .relaxed)
                        throw error
                    }
                })
        }
        let address = server.address
        let socket = Lock<TestSocket?>(try await blocking { try TestSocket(address, receiveBuffer: 64 << 10) })
        try socket.withLock { try $0?.send(Self.get) }
        #expect(try await eventually { written.load(ordering: .relaxed) > 0 })
        try await Task.sleep(for: .milliseconds(300))
        // What the kernel takes for the socket, and a little more.
        #expect(written.load(ordering: .relaxed) < 16 << 20)
        socket.withLock { $0 = nil }
        #expect(try await eventually { failed.load(ordering: .relaxed) })
        await server.stop()
    }

    @Test func `a stream of any size arrives whole`() async throws {
        let server = try TestServer { _ in
            Response(
                body: .stream { writer in
                    for round in 0..<60 {
                        try await writer.write([UInt8](repeating: UInt8(round), count: round * 997))
                    }
                })
        }
        let address = server.address
        try await blocking {
            let socket = try TestSocket(address)
            for _ in 0..<2 {
                let body = try socket.roundTrip(Self.get).body
                #expect(body == (0..<60).flatMap { [UInt8](repeating: UInt8($0), count: $0 * 997) })
            }
        }
        await server.stop()
    }

    @Test func `a peer that sends requests and reads nothing is not served ahead`() async throws {
        let count = Atomic<Int>(0)
        let server = try TestServer { _ in
            count.wrappingAdd(1, ordering: .relaxed)
            return .text(200, String(repeating: "x", count: 1 << 20))
        }
        let address = server.address
        let socket = try await blocking { try TestSocket(address, receiveBuffer: 64 << 10) }
        try socket.send(String(repeating: Self.get, count: 1000))
        #expect(try await eventually { count.load(ordering: .relaxed) > 0 })
        try await Task.sleep(for: .milliseconds(300))
        #expect(count.load(ordering: .relaxed) < 32)
        await server.stop()
    }

    @Test func `a slow head is answered 408 however steadily its bytes come`() async throws {
        let server = try TestServer(limits: { $0.headerTimeout = 0.3 }, handler: TestServer.echo)
        let address = server.address
        try await blocking {
            let socket = try TestSocket(address)
            let begin = Date()
            var status = 0
            let reader = try TestSocket(address)
            _ = reader
            for byte in "GET / HTTP/1.1\r\nHost: h\r\nX: ".utf8 + [UInt8](repeating: 65, count: 200) {
                // The answer ends the exchange: what is sent after it may fail.
                do { try socket.send([byte]) } catch { break }
                usleep(20_000)
                if Date().timeIntervalSince(begin) > 1.5 { break }
            }
            status = try socket.response().status
            #expect(status == 408)
            // A connection on which nothing came is closed without a word.
            #expect(try reader.all() == "")
        }
        await server.stop()
    }

    @Test func `a slow body is answered 408`() async throws {
        let server = try TestServer(
            limits: {
                $0.bodyTimeout = 0.3
                $0.minimumBodyRate = 1_000_000
            }, handler: TestServer.echo)
        let address = server.address
        try await blocking {
            let socket = try TestSocket(address)
            let answer = try socket.roundTrip("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc")
            #expect(answer.status == 408)
            #expect(answer.detail == "The body of the request did not arrive in time.")
        }
        await server.stop()
    }

    @Test func `an idle connection is closed in silence`() async throws {
        let server = try TestServer(limits: { $0.idleTimeout = 0.2 }, handler: TestServer.echo)
        let address = server.address
        try await blocking {
            let socket = try TestSocket(address)
            #expect(try socket.roundTrip(Self.get).status == 200)
            #expect(try socket.all() == "")
        }
        await server.stop()
    }

    @Test func `a peer that reads nothing for too long is cut`() async throws {
        let server = try TestServer(limits: { $0.writeTimeout = 0.3 }) { _ in
            .text(200, String(repeating: "x", count: 64 << 20))
        }
        let address = server.address
        let socket = try await blocking { try TestSocket(address, receiveBuffer: 64 << 10) }
        try socket.send(Self.get)
        #expect(try await eventually { server.server.openConnections == 1 })
        #expect(try await eventually { server.server.openConnections == 0 })
        withExtendedLifetime(socket) {}
        await server.stop()
    }

    @Test func `connections over the limit are told so`() async throws {
        let server = try TestServer(limits: { $0.maximumConnections = 3 }, handler: TestServer.echo)
        let address = server.address
        try await blocking {
            var sockets: [TestSocket] = []
            for _ in 0..<3 {
                sockets.append(try TestSocket(address))
                #expect(try sockets.last?.roundTrip(Self.get).status == 200)
            }
            #expect(try TestSocket(address).response().status == 503)
            sockets.removeLast()
            usleep(100_000)
            #expect(try TestSocket(address).roundTrip(Self.get).status == 200)
            #expect(try sockets[0].roundTrip(Self.get).status == 200)
        }
        await server.stop()
    }

    @Test func `bodies together are limited and given back`() async throws {
        let server = try TestServer(limits: { $0.maximumBufferedBytes = 3 << 20 }) { .text(200, "\($0.body.count)") }
        let address = server.address
        try await blocking {
            let head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \(2 << 20)\r\n\r\n"
            let body = [UInt8](repeating: 65, count: 2 << 20)
            for _ in 0..<10 {
                let socket = try TestSocket(address)
                #expect(try socket.roundTrip(head + String(decoding: body, as: UTF8.self)).status == 200)
            }
            let held = try TestSocket(address)
            try held.send(head)
            try held.send(Array(body.dropLast()))
            usleep(200_000)
            let other = try TestSocket(address)
            try other.send(head)
            try other.send(body)
            #expect(try other.response().status == 503)
            #expect(try held.roundTrip("A").status == 200)
            #expect(try TestSocket(address).roundTrip(head + String(decoding: body, as: UTF8.self)).status == 200)
        }
        await server.stop()
    }

    @Test func `answers that nobody reads are limited together and given back`() async throws {
        let answer = [UInt8](repeating: 65, count: 12 << 20)
        let server = try TestServer(limits: { $0.maximumWaitingBytes = 30 << 20 }) { request in
            Response(body: .bytes(request.rawPath == "/small" ? [65] : answer))
        }
        let address = server.address
        try await blocking {
            for _ in 0..<5 { #expect(try TestSocket(address).roundTrip(Self.get).body.count == answer.count) }
            var unread: [TestSocket] = []
            for _ in 0..<2 {
                let socket = try TestSocket(address, receiveBuffer: 64 << 10)
                try socket.send(Self.get)
                unread.append(socket)
            }
            usleep(300_000)
            #expect(try TestSocket(address).roundTrip(Self.get).status == 503)
            #expect(try TestSocket(address).roundTrip("GET /small HTTP/1.1\r\nHost: h\r\n\r\n").status == 200)
            // What was done is answered for.
            let post = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"
            #expect(try TestSocket(address).roundTrip(post).body.count == answer.count)
            #expect(try unread[0].response().body.count == answer.count)
            unread = []
            usleep(300_000)
            for _ in 0..<3 { #expect(try TestSocket(address).roundTrip(Self.get).status == 200) }
        }
        await server.stop()
    }

    @Test func `many connections at once are all served`() async throws {
        let server = try TestServer { .text(200, $0.rawPath) }
        let address = server.address
        try await withThrowingTaskGroup(of: Void.self) { group in
            for thread in 0..<16 {
                group.addTask {
                    try await blocking {
                        let sockets = try (0..<8).map { _ in try TestSocket(address) }
                        for round in 0..<50 {
                            for socket in sockets {
                                try socket.send("GET /\(thread)/\(round) HTTP/1.1\r\nHost: h\r\n\r\n")
                            }
                            for socket in sockets { #expect(try socket.response().text == "/\(thread)/\(round)") }
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        await server.stop()
    }

    @Test func `random bytes never stop the server`() async throws {
        let server = try TestServer(handler: TestServer.echo)
        let address = server.address
        try await blocking {
            var random = SystemRandomNumberGenerator()
            let words = [
                "GET ", "/", " HTTP/1.1\r\n", "Host: h\r\n", "\r\n", "Content-Length: ", "5", "chunked", "\0", "\n",
            ]
            for _ in 0..<300 {
                let socket = try TestSocket(address)
                var bytes: [UInt8] = []
                for _ in 0..<Int.random(in: 1...30, using: &random) {
                    bytes +=
                        Bool.random(using: &random)
                        ? Array(words.randomElement(using: &random)!.utf8) : [UInt8.random(in: 0...255, using: &random)]
                }
                try socket.send(bytes)
                socket.endSending()
                let answer = try socket.all()
                #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 "))
                #expect(!answer.hasPrefix("HTTP/1.1 500"))
            }
            #expect(try TestSocket(address).roundTrip(Self.get).status == 200)
        }
        await server.stop()
    }
}
