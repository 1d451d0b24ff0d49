import API
import Client
import Foundation
import HTTP
import Platform
import RoostTesting
import Testing

/// The end of a process in the middle of its work.
struct Interruption: Error {}

/// Some machines, each with a store of its own, and one server that all synchronize with.
struct SyncBench: Sendable {
    let machines: [TestServer]
    let server: TestServer
    let folder: String
    static let project = "nest"

    static func with(_ count: Int = 1, _ body: @Sendable (SyncBench) async throws -> Void) async throws {
        let folder = "/tmp/roost-sync-test-\(Identifier.uuid())"
        // What is left behind in the temporary folder harms nobody.
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await withServer { server in
            try await withMachines(count, []) { machines in
                try await body(SyncBench(machines: machines, server: server, folder: folder))
            }
        }
    }

    private static func withMachines(
        _ count: Int, _ made: [TestServer], _ body: @Sendable ([TestServer]) async throws -> Void
    ) async throws {
        if count == 0 { return try await body(made) }
        try await withServer { machine in try await withMachines(count - 1, made + [machine], body) }
    }

    func session(_ server: TestServer, _ answer: @escaping @Sendable (Request) async throws -> Response? = { _ in nil })
        -> ToolSession
    {
        let transport = ClientTransport(place: "the test server") { request in
            if let response = try await answer(request) { return response }
            return await server.server.respond(to: request)
        }
        return ToolSession(scope: ToolSession.Scope(project: Self.project), client: RoostClient(transport: transport))
    }

    /// - Parameter writes: ends after so many writes, of which the last was done and not answered.
    func sync(
        _ machine: Int = 0, direction: Sync.Direction = .both, isDry: Bool = false, endAfter writes: Int? = nil
    ) async throws -> SyncReport {
        let left = Lock(writes ?? .max)
        func session(_ server: TestServer) -> ToolSession {
            self.session(server) { request in
                guard request.method != .get, writes != nil else { return nil }
                let rest = left.withLock { left in
                    left -= 1
                    return left
                }
                if rest > 0 { return nil }
                if rest == 0 { _ = await server.server.respond(to: request) }
                throw Interruption()
            }
        }
        var sync = Sync(
            local: session(machines[machine]), remote: session(server), folder: folder + "/\(machine)")
        sync.direction = direction
        sync.isDry = isDry
        return try await sync.run()
    }

    // MARK: What a store holds

    func agent(_ server: TestServer) async throws -> String {
        let found = try await server.get("/v1/agents/?name=memory-\(Self.project)").array.first?["id"]?.string
        if let found { return found }
        let note = MemoryNote("seed \(Identifier.uuid())", from: Provenance(source: "cli", trust: .user))
        let passage = try await session(server).store(note)
        _ = try await server.delete("/v1/roost/passages/\(passage["id"]?.string ?? "")")
        return try await server.get("/v1/agents/?name=memory-\(Self.project)").array.first?["id"]?.string ?? ""
    }

    @discardableResult
    func add(_ text: String, to server: TestServer, tags: [JSONValue] = []) async throws -> String {
        let reply = try await server.post(
            "/v1/agents/\(try await agent(server))/archival-memory",
            [
                "text": .string(text), "tags": .array(tags), "metadata": ["type": "learning", "n": 1],
                "provenance": ["source": "cli", "trust": "user", "session": "s1"],
            ])
        #expect(reply.status == 200, "\(reply.text)")
        return reply.array.first?["id"]?.string ?? ""
    }

    func passages(_ server: TestServer) async throws -> [JSONValue] {
        let reply = try await server.get("/v1/roost/passages?limit=1000&agent_id=\(try await agent(server))")
        #expect(reply.status == 200, "\(reply.text)")
        return reply.array
    }

    func texts(_ server: TestServer) async throws -> [String] {
        try await passages(server).compactMap { $0["text"]?.string }.sorted()
    }

    func id(of text: String, on server: TestServer) async throws -> String {
        try await passages(server).first { $0["text"]?.string == text }?["id"]?.string ?? ""
    }

    func block(_ label: String, on server: TestServer) async throws -> JSONValue {
        try await server.get("/v1/agents/\(try await agent(server))/core-memory/blocks/\(label)").json
    }

    func value(_ label: String, on server: TestServer) async throws -> String {
        try await block(label, on: server)["value"]?.string ?? ""
    }

    func set(_ label: String, _ value: String, on server: TestServer) async throws {
        let reply = try await server.patch(
            "/v1/agents/\(try await agent(server))/core-memory/blocks/\(label)", ["value": .string(value)])
        #expect(reply.status == 200, "\(reply.text)")
    }

    /// Everything that has to be alike, without what each store has for itself.
    func contents(_ server: TestServer) async throws -> [String] {
        let passages = try await passages(server).map { passage in
            let parts = ["text", "metadata", "provenance", "created_at"].map { passage[$0]?.text ?? "" }
            return (parts + [(passage["tags"]?.strings ?? []).sorted().joined(separator: ",")]).joined(separator: "|")
        }
        let blocks = try await server.get("/v1/agents/\(try await agent(server))/core-memory/blocks?limit=100").array
        return passages.sorted()
            + blocks.map { block in
                ["label", "value", "description", "limit", "read_only"].map { block[$0]?.text ?? "" }
                    .joined(separator: "|")
            }.sorted()
    }
}
