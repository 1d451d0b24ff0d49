import Client
import MCP
import Platform
import RoostTesting
import Testing

@Suite struct ClassicPassageTests {
    @Test func `passages need no agent: the default one is meant, and a passage is found by its id`() async throws {
        try await withTools(.classic, scope: .init(agent: "alpha")) { tools in
            _ = try await MemoryFixture.agent(tools.server)
            let made = try await tools.value(
                "create_passage",
                ["text": .string(MemoryFixture.injected), "tags": ["x"], "metadata": ["type": "bug"]])
            let id = try #require(made["passage", "id"])
            #expect(made["passage", "tags"] == ["x", "type:bug"] && made["passage", "text"] == nil)
            let found = try await tools.value("search_passages", ["query": "previous instructions", "limit": 1])
            let best = try #require(found["passages"]?.array?.first)
            #expect(best["text"] == .string(MemoryFixture.injected) && best["score"] != nil)
            #expect(best["trust"] == "assistant" && found["count"] == 1)
            let nested = try await tools.value(
                "modify_passage", ["memory_id": id, "update_data": ["text": "otters", "tags": ["y"]]])
            #expect(nested["passage", "tags"] == ["y", "type:bug"] && nested["passage", "length"] == 6)
            _ = try await tools.value("modify_passage", ["passage_id": id, "text": "東京 🦦"])
            let one = try await tools.value("list_passages", ["passage_id": id])
            #expect(one["passages"]?.array?.first?["text"] == "東京 🦦" && one["count"] == 1)
            #expect(try await tools.value("delete_passage", ["memory_id": id])["deleted"] == id)
            let list = try await tools.value("list_passages")
            #expect(list["passages"] == [] && list["count"] == 0)
        }
    }

    @Test func `a list is ranked by a query, narrowed by a text, and paged`() async throws {
        try await withTools(.classic) { tools in
            let agent: JSONValue = .string(try await MemoryFixture.agent(tools.server))
            for text in ["otters hold hands", "the build fails", "tea is at four"] {
                _ = try await tools.value("create_passage", ["agent_id": agent, "text": .string(text)])
            }
            func texts(_ more: JSONObject) async throws -> [String] {
                var arguments = more
                arguments["agent_id"] = "alpha"
                let list = try await tools.value("list_passages", arguments)
                return (list["passages"]?.array ?? []).compactMap { $0["text"]?.string }
            }
            #expect(try await texts([:]) == ["otters hold hands", "the build fails", "tea is at four"])
            #expect(try await texts(["ascending": false, "limit": 1]) == ["tea is at four"])
            #expect(try await texts(["search": "uild"]) == ["the build fails"])
            #expect(try await texts(["query": "why does the build fail"]).first == "the build fails")
            #expect(try await texts(["limit": 1, "offset": 1]) == ["the build fails"])
            let first = try await tools.value("list_passages", ["agent_id": agent, "limit": 1])
            #expect(first.hints.contains("offset 1"))
            let cursor = try #require(first["passages"]?.array?.first?["id"])
            #expect(try await texts(["after": cursor]) == ["the build fails", "tea is at four"])
            #expect(try await texts(["before": cursor]).isEmpty)
            let embedded = try await tools.value("list_passages", ["agent_id": agent, "include_embeddings": true])
            #expect(embedded["passages"]?.array?.first?["embedding"] == .null)
            #expect(first["passages"]?.array?.first?["embedding"] == nil)
        }
    }

    @Test func `a long passage is shortened and says so`() async throws {
        try await withTools(.classic, scope: .init(agent: "alpha")) { tools in
            _ = try await MemoryFixture.agent(tools.server)
            let text = String(repeating: "otter ", count: 1000)
            _ = try await tools.value("create_passage", ["text": .string(text)])
            let found = try await tools.value("search_passages", ["query": "otter"])
            let shown = try #require(found["passages"]?.array?.first)
            #expect(shown["length"] == 6000 && shown["text"]?.string?.count == 1000)
            #expect(found.hints.contains("first 1000"))
            let whole = try await tools.value("search_passages", ["query": "otter", "verbose": true])
            #expect(whole["passages"]?.array?.first?["text"] == .string(text))
            #expect(whole["passages"]?.array?.first?["archive_id"] != nil)
        }
    }

    @Test func `what cannot be done says what to do instead`() async throws {
        try await withTools(.classic) { tools in
            let nobody = try await tools.failure("list_passages")
            #expect(nobody.hints.contains("agent_id"))
            for name in ["search_passages", "create_passage"] {
                await #expect(throws: RPCError.self) { try await tools.call(name, ["agent_id": "alpha"]) }
                let failed = try await tools.failure(name, ["agent_id": "alpha", "query": "x", "text": "x"])
                #expect(failed["status"] == 404 && failed["error"]?.string?.contains("'alpha'") == true)
            }
            let missing: JSONValue = .string(IdentifierKind.passage.example)
            for name in ["modify_passage", "delete_passage"] {
                let failed = try await tools.failure(name, ["memory_id": missing, "text": "x"])
                #expect(failed["status"] == 404 && failed.hints.contains("Search or list"))
                let unnamed = try await tools.failure(name, ["text": "x"])
                #expect(unnamed["error"] == "'memory_id' or 'passage_id' is missing.")
            }
            let nothing = try await tools.failure("modify_passage", ["memory_id": missing])
            #expect(nothing["error"]?.string?.contains("'text'") == true)
            #expect(try await tools.failure("delete_passage", ["passage_id": "5"])["status"] == 422)
        }
    }
}
