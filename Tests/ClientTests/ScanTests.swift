import Testing

@testable import Client

@Suite struct ScanTests {
    private func rules(_ text: String, _ path: String = "a.py") -> [String] {
        SourceScan().findings(in: text, path: path).map(\.rule)
    }

    /// One wrong line and its right counterpart for every rule.
    static let cases: [(rule: String, path: String, wrong: String, right: String)] = [
        ("sdk-token", "a.py", "c = Letta(base_url=u, token=p)", "c = Letta(base_url=u, api_key=p)"),
        ("sdk-token", "a.py", "c = AsyncLetta(base_url=u, token=p)", "c = AsyncLetta(base_url=u, api_key=p)"),
        ("sdk-hosted", "a.py", "c = Letta(api_key=k)", "c = Letta(api_key=k, base_url=u)"),
        ("sdk-hosted", "a.py", "c = AsyncLetta(api_key=k)", "c = AsyncLetta()"),
        ("agents-get", "a.py", "client.agents.get(id)", "client.agents.retrieve(id)"),
        ("agents-modify", "a.py", "client.agents.modify(id, name=n)", "client.agents.update(id, name=n)"),
        ("agents-clone", "a.py", "client.agents.clone(agent_id=i)", "client.agents.create(name=n)"),
        ("agents-export", "a.py", "client.agents.export(agent_id=i)", "client.agents.export_file(i)"),
        ("agents-import", "a.py", "client.agents.import_agent(backup_data=b)", "client.agents.import_file(file=f)"),
        ("list-pages", "a.py", "client.agents.list(tags=t, page_size=20)", "client.agents.list(tags=t, limit=20)"),
        ("list-pages", "a.py", "client.blocks.list(page=2)", "client.blocks.list(limit=2)"),
        (
            "memory-update", "a.py", "client.agents.memory.update(agent_id=a)",
            "client.agents.blocks.update(l, agent_id=a)"
        ),
        ("archival-list", "a.py", "client.agents.archival.list(a)", "client.agents.passages.list(a)"),
        ("blocks-get", "a.py", "client.agents.blocks.get(a, l)", "client.agents.blocks.retrieve(l, agent_id=a)"),
        ("blocks-get", "a.py", "client.blocks.get(b)", "client.blocks.retrieve(b)"),
        ("blocks-modify", "a.py", "client.blocks.modify(b, value=v)", "client.blocks.update(b, value=v)"),
        ("blocks-agents", "a.py", "client.blocks.list_agents(b)", "client.blocks.agents.list(b)"),
        ("blocks-agents", "a.py", "list_agents(block_id=b)", "list_agents()"),
        (
            "passage-metadata", "a.py", "c.agents.passages.create(agent_id=a, text=t, metadata={})",
            "c.agents.passages.create(a, text=t, extra_body={\"metadata\": {}})"
        ),
        ("passage-query", "a.py", "c.agents.passages.list(agent_id=a, query=q)", "c.agents.passages.list(a, search=q)"),
        (
            "passage-limit", "a.py", "c.agents.passages.search(a, query=q, limit=5)",
            "c.agents.passages.search(a, query=q, top_k=5)"
        ),
        (
            "passage-id", "a.py", "c.agents.passages.delete(agent_id=a, passage_id=p)",
            "c.agents.passages.delete(p, agent_id=a)"
        ),
        ("passage-modify", "a.py", "c.agents.passages.modify(a, p)", "c.patch(u)"),
        ("passage-update", "a.py", "c.agents.passages.update(a, p)", "c.patch(u)"),
        (
            "create-stream", "a.py", "for x in c.agents.messages.create_stream(a):",
            "for x in c.agents.messages.stream(a):"
        ),
        (
            "stream-with", "a.py", "async with client.agents.messages.stream(a) as s:",
            "async for x in client.agents.messages.stream(a):"
        ),
        ("runs-get", "a.py", "client.runs.get(run_id=r)", "client.runs.retrieve(r)"),
        (
            "tool-approval", "a.py", "client.agents.tools.set_approval(a)",
            "client.agents.tools.update_approval(n, agent_id=a)"
        ),
        ("tool-arguments", "a.py", "client.agents.tools.run(n, arguments={})", "client.agents.tools.run(n, args={})"),
        ("identities", "a.py", "client.identities.create(identifier_key=k)", "client.agents.create(tags=t)"),
        ("identities", "a.py", "client.identities.get(i)", "client.agents.retrieve(i)"),
        ("mcp-npx", "setup.sh", "npx -y letta-mcp-server", "npx -y something-else"),
        ("mcp-command", ".mcp.json", "\"command\": \"letta-mcp\",", "\"command\": \"other\","),
        (
            "hook-python", "settings.json", "\"command\": \"python ~/.claude/hooks/letta-session-end.py\"",
            "\"command\": \"roost passage add -\""
        ),
        ("mcp-transport", ".mcp.json", "\"transport\": \"http\",", "\"type\": \"http\","),
        ("mcp-allow", ".mcp.json", "\"alwaysAllow\": [", "\"allow\": ["),
        (
            "mcp-default", ".mcp.json", #"{"mcpServers": {"x": {"env": {"LETTA_PASSWORD": "${LETTA_PASSWORD}"}}}}"#,
            #"{"mcpServers": {"x": {"env": {"LETTA_PASSWORD": "${LETTA_PASSWORD:-}"}}}}"#
        ),
        ("matcher-input", "settings.json", "\"matcher\": \"Bash\\\\(rm|Bash\\\\(sudo\"", "\"matcher\": \"Bash\""),
        ("matcher-tool", "settings.json", "\"matcher\": \"Edit|Write|str_replace\"", "\"matcher\": \"Edit|Write\""),
    ]

    @Test(arguments: cases.indices) func `a mistake is found and its right form is not`(_ index: Int) {
        let (rule, path, wrong, right) = Self.cases[index]
        #expect(rules(wrong, path).contains(rule), "\(wrong)")
        #expect(rules(right, path).isEmpty, "\(right): \(rules(right, path))")
    }

    @Test func `every rule has a case`() {
        let covered = Set(Self.cases.map(\.rule))
        #expect(ScanRule.all.filter { !covered.contains($0.name) }.map(\.name).isEmpty)
    }

    @Test func `arguments are found over several lines, and the line named is theirs`() {
        let text = """
            client = Letta(
                base_url=os.environ.get("LETTA_BASE_URL", "http://localhost:8283"),
                token=os.environ.get("LETTA_PASSWORD", "")
            )
            """
        let findings = SourceScan().findings(in: text, path: "hook.py")
        #expect(findings.map(\.rule) == ["sdk-token"])
        #expect(findings.map(\.line) == [3])
    }

    @Test func `arguments of an inner call and words in strings do not count`() {
        #expect(rules("Letta(base_url=u, api_key=get(token=1))").isEmpty)
        #expect(rules("c.agents.passages.create(a, text='metadata=1, x', tags=t)").isEmpty)
        #expect(rules("c.agents.passages.create(a, text=\"\"\"\n)metadata=\"\"\", tags=t)").isEmpty)
        #expect(rules("c.agents.passages.create(a, text=metadata == 1)").isEmpty)
    }

    @Test func `comments and look-alikes are left alone`() {
        #expect(rules("# client.agents.get(x)").isEmpty)
        #expect(rules("x = 'it # s'; client.agents.get(x)") == ["agents-get"])
        #expect(rules("NotLetta(token=1)").isEmpty)
        #expect(rules("client.agents.getter(1)").isEmpty)
    }

    @Test func `documents are read as scripts and as settings`() {
        #expect(rules("client.agents.get(id)\n\"alwaysAllow\": [", "guide.md") == ["agents-get", "mcp-allow"])
        #expect(rules("client.agents.get(id)", "photo.png").isEmpty)
    }

    @Test(arguments: ["Letta(", "Letta(token=", "Letta(\"", "Letta('''", "Letta(a[", ")", "", "\\", "Letta(token"])
    func `cut texts end`(_ text: String) { _ = rules(text) }
}
