import Client
import HTTP
import MCP
import Platform
import RoostTesting
import Testing

/// What the tools ask of the server, since over a network each request is a way there and back.
@Suite struct ToolCostTests {
    /// The requests that a call makes once its session knows whose memory is meant.
    private func requests(
        _ tool: String, _ arguments: JSONObject, profile: ToolProfile = .all
    ) async throws -> [String] {
        try await withServer { server in
            let seen = Lock<[String]>([])
            let tools = TestTools(server: server, scope: .project("shop"), profile) { request in
                seen.withLock { $0.append("\(request.method.rawValue) \(request.rawPath)") }
                return nil
            }
            _ = try await tools.remember("The shop opens at nine.")
            let agent = try await tools.agentID()
            seen.withLock { $0 = [] }
            _ = try await tools.value(tool, arguments)
            return seen.withLock { $0 }.map { $0.split(separator: agent).joined(separator: "ID") }
        }
    }

    @Test func `a known agent is not looked up again`() async throws {
        let search = "POST /v1/roost/search"
        #expect(try await requests("recall", ["query": "shop"]) == [search])
        #expect(try await requests("search_passages", ["query": "shop"]) == [search])
        let add = "POST /v1/agents/ID/archival-memory"
        #expect(try await requests("remember", ["text": "The shop closes at six."]) == [search, add])
        #expect(try await requests("create_passage", ["text": "The shop closes at six."]) == [add])
        let blocks = "/v1/agents/ID/core-memory/blocks"
        #expect(try await requests("read_memory", [:]) == ["GET \(blocks)"])
        #expect(try await requests("read_memory", ["label": "human"]) == ["GET \(blocks)/human"])
        let update = try await requests("update_memory", ["label": "human", "append": "Likes tea."])
        #expect(update.count == 2 && update.first == "GET \(blocks)/human")
        #expect(update.last?.hasPrefix("PATCH \(blocks)/block-") == true)
    }

    @Test(arguments: ["recall", "remember", "read_memory", "update_memory", "forget", "search_passages"])
    func `an agent that is gone is noticed by every call`(tool: String) async throws {
        try await withTools(.all, scope: .project("shop")) { tools in
            let note = try await tools.remember("The shop opens at nine.")
            let first = try await tools.agentID()
            _ = try await tools.server.delete("/v1/agents/\(first)")
            let other = tools.beside(.project("shop"))
            _ = try await other.remember("The shop moved.")
            let arguments: [String: JSONObject] = [
                "recall": ["query": "shop"], "remember": ["text": "The shop closes at six."],
                "read_memory": ["label": "human"], "update_memory": ["label": "human", "append": "Likes tea."],
                "forget": ["query": "shop moved"], "search_passages": ["query": "shop"],
            ]
            let answer = try await tools.value(tool, arguments[tool] ?? [:])
            #expect(!answer.text.contains(note))
            #expect(try await tools.agentID() == other.agentID())
            #expect(try await tools.server.get("/v1/agents/").array.count == 1)
        }
    }

    @Test func `an agent that a call names is looked up once, and is refused when it is gone`() async throws {
        try await withServer { server in
            let seen = Lock<[String]>([])
            let tools = TestTools(server: server, scope: .project("shop")) { request in
                seen.withLock { $0.append("\(request.method.rawValue) \(request.rawPath)") }
                return nil
            }
            let id = try await server.post("/v1/agents/", ["name": "other"]).id
            let arguments: JSONObject = ["query": "shop", "agent_id": .string(id)]
            _ = try await tools.value("recall", arguments)
            seen.withLock { $0 = [] }
            _ = try await tools.value("recall", arguments)
            #expect(seen.withLock { $0 } == ["POST /v1/roost/search"])
            _ = try await server.delete("/v1/agents/\(id)")
            #expect(try await tools.failure("recall", arguments)["status"] == 404)
            let note: JSONObject = ["text": "Too late.", "agent_id": .string(id)]
            #expect(try await tools.failure("remember", note)["status"] == 404)
        }
    }

    @Test func `a call that fails for another reason is not made twice`() async throws {
        try await withServer { server in
            let seen = Lock<[String]>([])
            let tools = TestTools(server: server, scope: .project("shop")) { request in
                seen.withLock { $0.append("\(request.method.rawValue) \(request.rawPath)") }
                return nil
            }
            _ = try await tools.remember("The shop opens at nine.")
            seen.withLock { $0 = [] }
            let missing = "passage-123e4567-e89b-42d3-8456-426614174000"
            #expect(try await tools.failure("forget", ["passage_id": .string(missing)])["status"] == 404)
            #expect(seen.withLock { $0 }.filter { $0.contains(missing) }.count == 1)
        }
    }
}
