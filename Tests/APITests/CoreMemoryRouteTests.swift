import HTTP
import Platform
import RoostTesting
import Testing

@Suite struct CoreMemoryRouteTests {
    private func agent(_ server: TestServer, _ labels: [String]) async throws -> TestReply {
        let blocks = labels.map { JSONValue.object(JSONObject([("label", .string($0)), ("value", "v")])) }
        return try await server.post(
            "/v1/agents/", ["model": "openai/gpt-4.1", "include_base_tools": false, "memory_blocks": .array(blocks)])
    }

    @Test func `a block is found and changed by its label or its id`() async throws {
        try await withServer { server in
            let agent = try await agent(server, ["human", "with space/slash"])
            let path = "/v1/agents/\(agent.id)/core-memory/blocks"
            let block = try await server.get("\(path)/human")
            #expect(try await server.get("\(path)/\(block.id)").json == block.json)
            #expect(try await server.get("\(path)/with%20space%2Fslash")["label"] == "with space/slash")
            #expect(try await server.patch("\(path)/human", ["value": "new"])["value"] == "new")
            let missing = try await server.get("\(path)/nope")
            #expect(missing.status == 404)
            #expect(missing.detail == "No block with label 'nope' found for agent '\(agent.id)'")
        }
    }

    @Test func `a shared block changes for every agent it is attached to`() async throws {
        try await withServer { server in
            let shared = try await server.post("/v1/blocks/", ["label": "team", "value": "old"])
            var ids: [String] = []
            for _ in 0..<3 {
                let id = try await agent(server, []).id
                ids.append(id)
                let attached = try await server.patch("/v1/agents/\(id)/core-memory/blocks/attach/\(shared.id)")
                #expect(attached["blocks"].array?.count == 1)
            }
            _ = try await server.patch("/v1/agents/\(ids[0])/core-memory/blocks/team", ["value": "new"])
            for id in ids {
                #expect(try await server.get("/v1/agents/\(id)/core-memory/blocks/team")["value"] == "new")
            }
            #expect(Set(try await server.get("/v1/blocks/\(shared.id)/agents").ids) == Set(ids))
            _ = try await server.patch("/v1/agents/\(ids[0])/core-memory/blocks/detach/\(shared.id)")
            #expect(try await server.get("/v1/blocks/\(shared.id)/agents").ids.count == 2)
        }
    }

    @Test func `a second block of one label is a conflict`() async throws {
        try await withServer { server in
            let agent = try await agent(server, ["human"])
            let other = try await server.post("/v1/blocks/", ["label": "human", "value": ""])
            let reply = try await server.patch("/v1/agents/\(agent.id)/core-memory/blocks/attach/\(other.id)")
            #expect(reply.status == 409)
        }
    }

    @Test func `no change of a label or of the attached blocks makes two of one label`() async throws {
        try await withServer { server in
            let shared = try await server.post("/v1/blocks/", ["label": "team", "value": ""])
            let one = try await agent(server, ["human"])
            let two = try await agent(server, [])
            for id in [one.id, two.id] {
                let path = "/v1/agents/\(id)/core-memory/blocks/attach/\(shared.id)"
                #expect(try await server.patch(path).status == 200)
            }
            let renamed: JSONValue = ["label": "human"]
            #expect(try await server.patch("/v1/blocks/\(shared.id)", renamed).status == 409)
            for id in [one.id, two.id] {
                let path = "/v1/agents/\(id)/core-memory/blocks/team"
                #expect(try await server.patch(path, renamed).status == 409)
            }
            #expect(try await server.patch("/v1/blocks/\(shared.id)", ["label": "crew"]).status == 200)
            #expect(try await server.get("/v1/agents/\(two.id)/core-memory/blocks/crew").status == 200)
            let other = try await server.post("/v1/blocks/", ["label": "crew", "value": ""])
            let ids: JSONValue = ["block_ids": [.string(shared.id), .string(other.id)]]
            #expect(try await server.patch("/v1/agents/\(two.id)", ids).status == 409)
            let swap: JSONValue = ["block_ids": [.string(other.id)]]
            #expect(try await server.patch("/v1/agents/\(two.id)", swap)["blocks"].array?.count == 1)
        }
    }

    @Test func `the blocks of an agent are paged by the time they were made`() async throws {
        try await withServer { server in
            let old = try await server.post("/v1/blocks/", ["label": "old", "value": ""])
            let agent = try await agent(server, ["b", "c", "d"])
            _ = try await server.patch("/v1/agents/\(agent.id)/core-memory/blocks/attach/\(old.id)")
            let path = "/v1/agents/\(agent.id)/core-memory/blocks"
            func labels(_ query: String) async throws -> [String] {
                try await server.get(path + query).array.compactMap { $0["label"]?.string }
            }
            #expect(try await labels("") == ["d", "c", "b", "old"])
            let ids = try await server.get(path + "?order=asc").ids
            #expect(ids.first == old.id)
            #expect(try await labels("?before=\(old.id)&limit=2") == ["c", "b"])
            #expect(try await labels("?before=\(old.id)&limit=2&offset=1") == ["d", "c"])
            #expect(try await labels("?after=\(ids[3])&before=\(old.id)&limit=1") == ["c"])
        }
    }

    @Test func `an unknown cursor is 404 in the lists of what is attached`() async throws {
        try await withServer { server in
            let agent = try await agent(server, ["a"])
            let block = try await server.get("/v1/agents/\(agent.id)/core-memory/blocks").ids[0]
            let end = "123e4567-e89b-42d3-8456-426614174000"
            for path in [
                "/v1/agents/\(agent.id)/core-memory/blocks?after=block-\(end)",
                "/v1/agents/\(agent.id)/core-memory/blocks?before=block-\(end)",
                "/v1/blocks/\(block)/agents?after=agent-\(end)",
            ] {
                let reply = try await server.get(path)
                #expect(reply.status == 404 && reply.detail.contains(end))
            }
        }
    }

    @Test func `several blocks change together or not at all`() async throws {
        try await withServer { server in
            let agent = try await agent(server, ["a", "b"])
            let path = "/v1/agents/\(agent.id)/core-memory"
            #expect(try await server.patch(path, ["a": "1", "b": "2"]).status == 200)
            #expect(try await server.patch(path, ["a": "9", "nope": "2"]).status == 404)
            #expect(try await server.get("\(path)/blocks/a")["value"] == "1")
            let listed: JSONValue = ["memory_blocks": [["label": "a", "value": "3"]]]
            #expect(try await server.patch(path, listed)["blocks"].array?.first?["value"] == "3")
        }
    }

    @Test func `limits hold on every write, and no limit is set below its value`() async throws {
        try await withServer { server in
            let block = try await server.post("/v1/blocks/", ["label": "l", "value": "12345", "limit": 5])
            let over = try await server.patch("/v1/blocks/\(block.id)", ["value": "123456"])
            #expect(over.status == 422)
            #expect(over.detail.contains("6 characters, its limit is 5"))
            #expect(try await server.patch("/v1/blocks/\(block.id)", ["limit": 3]).status == 422)
            #expect(try await server.patch("/v1/blocks/\(block.id)", ["limit": 3, "value": "123"])["limit"] == 3)
        }
    }

    @Test func `every write goes to the history, and a stale write is told both values`() async throws {
        try await withServer { server in
            let block = try await server.post("/v1/blocks/", ["label": "l", "value": "one"])
            _ = try await server.patch("/v1/blocks/\(block.id)", ["value": "two"])
            let stale = try await server.patch("/v1/blocks/\(block.id)", ["value": "three", "expected_version": 1])
            #expect(stale.status == 409)
            #expect(stale["detail"]["current_value"] == "two" && stale["detail"]["your_value"] == "three")
            let matched = try await server.send(
                .patch, "/v1/blocks/\(block.id)", ["value": "three"], headers: ["if-match": "\"2\""])
            #expect(matched.status == 200 && matched.headers["etag"] == "\"3\"")
            _ = try await server.delete("/v1/blocks/\(block.id)")
            let history = try await server.get("/v1/roost/blocks/\(block.id)/history").array
            #expect(history.compactMap { $0["value"]?.string } == ["three", "two", "one"])
            #expect(history.first?["action"] == "deleted")
        }
    }

    @Test func `explicit nulls clear what may be null and keep the rest`() async throws {
        try await withServer { server in
            let block = try await server.post(
                "/v1/blocks/", ["label": "l", "value": "v", "description": "d", "metadata": ["a": 1]])
            let changed = try await server.patch(
                "/v1/blocks/\(block.id)", ["description": nil, "value": nil, "label": nil, "metadata": nil])
            #expect(changed["description"] == .null && changed["metadata"] == .null)
            #expect(changed["value"] == "v" && changed["label"] == "l")
        }
    }

    @Test func `a block is reached by its label where the label is unique`() async throws {
        try await withServer { server in
            let block = try await server.post("/v1/blocks/", ["label": "only", "value": "v"])
            #expect(try await server.get("/v1/blocks/only").id == block.id)
            _ = try await server.post("/v1/blocks/", ["label": "only", "value": "w"])
            #expect(try await server.get("/v1/blocks/only").status == 409)
            #expect(try await server.get("/v1/blocks/none").status == 422)
        }
    }
}
