import Client
import MCP
import Platform
import RoostTesting
import Testing

@Suite struct ClassicBlockTests {
    @Test func `a block is created, read, changed, attached, detached and deleted`() async throws {
        try await withTools(.classic) { tools in
            let agent = try await MemoryFixture.agent(tools.server)
            let made = try await tools.value(
                "create_memory_block",
                [
                    "name": "House rules", "label": "rules", "value": .string(MemoryFixture.injected),
                    "metadata": ["k": "v"],
                ])
            let id = try #require(made["id"])
            #expect(made["name"] == "House rules" && made["label"] == "rules" && made["value"] == nil)
            let read = try await tools.value("read_memory_block", ["block_id": id])
            #expect(read["value"] == .string(MemoryFixture.injected) && read["metadata", "k"] == "v")
            #expect(try await tools.value("read_memory_block", ["block_id": "rules"])["id"] == id)
            let attached = try await tools.value(
                "attach_memory_block", ["block_id": id, "agent_id": "alpha", "label": "mine"])
            #expect(attached["agent_id"] == .string(agent) && attached["label"] == "rules")
            #expect(attached.hints.contains("one label"))
            let again = try await tools.value("attach_memory_block", ["block_id": "rules", "agent_id": .string(agent)])
            #expect(again["block_id"] == id && again["hints"] == nil)
            let changed = try await tools.value(
                "update_memory_block", ["block_id": "rules", "agent_id": "alpha", "value": ""])
            #expect(changed["size"] == 0 && changed["version"] == 2)
            let both = try await tools.value(
                "update_memory_block", ["block_id": id, "value": "東京", "metadata": ["k": "w"]])
            #expect(both["size"] == 2)
            let now = try await tools.value("read_memory_block", ["block_id": "rules", "agent_id": "alpha"])
            #expect(now["value"] == "東京" && now["metadata", "k"] == "w" && now["version"] == 3)
            let detached = try await tools.value("detach_memory_block", ["block_id": "rules", "agent_id": "alpha"])
            #expect(detached["block_id"] == id && detached["agent_id"] == .string(agent))
            let deleted = try await tools.value("delete_memory_block", ["block_id": id])
            #expect(deleted["deleted"] == id && deleted["label"] == "rules")
            #expect(try await tools.value("list_memory_blocks")["total"] == 0)
        }
    }

    @Test func `what cannot be done says what to do instead`() async throws {
        try await withTools(.classic) { tools in
            _ = try await MemoryFixture.agent(
                tools.server, blocks: [["label": "policy", "value": "be kind", "read_only": true]])
            let missing: JSONValue = .string(IdentifierKind.block.example)
            for name in ["read_memory_block", "update_memory_block", "delete_memory_block"] {
                let failed = try await tools.failure(name, ["block_id": missing, "value": "x"])
                #expect(failed["status"] == 404 && failed.hints.contains("List the blocks"))
            }
            for name in ["attach_memory_block", "detach_memory_block"] {
                let failed = try await tools.failure(name, ["block_id": missing, "agent_id": "alpha"])
                #expect(failed["status"] == 404)
                let nobody = try await tools.failure(name, ["block_id": "policy", "agent_id": "alpah"])
                #expect(nobody["error"]?.string?.contains("'alpha'") == true)
            }
            for name in ["update_memory_block", "delete_memory_block"] {
                let failed = try await tools.failure(name, ["block_id": "policy", "value": "x"])
                #expect(failed["error"]?.string?.contains("read-only") == true)
            }
            let nothing = try await tools.failure("update_memory_block", ["block_id": "policy"])
            #expect(nothing.hints.contains("value"))
            let taken = try await tools.failure(
                "create_memory_block", ["name": "n", "label": "policy", "value": "", "agent_id": "alpha"])
            #expect(taken["status"] == 409)
            #expect(try await tools.value("list_memory_blocks")["total"] == 1)
            let long = try await tools.failure(
                "create_memory_block", ["name": "n", "label": "l", "value": "four", "limit": 3])
            #expect(long["status"] == 422 && long["error"]?.string?.contains("limit is 3") == true)
            for name in ["create_memory_block", "read_memory_block", "attach_memory_block"] {
                await #expect(throws: RPCError.self) { try await tools.call(name) }
            }
        }
    }

    @Test func `a stale change is refused`() async throws {
        try await withTools(.classic) { tools in
            let made = try await tools.value(
                "create_memory_block", ["name": "n", "label": "l", "value": "a", "limit": 5])
            let id = try #require(made["id"])
            _ = try await tools.value("update_memory_block", ["block_id": id, "value": "b", "expected_version": 1])
            let stale = try await tools.failure(
                "update_memory_block", ["block_id": id, "value": "c", "expected_version": 1])
            #expect(stale["status"] == 409 && stale.hints.contains("expected_version 2"))
            let long = try await tools.failure("update_memory_block", ["block_id": id, "value": "sixsix"])
            #expect(long["status"] == 422 && long.hints.contains("Nothing was changed"))
            _ = try await tools.value("update_memory_block", ["block_id": id, "value": "sixsix", "limit": 6])
            #expect(try await tools.value("read_memory_block", ["block_id": id])["value"] == "sixsix")
        }
    }

    @Test func `blocks are listed by pages, by label, by a text in them and by agent`() async throws {
        try await withTools(.classic) { tools in
            _ = try await MemoryFixture.agent(tools.server, blocks: [["label": "human", "value": "Ann"]])
            for number in 1...3 {
                _ = try await tools.value(
                    "create_memory_block",
                    [
                        "name": "Name\(number)", "label": "l\(number)",
                        "value": .string(String(repeating: "\(number)🦦", count: 100)),
                    ])
            }
            let first = try await tools.value("list_memory_blocks", ["page": 1, "pageSize": 3])
            #expect(first["total"] == 4 && first["page"] == 1 && first["has_more"] == true)
            #expect(first["blocks"]?.array?.count == 3)
            let second = try await tools.value("list_memory_blocks", ["page": "2", "pageSize": 3])
            #expect(second["page"] == 2 && second["has_more"] == false && second["blocks"]?.array?.count == 1)
            let cut = try #require(second["blocks"]?.array?.first)
            #expect(cut["preview"]?.string?.unicodeScalars.count == 101 && cut["size"] == 200)
            let whole = try await tools.value("list_memory_blocks", ["label": "l2", "include_full_content": true])
            #expect(whole["blocks"]?.array?.first?["value"] == .string(String(repeating: "2🦦", count: 100)))
            for (filter, labels) in [("ann", ["human"]), ("NAME2", ["l2"]), ("L3", ["l3"]), ("3🦦3", ["l3"])] {
                let found = try await tools.value("list_memory_blocks", ["filter": .string(filter)])
                #expect(found["blocks"]?.array?.compactMap { $0["label"]?.string } == labels, "\(filter)")
                #expect(found["total"] == 1)
            }
            #expect(try await tools.value("list_memory_blocks", ["filter": "nothing of it"])["total"] == 0)
            let own = try await tools.value("list_memory_blocks", ["agent_id": "alpha", "label": "human"])
            #expect(own["total"] == 1)
            #expect(try await tools.value("list_memory_blocks", ["agent_id": "alpha", "label": "l1"])["total"] == 0)
            #expect(try await tools.failure("list_memory_blocks", ["agent_id": "nobody"])["status"] == 404)
        }
    }
}
