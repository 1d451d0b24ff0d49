import Foundation
import Platform
import Testing

@testable import Client

/// A home and a project of their own, for one test.
final class SetupFolder {
    let root = "/tmp/roost-setup-\(Identifier.uuid())"
    var project: String { root + "/project" }
    var home: String { root + "/home" }

    init() {
        for folder in [project, home] {
            try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func options(
        _ scope: SetupOptions.Scope = .project, server: String? = nil, plugin: Bool = false, command: String = "roost"
    ) -> SetupOptions {
        SetupOptions(
            scope: scope, folder: scope == .user ? home : project, userFolder: home + "/.claude",
            userServers: home + "/.claude.json", command: command, server: server, usesPlugin: plugin, profile: .memory,
            home: root + "/roost")
    }

    func write(_ path: String, _ text: String) throws {
        let url = URL(filePath: project + "/" + path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    func read(_ path: String) throws -> String { try String(contentsOfFile: project + "/" + path, encoding: .utf8) }

    func json(_ path: String) throws -> JSONValue { try JSONValue(parsing: read(path)) }

    /// Every file of the project and the home with its bytes, and every folder.
    func everything() throws -> [String: Data] {
        var found: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: root) where !name.hasPrefix("roost") {
            found[name] = FileManager.default.contents(atPath: root + "/" + name) ?? Data()
        }
        return found
    }

    @discardableResult
    func install(_ options: SetupOptions? = nil) throws -> SetupPlan {
        let plan = try SetupPlan.install(options ?? self.options())
        try plan.carryOut()
        return plan
    }

    @discardableResult
    func uninstall(_ options: SetupOptions? = nil) throws -> SetupPlan {
        let plan = try SetupPlan.uninstall(options ?? self.options())
        try plan.carryOut()
        return plan
    }
}

/// What users of the guides have in their projects, in our own words.
enum GuideFiles {
    static let settings = """
        {
          "env": {
            "LETTA_BASE_URL": "http://localhost:8283/v1",
            "LETTA_PASSWORD": "${LETTA_PASSWORD}",
            "LETTA_AGENT_ID": "agent-xxxxx-your-agent-id"
          },

          "hooks": {
            "SessionStart": [
              { "hooks": [ { "type": "command", "command": "python ~/.claude/hooks/letta-session-start.py", "timeout": 30 } ] }
            ],
            "PreToolUse": [
              { "matcher": "Bash\\\\(rm|Bash\\\\(sudo", "hooks": [ { "type": "command", "command": "exit 2" } ] }
            ],
            "PostToolUse": [
              {
                "matcher": "Edit|Write|str_replace",
                "hooks": [
                  { "type": "command", "command": "python ~/.claude/hooks/letta-track-changes.py" },
                  { "type": "command", "command": "make format" }
                ]
              }
            ]
          },
          "permissions": { "allow": ["Read"], "deny": ["Bash(sudo:*)"] }
        }

        """

    static let servers = """
        {"mcpServers": {
            "other":  {"command": "other", "alwaysAllow": ["x"]},
            "letta": {
                "command": "npx",
                "args": ["-y", "letta-mcp-server"],
                "env": {"LETTA_PASSWORD": "literal-password", "LETTA_BASE_URL": "http://localhost:8283/v1"},
                "transport": "stdio",
                "alwaysAllow": ["list_agents"]
            }
        }}
        """

    static let command = """
        ---
        description: Save current session learnings to Letta memory
        allowed-tools: Bash(python:*)
        ---
        Call `create_passage`.
        """
}
