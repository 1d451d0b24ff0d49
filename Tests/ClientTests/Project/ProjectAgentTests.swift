import Client
import Platform
import RoostTesting
import Testing

@Suite struct ProjectAgentTests {
    private func agent(_ tools: TestTools, _ name: String, tags: [String] = []) async throws -> String {
        let body: JSONValue = ["name": .string(name), "tags": .array(tags.map { .string($0) })]
        return try await tools.server.post("/v1/agents/", body).id
    }

    /// Lets several new sessions store something at once; gives the number of notes.
    private func race(_ tools: TestTools, _ round: Int) async throws -> Int {
        let clients = (0..<6).map { _ in tools.beside(.project("shop")) }
        let ids = try await withThrowingTaskGroup(of: String.self) { group in
            for (number, client) in clients.enumerated() {
                group.addTask { try await client.remember("Fact number \(number) of race \(round).") }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        return Set(ids).count
    }

    @Test func `sessions that start at once make one agent, also after it was deleted`() async throws {
        try await withTools(.memory, scope: .project("shop")) { tools in
            for round in 1...3 {
                #expect(try await race(tools, round) == 6)
                let agents = try await tools.server.get("/v1/agents/")
                #expect(agents.array.count == 1)
                #expect(try await tools.server.get("/v1/blocks/count").json == .int(Int64(4 * round)))
                #expect(try await tools.value("memory_status")["passages"] == 6)
                for id in agents.ids { _ = try await tools.server.delete("/v1/agents/\(id)") }
            }
        }
    }

    @Test func `of two agents of a project the oldest is used`() async throws {
        try await withTools(.memory, scope: .project("shop")) { tools in
            let first = try await agent(tools, "memory-shop")
            _ = try await agent(tools, "memory-shop")
            #expect(try await tools.agentID() == first)
        }
    }

    @Test func `an agent is also found by the project's tag`() async throws {
        try await withTools(.memory, scope: .project("shop")) { tools in
            _ = try await agent(tools, "other", tags: ["project:shopping"])
            let tagged = try await agent(tools, "claude-code-memory", tags: ["project:shop"])
            #expect(try await tools.agentID() == tagged)
            let named = try await agent(tools, "memory-shop")
            #expect(try await tools.beside(.project("shop")).agentID() == named)
        }
    }

    @Test func `the argument wins over the connection, and that over the folder`() async throws {
        try await withTools(.memory) { tools in
            try await withFolder { folder in
                let file = try await agent(tools, "of-file")
                let connection = try await agent(tools, "of-connection")
                let argument = try await agent(tools, "of-argument")
                try write(#"{"agent_id": "\#(file)"}"#, to: folder + "/.claude/letta_agent.json")
                let both = tools.beside(ToolSession.Scope(agent: "of-connection", folder: folder))
                #expect(try await both.agentID() == connection)
                let status = try await both.value("memory_status", ["agent_id": .string(argument)])
                #expect(status["agent"]?["id"] == .string(argument))
                #expect(try await tools.beside(ToolSession.Scope(folder: folder)).agentID() == file)
                let project = tools.beside(ToolSession.Scope(project: "named", folder: folder))
                #expect(try await project.agentID() == file)
            }
        }
    }

    @Test func `a file whose agent was deleted is tolerated, and said`() async throws {
        try await withTools(.memory) { tools in
            try await withFolder { folder in
                let gone = "agent-123e4567-e89b-42d3-8456-426614174000"
                let json = #"{"agent_id": "\#(gone)", "agent_name": "old", "project_name": "shop"}"#
                try write(json, to: folder + "/.claude/letta_agent.json")
                let client = tools.beside(ToolSession.Scope(folder: folder))
                #expect(try await client.value("recall", ["query": "x"])["results"] == [])
                #expect(try await tools.server.get("/v1/agents/").array.isEmpty)
                let stored = try await client.value("remember", ["text": "After the loss."])
                #expect(stored["memory"] == "memory-shop" && stored.hints.contains("it was deleted"))
                #expect(try await client.value("remember", ["text": "Said once is enough."])["hints"] == nil)
                #expect(try await client.recall("loss").count == 1)
                #expect(try await client.value("memory_status").hints.contains("letta_agent.json names an agent"))
                let tags = try await tools.server.get("/v1/agents/").array.first?["tags"]?.strings ?? []
                #expect(tags.contains { $0.hasPrefix("user:") })
            }
        }
    }

    @Test func `a placeholder in a file is tolerated`() async throws {
        try await withTools(.memory) { tools in
            try await withFolder { folder in
                let json = #"{"env": {"LETTA_AGENT_ID": "agent-xxxxx-your-agent-id"}}"#
                try write(json, to: folder + "/shop/.claude/settings.json")
                let client = tools.beside(ToolSession.Scope(folder: folder + "/shop"))
                #expect(try await client.value("remember", ["text": "Works anyway."])["memory"] == "memory-shop")
            }
        }
    }

    @Test func `an agent that is deleted meanwhile is found or made anew`() async throws {
        try await withTools(.memory, scope: .project("shop")) { tools in
            _ = try await tools.remember("Before.")
            let first = try await tools.agentID()
            _ = try await tools.server.delete("/v1/agents/\(first)")
            #expect(try await tools.value("recall", ["query": "Before"]).hints.contains("no memory yet"))
            let id = try await tools.remember("After.")
            #expect(try await tools.recall("").ids == [id])
            let second = try await tools.agentID()
            #expect(second != first && !second.isEmpty)
            _ = try await tools.server.delete("/v1/agents/\(second)")
            let third = try await agent(tools, "memory-shop")
            #expect(try await tools.agentID() == third)
        }
    }

    @Test func `a connection that names a missing agent says how to correct it`() async throws {
        try await withTools(.memory, scope: ToolSession.Scope(agent: "nobody", project: "shop")) { tools in
            let failure = try await tools.failure("remember", ["text": "x y"])
            #expect(failure["status"] == 404 && failure.hints.contains("LETTA_AGENT_ID"))
            #expect(try await tools.server.get("/v1/agents/").array.isEmpty)
        }
    }

    @Test func `without a project the only agent is meant, and of several none`() async throws {
        try await withTools(.memory) { tools in
            let none = try await tools.failure("remember", ["text": "x y"])
            #expect(none.error.contains("no agent yet") && none.hints.contains("/mcp?project=NAME"))
            let only = try await agent(tools, "only")
            #expect(try await tools.agentID() == only)
            _ = try await agent(tools, "second")
            let other = tools.beside(ToolSession.Scope())
            for name in ["recall", "forget"] {
                let failure = try await other.failure(name, ["query": "x"])
                #expect(failure.error.contains("several agents") && failure.hints.contains("?agent_id=ID"))
            }
            #expect(try await other.recall("x", ["agent_id": "second"]).isEmpty)
            #expect(try await other.recall("x", ["scope": "all"]).isEmpty)
        }
    }

    @Test func `a name that several agents have is not guessed`() async throws {
        try await withTools(.memory, scope: .project("shop")) { tools in
            let ids = [try await agent(tools, "twin"), try await agent(tools, "twin")]
            let failure = try await tools.failure("recall", ["query": "x", "agent_id": "twin"])
            #expect(ids.allSatisfy { failure.error.contains($0) })
        }
    }

    @Test func `long names that begin alike are projects of their own`() async throws {
        try await withTools(.memory) { tools in
            let start = String(repeating: "проект", count: 20)
            let clients = ["а", "б"].map { tools.beside(.project(start + $0)) }
            var agents: [String] = []
            for client in clients {
                _ = try await client.remember("A fact.")
                agents.append(try await client.agentID())
            }
            #expect(agents[0] != agents[1])
        }
    }
}
