import Foundation
import HTTP
import Platform
import Testing

@Suite struct RedirectTests {
    private let client = HTTPClient()

    /// A server that tells which of the fields it was sent.
    private func echo() throws -> TestServer {
        try TestServer { request in
            let fields = ["authorization", "cookie", "x-api-key", "accept", "accept-language", "user-agent"]
            let sent = fields.filter { request.headers[$0] != nil }.joined(separator: ",")
            return .text(200, "\(request.method.rawValue) \(sent) \(request.body.count)")
        }
    }

    private func redirecting(to place: String, status: Int = 302) throws -> TestServer {
        try TestServer { request in
            request.rawPath == "/here"
                ? .text(
                    200, "\(request.method.rawValue) \(request.headers["authorization"] ?? "-") \(request.body.count)")
                : Response(status: status, headers: ["location": place])
        }
    }

    private func request(_ url: String, _ method: HTTP.Method = .get, body: [UInt8]? = nil) -> ClientRequest {
        var request = ClientRequest(method, url, body: body)
        request.addresses = .unguarded
        request.followsRedirects = true
        // As long as a busy machine needs.
        request.timeout = 600
        for name in ["authorization", "cookie", "x-api-key", "accept", "accept-language"] {
            request.headers.append(name, "value")
        }
        return request
    }

    @Test func `another host gets none of the secrets`() async throws {
        let target = try echo()
        let server = try redirecting(to: target.address + "/")
        let answer = try await client.send(request(server.address + "/"))
        #expect(String(decoding: answer.body, as: UTF8.self) == "GET accept,accept-language,user-agent 0")
        #expect(answer.url == target.address + "/")
        await server.stop()
        await target.stop()
    }

    @Test func `a name and a password in the address stay with their host`() async throws {
        let target = try echo()
        let server = try redirecting(to: target.address + "/")
        let address = server.address.split(separator: "//", maxSplits: 1).joined(separator: "//user:password@")
        var request = ClientRequest(.get, address + "/")
        request.addresses = .unguarded
        request.followsRedirects = true
        // As long as a busy machine needs.
        request.timeout = 600
        let answer = try await client.send(request)
        #expect(String(decoding: answer.body, as: UTF8.self) == "GET accept,user-agent 0")
        await server.stop()
        await target.stop()
    }

    @Test func `the same host gets them again`() async throws {
        let server = try redirecting(to: "here")
        let answer = try await client.send(request(server.address + "/"))
        #expect(String(decoding: answer.body, as: UTF8.self) == "GET value 0")
        #expect(answer.url == server.address + "/here")
        await server.stop()
    }

    @Test(arguments: [
        (301, "GET value 0"), (302, "GET value 0"), (303, "GET value 0"), (307, "POST value 4"), (308, "POST value 4"),
    ])
    func `a body is sent again where the status says so`(status: Int, expected: String) async throws {
        let server = try redirecting(to: "/here", status: status)
        let answer = try await client.send(request(server.address + "/", .post, body: Array("body".utf8)))
        #expect(String(decoding: answer.body, as: UTF8.self) == expected)
        await server.stop()
    }

    @Test func `a body does not go to another host`() async throws {
        let target = try echo()
        let server = try redirecting(to: target.address + "/", status: 307)
        let answer = try await client.send(request(server.address + "/", .post, body: Array("body".utf8)))
        #expect(answer.status == 307)
        await server.stop()
        await target.stop()
    }

    @Test func `there is an end to redirects`() async throws {
        let asked = Lock(0)
        let server = try TestServer { _ in
            asked.withLock { $0 += 1 }
            return Response(status: 302, headers: ["location": "/again"])
        }
        let request = request(server.address + "/")
        let error = await #expect(throws: HTTPClientError.self) { _ = try await client.send(request) }
        #expect(error?.description == "there are more than 5 redirects")
        #expect(asked.withLock { $0 } == 6)
        await server.stop()
    }

    @Test func `the time is for all of them`() async throws {
        let server = try TestServer { request in
            if request.rawPath != "/" { try? await Task.sleep(for: .seconds(600)) }
            return Response(status: 302, headers: ["location": "/slow"])
        }
        var request = request(server.address + "/")
        request.timeout = 1
        do {
            _ = try await client.send(request)
            Issue.record("an answer came")
        } catch let error as HTTPClientError {
            #expect(error.code == .timedOut)
        }
        await server.stop()
    }
}
