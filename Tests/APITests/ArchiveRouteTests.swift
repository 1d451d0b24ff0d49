import Domain
import Platform
import RoostTesting
import Testing

@Suite struct ArchiveRouteTests {
    @Test func `an archive is created, changed, listed and deleted with its passages`() async throws {
        try await withServer { server in
            let made = try await server.post(
                "/v1/archives/", ["name": "notes", "embedding": "openai/text-embedding-3-small"])
            #expect(made.status == 200 && made["name"] == "notes")
            #expect(made["embedding_config"]["embedding_dim"] == 1536)
            let path = "/v1/archives/" + made.id
            let changed = try await server.patch(path, ["description": "what we learned"])
            #expect(changed["description"] == "what we learned" && changed["name"] == "notes")
            _ = try await server.post("/v1/archives/", ["name": "other"])
            #expect(try await server.get("/v1/archives/?name=notes").ids == [made.id])
            #expect(try await server.get("/v1/archives/").array.count == 2)
            let passage = try await server.post(path + "/passages", ["text": "the parser is slow"])
            #expect(try await server.delete(path).status == 204)
            #expect(try await server.get(path).status == 404)
            #expect(try await server.delete(path + "/passages/" + passage.id).status == 404)
            let found = try await server.post("/v1/passages/search", ["query": "parser"])
            #expect(found.array.isEmpty)
        }
    }

    @Test func `an archive's passages are listed page by page, without an agent`() async throws {
        try await withServer { server in
            let archive = try await server.post("/v1/archives/", ["name": "notes"]).id
            let other = try await server.post("/v1/archives/", ["name": "other"]).id
            _ = try await server.post("/v1/archives/\(other)/passages", ["text": "elsewhere"])
            for text in ["one", "two", "three"] {
                _ = try await server.post(
                    "/v1/archives/\(archive)/passages", ["text": .string(text), "metadata": ["word": .string(text)]])
            }
            let path = "/v1/roost/archives/\(archive)/passages"
            let first = try await server.get(path + "?limit=2")
            #expect(first.array.map { $0["text"] } == ["one", "two"])
            let rest = try await server.get(path + "?limit=2&after=" + (first.ids.last ?? ""))
            #expect(rest.array.map { $0["text"] } == ["three"])
            #expect(try await server.get(path + "?metadata.word=two").array.count == 1)
            let stranger = IdentifierKind.archive.example
            #expect(try await server.get("/v1/roost/archives/\(stranger)/passages").status == 404)
        }
    }

    @Test func `a passage is read, changed and deleted by its id alone`() async throws {
        try await withServer { server in
            let archive = try await server.post("/v1/archives/", ["name": "notes"]).id
            let made = try await server.post(
                "/v1/archives/\(archive)/passages",
                ["text": "otters", "metadata": ["type": "bug"], "provenance": ["source": "hook", "trust": "web"]])
            let path = "/v1/roost/passages/" + made.id
            let read = try await server.get(path)
            #expect(read["text"] == "otters" && read["archive_id"] == .string(archive))
            #expect(read["provenance"]["source"] == "hook" && read["provenance"]["trust"] == "web")
            let changed = try await server.patch(path, ["text": "otters float", "tags": ["x"]])
            #expect(changed["text"] == "otters float" && changed["tags"] == ["x", "type:bug"])
            #expect(try await server.post("/v1/roost/search", ["query": "float"])["count"] == 1)
            #expect(try await server.patch(path, ["text": " "]).status == 422)
            #expect(try await server.delete(path).status == 204)
            #expect(try await server.get(path).status == 404)
            #expect(try await server.patch(path, ["text": "x"]).status == 404)
            #expect(try await server.delete(path).status == 404)
            #expect(try await server.get("/v1/roost/passages/passage-1").status == 422)
        }
    }

    @Test func `an archive that is not there is 404 and a malformed id is 422`() async throws {
        try await withServer { server in
            let id = IdentifierKind.archive.example
            let missing = try await server.get("/v1/archives/" + id)
            #expect(missing.status == 404 && missing.detail.contains(id))
            #expect(try await server.get("/v1/archives/archive-1").status == 422)
            #expect(try await server.get("/v1/archives/?after=" + id).status == 404)
            #expect(try await server.post("/v1/archives/", ["name": ""]).status == 422)
            #expect(try await server.post("/v1/archives/\(id)/passages", ["text": "x"]).status == 404)
            let search = try await server.post("/v1/passages/search", ["archive_id": .string(id)])
            #expect(search.status == 404)
        }
    }

    @Test func `archives are paged to the empty page`() async throws {
        try await withServer { server in
            var made: [String] = []
            for number in 0..<5 { made.append(try await server.post("/v1/archives/", ["name": "a\(number)"]).id) }
            var seen: [String] = []
            var target = "/v1/archives/?limit=2"
            while true {
                let page = try await server.get(target).ids
                if page.isEmpty { break }
                seen += page
                target = "/v1/archives/?limit=2&after=" + seen[seen.count - 1]
            }
            #expect(seen == made.reversed())
            #expect(try await server.get("/v1/archives/?limit=2&page=3").ids == [made[0]])
            #expect(try await server.get("/v1/archives/?limit=2&before=" + made[0]).ids == [made[2], made[1]])
        }
    }

    @Test func `an attached archive is searched with the agent's own and detaching takes it away`() async throws {
        try await withServer { server in
            let agent = try await server.agent("alpha")
            let archive = try await server.post("/v1/archives/", ["name": "shared"]).id
            _ = try await server.post("/v1/archives/\(archive)/passages", ["text": "shared knowledge of otters"])
            let links = "/v1/agents/\(agent)/archives/"
            _ = try await server.post("/v1/agents/\(agent)/archival-memory", ["text": "own knowledge of otters"])
            for _ in 0..<2 { #expect(try await server.patch(links + "attach/" + archive).status == 200) }
            #expect(try await server.get("/v1/archives/\(archive)/agents").ids == [agent])
            #expect(try await server.get("/v1/archives/?agent_id=\(agent)").array.count == 2)
            let both = try await server.get("/v1/agents/\(agent)/archival-memory/search?query=otters")
            #expect(both["count"] == 2)
            // What is new goes to the agent's own archive, not to the shared one.
            let new = try await server.post("/v1/agents/\(agent)/archival-memory", ["text": "more"])
            #expect(new.array.first?["archive_id"] != .string(archive))
            #expect(try await server.patch(links + "detach/" + archive).status == 200)
            #expect(try await server.get("/v1/agents/\(agent)/archival-memory/search?query=otters")["count"] == 1)
            #expect(try await server.patch(links + "attach/" + IdentifierKind.archive.example).status == 404)
            let nobody = "/v1/agents/\(IdentifierKind.agent.example)/archives/attach/\(archive)"
            #expect(try await server.patch(nobody).status == 404)
        }
    }

    @Test func `a batch keeps its order and is all or nothing`() async throws {
        try await withServer { server in
            let archive = try await server.post("/v1/archives/", ["name": "notes"]).id
            let path = "/v1/archives/\(archive)/passages/batch"
            let good = try await server.post(path, ["passages": [["text": "one"], ["text": "two", "tags": ["t"]]]])
            #expect(good.array.map { $0["text"] } == ["one", "two"])
            #expect(good.array.last?["tags"] == ["t"])
            let bad = try await server.post(path, ["passages": [["text": "three"], ["text": " \u{0} "]]])
            #expect(bad.status == 422)
            #expect(try await server.post("/v1/passages/search", [:]).array.count == 2)
            #expect(try await server.post(path, ["passages": []]).array.isEmpty)
        }
    }

    @Test func `everything, one archive or one agent is searched`() async throws {
        try await withServer { server in
            let agent = try await server.agent("alpha")
            _ = try await server.post("/v1/agents/\(agent)/archival-memory", ["text": "an otter at home"])
            let archive = try await server.post("/v1/archives/", ["name": "zoo"]).id
            _ = try await server.post(
                "/v1/archives/\(archive)/passages",
                ["text": "an otter in the zoo", "metadata": ["animal": "otter", "age": 3], "created_at": "2024-05-06"])
            let search = "/v1/passages/search"
            #expect(try await server.post(search, ["query": "otter"]).array.count == 2)
            let zoo = try await server.post(search, ["query": "otter", "archive_id": .string(archive)]).array
            #expect(zoo.map { $0["passage"]?["text"] } == ["an otter in the zoo"])
            let home = try await server.post(
                search, ["query": "otter", "archive_id": .string(archive), "agent_id": .string(agent)]
            ).array
            #expect(home.map { $0["passage"]?["text"] } == ["an otter at home"])
            #expect(try await server.post(search, ["metadata": ["age": 3]]).array.count == 1)
            #expect(try await server.post(search, ["metadata": ["age": 4]]).array.isEmpty)
            #expect(
                try await server.post(search, ["start_date": "2024-05-06", "end_date": "2024-05-06"]).array.count == 1)
            #expect(try await server.post(search, ["limit": 0]).status == 422)
        }
    }
}

extension TestServer {
    /// A new agent without tools.
    func agent(_ name: String) async throws -> String {
        let reply = try await post(
            "/v1/agents/", ["name": .string(name), "include_base_tools": false, "memory_blocks": []])
        #expect(reply.status == 200)
        return reply.id
    }
}
