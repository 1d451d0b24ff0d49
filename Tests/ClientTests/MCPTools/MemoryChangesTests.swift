import API
import HTTP
import MCP
import Platform
import RoostTesting
import Testing

@testable import Client

@Suite struct MemoryChangesTests {
    /// Collects what a session is told until it was told everything in `wanted`.
    private func told(_ stream: AsyncStream<ResourceChange>, until wanted: [ResourceChange]) async -> [ResourceChange] {
        var seen: [ResourceChange] = []
        for await change in stream {
            seen.append(change)
            if wanted.allSatisfy(seen.contains) { break }
        }
        return seen
    }

    private func session(
        _ server: TestServer, _ project: String, answer: @escaping @Sendable (Request) async -> Response? = { _ in nil }
    ) -> ToolSession {
        let transport = ClientTransport(place: "the test server") { request in
            if let response = await answer(request) { return response }
            return await server.server.respond(to: request)
        }
        return ToolSession(scope: .project(project), client: RoostClient(transport: transport))
    }

    @Test(.timeLimit(.minutes(1)))
    func `a change of a block and a new note are told, those of other projects are not`() async throws {
        try await withServer { server in
            let session = session(server, "shop")
            let other = TestTools(server: server, scope: .project("other"))
            _ = try await other.remember("The other project begins.")
            let tools = TestTools(
                server: server, memory: MemoryServer(session: session, profile: .memory), profile: .memory)
            _ = try await tools.remember("The project begins.")
            let changes = MemoryResources(session: session).changes(every: .milliseconds(10))
            _ = try await other.value("update_memory", ["label": "human", "append": "x"])
            _ = try await tools.value("update_memory", ["label": "learnings", "append": "x"])
            let learnings = ResourceChange.updated(uri: "memory://blocks/learnings")
            let seen = await told(changes, until: [learnings])
            #expect(seen == [learnings])

            let later = MemoryResources(session: session).changes(every: .milliseconds(10))
            _ = try await other.remember("Nobody is told of this one.")
            let id = try await tools.remember("Somebody is told of this one.")
            let path = "/v1/agents/\(try await tools.agentID())/archival-memory/\(id)"
            _ = try await server.patch(path, ["tags": ["new"]])
            let passage = ResourceChange.updated(uri: "memory://passages/" + id)
            let noted = await told(later, until: [passage])
            #expect(Set(noted.map { "\($0)" }) == Set([ResourceChange.list, passage].map { "\($0)" }))
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a project that comes is told as one of the list`() async throws {
        try await withServer { server in
            let session = session(server, "shop")
            _ = try await session.client()
            let changes = MemoryResources(session: session).changes(every: .milliseconds(10))
            _ = try await TestTools(server: server, scope: .project("new")).remember("A beginning.")
            let projects = ResourceChange.updated(uri: "memory://projects")
            #expect(await told(changes, until: [.list, projects]).prefix(2) == [.list, projects])
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `nothing is asked before somebody needs the server`() async throws {
        try await withServer { server in
            let asked = Lock(0)
            let session = session(server, "shop") { _ in
                asked.withLock { $0 += 1 }
                return nil
            }
            let watch = Task {
                await told(MemoryResources(session: session).changes(every: .milliseconds(1)), until: [])
            }
            for _ in 0..<20 { try await Task.sleep(for: .milliseconds(2)) }
            #expect(asked.withLock { $0 } == 0)
            watch.cancel()
            _ = await watch.value
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `who asks to hear of changes hears of them although nothing else needed the server`() async throws {
        try await withServer { server in
            let tools = TestTools(server: server, scope: .project("shop"))
            _ = try await tools.remember("The project begins.")
            let session = session(server, "shop")
            let changes = MemoryResources(session: session).changes(every: .milliseconds(10), isAsked: true)
            _ = try await tools.value("update_memory", ["label": "learnings", "append": "x"])
            let learnings = ResourceChange.updated(uri: "memory://blocks/learnings")
            #expect(await told(changes, until: [learnings]).contains(learnings))
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a server that fails is asked less often, and what happened is told when it is back`() async throws {
        try await withServer { server in
            let failures = Lock(0)
            let session = session(server, "shop") { request in
                guard request.rawPath == "/v1/roost/changes", request.rawQuery.contains("after=") else { return nil }
                return failures.withLock { count in
                    count += 1
                    return count <= 4 ? .detail(503, "Try again") : nil
                }
            }
            let tools = TestTools(
                server: server, memory: MemoryServer(session: session, profile: .memory), profile: .memory)
            _ = try await tools.remember("The project begins.")
            let changes = MemoryResources(session: session).changes(every: .milliseconds(1))
            _ = try await tools.value("update_memory", ["label": "learnings", "append": "x"])
            let learnings = ResourceChange.updated(uri: "memory://blocks/learnings")
            #expect(await told(changes, until: [learnings]).contains(learnings))
            #expect(failures.withLock { $0 } >= 5)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `lost changes count as changes of everything`() async throws {
        try await withServer { server in
            let session = session(server, "shop") { request in
                guard request.rawPath == "/v1/roost/changes", request.rawQuery.contains("after=") else { return nil }
                return .detail(410, "Changes after this cursor are no longer kept.")
            }
            let tools = TestTools(
                server: server, memory: MemoryServer(session: session, profile: .memory), profile: .memory)
            _ = try await tools.remember("The project begins.")
            let learnings = ResourceChange.updated(uri: "memory://blocks/learnings")
            let changes = MemoryResources(session: session).changes(every: .milliseconds(5))
            #expect(await told(changes, until: [.list, learnings]).contains(.updated(uri: "memory://blocks/human")))
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `the stream ends with the task that reads it`() async throws {
        try await withServer { server in
            let session = session(server, "shop")
            let reader = Task {
                for await _ in MemoryResources(session: session).changes(every: .seconds(600)) {}
                return true
            }
            reader.cancel()
            #expect(await reader.value)
        }
    }
}
