import Platform
import RoostTesting
import Testing

@Suite struct MemoryUseRouteTests {
    @Test func `a memory is counted by type, trust, week and use`() async throws {
        try await withServer { server in
            let agent = try await server.agent("alpha")
            let path = "/v1/agents/\(agent)/archival-memory"
            let notes: [(String, JSONObject)] = [
                (
                    "otters hold hands",
                    ["metadata": ["type": "learning"], "provenance": ["source": "cli", "trust": "user"]]
                ),
                ("the build fails", ["metadata": ["type": "bug"], "tags": ["ci"]]),
                ("tea at four", ["created_at": "2026-01-05T10:00:00Z", "metadata": ["type": "bug"]]),
            ]
            for (text, more) in notes {
                var body = more
                body["text"] = .string(text)
                _ = try await server.post(path, .object(body))
            }
            let target = "/v1/roost/memory/stats?agent_id=\(agent)"
            let fresh = try await server.get(target)
            #expect(fresh["passages"] == 3 && fresh["used"] == 0 && fresh["last_used_at"] == .null)
            #expect(fresh["by_type"] == [["name": "bug", "count": 2], ["name": "learning", "count": 1]])
            #expect(fresh["by_tag"] == [["name": "ci", "count": 1]])
            #expect(fresh["by_trust"] == [["name": "unknown", "count": 2], ["name": "user", "count": 1]])
            #expect(fresh["never_used"].array?.first?["text"] == "tea at four", "the oldest first")
            #expect(fresh["weeks"].array?.first?["added"] == 2 && fresh["weeks"].array?.count == 1)
            let long = try await server.get(target + "&weeks=520")
            #expect(long["weeks"].array?.first == ["start": "2026-01-05T00:00:00.000000Z", "added": 1])
            _ = try await server.post("/v1/roost/search", ["query": "otters", "counts_as_use": false])
            #expect(try await server.get(target)["used"] == 0)
            _ = try await server.post("/v1/roost/search", ["query": "otters"])
            _ = try await server.post("/v1/roost/search", ["query": "otters"])
            let used = try await server.get(target)
            #expect(used["used"] == 1 && used["accesses"] == 2)
            #expect(used["most_used"].array?.map { $0["text"] } == ["otters hold hands"])
            #expect(used["never_used"].array?.count == 2)
            #expect(try await server.get("/v1/roost/memory/stats?limit=1")["never_used"].array?.count == 1)
        }
    }

    @Test func `what was used elsewhere is noted, of this agent's passages alone`() async throws {
        try await withServer { server in
            let (agent, other) = (try await server.agent("alpha"), try await server.agent("beta"))
            let own = try await server.post("/v1/agents/\(agent)/archival-memory", ["text": "otters"]).ids.first ?? ""
            let foreign = try await server.post("/v1/agents/\(other)/archival-memory", ["text": "tea"]).ids.first ?? ""
            let gone = "passage-00000000-0000-4000-8000-000000000000"
            let body: JSONValue = [
                "agent_id": .string(agent), "passage_ids": [.string(own), .string(foreign), .string(gone)],
            ]
            _ = try await server.post("/v1/roost/memory/used", body)
            #expect(try await server.get("/v1/roost/memory/stats")["accesses"] == 1)
            #expect(try await server.get("/v1/roost/memory/stats?agent_id=\(agent)")["accesses"] == 1)
        }
    }

    @Test func `stale are the unused, the resolved and the doubled`() async throws {
        try await withServer { server in
            let agent = try await server.agent("alpha")
            let path = "/v1/agents/\(agent)/archival-memory"
            func add(_ text: String, _ metadata: JSONValue = [:]) async throws -> String {
                let body: JSONValue = [
                    "text": .string(text), "metadata": metadata, "created_at": "2025-01-01T00:00:00Z",
                ]
                return try await server.post(path, body).ids.first ?? ""
            }
            let target = "/v1/roost/memory/stale?agent_id=\(agent)"
            #expect(try await server.get(target)["never_used"]["count"] == 0)
            let bug = try await add("a mended bug", ["type": "bug", "resolved": true])
            _ = try await add("an open bug", ["type": "bug", "resolved": false])
            let twice = [try await add("there twice"), try await add("there twice")]
            let found = try await server.get(target)
            #expect(found["never_used"]["count"] == 4 && found["unused_lately"]["count"] == 0)
            #expect(found["resolved"]["passages"]?.array?.map { $0["id"] } == [.string(bug)])
            #expect(found["duplicates"]["count"] == 1)
            let ids = found["duplicates"]["groups"]?.array?.first?["ids"]?.strings ?? []
            #expect(Set(ids) == Set(twice))
            #expect(try await server.get(target + "&limit=1")["never_used"]["count"] == 4)
            #expect(try await server.get(target + "&days=3650")["never_used"]["count"] == 0)
        }
    }

    @Test func `an agent that is not there, and numbers out of range, are refused`() async throws {
        try await withServer { server in
            let nobody = "agent-00000000-0000-4000-8000-000000000000"
            for route in ["stats", "stale"] {
                let queries = ["?agent_id=\(nobody)": 404, "?limit=0": 422, "": 200]
                for (query, status) in queries {
                    let reply = try await server.get("/v1/roost/memory/\(route)\(query)")
                    #expect(reply.status == status, "\(route)\(query)")
                }
            }
        }
    }
}
