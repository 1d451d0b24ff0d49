/// The mistakes that `roost doctor --scan` knows. Checked against letta-client 1.12.1, 1.7.1 and 0.1.324; the table for
/// people is docs/guides-to-roost.md.
extension ScanRule {
    package static let all: [ScanRule] = client + agents + memory + others + claudeCode + ScanRule.settings

    private static let client: [ScanRule] = [
        ScanRule(
            "sdk-token", .error, .python, .argument(of: "Letta", "token"),
            "`token` is an argument of letta-client 0.1.x; 1.x calls it `api_key`.",
            instead: "Letta(base_url=\"http://localhost:8283\", api_key=…)"),
        ScanRule(
            "sdk-token", .error, .python, .argument(of: "AsyncLetta", "token"),
            "`token` is an argument of letta-client 0.1.x; 1.x calls it `api_key`.",
            instead: "AsyncLetta(base_url=\"http://localhost:8283\", api_key=…)"),
        ScanRule(
            "sdk-hosted", .error, .python,
            .missingArgument(of: "Letta", given: ["api_key", "token"], missing: ["base_url", "environment"]),
            "With a key and no base URL the SDK talks to the hosted service, not to your server.",
            instead: "Letta(base_url=\"http://localhost:8283\", api_key=…), or set LETTA_BASE_URL"),
        ScanRule(
            "sdk-hosted", .error, .python,
            .missingArgument(of: "AsyncLetta", given: ["api_key", "token"], missing: ["base_url", "environment"]),
            "With a key and no base URL the SDK talks to the hosted service, not to your server.",
            instead: "AsyncLetta(base_url=\"http://localhost:8283\", api_key=…), or set LETTA_BASE_URL"),
    ]

    private static let agents: [ScanRule] = [
        ScanRule(
            "agents-get", .error, .python, .call(".agents.get"), "No release of the SDK has `agents.get`.",
            instead: "client.agents.retrieve(agent_id)"),
        ScanRule(
            "agents-modify", .warning, .python, .call(".agents.modify"),
            "`agents.modify` is letta-client 0.1.x; 1.x calls it `agents.update`.",
            instead: "client.agents.update(agent_id, …)"),
        ScanRule(
            "agents-clone", .error, .python, .call(".agents.clone"), "No release of the SDK has `agents.clone`.",
            instead: "POST /v1/agents/{agent_id}/clone, or `roost agent clone AGENT`"),
        ScanRule(
            "agents-export", .error, .python, .call(".agents.export"), "No release of the SDK has `agents.export`.",
            instead: "client.agents.export_file(agent_id)"),
        ScanRule(
            "agents-import", .error, .python, .call(".agents.import_agent"),
            "No release of the SDK has `agents.import_agent`.",
            instead: "client.agents.import_file(file=open(\"agent.af\", \"rb\"))"),
        ScanRule(
            "list-pages", .error, .python, .argument(of: ".list", "page_size"),
            "`page_size` is not an argument of the SDK's lists.",
            instead: "limit=…, and iterate: the 1.x lists fetch the next pages themselves"),
        ScanRule(
            "list-pages", .error, .python, .argument(of: ".list", "page"),
            "`page` is not an argument of the SDK's lists.",
            instead: "limit=…, and iterate: the 1.x lists fetch the next pages themselves"),
    ]

    private static let memory: [ScanRule] = [
        ScanRule(
            "memory-update", .error, .python, .call(".agents.memory.update"),
            "No release of the SDK has `agents.memory.update`.",
            instead: "client.agents.blocks.update(block_label, agent_id=…, value=…), once for each block"),
        ScanRule(
            "archival-list", .error, .python, .call(".agents.archival.list"), "The SDK has no `agents.archival`.",
            instead: "client.agents.passages.list(agent_id)"),
        ScanRule(
            "blocks-get", .error, .python, .call(".agents.blocks.get"),
            "No release of the SDK has `agents.blocks.get`.",
            instead: "client.agents.blocks.retrieve(block_label, agent_id=…)"),
        ScanRule(
            "blocks-get", .error, .python, .call("client.blocks.get"), "No release of the SDK has `blocks.get`.",
            instead: "client.blocks.retrieve(block_id)"),
        ScanRule(
            "blocks-modify", .warning, .python, .call(".blocks.modify"),
            "`blocks.modify` is letta-client 0.1.x; 1.x calls it `blocks.update`.",
            instead: "client.blocks.update(block_id, …)"),
        ScanRule(
            "blocks-agents", .error, .python, .call(".blocks.list_agents"),
            "No release of the SDK has `blocks.list_agents`.", instead: "client.blocks.agents.list(block_id)"),
        ScanRule(
            "blocks-agents", .error, .python, .argument(of: "list_agents", "block_id"),
            "Agents cannot be listed by block with `list_agents`.", instead: "client.blocks.agents.list(block_id)"),
        ScanRule(
            "passage-metadata", .error, .python, .argument(of: ".passages.create", "metadata"),
            "The SDK's `passages.create` takes no `metadata`.",
            instead: "extra_body={\"metadata\": {…}} (Roost keeps and returns it), or tags=[\"type:decision\"]"),
        ScanRule(
            "passage-query", .error, .python, .argument(of: ".passages.list", "query"),
            "The SDK's `passages.list` takes no `query`.",
            instead: "client.agents.passages.search(agent_id, query=…), or list(agent_id, search=…) for a substring"),
        ScanRule(
            "passage-limit", .error, .python, .argument(of: ".agents.passages.search", "limit"),
            "The SDK's `agents.passages.search` takes no `limit`.", instead: "top_k=…"),
        ScanRule(
            "passage-id", .error, .python, .argument(of: ".passages.delete", "passage_id"),
            "The SDK's `agents.passages.delete` calls it `memory_id`.",
            instead: "client.agents.passages.delete(memory_id, agent_id=…)"),
        ScanRule(
            "passage-modify", .warning, .python, .call(".passages.modify"),
            "`passages.modify` is letta-client 0.1.x only.",
            instead: "PATCH /v1/agents/{agent_id}/archival-memory/{passage_id}, or `roost passage edit`"),
        ScanRule(
            "passage-update", .error, .python, .call(".agents.passages.update"),
            "No release of the SDK has `passages.update`.",
            instead: "PATCH /v1/agents/{agent_id}/archival-memory/{passage_id}, or `roost passage edit`"),
    ]

    private static let others: [ScanRule] = [
        ScanRule(
            "create-stream", .warning, .python, .call(".messages.create_stream"),
            "`create_stream` is letta-client 0.1.x; 1.x calls it `stream`.",
            instead: "client.agents.messages.stream(agent_id, messages=[…])"),
        ScanRule(
            "stream-with", .error, .python, .line(["async with", ".messages.stream("]),
            "The SDK's streams are iterated, with `async for` on AsyncLetta.",
            instead: "for chunk in client.agents.messages.stream(agent_id, messages=[…]):"),
        ScanRule(
            "runs-get", .error, .python, .call(".runs.get"), "No release of the SDK has `runs.get`.",
            instead: "client.runs.retrieve(run_id)"),
        ScanRule(
            "tool-approval", .error, .python, .call(".tools.set_approval"),
            "No release of the SDK has `tools.set_approval`.",
            instead: "client.agents.tools.update_approval(tool_name, agent_id=…, body_requires_approval=True)"),
        ScanRule(
            "tool-arguments", .error, .python, .argument(of: ".agents.tools.run", "arguments"),
            "The SDK's `agents.tools.run` calls it `args`.",
            instead: "client.agents.tools.run(tool_name, agent_id=…, args={…})"),
        ScanRule(
            "identities", .warning, .python, .call("client.identities.create"),
            "letta-client 1.x has no `identities`; 0.1.x wants name and identity_type too.",
            instead: "POST /v1/identities/, `roost identity create KEY`, or tags such as user:123"),
        ScanRule(
            "identities", .error, .python, .call(".identities.get"), "No release of the SDK has `identities.get`.",
            instead: "GET /v1/identities/{identity_id}, or `roost identity show KEY`"),
    ]

    private static let claudeCode: [ScanRule] = [
        ScanRule(
            "mcp-npx", .warning, .any, .line(["letta-mcp-server"]),
            "This starts or fetches another project's MCP server, which knows nothing of Roost.",
            instead: "roost setup claude-code, or \"command\": \"roost\", \"args\": [\"mcp\", \"--tools\", \"classic\"]"
        ),
        ScanRule(
            "mcp-command", .warning, .settings, .line(["\"command\"", "\"letta-mcp\""]),
            "This may start another project's MCP server; Roost's link of this name shows the profile `memory` only.",
            instead: "\"command\": \"roost\", \"args\": [\"mcp\", \"--tools\", \"classic\"]"),
        ScanRule(
            "hook-python", .error, .settings, .line(["\"command\"", "python", "letta-", ".py"]),
            "The hook scripts of the guides call methods that no release of the SDK has.",
            instead: "roost setup claude-code, which takes their place"),
        ScanRule(
            "mcp-transport", .error, .settings, .line(["\"transport\"", ":"]),
            "`transport` is not a key of an MCP entry of Claude Code; it is ignored.",
            instead: "\"type\": \"stdio\" for a command, \"type\": \"http\" for an address"),
        ScanRule(
            "mcp-allow", .error, .settings, .line(["\"alwaysAllow\""]),
            "`alwaysAllow` is not a key that Claude Code reads.",
            instead: "\"permissions\": {\"allow\": [\"mcp__letta__list_agents\"]} in settings.json"),
        ScanRule(
            "mcp-default", .warning, .settings, .structure,
            "An unset ${VAR} in an MCP entry is handed on literally.", instead: "write a default: ${VAR:-}"),
        ScanRule(
            "matcher-input", .error, .settings, .line(["\"matcher\"", "\\\\("]),
            "A matcher is compared with the tool's name only, so this one never matches.",
            instead: "\"matcher\": \"Bash\", and look at tool_input in the hook"),
        ScanRule(
            "matcher-tool", .warning, .settings, .line(["\"matcher\"", "str_replace"]),
            "Claude Code has no tool of this name.", instead: "\"matcher\": \"Edit|Write|NotebookEdit\""),
        ScanRule(
            "matcher-tool", .warning, .settings, .line(["\"matcher\"", "MultiEdit"]),
            "Claude Code has no tool of this name.", instead: "\"matcher\": \"Edit|Write|NotebookEdit\""),
        ScanRule(
            "hook-file-path", .error, .any, .line(["$CLAUDE_FILE_PATH"]),
            "Hooks have no variable CLAUDE_FILE_PATH, so the command gets nothing.",
            instead: "read tool_input.file_path from standard input: jq -r .tool_input.file_path"),
    ]
}
