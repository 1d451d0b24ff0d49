import Foundation
import Platform
import Testing

@testable import roost

@Suite struct SetupCommandTests {
    /// A project and a home of their own.
    private func place() throws -> (shell: Shell, environment: [String: String]) {
        let shell = Shell()
        for folder in ["project", "user"] {
            try FileManager.default.createDirectory(
                atPath: shell.home + "/" + folder, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        }
        return (
            shell, ["HOME": shell.home + "/user", "CLAUDE_PROJECT_DIR": shell.home + "/project", "PATH": "/usr/bin"]
        )
    }

    @Test func `without a terminal the diff is shown and nothing is changed until it is asked for`() async throws {
        let (shell, environment) = try place()
        defer { shell.clean() }
        let shown = await shell("setup", "claude-code", environment: environment)
        #expect(shown.code == 2)
        #expect(shown.out.contains("+++ \(shell.home)/project/.claude/settings.json"))
        #expect(shown.error.contains("--yes"))
        let dry = await shell("setup", "claude-code", "--dry-run", environment: environment)
        #expect(dry.code == 0 && dry.out == shown.out)
        #expect(try FileManager.default.contentsOfDirectory(atPath: shell.home + "/project").isEmpty)
    }

    @Test func `it sets up, says what comes next, has nothing to change then, and undoes itself`() async throws {
        let (shell, environment) = try place()
        defer { shell.clean() }
        let made = await shell("setup", "claude-code", "--yes", environment: environment)
        #expect(made.code == 0)
        #expect(made.out.contains("/mcp shows"))
        let again = await shell("setup", "claude-code", environment: environment)
        #expect(again.code == 0 && again.out.contains("Nothing to change"))
        let undone = await shell("setup", "claude-code", "--uninstall", "--yes", "--json", environment: environment)
        #expect(try JSONValue(parsing: undone.out)["changed"] == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: shell.home + "/project").isEmpty)
        let nothing = await shell("setup", "claude-code", "--uninstall", environment: environment)
        #expect(nothing.code == 0 && nothing.out.contains("Nothing of Roost's"))
    }

    @Test func `for the user it writes where CLAUDE_CONFIG_DIR says`() async throws {
        let (shell, environment) = try place()
        defer { shell.clean() }
        let folder = shell.home + "/configuration"
        let made = await shell(
            "setup", "claude-code", "--user", "--yes", "--json",
            environment: environment.merging(["CLAUDE_CONFIG_DIR": folder]) { $1 })
        let paths = try JSONValue(parsing: made.out)["files"]?.array?.compactMap { $0["path"]?.string } ?? []
        #expect(paths.contains(folder + "/settings.json") && paths.contains(folder + "/.claude.json"))
        #expect(FileManager.default.fileExists(atPath: folder + "/commands/memory-save.md"))
    }

    @Test func `wrong wishes are refused before anything is written`() async throws {
        let (shell, environment) = try place()
        defer { shell.clean() }
        for words in [
            ["--user", "--project"], ["--server", "memory:8283"], ["--server", "http://a:secret@host"],
            ["--tools", "classic"],
        ] {
            let result = await shell.run(["setup", "claude-code", "--yes"] + words, environment: environment)
            #expect(result.code == 2, "\(words)")
            #expect(!result.error.contains("secret"))
        }
        let home = environment.merging(["CLAUDE_PROJECT_DIR": shell.home + "/user"]) { $1 }
        #expect(await shell("setup", "claude-code", "--yes", environment: home).error.contains("--user"))
    }

    @Test func `the plugin's files are where the settings say`() async throws {
        let (shell, environment) = try place()
        defer { shell.clean() }
        let made = await shell("setup", "claude-code", "--plugin", "--yes", environment: environment)
        #expect(made.code == 0)
        let settings = try JSONValue(
            parsing: String(contentsOfFile: shell.home + "/project/.claude/settings.json", encoding: .utf8))
        let path = try #require(settings["extraKnownMarketplaces"]?["roost"]?["source"]?["path"]?.string)
        let market = try JSONValue(
            parsing: String(contentsOfFile: path + "/.claude-plugin/marketplace.json", encoding: .utf8))
        let source = try #require(market["plugins"]?.array?[0]["source"]?.string)
        #expect(FileManager.default.fileExists(atPath: path + "/" + source + "/hooks/hooks.json"))
    }

    @Test func `doctor names hooks that are dead before anything is set up`() async throws {
        let (shell, environment) = try place()
        defer { shell.clean() }
        let dead = #"{"hooks": {"PostToolUse": [{"matcher": "Bash(git *)", "hooks": []}]}}"#
        let folder = shell.home + "/user/.claude"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        #expect(!(await shell("doctor", "--port", "9", environment: environment).out.contains("doctor --scan")))
        try Data(dead.utf8).write(to: URL(filePath: folder + "/settings.json"))
        let said = await shell("doctor", "--port", "9", "--json", environment: environment)
        let finding = try #require(
            try JSONValue(parsing: said.out).array?.first { $0["check"] == "settings" && $0["state"] == "warning" })
        #expect(finding["message"]?.string?.contains("1 of them about hooks") == true)
        #expect(finding["advice"]?.string == "roost doctor --scan \(folder)/settings.json")
    }

    @Test func `doctor tells whether the project has the memory, and what waits`() async throws {
        let (shell, environment) = try place()
        defer { shell.clean() }
        func findings() async throws -> [JSONValue] {
            let result = await shell("doctor", "--port", "9", "--json", environment: environment)
            return try JSONValue(parsing: result.out).array ?? []
        }
        func has(_ findings: [JSONValue], _ check: String, _ state: String) -> Bool {
            findings.contains { $0["check"]?.string == check && $0["state"]?.string == state }
        }
        #expect(has(try await findings(), "claude code", "ok"))
        #expect(await shell("setup", "claude-code", "--yes", environment: environment).code == 0)
        let set = try await findings()
        for check in ["hooks", "tools", "memory", "context"] { #expect(has(set, check, "ok"), "\(check)") }
        try Data("{}\n{}\n".utf8).write(to: URL(filePath: shell.home + "/outbox.jsonl"))
        let file = shell.home + "/project/.claude/settings.json"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let command = try #require(text.firstMatch(of: /"command": "(.*)"/)?.1)
        try text.replacing(command, with: "/nowhere/roost").write(toFile: file, atomically: true, encoding: .utf8)
        let broken = try await findings()
        #expect(has(broken, "hooks", "error") && has(broken, "outbox", "warning"))
    }
}
