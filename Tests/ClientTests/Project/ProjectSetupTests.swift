import Platform
import RoostTesting
import Testing

@testable import Client

@Suite struct ProjectSetupTests {
    private func setup(_ server: TestServer, _ folder: String, user: String? = "ann") throws -> ProjectSetup {
        try ProjectSetup(client: server.client, folder: Project(folder: folder), project: "shop", user: user)
    }

    private func agent(_ setup: ProjectSetup) async throws -> MemoryAgent {
        try #require(try await setup.agent(forUser: false, team: nil, isTrial: false).agent)
    }

    @Test func `a project gets its agent once, with tags and file`() async throws {
        try await withServer { server in
            try await withFolder { folder in
                let setup = try setup(server, folder)
                let trial = try await setup.agent(forUser: false, team: nil, isTrial: true)
                #expect(trial.agent == nil && trial.isNew && trial.name == "memory-shop")
                let made = try await setup.agent(forUser: false, team: nil, isTrial: false)
                let agent = try #require(made.agent)
                #expect(Set(agent.tags) == ["project:shop", "source:claude-code", "type:user-agent", "user:ann"])
                let file = AgentFile(folder: folder)
                #expect(try file.write(agent, project: "shop", server: "http://x:1"))
                #expect(try file.write(agent, project: "shop", server: "http://x:1") == false, "it says so already")
                let again = try await setup.agent(forUser: false, team: "core", isTrial: false)
                #expect(again.agent?.id == agent.id && !again.isNew)
                let tagged = try await server.get("/v1/agents/\(agent.id)")
                #expect(tagged["tags"].strings?.contains("team:core") == true)
                #expect(Project(folder: folder).agent?.reference == agent.id)
            }
        }
    }

    @Test func `the file keeps what it does not know, and one that is no JSON stays`() async throws {
        try await withServer { server in
            try await withFolder { folder in
                let path = folder + "/.claude/letta_agent.json"
                try write("{\"mine\":[1,2],\"agent_id\":\"old\",\"created_at\":\"then\"}", to: path)
                let agent = try await agent(try setup(server, folder))
                try AgentFile(folder: folder).write(agent, project: "shop", server: nil)
                let json = try JSONValue(parsing: try FileText.readText(path))
                #expect(json["mine"] == [1, 2] && json["agent_id"] == .string(agent.id) && json["base_url"] == nil)
                #expect(json["created_at"] != "then" && json["project_name"] == "shop")
                try write("nonsense", to: path)
                #expect(throws: ClientError.self) {
                    try AgentFile(folder: folder).write(agent, project: "shop", server: nil)
                }
                #expect(try FileText.readText(path) == "nonsense")
            }
        }
    }

    @Test func `an agent that was deleted is made anew, and said`() async throws {
        try await withServer { server in
            try await withFolder { folder in
                let setup = try setup(server, folder)
                let first = try await agent(setup)
                try AgentFile(folder: folder).write(first, project: "shop", server: nil)
                _ = try await server.delete("/v1/agents/\(first.id)")
                let second = try await setup.agent(forUser: false, team: nil, isTrial: false)
                #expect(second.lost == first.id && second.isNew && second.agent?.id != first.id)
            }
        }
    }

    @Test func `a person's agent is one for all projects`() async throws {
        try await withServer { server in
            try await withFolder { folder in
                let one = try await setup(server, folder).agent(forUser: true, team: nil, isTrial: false)
                let other = try ProjectSetup(
                    client: server.client, folder: Project(folder: folder), project: "other", user: "ann")
                let two = try await other.agent(forUser: true, team: nil, isTrial: false)
                #expect(one.agent?.id == two.agent?.id && one.name == "memory-user-ann")
                let agent = try #require(one.agent)
                let labels = try await AgentBlocks(client: server.client, agent: agent).all().map(\.label)
                #expect(labels.contains("user_preferences") && labels.count == 5)
                await #expect(throws: ClientError.self) {
                    try await self.setup(server, folder, user: nil).agent(forUser: true, team: nil, isTrial: false)
                }
            }
        }
    }

    // MARK: Context

    @Test func `an untouched context is filled, one that somebody wrote is proposed only`() async throws {
        try await withServer { server in
            try await withFolder { folder in
                try write("// swift-tools-version: 6.0\n", to: folder + "/Package.swift")
                let setup = try setup(server, folder)
                let agent = try await agent(setup)
                let first = try await setup.context(for: agent)
                #expect(first.outcome == .fills && first.new.contains("Stack: Swift 6.0"))
                try await setup.apply(first, to: agent)
                #expect(try await setup.context(for: agent).outcome == .unchanged)
                let blocks = AgentBlocks(client: server.client, agent: agent)
                let block = try await blocks.find("project_context")
                let mine = block.value + "\nNever touch the cache.\nStack is old."
                _ = try await blocks.update(block, value: mine, expected: nil)
                try write("// swift-tools-version: 6.3\n", to: folder + "/Package.swift")
                let later = try await setup.context(for: agent)
                #expect(later.outcome == .changes)
                #expect(later.difference.removed == ["Stack: Swift 6.0"])
                #expect(later.difference.added == ["Stack: Swift 6.3"])
                #expect(later.new.hasSuffix("Never touch the cache.\nStack is old."))
            }
        }
    }

    @Test func `what would not fit into the block is left out`() {
        let block = MemoryBlock(["id": "block-1", "label": "project_context", "value": "# x\nmine", "limit": 30])
        let lines = [(name: "Stack", text: "Swift 6"), (name: "About", text: String(repeating: "y", count: 50))]
        let proposal = ContextProposal(block, project: "x", lines: lines)
        #expect(proposal.new == "# x\nStack: Swift 6\nmine")
    }

    // MARK: Documents

    @Test func `documents are stored by sections, once, and follow their files`() async throws {
        try await withServer { server in
            try await withFolder { folder in
                let ours = "\n\n<!-- roost: begin -->\n## Memory\n\nRoost remembers.\n<!-- roost: end -->\n"
                try write("# Shop\n\nA shop.\n\n## Run\n\nnpm start" + ours, to: folder + "/README.md")
                try write("# 1. Postgres\n\nBecause of JSON.", to: folder + "/docs/adr/1.md")
                try write("# Key\n\n-----BEGIN PRIVATE KEY-----\nabc", to: folder + "/docs/key.md")
                try write("# Ignored\n\ntext", to: folder + "/docs/own/a.md")
                try write(String(repeating: "long ", count: 200_000), to: folder + "/docs/huge.md")
                try write("docs/own\n", to: folder + "/.roostignore")
                let setup = try setup(server, folder)
                let agent = try await agent(setup)
                let trial = try await setup.seed(agent, isTrial: true)
                #expect(trial.count.added == 3)
                let first = try await setup.seed(agent, isTrial: false)
                #expect(first.count.added == 3 && first.outdated == 0)
                let again = try await setup.seed(agent, isTrial: false)
                #expect(again.count.added == 0 && again.count.known == 3 && again.outdated == 0)
                try write("# Shop\n\nA shop for tea.\n\n## Run\n\nnpm start" + ours, to: folder + "/README.md")
                let changed = try await setup.seed(agent, isTrial: false)
                #expect(changed.count.added == 1 && changed.outdated == 1)
                let passages = try await AgentPassages(client: server.client, agentID: agent.id).newest(50)
                let texts = passages.compactMap { $0["text"]?.string }
                #expect(texts.count == 3 && texts.contains("Shop\n\nA shop for tea."))
                #expect(!texts.contains { $0.contains("PRIVATE") || $0.contains("long") || $0.contains("Ignored") })
                #expect(
                    !texts.contains { $0.contains("Roost remembers") }, "our own lines tell nothing about the project")
                let decision = passages.first { $0["metadata"]?["file_path"] == "docs/adr/1.md" }
                #expect(decision?["metadata"]?["type"] == "decision")
            }
        }
    }

    @Test func `of sections that two processes stored at once one stays`() async throws {
        try await withServer { server in
            try await withFolder { folder in
                try write("# Shop\n\nA shop.", to: folder + "/README.md")
                let setup = try setup(server, folder)
                let agent = try await agent(setup)
                async let one = setup.seed(agent, isTrial: false)
                async let two = setup.seed(agent, isTrial: false)
                _ = try await (one, two)
                _ = try await setup.seed(agent, isTrial: false)
                #expect(try await AgentPassages(client: server.client, agentID: agent.id).count() == 1)
                #expect(try await server.get("/v1/archives/").array.count == 1)
            }
        }
    }

    @Test func `removing outdated sections leaves notes and other projects alone`() async throws {
        try await withServer { server in
            try await withFolder { folder in
                try write("# Shop\n\nA shop.", to: folder + "/README.md")
                let setup = try setup(server, folder)
                let agent = try await agent(setup)
                _ = try await setup.seed(agent, isTrial: false)
                _ = try await server.session().remember(
                    MemoryNote("A note", from: Provenance(source: "cli", trust: .user)))
                try write("# Other\n\nNothing of before.", to: folder + "/README.md")
                let other = try ProjectSetup(
                    client: server.client, folder: Project(folder: folder), project: "second", user: nil)
                #expect(try await other.seed(agent, isTrial: false).outdated == 0)
                #expect(try await setup.seed(agent, isTrial: true).outdated == 1)
                #expect(try await AgentPassages(client: server.client, agentID: agent.id).count() == 3)
            }
        }
    }

    // MARK: Paths and status

    @Test func `paths are noted relative to the project's top`() async throws {
        try await withFolder { folder in
            try write("x", to: folder + "/.git/HEAD")
            try write("x", to: folder + "/src/deep/a.py")
            let project = Project(folder: folder + "/src/deep")
            #expect(project.noted("a.py", from: project.top + "/src/deep") == "src/deep/a.py")
            #expect(project.noted("../b.py", from: project.top + "/src/deep") == "src/b.py")
            #expect(project.noted(project.top + "/c.py", from: "/") == "c.py")
            #expect(project.noted("/etc/hosts", from: "/") == "/etc/hosts")
        }
    }

    @Test func `the status says which rule decided`() async throws {
        try await withServer { server in
            try await withFolder { folder in
                try write("x", to: folder + "/.git/HEAD")
                let session = server.session(folder: folder)
                let none = try await session.projectStatus()
                #expect(none["agent"] == .null && none["why"]?.string?.contains("no memory yet") == true)
                _ = try await session.remember(
                    MemoryNote("A fact", type: "bug", from: Provenance(source: "cli", trust: .user)))
                let named = try await server.session(folder: folder).projectStatus()
                #expect(named["why"]?.string?.contains("called like the project") == true)
                #expect(named["passages"] == 1 && named["by_type"] == [["name": "bug", "count": 1]])
                let id = named["agent"]?["id"]?.string ?? ""
                try write("{\"agent_id\":\"\(id)\"}", to: folder + "/.claude/letta_agent.json")
                let filed = try await server.session(folder: folder).projectStatus()
                #expect(filed["why"]?.string?.contains("letta_agent.json names it") == true)
            }
        }
    }
}
