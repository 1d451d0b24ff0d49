import HTTP
import Platform

@testable import Web

/// A server of this machine, and what it was asked.
struct LocalServer {
    private let server: HTTPServer
    let address: String
    private let record = Record()

    private final class Record: Sendable {
        let requests = Lock<[Request]>([])
    }

    init(_ answer: @escaping @Sendable (Request) async -> Response) throws {
        let record = record
        server = HTTPServer(ServerConfiguration(listen: [.tcp(host: "127.0.0.1", port: 0)], compression: .always)) {
            request in
            record.requests.withLock { $0.append(request) }
            return await answer(request)
        }
        address = try server.start()[0]
    }

    var asked: [Request] { record.requests.withLock { $0 } }

    func stop() async { await server.drain(within: 0) }
}

extension PageReader.Limits {
    /// For a busy machine.
    static var patient: PageReader.Limits {
        var limits = PageReader.Limits()
        limits.seconds = 600
        limits.connectSeconds = 600
        return limits
    }
}

extension AddressPolicy {
    /// This machine, and what is public.
    static var thisMachine: AddressPolicy {
        var wrong = ""
        return AllowedHosts(["127.0.0.0/8"], wrong: &wrong).map { AddressPolicy(allowing: $0) } ?? .publicHosts
    }
}
