import API
import HTTP
import Platform
import RoostTesting
import Testing

@Suite struct AuthenticationTests {
    @Test func `a password opens the API in either header, and nothing else does`() async throws {
        try await withServer(password: "s3cret pass") { (server) async throws -> Void in
            func status(_ headers: Headers, _ path: String = "/v1/agents/") async throws -> Int {
                try await server.get(path, headers: headers).status
            }
            #expect(try await status([:]) == 401)
            #expect(try await status(["authorization": "Bearer s3cret pass"]) == 200)
            #expect(try await status(["authorization": "bearer s3cret pass"]) == 200)
            #expect(try await status(["x-bare-password": "password s3cret pass"]) == 200)
            for wrong in [
                "Bearer", "Bearer ", "Bearer s3cret", "Bearer s3cret passs", "Basic s3cret pass", "s3cret pass",
            ] {
                #expect(try await status(["authorization": wrong]) == 401, "\(wrong)")
            }
            #expect(try await status(["x-bare-password": "s3cret pass"]) == 401)
            for open in ["/health", "/v1/health", "/v1/health/", "/latest/health/", "/v1/ready", "/latest/ready/"] {
                #expect(try await status([:], open) == 200, "\(open)")
            }
            for closed in ["/metrics", "/openapi.json", "/v1/nothing", "/v1/agents/agent-x"] {
                #expect(try await status([:], closed) == 401, "\(closed)")
            }
        }
    }

    @Test func `a refusal says no more than the contract`() async throws {
        let reply = try await withServer(password: "p") { try await $0.get("/v1/blocks/") }
        #expect(reply.text == #"{"detail":"Unauthorized"}"#)
    }
}

@Suite struct BrowserGuardTests {
    private func status(_ guardian: BrowserGuard, _ headers: Headers, peer: String = "127.0.0.1:5") async throws -> Int
    {
        try await withServer { server in
            let api = Server(
                engine: server.engine, authentication: Authentication(password: nil), browserGuard: guardian,
                metrics: Metrics(), log: .silent)
            let request = Request(
                method: .get, rawPath: "/v1/health/", rawQuery: "", headers: headers, body: [], peer: peer, id: "req-1")
            return await api.respond(to: request).status
        }
    }

    @Test func `a name that is not the loopback's is refused, so that DNS rebinding fails`() async throws {
        let loopback = BrowserGuard(allowedOrigins: [], allowedHosts: BrowserGuard.loopbackHosts)
        for host in ["localhost:8283", "127.0.0.1:8283", "[::1]:8283", "LOCALHOST", "127.0.0.2"] {
            #expect(try await status(loopback, ["host": host]) == 200, "\(host)")
        }
        for host in ["evil.example", "evil.example:8283", "localhost.evil.example", "127.evil.example", "[::2]:1"] {
            #expect(try await status(loopback, ["host": host]) == 403, "\(host)")
        }
        #expect(try await status(loopback, ["host": "anything"], peer: "unix") == 200)
        let anywhere = BrowserGuard(allowedOrigins: [], allowedHosts: nil)
        #expect(try await status(anywhere, ["host": "roost.example"]) == 200)
    }

    @Test(arguments: [("*", nil), ("https://app.example", "true")] as [(String, String?)])
    func `an answer for every origin carries no credentials`(allowed: String, credentials: String?) async throws {
        let reply = try await withServer { server in
            let api = Server(
                engine: server.engine, authentication: Authentication(password: nil),
                browserGuard: BrowserGuard(allowedOrigins: [allowed], allowedHosts: nil),
                metrics: Metrics(), log: .silent)
            return await api.respond(to: Request(rawPath: "/health", headers: ["origin": "https://app.example"]))
        }
        #expect(reply.headers["access-control-allow-origin"] == "https://app.example")
        #expect(reply.headers["access-control-allow-credentials"] == credentials)
        #expect(reply.headers["vary"] == "Origin")
    }

    @Test func `pages of other origins are refused unless the operator names them`() async throws {
        let closed = BrowserGuard(allowedOrigins: [], allowedHosts: nil)
        #expect(try await status(closed, ["host": "localhost:8283", "origin": "http://localhost:8283"]) == 200)
        #expect(try await status(closed, ["host": "localhost:8283", "origin": "https://evil.example"]) == 403)
        #expect(try await status(closed, ["host": "localhost:8283", "origin": "null"]) == 403)
        let named = BrowserGuard(allowedOrigins: ["https://app.example"], allowedHosts: nil)
        #expect(try await status(named, ["host": "x", "origin": "https://app.example"]) == 200)
        #expect(try await status(named, ["host": "x", "origin": "https://app.example.evil"]) == 403)
    }

    @Test func `a preflight of a named origin is answered`() async throws {
        let reply = try await withServer { server in
            let api = Server(
                engine: server.engine, authentication: Authentication(password: "p"),
                browserGuard: BrowserGuard(allowedOrigins: ["https://app.example"], allowedHosts: nil),
                metrics: Metrics(), log: .silent)
            let headers: Headers = [
                "origin": "https://app.example", "access-control-request-method": "PATCH",
                "access-control-request-headers": "authorization",
            ]
            return await api.respond(
                to: Request(
                    method: .options, rawPath: "/v1/agents/", rawQuery: "", headers: headers, body: [],
                    peer: "127.0.0.1:5", id: "req-1"))
        }
        #expect(reply.status == 204)
        #expect(reply.headers["access-control-allow-origin"] == "https://app.example")
        #expect(reply.headers["access-control-allow-headers"] == "authorization")
    }
}
