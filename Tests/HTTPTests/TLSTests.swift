import Foundation
import HTTP
import Programs
import Testing

/// A self-signed certificate for localhost, made by the openssl command.
struct TestCertificate {
    let files: TLSFiles
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "roost-tls-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        files = TLSFiles(
            certificate: folder.appendingPathComponent("cert.pem").path,
            key: folder.appendingPathComponent("key.pem").path)
        try make(name: "first")
    }

    /// Replaces both files.
    func make(name: String) throws {
        let made = try Program.run(
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
            "2", "-subj", "/O=\(name)/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
            "-keyout", files.key, "-out", files.certificate)
        guard made.status == 0 else { throw TestFailure("openssl failed") }
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }
}

@Suite struct TLSTests {
    private let client = HTTPClient()

    private func get(_ address: String, _ certificate: TestCertificate, body: [UInt8]? = nil) async throws
        -> ClientResponse
    {
        var request = ClientRequest.local(body == nil ? .get : .post, address + "/", body: body)
        request.certificateAuthorities = certificate.files.certificate
        request.timeout = 120
        return try await client.send(request)
    }

    @Test func `requests and large bodies go through TLS`() async throws {
        let certificate = try await blocking { try TestCertificate() }
        let server = try TestServer(tls: certificate.files) { Response(body: .bytes($0.body)) }
        #expect(server.address.hasPrefix("https://127.0.0.1:"))
        #expect(try await get(server.address, certificate).status == 200)
        let large = (0..<(5 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        #expect(try await get(server.address, certificate, body: large).body == large)
        await server.stop()
        certificate.remove()
    }

    @Test func `a stream goes through TLS and its reader's end is noticed`() async throws {
        let certificate = try await blocking { try TestCertificate() }
        let server = try TestServer(tls: certificate.files) { _ in
            Response(
                body: .stream { writer in while true { try await writer.write([UInt8](repeating: 1, count: 50_000)) } })
        }
        do {
            var request = ClientRequest.local(.get, server.address + "/")
            request.certificateAuthorities = certificate.files.certificate
            let (_, body) = try await client.stream(request)
            var count = 0
            for try await piece in body {
                count += piece.count
                if count > 5 << 20 { break }
            }
        }
        #expect(try await eventually { server.server.openConnections == 0 })
        await server.stop()
        certificate.remove()
    }

    @Test func `an unknown certificate is refused by the client`() async throws {
        let certificate = try await blocking { try TestCertificate() }
        let server = try TestServer(tls: certificate.files, handler: TestServer.echo)
        do {
            _ = try await client.send(ClientRequest.local(.get, server.address + "/"))
            Issue.record("the certificate was accepted")
        } catch let error as HTTPClientError {
            #expect(error.code == .tls)
        }
        await server.stop()
        certificate.remove()
    }

    @Test func `new certificates are used after a reload, and broken ones are not`() async throws {
        let certificate = try await blocking { try TestCertificate() }
        let server = try TestServer(tls: certificate.files, handler: TestServer.echo)
        func subject() async throws -> String {
            let address = server.address
            return try await blocking {
                let host = address.dropFirst("https://".count)
                let command = "openssl s_client -alpn h2,http/1.1 -connect \(host) </dev/null 2>/dev/null"
                return try Program.run("sh", "-c", command + " | grep -E 'subject=|ALPN protocol'").text
            }
        }
        let before = try await subject()
        #expect(before.contains("O = first"))
        #expect(before.contains("ALPN protocol: http/1.1"))
        try await blocking { try certificate.make(name: "second") }
        #expect(try await subject().contains("O = first"))
        try server.server.reloadTLS()
        #expect(try await subject().contains("O = second"))
        try Data("broken".utf8).write(to: URL(fileURLWithPath: certificate.files.key))
        #expect(throws: ServerError.self) { try server.server.reloadTLS() }
        #expect(try await subject().contains("O = second"))
        await server.stop()
        certificate.remove()
    }

    @Test func `files that cannot be used are named at the start`() async throws {
        let (one, other) = try await blocking { (try TestCertificate(), try TestCertificate()) }
        func failure(_ files: TLSFiles) throws -> String? {
            do {
                _ = try TestServer(tls: files, handler: TestServer.echo)
                return nil
            } catch let error as ServerError { return error.description }
        }
        let missing = try failure(TLSFiles(certificate: "/nonexistent/cert.pem", key: one.files.key))
        #expect(missing?.contains("/nonexistent/cert.pem") == true)
        let mixed = try failure(TLSFiles(certificate: one.files.certificate, key: other.files.key))
        #expect(mixed?.contains(other.files.key) == true)
        one.remove()
        other.remove()
    }

    @Test func `a handshake that does not end is cut and plain HTTP is refused`() async throws {
        let certificate = try await blocking { try TestCertificate() }
        let server = try TestServer(
            tls: certificate.files, limits: { $0.handshakeTimeout = 3 }, handler: TestServer.echo)
        let plain = server.address.replacingOccurrences(of: "https", with: "http")
        try await blocking {
            #expect(try TestSocket(plain).all() == "")
            let socket = try TestSocket(plain)
            try socket.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try !socket.all().contains("200 OK"))
        }
        #expect(try await get(server.address, certificate).status == 200)
        await server.stop()
        certificate.remove()
    }
}
