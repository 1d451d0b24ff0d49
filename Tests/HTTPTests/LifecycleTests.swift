import Foundation
import HTTP
import Programs
import Synchronization
import Testing

@Suite struct LifecycleTests {
    private static let get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

    @Test func `draining finishes what runs and refuses what is new`() async throws {
        let (gate, open) = AsyncStream<Void>.makeStream()
        let started = Atomic<Bool>(false)
        let server = try TestServer { _ in
            started.store(true, ordering: .relaxed)
            for await _ in gate {}
            return .text(200, "done")
        }
        let address = server.address
        let (busy, idle) = try await blocking {
            let busy = try TestSocket(address)
            try busy.send(Self.get)
            return (busy, try TestSocket(address))
        }
        #expect(try await eventually { started.load(ordering: .relaxed) && server.server.openConnections == 2 })
        let drained = Task { await server.server.drain(within: 30) }
        try await blocking {
            let rest = try idle.all()
            #expect(rest == "")
            #expect(throws: TestFailure.self) { try TestSocket(address) }
        }
        open.finish()
        try await blocking {
            let answer = try busy.response()
            #expect(answer.text == "done")
            #expect(answer["connection"] == "close")
            #expect(try busy.all() == "")
        }
        await drained.value
        #expect(server.server.openConnections == 0)
    }

    @Test func `draining cuts at the deadline`() async throws {
        let isCancelled = Atomic<Bool>(false)
        let server = try TestServer { _ in
            while !Task.isCancelled { await Task.yield() }
            isCancelled.store(true, ordering: .relaxed)
            return .text(200, "late")
        }
        let address = server.address
        let socket = try await blocking {
            let socket = try TestSocket(address)
            try socket.send(Self.get)
            return socket
        }
        #expect(try await eventually { server.server.openConnections == 1 })
        await server.server.drain(within: 0.2)
        #expect(server.server.openConnections == 0)
        #expect(try await blocking { try socket.all() } == "")
        #expect(try await eventually { isCancelled.load(ordering: .relaxed) })
        // A second call has nothing to wait for.
        await server.server.drain(within: 10)
    }

    @Test func `draining ends subscriptions whole and lets other streams finish`() async throws {
        let server = try TestServer { request in
            let isEndless = request.rawPath == "/events"
            var response = Response(
                body: .stream { writer in
                    try await writer.write(Array("begin ".utf8))
                    try await Task.sleep(for: isEndless ? .seconds(600) : .milliseconds(300))
                    try await writer.write(Array("end".utf8))
                })
            response.isEndless = isEndless
            return response
        }
        let address = server.address
        let (events, finite) = try await blocking {
            let (events, finite) = (try TestSocket(address), try TestSocket(address))
            try events.send("GET /events HTTP/1.1\r\nHost: h\r\n\r\n")
            try finite.send(Self.get)
            usleep(100_000)
            return (events, finite)
        }
        let drained = Task { await server.server.drain(within: 60) }
        try await blocking {
            let (ended, finished) = (try events.response().text, try finite.response().text)
            #expect(ended == "begin ")
            #expect(finished == "begin end")
        }
        await drained.value
    }

    @Test func `a Unix socket is private, replaced when stale and removed at the end`() async throws {
        let path = NSTemporaryDirectory() + "roost-\(UUID().uuidString.prefix(8)).sock"
        let first = try TestServer(listen: [.unix(path: path)]) { .text(200, $0.peer) }
        #expect(first.addresses == ["unix:\(path)"])
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try await blocking { try TestSocket("unix:\(path)").roundTrip(Self.get).text } == "unix")
        #expect(throws: ServerError.self) { try TestServer(listen: [.unix(path: path)], handler: TestServer.echo) }
        #expect(try await blocking { try TestSocket("unix:\(path)").roundTrip(Self.get).text } == "unix")
        await first.stop()
        #expect(!FileManager.default.fileExists(atPath: path))

        // A server that was killed leaves its file.
        try await blocking {
            _ = try Program.run("python3", "-c", "import socket; socket.socket(socket.AF_UNIX).bind('\(path)')")
        }
        #expect(FileManager.default.fileExists(atPath: path))
        let second = try TestServer(listen: [.unix(path: path)], handler: TestServer.echo)
        #expect(try await blocking { try TestSocket("unix:\(path)").roundTrip(Self.get).status } == 200)
        await second.stop()

        try Data("keep".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: ServerError.self) { try TestServer(listen: [.unix(path: path)], handler: TestServer.echo) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "keep")
        try FileManager.default.removeItem(atPath: path)
    }

    @Test func `every address of a name is served and IPv6 works`() async throws {
        let literal = try TestServer(listen: [.tcp(host: "::1", port: 0)]) { .text(200, $0.peer) }
        #expect(literal.address.hasPrefix("http://[::1]:"))
        let address = literal.address
        #expect(try await blocking { try TestSocket(address).roundTrip(Self.get).text.hasPrefix("[::1]:") })
        await literal.stop()

        let named = try TestServer(listen: [.tcp(host: "localhost", port: 0)], handler: TestServer.echo)
        #expect(named.addresses.contains { $0.hasPrefix("http://127.0.0.1:") })
        for address in named.addresses {
            #expect(try await blocking { try TestSocket(address).roundTrip(Self.get).status } == 200)
        }
        await named.stop()
    }

    @Test func `an address that cannot be used is named`() async throws {
        func failure(_ listen: ListenAddress) throws -> String? {
            do {
                _ = try TestServer(listen: [listen], handler: TestServer.echo)
                return nil
            } catch let error as ServerError { return error.description }
        }
        let server = try TestServer(handler: TestServer.echo)
        let port = try #require(URLComponents(string: server.address)?.port)
        #expect(
            try failure(.tcp(host: "127.0.0.1", port: port))
                == "cannot listen on 127.0.0.1 port \(port): the port is in use by another program")
        #expect(
            try failure(.tcp(host: "192.0.2.1", port: 0))?.hasSuffix("the address is not one of this machine's") == true
        )
        #expect(
            try failure(.tcp(host: "no such host", port: 0))?.hasPrefix("cannot listen on \"no such host\"") == true)
        #expect(try failure(.tcp(host: "127.0.0.1", port: 70_000)) == "port 70000 is not between 0 and 65535")
        #expect(try failure(.unix(path: "/nonexistent/roost.sock"))?.hasSuffix("No such file or directory") == true)
        #expect(try failure(.unix(path: String(repeating: "a", count: 200)))?.contains("longer than 107 bytes") == true)
        #expect(throws: ServerError.self) { try server.server.start() }
        await server.stop()
    }
}
