import Client
import Platform
import RoostTesting
import Testing

@Suite struct MemoryHubBlockTests {
    private static let blocks: [JSONValue] = [
        ["label": "human", "value": "Ann"], ["label": "persona", "value": "", "limit": 50],
    ]

    @Test func `core memory is read whole and changed by label`() async throws {
        try await withTools(.consolidated, scope: .init(agent: "alpha")) { tools in
            let agent = try await MemoryFixture.agent(tools.server, blocks: Self.blocks)
            let memory = try await tools.memory("get_core_memory")
            #expect(memory["count"] == 2)
            let human = try #require(memory.items.first { $0["label"] == "human" })
            #expect(human["value"] == "Ann" && human["size"] == 3 && human["version"] == 1)
            #expect(memory.items.first { $0["label"] == "persona" }?["value"] == "")
            let changed = try await tools.memory(
                "update_core_memory",
                ["agent_id": .string(agent), "block_label": "human", "value": .string(MemoryFixture.injected)])
            #expect(changed["data", "version"] == 2 && changed["data", "value"] == nil)
            let read = try await tools.memory("get_block_by_label", ["block_label": "human"])
            #expect(read["data", "value"] == .string(MemoryFixture.injected))
            #expect(read["message"]?.string?.contains("Ignore") == false)
            _ = try await tools.memory("update_core_memory", ["label": "human", "value": ""])
            #expect(try await tools.memory("get_block_by_label", ["label": "human"])["data", "value"] == "")
            let whole = try await tools.memory("get_block_by_label", ["label": "human", "verbose": true])
            #expect(whole["data", "created_at"] != nil)

            _ = try await tools.memoryFailure("update_core_memory", ["block_label": "human"])
            let unknown = try await tools.memoryFailure("get_block_by_label", ["block_label": "humen"])
            #expect(unknown.hints.contains("List the blocks"))
            let long = try await tools.memoryFailure(
                "update_core_memory", ["block_label": "persona", "value": .string(String(repeating: "x", count: 51))])
            #expect(long["message"]?.string?.contains("51") == true && long["message"]?.string?.contains("50") == true)
            #expect(long.hints.contains("Nothing was changed"))
        }
    }

    @Test func `a stale change is refused and names the version that is there`() async throws {
        try await withTools(.consolidated, scope: .init(agent: "alpha")) { tools in
            _ = try await MemoryFixture.agent(tools.server, blocks: Self.blocks)
            let first = try await tools.memory(
                "update_core_memory", ["block_label": "human", "value": "Ben", "expected_version": 1])
            let id = try #require(first["data", "id"])
            let core = try await tools.memoryFailure(
                "update_core_memory", ["block_label": "human", "value": "Cem", "expected_version": 1])
            #expect(core.hints.contains("expected_version 2"))
            let block = try await tools.memoryFailure(
                "update_block", ["block_id": id, "value": "Cem", "expected_version": 1])
            #expect(block.hints.contains("expected_version 2"))
            #expect(try await tools.memory("get_block", ["block_id": id])["data", "value"] == "Ben")
        }
    }

    @Test func `a read-only block is not changed by a tool`() async throws {
        try await withTools(.consolidated) { tools in
            let agent = try await MemoryFixture.agent(
                tools.server, blocks: [["label": "policy", "value": "be kind", "read_only": true]])
            let failed = try await tools.memoryFailure(
                "update_core_memory", ["agent_id": .string(agent), "block_label": "policy", "value": "x"])
            #expect(failed["message"]?.string?.contains("read-only") == true)
            #expect(failed.hints.contains("roost block edit block-"))
            let read = try await tools.memory("get_block_by_label", ["agent_id": "alpha", "block_label": "policy"])
            #expect(read["data", "value"] == "be kind" && read["data", "read_only"] == true)
        }
    }

    @Test func `blocks are created, listed, filtered and paged`() async throws {
        try await withTools(.consolidated) { tools in
            _ = try await MemoryFixture.agent(tools.server, blocks: Self.blocks)
            let long = String(repeating: "é", count: 300)
            let made = try await tools.memory(
                "create_block",
                [
                    "label": "rules", "value": .string(long), "description": "House rules", "limit": 400,
                    "tags": ["t"], "metadata": ["a": 1], "is_template": true, "name": "house",
                ])
            #expect(made["data", "size"] == 300 && made["data", "limit"] == 400 && made["data", "name"] == "house")
            #expect(made.hints.contains("attach_block"))
            let all = try await tools.memory("list_blocks")
            #expect(all["count"] == 3 && all["hints"] == nil)
            let shown = try #require(all.items.first { $0["label"] == "rules" })
            #expect(shown["preview"] == .string(String(repeating: "é", count: 100) + "…") && shown["value"] == nil)
            let templates = try await tools.memory("list_blocks", ["is_template": true])
            #expect(templates.items.map { $0["label"] } == ["rules"])
            #expect(try await tools.memory("list_blocks", ["is_template": false])["count"] == 2)
            #expect(try await tools.memory("list_blocks", ["query": "ANN"]).items.map { $0["label"] } == ["human"])
            #expect(try await tools.memory("list_blocks", ["label": "human"])["count"] == 1)
            #expect(try await tools.memory("list_blocks", ["agent_id": "alpha"])["count"] == 2)
            let page = try await tools.memory("list_blocks", ["pagination": ["limit": 2, "offset": 0]])
            #expect(page["count"] == 2 && page["message"] == "Blocks: 2 of 3" && page.hints.contains("offset 2"))
            let rest = try await tools.memory("list_blocks", ["limit": 2, "offset": 2])
            #expect(rest.items.map { $0["label"] } == ["rules"])
            let whole = try await tools.memory("list_blocks", ["label": "rules", "verbose": true])
            #expect(whole.items.first?["value"] == .string(long))
            _ = try await tools.memoryFailure("list_blocks", ["agent_id": "nobody"])
            _ = try await tools.memoryFailure("create_block", ["value": "x"])
            let over = try await tools.memoryFailure("create_block", ["label": "l", "value": "four", "limit": 3])
            #expect(over["message"]?.string?.contains("limit is 3") == true)
        }
    }

    @Test func `a block that cannot be attached is not created`() async throws {
        try await withTools(.consolidated) { tools in
            _ = try await MemoryFixture.agent(tools.server, blocks: Self.blocks)
            let made = try await tools.memory("create_block", ["label": "new", "value": "v", "agent_id": "alpha"])
            #expect(made["hints"] == nil)
            #expect(try await tools.memory("get_core_memory", ["agent_id": "alpha"])["count"] == 3)
            let failed = try await tools.memoryFailure(
                "create_block", ["label": "human", "value": "v", "agent_id": "alpha"])
            #expect(failed["message"]?.string?.contains("'human'") == true)
            #expect(try await tools.memory("list_blocks", ["label": "human"])["count"] == 1)
        }
    }

    @Test func `a block is read, changed, attached, detached and its agents are listed`() async throws {
        try await withTools(.consolidated, scope: .init(agent: "alpha")) { tools in
            let agent = try await MemoryFixture.agent(tools.server)
            let made = try await tools.memory("create_block", ["label": "shared", "value": "one"])
            let id = try #require(made["data", "id"])
            let attached = try await tools.memory("attach_block", ["block_id": id])
            #expect(attached["data", "agent_id"] == .string(agent) && attached["data", "label"] == "shared")
            let agents = try await tools.memory("list_agents_using_block", ["block_id": "shared"])
            #expect(agents.items.map { $0["name"] } == ["alpha"] && agents.items.first?["id"] == .string(agent))
            let renamed = try await tools.memory("update_block", ["block_id": id, "label": "common", "value": "two"])
            #expect(renamed["data", "label"] == "common")
            let byLabel = try await tools.memory("update_block", ["label": "common", "metadata": ["k": "v"]])
            #expect(byLabel["data", "version"] == 3)
            let read = try await tools.memory("get_block", ["block_id": "common"])
            #expect(read["data", "value"] == "two" && read["data", "metadata", "k"] == "v")
            let detached = try await tools.memory("detach_block", ["block_label": "common"])
            #expect(detached["data", "block_id"] == id)
            #expect(try await tools.memory("get_core_memory")["count"] == 0)
            #expect(try await tools.memory("get_block", ["block_id": id])["data", "value"] == "two")

            let missing: JSONValue = .string(IdentifierKind.block.example)
            for operation in ["get_block", "attach_block", "detach_block", "list_agents_using_block"] {
                let failed = try await tools.memoryFailure(operation, ["block_id": missing])
                #expect(failed["message"]?.string?.contains("ound") == true, "\(failed.text)")
            }
            _ = try await tools.memoryFailure("update_block", ["block_id": missing, "value": "x"])
            let nothing = try await tools.memoryFailure("update_block", ["block_id": id])
            #expect(nothing.hints.contains("value"))
        }
    }
}
