import Foundation
import HTTP
import Platform
import Testing

/// The guard on sockets that listen: what it refuses never sees a connection.
@Suite struct GuardTests {
    private let client = HTTPClient()

    private func failure(_ request: ClientRequest) async throws -> HTTPClientError? {
        do {
            _ = try await client.send(request)
            return nil
        } catch let error as HTTPClientError {
            return error
        }
    }

    private func request(_ url: String, _ addresses: AddressPolicy = .publicHosts) -> ClientRequest {
        var request = ClientRequest(.get, url)
        request.addresses = addresses
        request.followsRedirects = true
        // As long as a busy machine needs.
        request.timeout = 600
        request.connectTimeout = 600
        return request
    }

    @Test(arguments: [
        "127.0.0.1", "127.1", "127.0.1", "0x7f.1", "0x7f000001", "2130706433", "017700000001", "0177.0.0.1",
        "127.0.0.1.", "127.255.255.254", "0", "0.0.0.0", "localhost", "localhost.", "LocalHost", "a.localhost",
        "user:key@127.0.0.1", "public.example@127.0.0.1", "public.example%40@localhost", "[::1]", "[::]",
        "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:0:0]", "[::127.0.0.1]",
        "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::1%25lo]", "ⓛocalhost", "１２７.0.0.1", "127。0。0。1", "%6cocalhost",
        "loc%61lhost", "127%2e0.0.1", "①②⑦.0.0.1",
    ])
    func `this machine is not reached as`(host: String) async throws {
        let silent = try SilentPort()
        let error = try await failure(request("http://\(host):\(silent.port)/"))
        let code = try #require(error?.code)
        // Some spellings are no address at all for libcurl.
        #expect(code == .forbidden || code == .invalidRequest || code == .cannotConnect, "\(code)")
        #expect(silent.connections() == 0)
        #expect(error?.description.contains("key") == false)
    }

    @Test func `a refusal names the host and the setting`() async throws {
        let silent = try SilentPort()
        for host in ["127.0.0.1", "localhost"] {
            let error = try await failure(request("http://\(host):\(silent.port)/secret?token=1"))
            #expect(error?.code == .forbidden)
            #expect(error?.description.contains("\(host) leads to a loopback address") == true)
            #expect(error?.description.contains("outgoing-hosts") == true)
            #expect(error?.description.contains("token") == false)
        }
        #expect(silent.connections() == 0)
    }

    @Test func `the machine's own name is refused where it leads to a private address`() async throws {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        let host = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        let silent = try SilentPort()
        // On a machine whose name leads to a public address there is nothing to refuse.
        if try await failure(request("http://\(host):\(silent.port)/"))?.code == .forbidden {
            #expect(silent.connections() == 0)
        }
    }

    @Test func `what does not guard does connect`() async throws {
        let server = try TestServer { _ in .text(200, "ok") }
        let port = try #require(URLComponents(string: server.address)?.port)
        for host in ["127.0.0.1", "0x7f.1", "2130706433", "localhost", "user:key@127.0.0.1"] {
            let answer = try await client.send(request("http://\(host):\(port)/", .unguarded))
            #expect(answer.status == 200, "\(host)")
        }
        await server.stop()
    }

    @Test func `what is allowed is called, by name, by address, by network`() async throws {
        let server = try TestServer { _ in .text(200, "ok") }
        let port = try #require(URLComponents(string: server.address)?.port)
        let allowed: [(String, String)] = [
            ("127.0.0.1", "127.0.0.1"), ("127.0.0.1:\(port)", "127.0.0.1"), ("127.0.0.0/8", "127.0.0.1"),
            // Of several addresses the allowed one is taken.
            ("127.0.0.0/8", "localhost"), ("localhost", "localhost"), ("localhost:\(port)", "LOCALHOST"),
            ("*.localhost", "a.localhost"),
        ]
        for (entry, host) in allowed {
            let answer = try await client.send(request("http://\(host):\(port)/", .allowing(entry)))
            #expect(answer.status == 200, "\(entry)")
        }
        let refused: [(String, String)] = [
            ("localhost", "127.0.0.1"), ("127.0.0.1:1", "127.0.0.1"), ("127.0.0.2", "127.0.0.1"),
            ("localhost:1", "localhost"),
            ("ocalhost", "localhost"), ("10.0.0.0/8", "127.0.0.1"),
        ]
        for (entry, host) in refused {
            let error = try await failure(request("http://\(host):\(port)/", .allowing(entry)))
            #expect(error?.code == .forbidden, "\(entry)")
        }
        await server.stop()
    }

    @Test(arguments: ["http://127.0.0.1:PORT/", "http://localhost:PORT/", "//[::1]:PORT/", "http://0x7f.1:PORT/x"])
    func `a redirect from an allowed host does not lead to another`(place: String) async throws {
        let silent = try SilentPort()
        let location = place.split(separator: "PORT", omittingEmptySubsequences: false).joined(
            separator: "\(silent.port)")
        let server = try TestServer { _ in Response(status: 302, headers: ["location": location]) }
        let port = try #require(URLComponents(string: server.address)?.port)
        let policy = try AddressPolicy.allowing("127.0.0.1:\(port)")
        #expect(try await failure(request(server.address + "/", policy))?.code == .forbidden)
        #expect(silent.connections() == 0)
        await server.stop()
    }

    @Test func `a connection that was kept does not get around the guard`() async throws {
        let asked = Lock<[String]>([])
        let server = try TestServer { request in
            asked.withLock { $0.append(request.rawPath) }
            return .text(200, "ok")
        }
        let port = try #require(URLComponents(string: server.address)?.port)
        #expect(try await client.send(request(server.address + "/unguarded", .unguarded)).status == 200)
        #expect(try await failure(request(server.address + "/no-1"))?.code == .forbidden)
        let policy = try AddressPolicy.allowing("127.0.0.1:\(port)")
        for path in ["/allowed-1", "/allowed-2"] {
            #expect(try await client.send(request(server.address + path, policy)).status == 200)
        }
        // The connection of the allowed ones is kept, and would be used.
        #expect(try await failure(request(server.address + "/no-2"))?.code == .forbidden)
        #expect(asked.withLock { $0 } == ["/unguarded", "/allowed-1", "/allowed-2"])
        await server.stop()
    }

    @Test func `guarded requests use their connections again`() async throws {
        let peers = Lock<Set<String>>([])
        let server = try TestServer { request in
            _ = peers.withLock { $0.insert(request.peer) }
            return .text(200, "ok")
        }
        let policy = try AddressPolicy.allowing("127.0.0.1")
        for _ in 0..<5 { _ = try await client.send(request(server.address + "/", policy)) }
        #expect(peers.withLock { $0.count } == 1)
        await server.stop()
    }

    @Test func `a redirect leads a kept connection of another policy nowhere`() async throws {
        let asked = Lock<[String]>([])
        let target = try TestServer { request in
            asked.withLock { $0.append(request.rawPath) }
            return .text(200, "ok")
        }
        let location = target.address + "/redirected"
        let first = try TestServer { _ in Response(status: 302, headers: ["location": location]) }
        let ports = [target, first].compactMap { URLComponents(string: $0.address)?.port }
        _ = try await client.send(request(target.address + "/kept", .allowing("127.0.0.1:\(ports[0])")))
        let error = try await failure(request(first.address + "/", .allowing("127.0.0.1:\(ports[1])")))
        #expect(error?.code == .forbidden)
        #expect(asked.withLock { $0 } == ["/kept"])
        await target.stop()
        await first.stop()
    }

    @Test(arguments: [
        "file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "dict://127.0.0.1/", "no url", "//127.0.0.1/",
        "http://", "",
    ])
    func `only addresses of HTTP can be called`(url: String) async throws {
        #expect(try await failure(request(url))?.code == .invalidRequest)
    }

    @Test func `a redirect to a file is an error`() async throws {
        let server = try TestServer { _ in Response(status: 302, headers: ["location": "file:///etc/passwd"]) }
        #expect(try await failure(request(server.address + "/", .allowing("127.0.0.1")))?.code == .invalidRequest)
        await server.stop()
    }

    @Test func `a Unix socket is no address of the internet`() async throws {
        var request = request("http://public.example/")
        request.unixSocketPath = NSTemporaryDirectory() + "roost-none.sock"
        #expect(try await failure(request)?.code == .forbidden)
    }
}
