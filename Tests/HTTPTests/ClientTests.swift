import Foundation
import HTTP
import Platform
import Synchronization
import Testing

@Suite struct ClientTests {
    private let client = HTTPClient()

    private func failure(_ request: ClientRequest) async throws -> HTTPClientError? {
        do {
            _ = try await client.send(request)
            return nil
        } catch let error as HTTPClientError {
            return error
        }
    }

    /// Waits as long as a busy machine needs: hundreds of tests share its processors.
    private func patient(_ method: HTTP.Method, _ url: String) -> ClientRequest {
        var request = ClientRequest.local(method, url)
        request.timeout = 600
        return request
    }

    @Test func `a request arrives as it was made and any status is an answer`() async throws {
        let server = try TestServer { request in
            var response = await TestServer.echo(request)
            response.status = 404
            response.headers.append("x-token", request.headers["x-token"] ?? "-")
            response.headers.append("x-type", request.headers["content-type"] ?? "none")
            return response
        }
        var request = ClientRequest.local(
            .patch, server.address + "/a%20b?c=d", headers: ["x-token": "t", "x-empty": ""], body: Array("text".utf8))
        request.timeout = 120
        let answer = try await client.send(request)
        #expect(answer.status == 404)
        #expect(answer.headers["x-token"] == "t")
        #expect(answer.headers["x-type"] == "none")
        let text = String(decoding: answer.body, as: UTF8.self)
        #expect(text.hasPrefix("method: PATCH\npath: /a%20b\nquery: c=d\n"))
        #expect(text.hasSuffix("body: text"))
        await server.stop()
    }

    @Test(arguments: Method.allCases)
    func `every method can be sent`(method: HTTP.Method) async throws {
        let server = try TestServer { .text(200, $0.method.rawValue) }
        let answer = try await client.send(patient(method, server.address + "/"))
        #expect(String(decoding: answer.body, as: UTF8.self) == (method == .head ? "" : method.rawValue))
        await server.stop()
    }

    @Test func `connections are used again`() async throws {
        let peers = Lock<Set<String>>([])
        let server = try TestServer { request in
            _ = peers.withLock { $0.insert(request.peer) }
            return .text(200, "ok")
        }
        for _ in 0..<10 { _ = try await client.send(patient(.get, server.address + "/")) }
        #expect(peers.withLock { $0.count } == 1)
        await server.stop()
    }

    @Test func `a stream arrives piece by piece and its end is seen`() async throws {
        let (lines, feed) = AsyncStream<String>.makeStream()
        let server = try TestServer { _ in
            Response(body: .stream { writer in for await line in lines { try await writer.write(Array(line.utf8)) } })
        }
        let (head, body) = try await client.stream(patient(.get, server.address + "/"))
        #expect(head.status == 200)
        var iterator = body.makeAsyncIterator()
        // Each piece is only fed when the one before has arrived.
        for text in ["one", "two", "three"] {
            feed.yield(text)
            #expect(try await iterator.next() == Array(text.utf8))
        }
        feed.finish()
        #expect(try await iterator.next() == nil)
        await server.stop()
    }

    @Test func `cancelling the task closes the connection and ends the handler`() async throws {
        let isCancelled = Atomic<Bool>(false)
        let server = try TestServer { _ in
            Response(
                body: .stream { writer in
                    try await writer.write([1])
                    try await withTaskCancellationHandler {
                        try await Task.sleep(for: .seconds(600))
                    } onCancel: {
                        isCancelled.store(true, ordering: .relaxed)
                    }
                })
        }
        let address = server.address
        let task = Task { [client] in
            let (_, body) = try await client.stream(patient(.get, address + "/"))
            for try await _ in body {}
        }
        #expect(try await eventually { server.server.openConnections == 1 })
        try await Task.sleep(for: .milliseconds(50))
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await eventually { isCancelled.load(ordering: .relaxed) })
        #expect(try await eventually { server.server.openConnections == 0 })
        await server.stop()
    }

    @Test func `letting go of a body closes the connection`() async throws {
        let server = try TestServer { _ in
            Response(
                body: .stream { writer in while true { try await writer.write([UInt8](repeating: 1, count: 9999)) } })
        }
        do {
            let (_, body) = try await client.stream(patient(.get, server.address + "/"))
            for try await _ in body { break }
        }
        #expect(try await eventually { server.server.openConnections == 0 })
        await server.stop()
    }

    @Test func `a slow reader holds the server back`() async throws {
        let written = Atomic<Int>(0)
        let total = 64 << 20
        let server = try TestServer { _ in
            Response(
                body: .stream { writer in
                    let piece = [UInt8](repeating: 7, count: 64 << 10)
                    for _ in 0..<(total / piece.count) {
                        try await writer.write(piece)
                        written.wrappingAdd(piece.count, ordering: .relaxed)
                    }
                })
        }
        var request = ClientRequest.local(.get, server.address + "/")
        // A busy machine may need longer than the usual minute.
        request.timeout = nil
        let (_, body) = try await client.stream(request)
        var iterator = body.makeAsyncIterator()
        var count = try await iterator.next()?.count ?? 0
        try await Task.sleep(for: .milliseconds(300))
        // The kernel's buffers of both sockets hold some megabytes.
        #expect(written.load(ordering: .relaxed) < 32 << 20)
        while let piece = try await iterator.next() { count += piece.count }
        #expect(count == total)
        await server.stop()
    }

    @Test func `times and sizes are limited`() async throws {
        let server = try TestServer { request in
            if request.rawPath == "/big" { return .text(200, String(repeating: "x", count: 100_000)) }
            // A cancelled sleep is how this handler ends.
            try? await Task.sleep(for: .seconds(600))
            return .text(200, "late")
        }
        var slow = ClientRequest.local(.get, server.address + "/slow")
        slow.timeout = 0.2
        let late = try await failure(slow)
        #expect(late?.code == .timedOut)
        var big = ClientRequest.local(.get, server.address + "/big")
        big.maximumBodyBytes = 50_000
        let large = try await failure(big)
        #expect(large?.code == .tooLarge)
        await server.stop()
    }

    /// Sends a text, if there is one, and then nothing until its peer is gone.
    private static func silent(after text: String) -> Response {
        Response(
            body: .stream { writer in
                if !text.isEmpty { try await writer.write(Array(text.utf8)) }
                try await Task.sleep(for: .seconds(600))
            })
    }

    @Test func `a server that is silent is given up, before the first byte and after it`() async throws {
        let server = try TestServer { Self.silent(after: $0.rawPath == "/said" ? "said" : "") }
        var request = patient(.get, server.address + "/nothing")
        request.firstByteTimeout = 0.1
        request.idleTimeout = 600
        #expect(try await failure(request)?.code == .timedOut)
        request.url = server.address + "/said"
        request.firstByteTimeout = 600
        request.idleTimeout = 0.1
        #expect(try await failure(request)?.code == .timedOut)
        // One limit is for both.
        request.url = server.address + "/nothing"
        request.firstByteTimeout = nil
        #expect(try await failure(request)?.code == .timedOut)
        await server.stop()
    }

    @Test func `a reader that is behind does not make the server silent`() async throws {
        let size = 4 << 20
        let server = try TestServer { _ in Response(body: .bytes([UInt8](repeating: 7, count: size))) }
        var request = patient(.get, server.address + "/")
        request.firstByteTimeout = 600
        request.idleTimeout = 3
        let (_, body) = try await client.stream(request)
        var count = 0
        for try await piece in body {
            // The transfer is held back by now, and stays so for longer than the limit.
            if count == 0 { try await Task.sleep(for: .seconds(4)) }
            count += piece.count
        }
        #expect(count == size)
        await server.stop()
    }

    @Test func `what goes wrong has a code and a text`() async throws {
        let refused = try await failure(ClientRequest.local(.get, "http://127.0.0.1:1/secret-path"))
        #expect(refused?.code == .cannotConnect)
        #expect(refused?.description.contains("secret-path") == false)
        for url in ["ftp://localhost/", "nonsense", "http://h\u{0}/", "file:///etc/passwd", "http://a b/"] {
            let bad = try await failure(ClientRequest.local(.get, url))
            #expect(bad?.code == .invalidRequest || bad?.code == .cannotConnect, "\(url)")
        }
    }

    @Test func `an answer that is cut is an error`() async throws {
        struct Broken: Error {}
        let server = try TestServer { _ in
            Response(
                body: .stream { writer in
                    try await writer.write([1, 2, 3])
                    throw Broken()
                })
        }
        let error = try await failure(ClientRequest.local(.get, server.address + "/"))
        #expect(error?.code == .closed)
        await server.stop()
    }

    @Test func `redirects are answers unless they are to be followed`() async throws {
        let server = try TestServer { request in
            guard request.rawPath == "/old" else { return .text(200, "new") }
            return Response(status: 302, headers: ["location": "/new"], body: .bytes(Array("moved".utf8)))
        }
        var request = ClientRequest.local(.get, server.address + "/old")
        #expect(try await client.send(request).status == 302)
        request.followsRedirects = true
        let answer = try await client.send(request)
        #expect(answer.status == 200)
        #expect(answer.body == Array("new".utf8))
        #expect(answer.headers["location"] == nil)
        await server.stop()
    }

    @Test func `a Unix socket can be used`() async throws {
        let path = NSTemporaryDirectory() + "roost-\(UUID().uuidString.prefix(8)).sock"
        let server = try TestServer(listen: [.unix(path: path)]) { .text(200, $0.peer) }
        var request = ClientRequest.local(.get, "http://localhost/")
        request.unixSocketPath = path
        #expect(try await client.send(request).body == Array("unix".utf8))
        await server.stop()
    }

    @Test func `many requests at once are all answered`() async throws {
        let server = try TestServer { .text(200, $0.rawPath) }
        let address = server.address
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<200 {
                group.addTask { [client] in
                    let answer = try await client.send(ClientRequest.local(.get, "\(address)/\(index)"))
                    return answer.body == Array("/\(index)".utf8)
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
        await server.stop()
    }
}
