import HTTP
import Platform
import RoostTesting
import Testing

/// What keeps a copy of an agent's passages in step.
@Suite struct PassageCopyTests {
    @Test func `an agent's passages are listed with provenance and version, or only those asked for`() async throws {
        try await withServer { server in
            let agent = try await server.post("/v1/agents/", ["name": "a"]).id
            var ids: [String] = []
            for text in ["one", "two", "three"] {
                let made = try await server.post(
                    "/v1/agents/\(agent)/archival-memory",
                    ["text": .string(text), "provenance": ["source": "cli", "trust": "user"]])
                ids.append(made.array.first?["id"]?.string ?? "")
            }
            let all = try await server.get("/v1/roost/passages?agent_id=\(agent)")
            #expect(all.ids == ids)
            #expect(all.array.allSatisfy { $0["version"] == 1 && $0["provenance"]?["trust"] == "user" })
            let some = try await server.get("/v1/roost/passages?agent_id=\(agent)&ids=\(ids[2]),\(ids[0]),passage-x")
            #expect(some.ids == [ids[0], ids[2]])
            #expect(
                try await server.get("/v1/roost/passages?agent_id=\(agent)&limit=1&after=\(ids[0])").ids == [ids[1]])
            #expect(try await server.get("/v1/roost/passages").status == 422)
            let other = try await server.post("/v1/agents/", ["name": "b"]).id
            #expect(try await server.get("/v1/roost/passages?agent_id=\(other)&ids=\(ids[0])").ids == [])
        }
    }

    @Test func `a change or deletion of a passage that was changed since is refused`() async throws {
        try await withServer { server in
            let agent = try await server.post("/v1/agents/", ["name": "a"]).id
            let made = try await server.post("/v1/agents/\(agent)/archival-memory", ["text": "one"])
            let path = "/v1/roost/passages/\(made.array.first?["id"]?.string ?? "")"
            let changed = try await server.patch(path, ["text": "two", "expected_version": 1])
            #expect(changed.status == 200 && changed["version"] == 2)
            let stale = try await server.patch(path, ["text": "three", "expected_version": 1])
            #expect(stale.status == 409 && stale["detail"]["code"] == "VERSION_CONFLICT")
            #expect(try await server.send(.delete, path, headers: ["if-match": "\"1\""]).status == 409)
            #expect(try await server.get(path)["text"] == "two")
            #expect(try await server.send(.delete, path, headers: ["if-match": "\"2\""]).status == 204)
        }
    }
}
