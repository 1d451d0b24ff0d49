import Domain
import Foundation
import HTTP
import Models
import Platform
import Testing

@testable import roost

@Suite struct RemoteEmbeddersTests {
    /// A service that gives every text the vector of its length, and counts what it is sent.
    private final class Service: Sendable {
        let sent = Lock<[JSONValue]>([])

        func server() -> HTTPServer {
            HTTPServer(ServerConfiguration(listen: [.tcp(host: "127.0.0.1", port: 0)])) { request in
                guard let body = try? JSONValue(parsing: request.body) else { return .text(400, "no JSON") }
                self.sent.withLock { $0.append(body) }
                let data = (body["input"]?.strings ?? []).enumerated().map { index, text -> JSONValue in
                    ["index": .int(Int64(index)), "embedding": [.int(Int64(text.utf8.count)), 1, 0, 0]]
                }
                return .json(200, Array((["data": .array(data)] as JSONValue).text.utf8))
            }
        }

        var inputs: [[String]] { sent.withLock { $0.map { $0["input"]?.strings ?? [] } } }
    }

    private func withService(
        _ environment: [String: String] = [:],
        _ body: (Service, _ open: () throws -> (RemoteEmbedders, Assembly)) async throws -> Void
    ) async throws {
        let home = NSTemporaryDirectory() + "roost-embedders-" + Identifier.uuid()
        defer { try? FileManager.default.removeItem(atPath: home) }
        let service = Service()
        let server = service.server()
        let address = try server.start()[0]
        var environment = environment
        environment["ROOST_HOME"] = home
        environment["VLLM_API_BASE"] = address
        let values = try SettingValues(environment: environment)
        var settings = try Settings(values, userHome: home)
        settings.embedding.timeout = 600
        settings.embedding.queryDeadline = 600
        settings.embedding.connectTimeout = 600
        try await body(service) { [settings] in
            let assembly = try Assembly(settings: settings, log: .silent)
            return (RemoteEmbedders(settings: settings, store: assembly.store, log: .silent), assembly)
        }
        await server.drain(within: 0)
    }

    @Test func `a text is paid for once, in this process and the next`() async throws {
        try await withService { service, open in
            let handle = ModelHandle(provider: "vllm", model: "m")
            for expected in [[["dimension"], ["one", "two"]], [["dimension"], ["one", "two"], ["dimension"]]] {
                let (embedders, assembly) = try open()
                let embedder = try #require(try await embedders.embedder(for: handle))
                let first = try await embedder.embed(["one", "two", "one"], as: .passage)
                let second = try await embedder.embed(["two"], as: .passage)
                #expect(first.count == 3 && first[0] == first[2])
                // What is kept has half precision.
                #expect(zip(first[1], second[0]).allSatisfy { abs($0 - $1) < 0.001 })
                #expect(service.inputs == expected)
                await assembly.close()
            }
        }
    }

    @Test func `settings of the model are for the default one alone`() async throws {
        let environment = [
            "ROOST_DEFAULT_EMBEDDING": "vllm/mine", "ROOST_EMBEDDING_DIMENSIONS": "4",
            "ROOST_EMBEDDING_QUERY_PREFIX": "q: ",
        ]
        try await withService(environment) { service, open in
            let (embedders, assembly) = try open()
            for name in ["mine", "other"] {
                let embedder = try await embedders.embedder(for: ModelHandle(provider: "vllm", model: name))
                _ = try await embedder?.embed(["text"], as: .query)
            }
            #expect(service.inputs == [["q: text"], ["dimension"], ["text"]])
            #expect(service.sent.withLock { $0.map { $0["dimensions"]?.int } } == [4, nil, nil])
            await assembly.close()
        }
    }

    @Test func `a provider that is not set up has no embedder`() async throws {
        try await withService { _, open in
            let (embedders, assembly) = try open()
            let found = try await embedders.embedder(for: ModelHandle(provider: "openai", model: "m"))
            #expect(found == nil)
            await assembly.close()
        }
    }
}
