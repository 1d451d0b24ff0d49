import Client
import HTTP
import MCP
import Platform
import RoostTesting
import Testing

/// Deleting several agents at once.
@Suite struct AgentDeletionTests {
    private func make(_ server: TestServer, _ names: [String], tags: [JSONValue] = []) async throws {
        for name in names {
            _ = try await server.post("/v1/agents/", ["name": .string(name), "tags": .array(tags)])
        }
    }

    private func names(_ server: TestServer) async throws -> Set<String> {
        Set(try await server.get("/v1/agents/?limit=1000").array.compactMap { $0["name"]?.string })
    }

    @Test func `agents are chosen by a part of the name, by all tags, and by both`() async throws {
        try await withTools(.classic) { tools in
            try await make(tools.server, ["test one", "keep one"], tags: ["a", "b"])
            try await make(tools.server, ["Test two"], tags: ["a"])
            _ = try await tools.server.post("/v1/agents/", ["name": "other", "description": "a test"])
            let both = try await tools.value(
                "bulk_delete_agents", ["agent_name_filter": "TEST", "agent_tag_filter": "a, b"])
            #expect(both["deleted"]?.array?.compactMap { $0["name"]?.string } == ["test one"])
            let named = try await tools.value("bulk_delete_agents", ["agent_name_filter": "test"])
            #expect(named["deleted"]?.array?.compactMap { $0["name"]?.string } == ["Test two"])
            let none = try await tools.value("bulk_delete_agents", ["agent_tag_filter": "c"])
            #expect(none["message"] == "No agent fits: nothing was deleted.")
            #expect(try await names(tools.server) == ["keep one", "other"])
        }
    }

    @Test func `what could not be deleted is told beside what was`() async throws {
        try await withTools(.classic) { tools in
            try await make(tools.server, ["one", "two", "three"])
            let result = try await tools.value(
                "bulk_delete_agents", ["agent_ids": ["one", "nobody", "two", "one"], "agent_name_filter": "o"])
            #expect(result["deleted"]?.array?.compactMap { $0["name"]?.string } == ["one", "two"])
            #expect(result["failed"]?.array?.compactMap { $0["agent"]?.string } == ["nobody"])
            #expect(result["message"] == "Deleted 2 agents; 1 not. Their blocks and archives stay.")
            let outside = try await tools.failure(
                "bulk_delete_agents", ["agent_ids": ["three"], "agent_name_filter": "other"])
            #expect(outside["error"]?.string?.contains("does not fit the other filters") == true)
            #expect(try await names(tools.server) == ["three"])
        }
    }

    @Test func `without a filter nothing is deleted`() async throws {
        try await withTools(.classic) { tools in
            try await make(tools.server, ["one"])
            for arguments: JSONObject in [
                [:], ["agent_ids": []], ["agent_name_filter": ""], ["agent_tag_filter": " , "], ["agent_ids": [" "]],
            ] {
                let refused = try await tools.failure("bulk_delete_agents", arguments)
                #expect(refused["error"]?.string?.contains("No agents were chosen") == true, "\(arguments)")
            }
            #expect(try await names(tools.server) == ["one"])
        }
    }

    @Test func `the hub takes its filters beside filters too`() async throws {
        try await withTools(.consolidated) { tools in
            try await make(tools.server, ["one", "two", "three"])
            let result = try await tools.operation(
                AgentHubTests.hub, "bulk_delete",
                ["agent_ids": ["one", "two"], "filters": ["agent_name_filter": "tw"]])
            #expect(result["count"] == 1)
            #expect(try await names(tools.server) == ["one", "three"])
        }
    }

    @Test func `one call deletes a hundred, and says that there are more`() async throws {
        try await withTools(.classic) { tools in
            try await make(tools.server, (0..<103).map { "bulk \($0)" })
            let first = try await tools.value("bulk_delete_agents", ["agent_name_filter": "bulk"])
            #expect(first["deleted"]?.array?.count == 100)
            #expect(first["hints"]?.strings?.first?.contains("call again") == true)
            let second = try await tools.value("bulk_delete_agents", ["agent_name_filter": "bulk"])
            #expect(second["deleted"]?.array?.count == 3)
            #expect(second["hints"] == nil)
        }
    }

    @Test func `progress is told to a client that asked for it`() async throws {
        try await withTools(.consolidated) { tools in
            try await make(tools.server, ["p1", "p2"])
            let told = Lock<[JSONObject]>([])
            let context = CallContext(progressToken: "t") { note in told.withLock { $0.append(note.params) } }
            let result = try await tools.memory.call(
                tool: AgentHubTests.hub,
                arguments: ["operation": "bulk_delete", "filters": ["agent_name_filter": "p"]], context)
            #expect(result.value["count"] == 2)
            #expect(told.withLock { $0.map { $0["progress"] } } == [0, 1, 2])
            #expect(told.withLock { $0.allSatisfy { $0["total"] == 2 } })
        }
    }

    @Test func `a cancelled call deletes no further`() async throws {
        try await withTools(.consolidated) { tools in
            try await make(tools.server, ["p1", "p2", "p3"])
            let call = Lock<Task<ToolResult, any Error>?>(nil)
            let started = AsyncStream.makeStream(of: Void.self)
            // The first progress waits until the test has the task, which it then cancels.
            let context = CallContext(progressToken: "t") { note in
                guard note.params["progress"] == 1 else { return }
                for await _ in started.stream { break }
                call.withLock { $0?.cancel() }
            }
            let task = Task {
                try await tools.memory.call(
                    tool: AgentHubTests.hub,
                    arguments: ["operation": "bulk_delete", "filters": ["agent_name_filter": "p"]], context)
            }
            call.withLock { $0 = task }
            started.continuation.yield()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(try await names(tools.server) == ["p1", "p2"])
        }
    }
}
