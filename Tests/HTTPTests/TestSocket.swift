import Foundation
import Glibc
import HTTP
import Platform

/// Runs code that blocks on a thread of its own: the pool that tests run on has two threads, and handlers need them.
func blocking<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { (done: CheckedContinuation<Result, any Error>) in
        BlockingThread.start(name: "test") { done.resume(with: Swift.Result { try body() }) }
    }
}

struct TestFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// A blocking client socket that speaks bytes, so that a test decides exactly what is on the wire.
final class TestSocket: @unchecked Sendable {
    // SAFETY: set once; the kernel allows one reader and one writer.
    let descriptor: Int32

    /// - Parameter address: as `HTTPServer.start` returns it.
    init(_ address: String, receiveBuffer: Int32? = nil, timeout: Int = 120) throws {
        if address.hasPrefix("unix:") {
            descriptor = try Self.connectUnix(String(address.dropFirst(5)))
        } else {
            let url = URLComponents(string: address)!
            descriptor = try Self.connectTCP(url.host!, url.port!, receiveBuffer)
        }
        var time = timeval(tv_sec: timeout, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    private static func connectTCP(_ host: String, _ port: Int, _ receiveBuffer: Int32?) throws -> Int32 {
        var list: UnsafeMutablePointer<addrinfo>?
        let name = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        guard getaddrinfo(name, String(port), nil, &list) == 0, let info = list?.pointee else {
            throw TestFailure("no address \(host)")
        }
        defer { freeaddrinfo(list) }
        let descriptor = socket(info.ai_family, Int32(SOCK_STREAM.rawValue), 0)
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        guard connect(descriptor, info.ai_addr, info.ai_addrlen) == 0 else {
            let code = errno
            close(descriptor)
            throw TestFailure("connect: \(String(cString: strerror(code)))")
        }
        var yes: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        return descriptor
    }

    private static func connectUnix(_ path: String) throws -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard code == 0 else {
            close(descriptor)
            throw TestFailure("connect \(path)")
        }
        return descriptor
    }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw TestFailure("send: \(String(cString: strerror(errno)))") }
            sent += count
        }
    }

    /// The next bytes; empty at the end of the stream or after a reset.
    func receive(_ limit: Int = 65_536) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = recv(descriptor, &bytes, limit, 0)
        if count < 0, errno == EAGAIN { throw TestFailure("nothing came in time") }
        return Array(bytes.prefix(max(0, count)))
    }

    func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    private var rest: [UInt8] = []

    /// Reads one response.
    func response(isHead: Bool = false) throws -> TestResponse {
        while true {
            if let (response, used) = TestResponse.parse(rest, isHead: isHead, isEnded: false) {
                rest.removeFirst(used)
                if response.status != 100 { return response }
                continue
            }
            let more = try receive()
            if more.isEmpty {
                if let (response, used) = TestResponse.parse(rest, isHead: isHead, isEnded: true) {
                    rest.removeFirst(used)
                    return response
                }
                throw TestFailure("the stream ended after \(String(decoding: rest.prefix(300), as: UTF8.self))")
            }
            rest += more
        }
    }

    /// Everything to the end of the stream.
    func all() throws -> String {
        var bytes = rest
        rest = []
        while true {
            let more = try receive()
            if more.isEmpty { return String(decoding: bytes, as: UTF8.self) }
            bytes += more
        }
    }

    func roundTrip(_ request: String, isHead: Bool = false) throws -> TestResponse {
        try send(request)
        return try response(isHead: isHead)
    }
}

/// A response as a simple client sees it; independent of the code under test.
struct TestResponse: Sendable {
    var status = 0
    var fields: [(name: String, value: String)] = []
    var body: [UInt8] = []

    var text: String { String(decoding: body, as: UTF8.self) }
    subscript(_ name: String) -> String? { fields.first { $0.name == name }?.value }
    /// The text of `{"detail": …}`.
    var detail: String? {
        (try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any])?["detail"] as? String
    }

    static func parse(_ bytes: [UInt8], isHead: Bool, isEnded: Bool) -> (TestResponse, Int)? {
        guard let end = Data(bytes).range(of: Data("\r\n\r\n".utf8))?.upperBound else { return nil }
        let lines = String(decoding: bytes[..<(end - 4)], as: UTF8.self).components(separatedBy: "\r\n")
        var response = TestResponse()
        response.status = Int(lines[0].split(separator: " ")[1]) ?? 0
        response.fields = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (parts[0].lowercased(), parts[1].trimmingCharacters(in: .whitespaces))
        }
        let rest = Array(bytes[end...])
        if isHead || response.status == 204 || response.status == 304 || response.status < 200 {
            return (response, end)
        }
        if response["transfer-encoding"] == "chunked" {
            guard let (body, used) = dechunk(rest) else { return nil }
            response.body = body
            return (response, end + used)
        }
        if let length = response["content-length"].flatMap({ Int($0) }) {
            guard rest.count >= length else { return nil }
            response.body = Array(rest.prefix(length))
            return (response, end + length)
        }
        guard isEnded else { return nil }
        response.body = rest
        return (response, bytes.count)
    }

    private static func dechunk(_ bytes: [UInt8]) -> ([UInt8], Int)? {
        var body: [UInt8] = []
        var at = 0
        while let end = bytes[at...].firstIndex(of: 10) {
            let size = Int(String(decoding: bytes[at..<(end - 1)], as: UTF8.self), radix: 16)!
            guard bytes.count >= end + 1 + size + 2 else { return nil }
            body += bytes[(end + 1)..<(end + 1 + size)]
            at = end + 1 + size + 2
            if size == 0 { return (body, at) }
        }
        return nil
    }
}

/// A running server and its address.
struct TestServer {
    let server: HTTPServer
    let addresses: [String]
    var address: String { addresses[0] }

    init(
        listen: [ListenAddress] = [.tcp(host: "127.0.0.1", port: 0)], tls: TLSFiles? = nil,
        compression: Compression = .always, log: Log = .silent, limits change: (inout Limits) -> Void = { _ in },
        handler: @escaping @Sendable (Request) async -> Response
    ) throws {
        var limits = Limits()
        // On a busy machine a test may pause for longer than a client would be given.
        limits.headerTimeout = 600
        limits.bodyTimeout = 600
        limits.idleTimeout = 600
        change(&limits)
        server = HTTPServer(
            ServerConfiguration(listen: listen, limits: limits, tls: tls, compression: compression, log: log),
            handler: handler)
        addresses = try server.start()
    }

    /// Answers with what it saw, one `key: value` a line.
    static func echo(_ request: Request) async -> Response {
        .text(
            200,
            """
            method: \(request.method.rawValue)
            path: \(request.rawPath)
            query: \(request.rawQuery)
            host: \(request.headers["host"] ?? "-")
            body: \(String(decoding: request.body, as: UTF8.self))
            """)
    }

    func stop() async { await server.drain(within: 0) }
}

/// Waits until something holds, for at most some seconds.
func eventually(within seconds: Double = 120, _ holds: @Sendable () async throws -> Bool) async throws -> Bool {
    let end = ContinuousClock.now.advanced(by: .seconds(seconds))
    while ContinuousClock.now < end {
        if try await holds() { return true }
        try await Task.sleep(for: .milliseconds(5))
    }
    return try await holds()
}

extension ClientRequest {
    /// To a server of this machine.
    static func local(
        _ method: HTTP.Method = .get, _ url: String, headers: Headers = Headers(), body: [UInt8]? = nil
    ) -> ClientRequest {
        var request = ClientRequest(method, url, headers: headers, body: body)
        request.addresses = .unguarded
        return request
    }
}
