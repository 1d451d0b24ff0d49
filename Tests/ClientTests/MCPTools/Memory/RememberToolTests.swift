import Client
import HTTP
import Platform
import RoostTesting
import Testing

@Suite struct RememberToolTests {
    @Test func `a note is stored with type, project, metadata and provenance`() async throws {
        try await withTools(.memory, scope: .project("shop")) { tools in
            let arguments: JSONObject = [
                "text": "Use UUIDs for orders.", "type": "decision", "tags": ["orders"],
                "metadata": ["commit": "abc123"],
            ]
            let answer = try await tools.value("remember", arguments)
            #expect(answer["stored"] == true && answer["memory"] == "memory-shop")
            let agent = try await tools.agentID()
            let body: JSONValue = ["agent_id": .string(agent), "query": ""]
            let stored = try #require(try await tools.server.post("/v1/roost/search", body)["results"].array?.first)
            #expect(stored["id"] == answer["id"])
            #expect(Set(stored["tags"]?.strings ?? []) == ["orders", "project:shop", "type:decision"])
            #expect(stored["metadata"] == ["commit": "abc123", "type": "decision", "project": "shop"])
            #expect(stored["provenance"]?["source"] == "mcp" && stored["provenance"]?["trust"] == "assistant")
        }
    }

    @Test func `the same note is stored once, and gains the new tags`() async throws {
        try await withTools(.memory, scope: .project("shop")) { tools in
            let text = "Orders are archived after ninety days."
            let id = try await tools.remember(text, ["tags": ["orders"], "type": "learning"])
            let again = try await tools.value("remember", ["text": .string("  " + text + "\n"), "tags": ["orders"]])
            #expect(again["id"] == .string(id) && again["stored"] == false)
            let more: JSONObject = ["text": .string(text), "tags": ["legal"], "type": "decision"]
            let changed = try await tools.value("remember", more)
            #expect(changed["id"] == .string(id))
            let expected: Set = ["orders", "legal", "project:shop", "type:decision"]
            #expect(Set(changed["tags"]?.strings ?? []) == expected)
            #expect(try await tools.value("memory_status")["passages"] == 1)
        }
    }

    @Test func `a similar note is told about`() async throws {
        try await withTools(.memory, scope: .project("shop")) { tools in
            let old = try await tools.remember("The nightly export runs at two in the morning on host alpha.")
            let answer = try await tools.value(
                "remember", ["text": "The nightly export runs at three in the morning on host alpha."])
            #expect(answer["stored"] == true)
            #expect(answer["similar"]?.ids == [old])
            #expect(answer.hints.contains("forget"))
            let other = try await tools.value("remember", ["text": "Invoices are numbered by year."])
            #expect(other["similar"] == nil)
        }
    }

    @Test func `the first note makes the agent, the second uses it`() async throws {
        try await withTools(.memory, scope: .project("shop")) { tools in
            _ = try await tools.remember("One.")
            _ = try await tools.remember("Two.")
            let agents = try await tools.server.get("/v1/agents/").array
            #expect(agents.count == 1)
            let agent = try #require(agents.first)
            #expect(agent["name"] == "memory-shop")
            #expect(Set(agent["tags"]?.strings ?? []) == ["project:shop", "source:claude-code", "type:user-agent"])
            let labels = agent["blocks"]?.array?.compactMap { $0["label"]?.string } ?? []
            #expect(Set(labels) == ["human", "persona", "project_context", "learnings"])
        }
    }

    @Test func `a server without a model keeps memory too`() async throws {
        try await withServer { server in
            let tools = TestTools(server: server, scope: .project("shop")) { request in
                let isNewAgent = request.method == .post && request.rawPath == "/v1/agents/"
                guard isNewAgent, try JSONValue(parsing: request.body)["model"] == nil else { return nil }
                return .detail(400, "INVALID_ARGUMENT: Must specify either model or llm_config in request")
            }
            let id = try await tools.remember("No model is needed for this.")
            #expect(try await tools.recall("model needed").ids == [id])
        }
    }

    @Test func `an empty note is refused`() async throws {
        try await withTools(.memory, scope: .project("shop")) { tools in
            let failure = try await tools.failure("remember", ["text": " \n "])
            #expect(failure.error.contains("empty") && failure["status"] == 422)
        }
    }

    @Test func `a note can go to another agent by its name`() async throws {
        try await withTools(.memory, scope: .project("shop")) { tools in
            let other = try await tools.server.post("/v1/agents/", ["name": "librarian"]).id
            let id = try await tools.remember("Books are sorted by colour.", ["agent_id": "librarian"])
            let body: JSONValue = ["agent_id": .string(other), "query": ""]
            #expect(try await tools.server.post("/v1/roost/search", body)["results"].ids == [id])
            let unknown = try await tools.failure("remember", ["text": "x y", "agent_id": "librarain"])
            #expect(unknown.error.contains("'librarian'") && unknown["status"] == 404)
        }
    }
}
