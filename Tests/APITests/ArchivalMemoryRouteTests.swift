import Domain
import Platform
import RoostTesting
import Testing

@Suite struct ArchivalMemoryRouteTests {
    @Test func `the first passage makes the agent's archive, also when many come at once`() async throws {
        try await withServer { server in
            let agent = try await server.agent("alpha")
            let path = "/v1/agents/\(agent)/archival-memory"
            #expect(try await server.get(path).array.isEmpty)
            try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<16 {
                    group.addTask { try await server.post(path, ["text": "note \(number)"]).array.count }
                }
                for try await count in group { #expect(count == 1) }
            }
            let archives = try await server.get("/v1/archives/?agent_id=\(agent)").array
            #expect(archives.map { $0["name"] } == ["alpha's Archive"])
            #expect(archives.first?["description"] == "Default archive created automatically")
            #expect(try await server.get(path).array.count == 16)
        }
    }

    @Test func `a passage keeps its tags, metadata and time and can be changed and deleted`() async throws {
        try await withServer { server in
            let path = "/v1/agents/\(try await server.agent("alpha"))/archival-memory"
            let made = try await server.post(
                path,
                [
                    "text": "a\u{0}b", "tags": ["x", "x"], "metadata": ["type": "decision", "n": 1],
                    "created_at": "2024-02-03T04:05:06Z",
                ]
            ).array[0]
            #expect(made["text"] == "ab" && made["tags"] == ["x", "type:decision"] && made["embedding"] == .null)
            #expect(made["created_at"] == "2024-02-03T04:05:06.000000Z")
            let id = made["id"]?.string ?? ""
            let changed = try await server.patch(
                path + "/" + id, ["text": "otters", "metadata": ["type": "bug"]]
            ).array[0]
            #expect(changed["text"] == "otters" && changed["tags"] == ["x", "type:bug"])
            #expect(changed["created_at"] == made["created_at"] && changed["metadata"] == ["type": "bug"])
            #expect(try await server.get(path + "/search?query=otters")["count"] == 1)
            #expect(try await server.get(path + "?search=ab").array.isEmpty)
            let retagged = try await server.patch(path + "/" + id, ["tags": ["y"]]).array[0]
            #expect(retagged["tags"] == ["y", "type:bug"])
            let cleared = try await server.patch(path + "/" + id, ["metadata": nil]).array[0]
            #expect(cleared["tags"] == ["y"] && cleared["metadata"] == [:])
            let gone = try await server.delete(path + "/" + id)
            #expect(gone["message"] == .string("Memory id=\(id) successfully deleted"))
            #expect(try await server.delete(path + "/" + id).status == 404)
            #expect(try await server.delete(path + "/1").status == 422)
        }
    }

    @Test func `a passage says where it came from, and a search keeps to whom it may trust`() async throws {
        try await withServer { server in
            let path = "/v1/agents/\(try await server.agent("alpha"))/archival-memory"
            _ = try await server.post(path, ["text": "otters swim"])
            _ = try await server.post(
                path,
                [
                    "text": "otters dance",
                    "provenance": ["source": "hook", "session": "s-1", "tool": "WebFetch", "trust": "web"],
                ])
            let trusted = try await server.get(path + "/search?query=otters&trust=web")["results"].array ?? []
            #expect(trusted.map { $0["text"] } == ["otters dance"])
            let origin: JSONValue = [
                "source": "hook", "session": "s-1", "tool": "WebFetch", "file": nil, "trust": "web",
            ]
            #expect(trusted.first?["provenance"] == origin)
            #expect(trusted.first?["why"]?.strings?.contains("trust: web") == true)
            let all = try await server.post("/v1/passages/search", ["query": "otters"]).array
            #expect(all.count == 2 && all.allSatisfy { $0["relevant"]?.bool != nil })
            let two = try await server.post("/v1/passages/search", ["query": "otters", "trust": ["tool", "user"]])
            #expect(two.array.isEmpty)
            #expect(try await server.post(path, ["text": "x", "provenance": ["trust": "me"]]).status == 422)
            #expect(try await server.get(path + "/search?query=otters&trust=me").status == 422)
        }
    }

    @Test func `an empty, missing or overlong text is refused`() async throws {
        try await withServer { server in
            let path = "/v1/agents/\(try await server.agent("alpha"))/archival-memory"
            let bad: [JSONValue] = [
                [:], ["text": ""], ["text": " \n"], ["text": "\u{0}"], ["text": 1], ["text": "x", "tags": "y"],
                ["text": "x", "metadata": []], ["text": "x", "created_at": "soon"],
                ["text": .string(String(repeating: "x", count: Passage.maximumLength + 1))],
            ]
            for body in bad { #expect(try await server.post(path, body).status == 422) }
            #expect(try await server.get("/v1/archives/").array.isEmpty)
        }
    }

    @Test func `an unknown agent is 404 on every route`() async throws {
        try await withServer { server in
            let path = "/v1/agents/\(IdentifierKind.agent.example)/archival-memory"
            let memory = path + "/" + IdentifierKind.passage.example
            let replies = [
                try await server.get(path), try await server.post(path, ["text": "x"]),
                try await server.get(path + "/search?query=x"), try await server.patch(memory, ["text": "x"]),
                try await server.delete(memory),
            ]
            #expect(replies.allSatisfy { $0.status == 404 && $0.detail.contains("Agent") })
        }
    }

    @Test func `passages of one moment are paged to the empty page, once each`() async throws {
        try await withServer { server in
            let path = "/v1/agents/\(try await server.agent("alpha"))/archival-memory"
            for number in 0..<7 {
                _ = try await server.post(path, ["text": "n\(number)", "created_at": "2024-01-01T00:00:00Z"])
            }
            let all = try await server.get(path).ids
            #expect(all.count == 7 && all == all.sorted())
            for order in ["", "&ascending=false", "&order=desc"] {
                var seen: [String] = []
                while true {
                    let after = seen.last.map { "&after=" + $0 } ?? ""
                    let page = try await server.get(path + "?limit=3" + order + after).ids
                    if page.isEmpty { break }
                    seen += page
                    #expect(seen.count <= 7)
                }
                #expect(seen == (order.isEmpty ? all : all.reversed()))
            }
            #expect(try await server.get(path + "?page=2&page_size=5").ids == Array(all[5...]))
            #expect(try await server.get(path + "?offset=6").ids == [all[6]])
            #expect(try await server.get(path + "?before=\(all[3])&limit=2").ids == Array(all[1...2]))
            #expect(try await server.get(path + "?after=" + IdentifierKind.passage.example).status == 404)
        }
    }

    @Test func `the other spelling of the routes is the same memory`() async throws {
        try await withServer { server in
            let agent = "/v1/agents/\(try await server.agent("alpha"))"
            let id = try await server.post(agent + "/archival", ["text": "otter"]).ids[0]
            #expect(try await server.get(agent + "/archival-memory").ids == [id])
            #expect(try await server.get(agent + "/archival/search?query=otter")["count"] == 1)
            #expect(try await server.patch(agent + "/archival/" + id, ["text": "beaver"]).status == 200)
            #expect(try await server.delete(agent + "/archival/" + id).status == 200)
        }
    }

    @Test func `a search shows V1's members and ours, best first`() async throws {
        try await withServer { server in
            let path = "/v1/agents/\(try await server.agent("alpha"))/archival-memory"
            for text in ["The otters are swimming in the river", "Rivers are long", "A cake with plums"] {
                _ = try await server.post(path, ["text": .string(text), "tags": ["t"], "metadata": ["k": "v"]])
            }
            let reply = try await server.get(path + "/search?query=Where+does+the+otter+swim,+in+a+river%3F&tags=t")
            let results = reply["results"].array ?? []
            #expect(reply["count"] == 2 && results.count == 2)
            #expect(results[0]["content"] == "The otters are swimming in the river")
            #expect(results[0]["text"] == results[0]["content"] && results[0]["metadata"] == ["k": "v"])
            let scores = results.compactMap { $0["score"]?.double }
            #expect(scores[0] > 0.5 && scores[1] < scores[0] && scores[1] >= 0)
            #expect(results.map { $0["relevant"] } == [true, false])
            #expect(results[0]["why"] == ["text: otter", "text: swim", "text: river", "tag: t"])
            #expect(try await server.get(path + "/search?query=river&top_k=1")["count"] == 1)
            #expect(try await server.get(path + "/search?query=river&limit=1")["count"] == 1)
            #expect(try await server.get(path + "/search").status == 422)
            let ranked = try await server.get(path + "?query=plum")
            #expect(ranked.array.map { $0["text"] } == ["A cake with plums"])
        }
    }

    @Test func `filters hold for searches and lists`() async throws {
        try await withServer { server in
            let path = "/v1/agents/\(try await server.agent("alpha"))/archival-memory"
            let notes: [JSONValue] = [
                ["text": "otter one", "tags": ["a", "b"], "created_at": "2024-01-01T10:00:00Z", "metadata": ["n": 1]],
                ["text": "otter two", "tags": ["a"], "created_at": "2024-01-02T23:59:59.9Z", "metadata": ["n": "1"]],
                ["text": "otter three", "tags": ["c"], "created_at": "2024-01-03T00:00:00Z", "metadata": ["ok": true]],
            ]
            for note in notes { _ = try await server.post(path, note) }
            func found(_ query: String) async throws -> Set<String> {
                let results =
                    try await server.get(path + "/search?top_k=50&query=otter&" + query)["results"].array ?? []
                let listed = try await server.get(path + "?" + query).array
                #expect(listed.count == results.count)
                return Set(results.compactMap { $0["text"]?.string?.split(separator: " ").last.map(String.init) })
            }
            #expect(try await found("tags=a&tags=b") == ["one", "two"])
            #expect(try await found("tags=a&tags=b&tags=a&tag_match_mode=all") == ["one"])
            #expect(try await found("tags=nothing") == [])
            #expect(try await found("start_datetime=2024-01-02") == ["two", "three"])
            #expect(try await found("end_datetime=2024-01-02") == ["one", "two"])
            #expect(try await found("start_datetime=2024-01-02&end_datetime=2024-01-02") == ["two"])
            #expect(try await found("end_datetime=2024-01-02T00:00:00Z") == ["one"])
            #expect(try await found("metadata.n=1") == ["one", "two"])
            #expect(try await found("metadata.ok=true") == ["three"])
            #expect(try await found("metadata.ok=true&tags=a") == [])
            #expect(try await found("metadata.x%22y%27=1") == [])
            #expect(try await server.get(path + "/search?query=x&end_datetime=soon").status == 422)
            #expect(try await server.get(path + "/search?query=x&tag_match_mode=some").status == 422)
        }
    }
}
