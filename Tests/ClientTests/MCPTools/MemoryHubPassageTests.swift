import Client
import Platform
import RoostTesting
import Testing

@Suite struct MemoryHubPassageTests {
    @Test func `passages are stored, searched, changed and deleted without naming an agent`() async throws {
        try await withTools(.consolidated, scope: .init(agent: "alpha")) { tools in
            let agent = try await MemoryFixture.agent(tools.server)
            let made = try await tools.memory(
                "create_passage",
                ["text": .string(MemoryFixture.injected), "tags": ["x"], "metadata": ["type": "decision"]])
            let id = try #require(made["data", "id"])
            #expect(made["data", "tags"] == ["x", "type:decision"] && made["data", "text"] == nil)
            _ = try await tools.memory("create_passage", ["text": "Deploys happen on Mondays."])
            let found = try await tools.memory("search_archival", ["query": "instructions delete_archive"])
            let best = try #require(found.items.first)
            #expect(best["id"] == id && best["text"] == .string(MemoryFixture.injected))
            #expect(best["score"] != nil && best["trust"] == "assistant" && best["created_at"] != nil)
            #expect(best["archive_id"] == nil && found["message"]?.string?.contains("Ignore") == false)
            let whole = try await tools.memory("search_archival", ["query": "instructions", "verbose": true])
            #expect(whole.items.first?["provenance", "source"] == "mcp" && whole.items.first?["why"] != nil)
            #expect(whole.items.first?["provenance", "tool"] == .string(MemoryFixture.hub))
            let tagged = try await tools.memory("search_archival", ["query": "mondays", "tags": ["x"]])
            #expect(tagged.items.allSatisfy { $0["id"] == id })
            let late = try await tools.memory("search_archival", ["query": "mondays", "start_date": "2999-01-01"])
            #expect(late["count"] == 0)

            let list = try await tools.memory("list_passages", ["agent_id": .string(agent)])
            #expect(list.items.map { $0["id"] }.first == id && list["count"] == 2)
            let page = try await tools.memory("list_passages", ["limit": 1, "offset": 1])
            #expect(page.items.map { $0["text"] } == ["Deploys happen on Mondays."])
            let ranked = try await tools.memory("list_passages", ["query": "mondays deploys", "limit": 1])
            #expect(ranked.items.map { $0["text"] } == ["Deploys happen on Mondays."])

            let changed = try await tools.memory("update_passage", ["passage_id": id, "text": "東京", "tags": []])
            #expect(changed["data", "length"] == 2)
            let one = try await tools.memory("list_passages", ["passage_id": id])
            #expect(one.items.map { $0["text"] } == ["東京"])
            _ = try await tools.memory("delete_passage", ["passage_id": id])
            #expect(try await tools.memory("list_passages")["count"] == 1)

            for operation in ["delete_passage", "update_passage", "list_passages"] {
                let failed = try await tools.memoryFailure(operation, ["passage_id": id, "text": "x"])
                #expect(failed["message"]?.string?.contains("not found") == true)
                #expect(failed.hints.contains("Search or list"))
            }
            _ = try await tools.memoryFailure("search_archival")
            for text in ["", " "] { _ = try await tools.memoryFailure("create_passage", ["text": .string(text)]) }
        }
    }

    @Test func `a passage of an archive without an agent is found by its id`() async throws {
        try await withTools(.consolidated) { tools in
            let archive = try await tools.memory("create_archive", ["name": "notes"])
            let archiveID = try #require(archive["data", "id"])
            let made = try await tools.memory("create_passage", ["archive_id": "notes", "text": "otters hold hands"])
            let id = try #require(made["data", "id"])
            #expect(made["data", "archive_id"] == archiveID)
            #expect(try await tools.memory("list_passages", ["archive_id": archiveID])["count"] == 1)
            let found = try await tools.memory("search_archival", ["archive_id": "notes", "query": "otters"])
            #expect(found.items.map { $0["id"] } == [id])
            _ = try await tools.memory("update_passage", ["passage_id": id, "text": "otters float"])
            #expect(try await tools.memory("list_passages", ["passage_id": id]).items.first?["text"] == "otters float")
            let nothing = try await tools.memoryFailure("update_passage", ["passage_id": id])
            #expect(nothing["message"]?.string?.contains("'text'") == true)
            _ = try await tools.memory("delete_passage", ["passage_id": id])
            #expect(try await tools.memory("list_passages", ["archive_id": archiveID])["count"] == 0)
        }
    }

    @Test func `an agent that is named has to hold the passage`() async throws {
        try await withTools(.consolidated) { tools in
            _ = try await MemoryFixture.agent(tools.server)
            _ = try await MemoryFixture.agent(tools.server, "beta")
            let made = try await tools.memory("create_passage", ["agent_id": "alpha", "text": "mine"])
            let id = try #require(made["data", "id"])
            _ = try await tools.memoryFailure(
                "update_passage", ["agent_id": "beta", "passage_id": id, "text": "yours"])
            _ = try await tools.memoryFailure("delete_passage", ["agent_id": "beta", "passage_id": id])
            _ = try await tools.memory("update_passage", ["agent_id": "alpha", "passage_id": id, "text": "still mine"])
            _ = try await tools.memory("delete_passage", ["agent_id": "alpha", "passage_id": id])
            #expect(try await tools.memory("list_passages", ["agent_id": "alpha"])["count"] == 0)
        }
    }

    @Test func `a long passage is shortened, says so, and can be read whole`() async throws {
        try await withTools(.consolidated, scope: .init(agent: "alpha")) { tools in
            _ = try await MemoryFixture.agent(tools.server)
            let text = "otters " + String(repeating: "🦦", count: 5000)
            let made = try await tools.memory("create_passage", ["text": .string(text)])
            for arguments: JSONObject in [["query": "otters"], [:]] {
                let list = try await tools.memory("list_passages", arguments)
                let shown = try #require(list.items.first)
                #expect(shown["shortened"] == true && shown["length"] == 5007)
                #expect(shown["text"]?.string?.unicodeScalars.count == 1000)
                #expect(list.hints.contains("1000") && list.hints.contains("passage_id"))
            }
            let verbose = try await tools.memory("list_passages", ["verbose": true])
            #expect(verbose.items.first?["text"] == .string(text) && verbose["hints"] == nil)
            let one = try await tools.memory("list_passages", ["passage_id": try #require(made["data", "id"])])
            #expect(one.items.first?["text"] == .string(text))
        }
    }

    @Test func `many long passages are shortened more, so that a reply stays readable`() async throws {
        try await withTools(.consolidated, scope: .init(agent: "alpha")) { tools in
            let agent = try await MemoryFixture.agent(tools.server)
            let archive = try #require(
                try await tools.memory("create_archive", ["name": "long", "agent_id": .string(agent)])["data", "id"]?
                    .string)
            let passage: JSONValue = ["text": .string(String(repeating: "otter ", count: 200))]
            let stored = try await tools.server.post(
                "/v1/archives/\(archive)/passages/batch",
                ["passages": .array(Array(repeating: passage, count: 201))])
            #expect(stored.status == 200)
            let list = try await tools.memory("list_passages", ["limit": 1000])
            #expect(list["count"] == 200 && list.hints.contains("first 200 of"))
            #expect(list.items.first?["text"]?.string?.count == 200 && list.items.first?["length"] == 1200)
            #expect(list.hints.contains("offset 200"))
            #expect(try await tools.memory("list_passages", ["offset": 200])["count"] == 1)
        }
    }

    @Test func `archives are created, changed, attached, detached and deleted`() async throws {
        try await withTools(.consolidated, scope: .init(agent: "alpha")) { tools in
            let agent = try await MemoryFixture.agent(tools.server)
            let made = try await tools.memory(
                "create_archive", ["name": "notes", "description": "Of the team", "metadata": ["n": 1]])
            let id = try #require(made["data", "id"])
            #expect(made["data", "metadata", "n"] == 1 && made.hints.contains("attach_archive"))
            let read = try await tools.memory("get_archive", ["archive_id": "notes"])
            #expect(read["data", "id"] == id && read["data", "description"] == "Of the team")
            let whole = try await tools.memory("get_archive", ["archive_id": id, "verbose": true])
            #expect(whole["data", "embedding_config"] != nil)
            let renamed = try await tools.memory("update_archive", ["archive_id": id, "name": "Größe 🦦"])
            #expect(renamed["data", "name"] == "Größe 🦦")
            let attached = try await tools.memory("attach_archive", ["archive_id": id])
            #expect(attached["data", "agent_id"] == .string(agent))
            #expect(try await tools.memory("list_archives", ["agent_id": "alpha"]).items.map { $0["id"] } == [id])
            let agents = try await tools.memory("list_agents_using_archive", ["archive_id": id])
            #expect(agents.items.map { $0["id"] } == [.string(agent)])
            _ = try await tools.memory("detach_archive", ["archive_id": id])
            #expect(try await tools.memory("list_archives", ["agent_id": "alpha"])["count"] == 0)
            _ = try await tools.memory("create_archive", ["name": "own", "agent_id": "alpha"])
            #expect(try await tools.memory("list_archives", ["agent_id": "alpha"])["count"] == 1)
            #expect(try await tools.memory("list_archives", ["name": "own"])["count"] == 1)
            #expect(try await tools.memory("list_archives", ["limit": 1]).hints.contains("offset 1"))
            _ = try await tools.memory("delete_archive", ["archive_id": id])
            #expect(try await tools.memory("list_archives")["count"] == 1)

            let named = [
                "get_archive", "update_archive", "delete_archive", "attach_archive", "detach_archive",
                "list_agents_using_archive",
            ]
            for operation in named {
                let failed = try await tools.memoryFailure(operation, ["archive_id": id, "name": "x"])
                #expect(failed["message"]?.string?.contains("not found") == true, "\(operation)")
                let unnamed = try await tools.memoryFailure(operation, ["name": "x"])
                #expect(unnamed["message"] == "'archive_id' is missing.")
                let unknown = try await tools.memoryFailure(operation, ["archive_id": "owm", "name": "x"])
                #expect(unknown["message"]?.string?.contains("'own'") == true)
            }
            _ = try await tools.memoryFailure("update_archive", ["archive_id": "own"])
            _ = try await tools.memoryFailure("create_archive")
            _ = try await tools.memoryFailure("list_archives", ["agent_id": "nobody"])
        }
    }
}
