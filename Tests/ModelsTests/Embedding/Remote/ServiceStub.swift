import Domain
import HTTP
import Models
import Platform

/// A service of embeddings in this process. It answers as it is told and keeps what it was asked.
final class ServiceStub: Sendable {
    let address: String
    private let server: HTTPServer
    private let seen: Requests

    private final class Requests: Sendable {
        let list = Lock<[Request]>([])
    }

    /// - Parameter answer: gets the request and its number, counted from 0.
    init(_ answer: @escaping @Sendable (Request, Int) async throws -> Response) throws {
        var limits = Limits()
        // On a busy machine a test may pause for longer than a client would be given.
        limits.headerTimeout = 600
        limits.bodyTimeout = 600
        limits.idleTimeout = 600
        let seen = Requests()
        self.seen = seen
        let configuration = ServerConfiguration(listen: [.tcp(host: "127.0.0.1", port: 0)], limits: limits)
        server = HTTPServer(configuration) { request in
            let number = seen.list.withLock { list in
                list.append(request)
                return list.count - 1
            }
            do {
                return try await answer(request, number)
            } catch {
                return .text(599, "the stub failed: \(error)")
            }
        }
        address = try server.start()[0]
    }

    var requests: [Request] { seen.list.withLock { $0 } }
    var openConnections: Int { server.openConnections }

    /// The texts of each request, as OpenAI's interface sends them.
    var inputs: [[String]] { requests.map(Self.input) }

    static func input(_ request: Request) -> [String] {
        (try? JSONValue(parsing: request.body))?["input"]?.strings ?? []
    }

    func stop() async { await server.drain(within: 0) }

    // MARK: Answers

    /// A list in OpenAI's form.
    static func list(_ vectors: [[Float]], indexes: [Int]? = nil) -> Response {
        let items = vectors.enumerated().map { position, vector -> JSONValue in
            [
                "object": "embedding", "index": .int(Int64(indexes?[position] ?? position)),
                "embedding": .array(vector.map { .double(Double($0)) }),
            ]
        }
        return .json(200, Array((["object": "list", "data": .array(items)] as JSONValue).text.utf8))
    }

    /// An answer in which the vector of each text tells the text: its length, its first byte, its last byte, 1.
    static func telling(_ request: Request) -> Response { list(input(request).map(told)) }

    static func told(_ text: String) -> [Float] {
        let utf8 = Array(text.utf8)
        return [Float(utf8.count), Float(utf8.first ?? 0), Float(utf8.last ?? 0), 1]
    }

    static func error(_ status: Int, _ message: String, code: String? = nil) -> Response {
        let error: JSONValue = ["message": .string(message), "code": code.map { .string($0) } ?? .null]
        return .json(status, Array((["error": error] as JSONValue).text.utf8))
    }

    /// Announces more than it sends, then closes.
    static let cut = Response(
        headers: ["content-type": "application/json"],
        body: .stream { writer in
            try await writer.write(Array(#"{"object": "list", "data": [{"embed"#.utf8))
            throw CancellationError()
        })
}

/// Time that passes only by pauses, which it keeps.
final class StubClock: Sendable {
    let pauses = Lock<[Double]>([])

    static let start = Timestamp(iso8601: "2026-11-21T12:00:00Z") ?? .now

    var clock: RemoteClock {
        let elapsed: @Sendable () -> Double = { self.pauses.withLock { $0.reduce(0, +) } }
        return RemoteClock(
            seconds: elapsed, date: { Self.start.adding(seconds: elapsed()) },
            sleep: { pause in
                try Task.checkCancellation()
                self.pauses.withLock { $0.append(pause) }
            },
            chance: { 1 })
    }

    var all: [Double] { pauses.withLock { $0 } }
}

/// Options with so much time that no test depends on how busy the machine is.
var patient: RemoteEmbedding.Options {
    var options = RemoteEmbedding.Options()
    options.timeout = 600
    options.queryDeadline = 600
    options.connectTimeout = 600
    return options
}

/// An embedder of a model `small` with 4 dimensions at a stub that speaks OpenAI's interface.
func embedder(
    at stub: ServiceStub, clock: StubClock = StubClock(), provider: String = "vllm",
    _ change: (inout RemoteEmbedding.Options) -> Void = { _ in }
) async throws -> RemoteEmbedder {
    var options = patient
    options.dimensions = 4
    change(&options)
    let providers = [ConfiguredProvider(name: provider, baseURL: stub.address, key: Secret("key-0123456789-secret"))]
    let handle = ModelHandle(provider: provider, model: "small")
    let embedder = try await RemoteEmbedder.connect(
        to: handle, providers: providers, options: options, clock: clock.clock)
    guard let embedder else { throw EmbeddingError(.model, "the provider is not set up") }
    return embedder
}

/// The error of something that must fail.
func failure(_ body: () async throws -> Void) async throws -> EmbeddingError? {
    do {
        try await body()
        return nil
    } catch let error as EmbeddingError {
        return error
    }
}

func normalized(_ vector: [Float]) -> [Float] {
    let length = vector.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    return vector.map { Float(Double($0) / length) }
}

/// Whether two vectors are the same but for rounding.
func isClose(_ left: [Float], _ right: [Float]) -> Bool {
    left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) < 1e-5 }
}
