/// Mistakes that only a whole file shows, or several together.
extension ScanRule {
    static let settings: [ScanRule] = [
        structure(
            "hook-env", .error, "A hook has no `env` of its own; it is ignored.",
            instead: "\"env\" at the top of settings.json, or the variable in the command"),
        structure(
            "hook-timeout", .warning, "A SessionEnd hook without `timeout` is cut off after about 1.5 seconds.",
            instead: "\"timeout\": 10"),
        structure(
            "settings-variable", .error,
            "The `env` of settings.json is not expanded: programs get this text as it stands.",
            instead: "leave it out and export the variable in your shell, or write its value"),
        structure(
            "env-hosted", .error, "LETTA_API_KEY without LETTA_BASE_URL: SDK 1.x talks to the hosted service then.",
            instead: "\"LETTA_BASE_URL\": \"http://localhost:8283\" beside it"),
        structure(
            "hook-input", .error,
            "No hook is told this: there is no summary, no list of tools or files and no duration in its input.",
            instead: "read the file that transcript_path names, or let 'roost hook' do it"),
        structure(
            "hook-exit", .warning,
            "A hook that exits with 1 loses what it printed, and the session goes on as if nothing were.",
            instead: "exit 0 and print {\"systemMessage\": \"…\"}; exit 2 to refuse"),
        structure(
            "command-tools", .error,
            "This text wants an MCP tool that its `allowed-tools` does not name: it is asked for each time, and refused headless.",
            instead: "allowed-tools: mcp__SERVER__TOOL, …, or 'roost setup claude-code', which has these commands"),
        structure(
            "mcp-url", .warning, "This is the address of another project's MCP server.",
            instead:
                "\"type\": \"http\", \"url\": \"http://localhost:8283/mcp\" (roost serve), or 'roost setup claude-code'"
        ),
        structure(
            "mcp-password", .warning, "A password in plain text, in a file that is easily shared.",
            instead: "\"${LETTA_PASSWORD:-}\", and export LETTA_PASSWORD"),
        structure(
            "permission-server", .warning, "No MCP server of this name is configured, so this permits nothing.",
            instead: "the name that .mcp.json or ~/.claude.json has"),
        structure(
            "permission-tool", .warning, "Roost has no tool of this name.",
            instead: "a name that 'roost mcp inspect' lists"),
        structure(
            "mcp-permission", .warning,
            "Nothing in these settings permits a tool of this server: it asks each time, and is refused headless.",
            instead: "\"permissions\": {\"allow\": [\"mcp__roost__recall\", …]}; 'roost setup claude-code' writes them"),
        structure(
            "hook-twice", .error, "Old and new hooks are both set up: everything is kept twice.",
            instead: "roost setup claude-code, which takes the old ones out"),
        structure(
            "mcp-twice", .error, "Old and new memory servers are both set up: the model sees both.",
            instead: "remove the old one"),
    ]

    private static func structure(_ name: String, _ weight: Weight, _ mistake: String, instead: String) -> ScanRule {
        ScanRule(name, weight, .settings, .structure, mistake, instead: instead)
    }
}
