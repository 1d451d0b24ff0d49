import Foundation
import HTTP
import Programs
import Testing

@Suite struct ProtocolTests {
    private static let get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

    @Test func `a request that cannot be read is answered with a detail and closed`() async throws {
        let server = try TestServer(handler: TestServer.echo)
        let address = server.address
        try await blocking {
            for (request, status) in [
                ("GET / HTTP/1.1\r\n\r\n", 400), ("nonsense\r\n\r\n", 400), ("BREW / HTTP/1.1\r\nHost: h\r\n\r\n", 405),
                ("TRACE / HTTP/1.1\r\nHost: h\r\n\r\n", 405), ("GET / HTTP/2.0\r\n\r\n", 505),
                ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
            ] {
                let socket = try TestSocket(address)
                let answer = try socket.roundTrip(request)
                #expect(answer.status == status)
                #expect(answer["content-type"] == "application/json")
                #expect(answer["connection"] == "close")
                #expect((answer.detail?.count ?? 0) > 10)
                #expect((answer["allow"] != nil) == (status == 405))
                #expect(try socket.all() == "")
            }
        }
        await server.stop()
    }

    @Test func `requests that are sent together are answered in order`() async throws {
        let server = try TestServer { request in
            // The first takes longest.
            let delay = request.rawPath == "/0" ? 50 : 0
            try? await Task.sleep(for: .milliseconds(delay))
            return .text(200, request.rawPath)
        }
        let address = server.address
        try await blocking {
            let socket = try TestSocket(address)
            try socket.send((0..<50).map { "GET /\($0) HTTP/1.1\r\nHost: h\r\n\r\n" }.joined())
            for index in 0..<50 { #expect(try socket.response().text == "/\(index)") }
        }
        await server.stop()
    }

    @Test func `a request may arrive in any two pieces`() async throws {
        let server = try TestServer(handler: TestServer.echo)
        let address = server.address
        try await blocking {
            let socket = try TestSocket(address)
            let bytes = Array(
                "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n".utf8)
            for cut in 1..<bytes.count {
                try socket.send(Array(bytes[..<cut]))
                usleep(500)
                try socket.send(Array(bytes[cut...]))
                let answer = try socket.response()
                #expect(answer.status == 200 && answer.text.hasSuffix("body: hello"))
            }
        }
        await server.stop()
    }

    @Test func `HEAD has the head of GET and no body`() async throws {
        let server = try TestServer { request in
            guard request.rawPath == "/stream" else { return .text(200, "hello") }
            return Response(
                body: .stream { _ in Issue.record("the stream of a HEAD request was produced") })
        }
        let address = server.address
        try await blocking {
            let socket = try TestSocket(address)
            let head = try socket.roundTrip("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n", isHead: true)
            #expect(head["content-length"] == "5")
            let stream = try socket.roundTrip("HEAD /stream HTTP/1.1\r\nHost: h\r\n\r\n", isHead: true)
            #expect(stream["transfer-encoding"] == "chunked")
            // Nothing of a body came between.
            #expect(try socket.roundTrip(Self.get).text == "hello")
        }
        await server.stop()
    }

    @Test func `HTTP 1_0 is closed unless it asks to be kept`() async throws {
        let server = try TestServer { request in
            guard request.rawPath == "/stream" else { return .text(200, "hello") }
            return Response(body: .stream { writer in for _ in 0..<3 { try await writer.write([65]) } })
        }
        let address = server.address
        try await blocking {
            let kept = try TestSocket(address)
            let first = try kept.roundTrip("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            #expect(first["connection"] == "keep-alive")
            #expect(try kept.roundTrip("GET / HTTP/1.0\r\n\r\n")["connection"] == "close")
            #expect(try kept.all() == "")
            let stream = try TestSocket(address).roundTrip("GET /stream HTTP/1.0\r\n\r\n")
            #expect(stream["transfer-encoding"] == nil)
            #expect(stream.text == "AAA")
        }
        await server.stop()
    }

    @Test func `connection close is kept to`() async throws {
        let server = try TestServer(handler: TestServer.echo)
        let address = server.address
        try await blocking {
            let socket = try TestSocket(address)
            let answer = try socket.roundTrip("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            #expect(answer["connection"] == "close")
            #expect(try socket.all() == "")
        }
        await server.stop()
    }

    @Test func `100-continue is sent before the body and only when it is awaited`() async throws {
        let server = try TestServer(handler: TestServer.echo)
        let address = server.address
        try await blocking {
            let socket = try TestSocket(address)
            let head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
            try socket.send(head)
            let interim = String(decoding: try socket.receive(), as: UTF8.self)
            #expect(interim == "HTTP/1.1 100 Continue\r\n\r\n")
            #expect(try socket.roundTrip("ab").text.hasSuffix("body: ab"))
            try socket.send(head + "cd")
            let whole = String(decoding: try socket.receive(), as: UTF8.self)
            #expect(whole.hasPrefix("HTTP/1.1 200 OK"))
        }
        await server.stop()
    }

    @Test func `a client that sends all of a refused body still gets the answer`() async throws {
        let server = try TestServer(limits: { $0.maximumBodyBytes = 1 << 20 }, handler: TestServer.echo)
        let address = server.address
        try await blocking {
            let body = [UInt8](repeating: 65, count: 8 << 20)
            let declared = try TestSocket(address)
            try declared.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \(body.count)\r\n\r\n")
            try declared.send(body)
            let answer = try declared.response()
            #expect(answer.status == 413)
            #expect(answer.detail == "The body is larger than 1048576 bytes.")
            let chunked = try TestSocket(address)
            try chunked.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
            try chunked.send("\(String(body.count, radix: 16))\r\n")
            try chunked.send(body)
            #expect(try chunked.response().status == 413)
        }
        await server.stop()
    }

    @Test func `a body as large as the limit is taken`() async throws {
        let server = try TestServer(limits: { $0.maximumBodyBytes = 3 << 20 }) { .text(200, "\($0.body.count)") }
        let address = server.address
        try await blocking {
            let socket = try TestSocket(address)
            try socket.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \(3 << 20)\r\n\r\n")
            try socket.send([UInt8](repeating: 65, count: 3 << 20))
            #expect(try socket.response().text == "\(3 << 20)")
        }
        await server.stop()
    }

    @Test func `the request id of the client is kept when it is sane`() async throws {
        let server = try TestServer { .text(200, $0.id) }
        let address = server.address
        try await blocking {
            let socket = try TestSocket(address)
            func id(_ field: String) throws -> String {
                let answer = try socket.roundTrip("GET / HTTP/1.1\r\nHost: h\r\nX-Request-ID: \(field)\r\n\r\n")
                #expect(answer["x-request-id"] == answer.text)
                return answer.text
            }
            #expect(try id("abc-1") == "abc-1")
            #expect(try id(String(repeating: "a", count: 128)).count == 128)
            for bad in ["a b", "caf\u{e9}", "", String(repeating: "a", count: 129)] {
                #expect(try id(bad).hasPrefix("req-"))
            }
        }
        await server.stop()
    }

    @Test func `a response cannot break the framing`() async throws {
        let server = try TestServer { request in
            Response(
                status: request.rawPath == "/empty" ? 204 : 200,
                headers: ["content-length": "999", "transfer-encoding": "chunked", "x-a": "b\r\nx-c: d"],
                body: .bytes([65]))
        }
        let address = server.address
        try await blocking {
            let socket = try TestSocket(address)
            for _ in 0..<2 {
                let answer = try socket.roundTrip(Self.get)
                #expect(answer.fields.filter { $0.name == "content-length" }.map(\.value) == ["1"])
                #expect(answer["transfer-encoding"] == nil)
                #expect(answer["x-a"] == "b  x-c: d")
                let empty = try socket.roundTrip("GET /empty HTTP/1.1\r\nHost: h\r\n\r\n")
                #expect(empty.status == 204 && empty["content-length"] == nil)
            }
        }
        await server.stop()
    }

    @Test func `a body is unpacked before the handler sees it`() async throws {
        let server = try TestServer(limits: { $0.maximumBodyBytes = 100_000 }) { request in
            .text(200, "\(request.body.count) \(request.headers["content-encoding"] ?? "-")")
        }
        let address = server.address
        let packed = try await gzipped(String(repeating: "a", count: 90_000))
        let bomb = try await gzipped(String(repeating: "a", count: 5_000_000))
        try await blocking {
            let socket = try TestSocket(address)
            func send(_ body: [UInt8]) throws -> TestResponse {
                try socket.send(
                    "POST / HTTP/1.1\r\nHost: h\r\nContent-Encoding: gzip\r\nContent-Length: \(body.count)\r\n\r\n")
                try socket.send(body)
                return try socket.response()
            }
            #expect(try send(packed).text == "90000 -")
            #expect(try send(bomb).status == 413)
            #expect(try send(Array("not gzip".utf8)).status == 400)
            #expect(try send(packed).text == "90000 -")
        }
        await server.stop()
    }

    @Test func `large answers are packed for those who take it`() async throws {
        let text = String(repeating: "text ", count: 10_000)
        let server = try TestServer { request in
            var response = Response.text(200, request.rawPath == "/small" ? "small" : text)
            if request.rawPath == "/image" { response.headers.set("content-type", "image/png") }
            return response
        }
        let address = server.address
        try await blocking {
            let socket = try TestSocket(address)
            func get(_ path: String, _ accepts: String?) throws -> TestResponse {
                let field = accepts.map { "Accept-Encoding: \($0)\r\n" } ?? ""
                return try socket.roundTrip("GET \(path) HTTP/1.1\r\nHost: h\r\n\(field)\r\n")
            }
            let packed = try get("/", "deflate, gzip")
            #expect(packed["content-encoding"] == "gzip" && packed["vary"] == "accept-encoding")
            #expect(packed.body.count < 5000 && packed.body.prefix(2) == [0x1F, 0x8B])
            for plain in [try get("/", nil), try get("/", "gzip;q=0")] {
                #expect(plain["content-encoding"] == nil && plain["vary"] == "accept-encoding")
                #expect(plain.text == text)
            }
            #expect(try get("/image", "gzip")["content-encoding"] == nil)
            #expect(try get("/small", "gzip")["content-encoding"] == nil)
        }
        await server.stop()
    }

    private func gzipped(_ text: String) async throws -> [UInt8] {
        try await blocking { try Program.run("gzip", "-c", input: Array(text.utf8)).output }
    }
}
