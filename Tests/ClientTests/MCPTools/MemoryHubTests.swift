import API
import Client
import HTTP
import MCP
import Platform
import RoostTesting
import Testing

@Suite struct MemoryHubTests {
    @Test func `the hub keeps its share of the profile's budget`() throws {
        let listed = try #require(ToolProfile.consolidated.listed.first { $0.name == MemoryFixture.hub })
        #expect(listed.json.text.utf8.count <= 5000, "\(listed.json.text.utf8.count) bytes")
        let schema = try #require(try JSONValue(parsing: listed.json.text)["inputSchema"]?["properties"])
        #expect(schema["source"]?["enum"]?.strings == ["archival", "messages", "both"])
    }

    @Test func `what is missing is a failure that names it, and what is unknown an error of the protocol`() async throws
    {
        try await withTools(.consolidated) { tools in
            for operation in ["list_passages", "get_core_memory", "attach_archive"] {
                let failed = try await tools.memoryFailure(operation, ["archive_id": ""])
                #expect(failed["message"]?.string?.isEmpty == false)
            }
            let nobody = try await tools.memoryFailure("get_core_memory")
            #expect(nobody.hints.contains("agent_id") && nobody.hints.contains("/mcp?project=NAME"))
            let unknown = try await tools.memoryFailure("get_core_memory", ["agent_id": "alhpa"])
            #expect(unknown["message"]?.string?.contains("alhpa") == true)
            await #expect(throws: RPCError.self) { try await tools.call(MemoryFixture.hub, ["operation": "forget"]) }
            await #expect(throws: RPCError.self) {
                try await tools.call(MemoryFixture.hub, ["operation": "list_blocks", "limit": "many"])
            }
        }
    }

    @Test func `request_heartbeat is accepted and ignored`() async throws {
        try await withTools(.consolidated) { tools in
            let blocks = try await tools.memory("list_blocks", ["request_heartbeat": true])
            #expect(blocks["count"] == 0)
        }
    }

    // MARK: search_memory

    private static let talk: [JSONValue] = [
        ["role": "user", "content": "Where is the red bicycle?"],
        ["role": "assistant", "content": "The bicycle stands in the cellar."],
    ]

    @Test func `everything is searched: passages and messages, or one of them`() async throws {
        try await withTools(.consolidated, scope: .init(agent: "alpha")) { tools in
            _ = try await MemoryFixture.agent(tools.server, messages: Self.talk)
            let stranger = try await MemoryFixture.agent(tools.server, "beta")
            _ = try await tools.memory("create_passage", ["text": "The bicycle was bought in May."])
            _ = try await tools.memory("create_passage", ["text": "A bicycle of beta", "agent_id": .string(stranger)])
            let both = try await tools.memory("search_memory", ["query": "bicycle"])
            let passages = try #require(both["data", "archival"]?.array)
            let messages = try #require(both["data", "messages"]?.array)
            #expect(passages.map { $0["text"] } == ["The bicycle was bought in May."])
            #expect(Set(messages.compactMap { $0["role"]?.string }) == ["user", "assistant"])
            #expect(messages.allSatisfy { $0["text"]?.string?.contains("bicycle") == true && $0["id"] != nil })
            #expect(both["count"] == 3)
            let archival = try await tools.memory("search_memory", ["query": "bicycle", "source": "archival"])
            #expect(archival["data", "messages"] == nil && archival["count"] == 1)
            let said = try await tools.memory("search_memory", ["query": "bicycle", "source": "messages", "limit": 1])
            #expect(said["data", "archival"] == nil && said["count"] == 1)
            #expect(said.hints.contains("offset 1"))
            let next = try await tools.memory(
                "search_memory", ["query": "bicycle", "source": "messages", "limit": 1, "offset": 1])
            #expect(next["data", "messages"]?.array?.first?["id"] != said["data", "messages"]?.array?.first?["id"])
            let whole = try await tools.memory(
                "search_memory", ["query": "bicycle", "source": "messages", "verbose": true])
            #expect(whole["data", "messages"]?.array?.first?["rrf_score"] != nil)
            let early = try await tools.memory("search_memory", ["query": "bicycle", "end_date": "2001-01-01"])
            #expect(early["count"] == 0)
            _ = try await tools.memoryFailure("search_memory")
            let bad = try await tools.memoryFailure("search_memory", ["query": "bicycle", "start_date": "yesterday"])
            #expect(bad["message"]?.string?.contains("start_date") == true && bad.hints.contains("2026-11-20"))
        }
    }

    @Test func `a server that does not search messages still gives the passages, with a hint`() async throws {
        try await withServer { server in
            let agent = try await MemoryFixture.agent(server)
            let transport = ClientTransport(place: "an older server") { request in
                guard request.rawPath == "/v1/agents/messages/search" else {
                    return await server.server.respond(to: request)
                }
                return .json(501, Array(#"{"detail":"Searching messages is not served."}"#.utf8))
            }
            let session = ToolSession(scope: .init(agent: agent), client: RoostClient(transport: transport))
            let tools = TestTools(
                server: server, memory: MemoryServer(session: session, profile: .consolidated), profile: .consolidated)
            _ = try await tools.memory("create_passage", ["text": "otters"])
            let both = try await tools.memory("search_memory", ["query": "otters"])
            #expect(both["count"] == 1 && both["data", "messages"] == nil)
            #expect(both.hints.contains("Searching messages is not served."))
            let failed = try await tools.memoryFailure("search_memory", ["query": "otters", "source": "messages"])
            #expect(failed["message"] == "Searching messages is not served.")
        }
    }
}
