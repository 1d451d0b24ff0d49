import API
import Client
import HTTP
import Platform
import RoostTesting
import Testing

@Suite struct TeamTests {
    private func client(_ server: TestServer, _ user: String? = nil) -> RoostClient {
        RoostClient(
            transport: ClientTransport(place: "the test server") { await server.server.respond(to: $0) }, user: user)
    }

    private func agent(_ server: TestServer, _ name: String, tags: [JSONValue] = [], blocks: [JSONValue] = [])
        async throws -> String
    {
        let reply = try await server.post(
            "/v1/agents/", ["name": .string(name), "tags": .array(tags), "memory_blocks": .array(blocks)])
        return reply.id
    }

    @Test func `a block goes to every agent of a team, and what fails for one does not keep it from the others`()
        async throws
    {
        try await withServer { server in
            let team = TeamBlocks(client: client(server))
            _ = try await agent(server, "web", tags: ["team:a"])
            _ = try await agent(
                server, "api", tags: ["team:a"], blocks: [["label": "team_standards", "value": "my own"]])
            _ = try await agent(server, "other")
            let (block, isNew) = try await team.share("team_standards", ["value": "tabs"], tags: ["team:a"])
            #expect(isNew && block["tags"]?.strings == ["shared", "team:a"])
            let report = try await team.attach(block, to: .tagged(["team:a"]))
            #expect(report.filter(\.hasFailed).map(\.agent) == ["api"])
            #expect(report.filter { $0.outcome == .attached }.map(\.agent) == ["web"])
            let again = try await team.attach(block, to: .named(["web", "nobody", "other"]))
            #expect(again.map(\.outcome).prefix(1) == [.already])
            #expect(again[1].hasFailed && again[2].outcome == .attached)
            // The label is another agent's too: the shared one is meant.
            #expect(try await team.required("team_standards")["id"] == block["id"])
            #expect(try await team.all().count == 1)
        }
    }

    @Test func `a value is not replaced by sharing`() async throws {
        try await withServer { server in
            let team = TeamBlocks(client: client(server))
            _ = try await team.share("x", ["value": "one"], tags: [])
            await #expect(throws: ClientError.self) { _ = try await team.share("x", ["value": "two"], tags: []) }
            let (block, isNew) = try await team.share("x", ["read_only": true], tags: ["team:b"])
            #expect(!isNew && block["value"] == "one" && block["read_only"] == true)
            #expect(Set(block["tags"]?.strings ?? []) == ["shared", "team:b"])
        }
    }

    @Test func `agents are made with shared blocks in one call`() async throws {
        try await withServer { server in
            let team = TeamBlocks(client: client(server))
            let (block, _) = try await team.share("x", ["value": "one"], tags: [])
            let made = try await team.createAgents(["a", "b"], sharing: ["x"], tags: ["team:a"], model: nil)
            for (_, result) in made {
                let id = try result.get()["id"]?.string ?? ""
                let blocks = try await server.get("/v1/agents/\(id)/core-memory/blocks").ids
                #expect(blocks == [block["id"]?.string])
            }
        }
    }

    @Test func `who changed a block is told as the client called itself`() async throws {
        try await withServer { server in
            let (ann, bea) = (client(server, "ann"), client(server, "Bé a%".filter { $0 != " " }))
            let block = try await ann.call(.post, "/v1/blocks/", body: ["label": "x", "value": "1"])
            let id = block["id"]?.string ?? ""
            try await bea.call(.patch, "/v1/blocks/\(id)", body: ["value": "2"])
            try await client(server).call(.patch, "/v1/blocks/\(id)", body: ["value": "3"])
            let versions = try await BlockVersions(ann, blockID: id)
            #expect(versions.all.map(\.value) == ["3", "2", "1"])
            #expect(versions.all.map(\.author) == [nil, "Béa%", "ann"])
            #expect(versions.all.allSatisfy { $0.writtenAt != nil })
            #expect(throws: ClientError.self) { try versions.required(9) }
            let bad = try await server.get("/v1/blocks/", headers: ["x-roost-user": "a%20b"])
            #expect(bad.status == 400)
        }
    }

    @Test func `an edit is merged with what came meanwhile, or refused with both`() async throws {
        try await withServer { server in
            let client = client(server)
            let block = try await client.call(.post, "/v1/blocks/", body: ["label": "x", "value": "a\nb\nc"])
            let id = block["id"]?.string ?? ""
            try await client.call(.patch, "/v1/blocks/\(id)", body: ["value": "A\nb\nc"])
            func edit(_ value: String, _ side: ThreeWayMerge.Side? = nil) async throws -> MergingEdit.Outcome {
                try await MergingEdit(client: client, blockID: id, base: (1, "a\nb\nc"), value: value, side: side)
                    .save()
            }
            let merged = try await edit("a\nb\nC")
            #expect(merged.block["value"] == "A\nb\nC" && merged.mergedVersion == 2)
            let error = await #expect(throws: MergingEdit.Conflict.self) { _ = try await edit("mine\nb\nc") }
            #expect(error?.marked.hasPrefix("<<<<<<< yours\nmine\n=======\nA\n>>>>>>> version 3") == true)
            #expect(try await client.get("/v1/blocks/\(id)")["value"] == "A\nb\nC")
            #expect(try await edit("mine\nb\nc", .ours).block["value"] == "mine\nb\nC")
            #expect(try await edit("a\nb\nC").isChanged == false)
        }
    }

    @Test func `many who edit one block at once lose nothing`() async throws {
        try await withServer { server in
            let client = client(server)
            let start = (0..<12).map { "line \($0)" }.joined(separator: "\n")
            let block = try await client.call(.post, "/v1/blocks/", body: ["label": "x", "value": .string(start)])
            let id = block["id"]?.string ?? ""
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<12 {
                    group.addTask {
                        let lines = (0..<12).map { $0 == number ? "edited \($0)" : "line \($0)" }
                        _ = try await MergingEdit(
                            client: client, blockID: id, base: (1, start), value: lines.joined(separator: "\n")
                        ).save()
                    }
                }
                try await group.waitForAll()
            }
            let value = try await client.get("/v1/blocks/\(id)")["value"]?.string
            #expect(value == (0..<12).map { "edited \($0)" }.joined(separator: "\n"))
        }
    }

    @Test func `decisions added at once get numbers of their own, and past ones make room`() async throws {
        try await withServer { server in
            let client = client(server)
            let team = TeamBlocks(client: client)
            let memory = ToolSession(scope: ToolSession.Scope(project: "nest"), client: client)
            let writing = DecisionWriting(team: team, memory: memory)
            _ = try await team.share(DecisionLog.label, ["value": "# Decisions\n", "limit": 700], tags: [])
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<5 {
                    group.addTask {
                        _ = try await writing.add(DecisionLog.Draft(title: "Choice \(number)", date: "2026-11-21"))
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await writing.log().decisions.map(\.number) == [1, 2, 3, 4, 5])
            var draft = DecisionLog.Draft(title: "Better", date: "2026-11-22")
            draft.supersedes = 2
            draft.context = String(repeating: "why ", count: 85)
            let added = try await writing.add(draft)
            #expect(added.decision.number == 6 && added.moved.map(\.number) == [2])
            #expect(try await writing.log().decisions.map(\.number) == [1, 3, 4, 5, 6])
            let agent = try await server.get("/v1/agents/?name=memory-nest").ids.first ?? ""
            let notes = try await server.get("/v1/agents/\(agent)/archival-memory").array
            #expect(notes.first?["text"]?.string?.contains("ADR-002: Choice") == true)
            draft.supersedes = nil
            await #expect(throws: ClientError.self) { _ = try await writing.add(draft) }
        }
    }

    @Test func `a difference shows lines around it and the words that changed`() {
        let diff = TextDiff("a\nb\nc\nold word here\ne\nf\ng\nh", "a\nb\nc\nnew word here\ne\nf\ng\nh", context: 1)
        #expect(
            diff.unified(old: "1", new: "2")
                == "--- 1\n+++ 2\n@@ -3,3 +3,3 @@\n c\n-old word here\n+new word here\n e")
        #expect(
            diff.lines.contains(
                .added([.init(text: "new", isChanged: true), .init(text: " word here", isChanged: false)])))
        #expect(TextDiff("a", "a").unified(old: "1", new: "2").isEmpty)
    }
}
