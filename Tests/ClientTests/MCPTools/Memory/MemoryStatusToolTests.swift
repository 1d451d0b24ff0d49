import Client
import HTTP
import MCP
import Platform
import RoostTesting
import Testing

@Suite struct MemoryStatusToolTests {
    @Test func `it tells where the memory is, whose and how full`() async throws {
        try await withTools(.memory, scope: .project("shop")) { tools in
            for number in 0..<7 { _ = try await tools.remember("Fact \(number): the value is \(number * 7).") }
            let status = try await tools.value("memory_status")
            #expect(status["reachable"] == true && status["server"] == "the test server")
            #expect(status["project"] == "shop" && status["agent"]?["name"] == "memory-shop")
            #expect(status["passages"] == 7 && status["newest"]?.array?.count == 5)
            #expect(status["newest"]?.array?.texts.first == "Fact 6: the value is 42.")
            #expect(status["blocks"]?.array?.allSatisfy { $0["limit"]?.int != nil && $0["size"]?.int != nil } == true)
            #expect(status["search"] == "words")
        }
    }

    @Test func `a nearly full block is told about`() async throws {
        try await withTools(.memory, scope: .project("shop")) { tools in
            let text = String(repeating: "x", count: 95_000)
            _ = try await tools.value("update_memory", ["label": "learnings", "rewrite": .string(text)])
            #expect(try await tools.value("memory_status").hints.contains("'learnings' is nearly full"))
        }
    }

    @Test func `a project without memory is told so`() async throws {
        try await withTools(.memory, scope: .project("fresh")) { tools in
            let status = try await tools.value("memory_status")
            #expect(status["agent"] == nil && status.hints.contains("no memory yet"))
            #expect(try await tools.server.get("/v1/agents/").array.isEmpty)
        }
    }

    @Test func `a connection that does not say whose memory it means is told so`() async throws {
        try await withTools(.memory) { tools in
            for name in ["one", "two"] { _ = try await tools.server.post("/v1/agents/", ["name": .string(name)]) }
            let status = try await tools.value("memory_status")
            #expect(status["reachable"] == true && status["agent"] == nil)
            #expect(status.hints.contains("several agents") && status.hints.contains("/mcp?project=NAME"))
        }
    }

    @Test func `a server that does not answer is an answer`() async throws {
        let transport = ClientTransport(place: "http://localhost:1") { _ in
            throw ClientError("http://localhost:1 does not answer: connection refused.")
        }
        let session = ToolSession(client: RoostClient(transport: transport))
        let memory = MemoryServer(session: session, profile: .memory)
        let result = try await memory.call(tool: "memory_status", arguments: [:], CallContext())
        #expect(!result.isError && result.value["reachable"] == false)
        #expect(result.value["error"]?.string?.contains("connection refused") == true)
        let recall = try await memory.call(tool: "recall", arguments: ["query": "x"], CallContext())
        #expect(recall.isError && recall.value.error.contains("does not answer"))
    }
}
