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
        (
            "matcher-input", "settings.json", #"{"hooks": {"A": [{"matcher": "Write(*.py)"}]}}"#,
            #"{"hooks": {"A": [{"matcher": "mcp__(a|b)__.*"}]}}"#
        ),
        ("matcher-tool", "settings.json", "\"matcher\": \"Edit|MultiEdit\"", "\"matcher\": \"Edit\""),
        ("hook-file-path", "hook.sh", "black $CLAUDE_FILE_PATH", "black \"$FILE\""),
        (
            "hook-env", "settings.json", #"{"hooks": {"A": [{"hooks": [{"command": "x", "env": {}}]}]}}"#,
            #"{"env": {"A": "b"}, "hooks": {"A": [{"hooks": [{"command": "x"}]}]}}"#
        ),
        (
            "hook-timeout", "settings.json", #"{"hooks": {"SessionEnd": [{"hooks": [{"command": "x"}]}]}}"#,
            #"{"hooks": {"SessionEnd": [{"hooks": [{"command": "x", "timeout": 9}]}], "Stop": [{"hooks": [{"command": "x"}]}]}}"#
        ),
        (
            "settings-variable", ".claude/settings.json", #"{"env": {"LETTA_PASSWORD": "${LETTA_PASSWORD}"}}"#,
            #"{"env": {"A": "cost: ${5}0"}}"#
        ),
        (
            "env-hosted", ".claude/settings.json", #"{"env": {"LETTA_API_KEY": "k"}}"#,
            #"{"env": {"LETTA_API_KEY": "k", "LETTA_BASE_URL": "u"}}"#
        ),
        (
            "hook-input", "hook.py",
            "data = json.load(sys.stdin)\nx = data.get(\"session_id\")\ny = data[\"duration_seconds\"]",
            "data = json.load(sys.stdin)\nx = data.get(\"session_id\")\ny = note.metadata.get(\"duration_seconds\")"
        ),
        (
            "hook-input", "hook.py", "d = json.load(sys.stdin)\nd.get('conversation_summary', '')",
            "d = {}\nd.get('conversation_summary', '')"
        ),
        ("hook-exit", ".claude/hooks/x.sh", "exit 1", "exit 0"),
        ("hook-exit", "hook.py", "d = json.load(sys.stdin)\nsys.exit(1)", "sys.exit(1)"),
        (
            "command-tools", "commands/a.md", "---\nallowed-tools: Read\n---\nCall `create_passage`.",
            "---\nallowed-tools: mcp__letta__create_passage\n---\nCall `create_passage`."
        ),
        (
            "command-tools", "commands/a.md", "---\ndescription: Sync Letta\nallowed-tools: Read\n---\nx",
            "---\ndescription: Sync\nallowed-tools: Read\n---\n`read_file`"
        ),
        (
            "mcp-url", ".mcp.json", #"{"mcpServers": {"letta": {"url": "http://h:3001/sse"}}}"#,
            #"{"mcpServers": {"other": {"url": "http://h:3001/sse"}}}"#
        ),
        (
            "mcp-password", ".mcp.json", #"{"mcpServers": {"x": {"env": {"LETTA_PASSWORD": "p"}}}}"#,
            #"{"mcpServers": {"x": {"env": {"LETTA_PASSWORD": ""}}}}"#
        ),
        (
            "hook-twice", "settings.json",
            #"{"hooks": {"Stop": [{"hooks": [{"command": "~/letta-x.py"}, {"command": "roost hook Stop"}]}]}}"#,
            #"{"hooks": {"Stop": [{"hooks": [{"command": "~/other.py"}, {"command": "roost hook Stop"}]}]}}"#
        ),
        (
            "mcp-twice", ".mcp.json", #"{"mcpServers": {"roost": {}, "l": {"command": "letta-mcp", "args": []}}}"#,
            #"{"mcpServers": {"roost": {}}}"#
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
        // These need several files.
        let covered = Set(Self.cases.map(\.rule) + ["permission-server", "permission-tool", "mcp-permission"])
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

    @Test func `a document shows settings, scripts and commands between fences`() {
        let document = """
            # Guide
            ```json
            {
              "env": {"LETTA_PASSWORD": "${LETTA_PASSWORD}"},
              "permissions": {}
            }
            ```
            ````markdown
            ---
            allowed-tools: Read
            ---
            ```
            nested
            ```
            Call `create_passage`.
            ````
            ```python
            data = json.load(sys.stdin)
            data.get("tool_usage")
            ```
            """
        let findings = SourceScan().findings(in: document, path: "guide.md")
        #expect(findings.map(\.rule) == ["settings-variable", "command-tools", "hook-input"])
        #expect(findings.map(\.line) == [4, 15, 19])
    }

    @Test func `files of a folder are looked at together`() {
        var scan = ProjectScan()
        scan.read(#"{"mcpServers": {"roost": {}, "git_hub": {}}}"#, path: "a/.mcp.json")
        scan.read(
            #"{"permissions": {"allow": ["mcp__letta__list_agents", "mcp__git_hub__issue", "mcp__git_hub", "Read"]}}"#,
            path: "a/.claude/settings.json")
        #expect(scan.findings().map(\.rule) == ["permission-server", "mcp-permission"])
        scan.read(
            #"{"permissions": {"allow": ["mcp__roost__recal", "mcp__roost__recall", "mcp__plugin_roost_roost__*"]}}"#,
            path: "a/.claude/settings.local.json")
        #expect(scan.findings().map(\.rule) == ["permission-server", "permission-tool"])
    }

    @Test func `what setup writes is without findings`() throws {
        for options in [nil, "http://memory:8283"] {
            let folder = SetupFolder()
            try folder.write(".claude/settings.json", GuideFiles.settings)
            try folder.install(folder.options(server: options))
            #expect(FolderScan().report(folder.project).findings.isEmpty)
        }
        for file in PluginFiles.published { #expect(rules(file.text, file.path).isEmpty, "\(file.path)") }
    }
}
