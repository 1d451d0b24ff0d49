import Client
import Foundation
import Platform
import Testing

@testable import roost

@Suite struct ProjectCommandTests {
    /// Runs a test with a shell whose folder is a project.
    private func withProject(
        _ name: String = "shop", _ body: (Shell, [String: String], String) async throws -> Void
    ) async throws {
        let shell = Shell()
        defer { shell.clean() }
        let folder = shell.home + "-work/" + name
        try FileManager.default.createDirectory(atPath: folder + "/.git", withIntermediateDirectories: true)
        defer {
            // What is left behind in the temporary folder harms nobody.
            try? FileManager.default.removeItem(atPath: shell.home + "-work")
        }
        try await body(shell, ["CLAUDE_PROJECT_DIR": folder, "ROOST_EMBEDDING_MODEL": "none"], folder)
    }

    @Test func `init, status and list agree, and a second init changes nothing`() async throws {
        try await withProject { shell, environment, folder in
            try "# Shop\n\nA shop of tea and otters.".write(
                toFile: folder + "/README.md", atomically: true, encoding: .utf8)
            let dry = await shell("project", "init", "--dry-run", "--json", environment: environment)
            #expect(dry.code == 0, "\(dry.error)")
            #expect(!FileText.exists(folder + "/.claude"))
            let made = try JSONValue(parsing: await shell("project", "init", "--json", environment: environment).out)
            #expect(made["created"] == true && made["context"] == "filled" && made["documents"]?["added"] == 1)
            let again = try JSONValue(parsing: await shell("project", "init", "--json", environment: environment).out)
            #expect(again["created"] == false && again["file_changed"] == false && again["context"] == "unchanged")
            #expect(again["documents"]?["added"] == 0 && again["agent_id"] == made["agent_id"])
            let status = try JSONValue(
                parsing: await shell("project", "status", "--json", environment: environment).out)
            #expect(status["agent"]?["id"] == made["agent_id"] && status["passages"] == 1)
            let list = try JSONValue(parsing: await shell("project", "list", "--json", environment: environment).out)
            #expect(list.array?.map { $0["project"] } == ["shop"] && list.array?.first?["passages"] == 1)
            let text = await shell("project", "status", environment: environment)
            #expect(text.out.contains("letta_agent.json names it"))
        }
    }

    @Test func `the home folder is no project`() async throws {
        try await withProject { shell, environment, folder in
            let refused = await shell(
                "project", "init", environment: environment.merging(["HOME": folder]) { $1 })
            #expect(refused.code == 2 && refused.error.contains("--user"))
            #expect(!FileText.exists(folder + "/.claude"))
        }
    }

    @Test func `a project that is named counts before the file of another one's folder`() async throws {
        try await withProject { shell, environment, folder in
            _ = await shell("project", "init", environment: environment)
            _ = await shell("remember", "Otters like tea", "--project", "web", environment: environment)
            #expect(await shell("recall", "otters", "--project", "web", environment: environment).out.contains("tea"))
            #expect(await !shell("recall", "otters", environment: environment).out.contains("tea"))
            #expect(ClientFolder.find(environment, of: "shop") == folder && ClientFolder.find(environment) == folder)
            #expect(ClientFolder.find(environment, of: "web") == nil)
        }
    }

    @Test func `export lines stand alone on standard output, and a shell reads them back`() async throws {
        try await withProject("it's $HOME `x`") { shell, environment, folder in
            let made = await shell("project", "init", "--export", environment: environment)
            #expect(made.code == 0 && made.error.contains("Made the agent"))
            let lines = made.out.split(separator: "\n")
            #expect(lines.count == 2 && lines.allSatisfy { $0.hasPrefix("export LETTA_") })
            #expect(lines[1] == "export LETTA_PROJECT='it'\\''s $HOME `x`'")
            let before = try FileText.readText(folder + "/.claude/letta_agent.json")
            let switched = await shell("project", "switch", "it's $HOME `x`", "--export", environment: environment)
            #expect(switched.out == made.out)
            #expect(try FileText.readText(folder + "/.claude/letta_agent.json") == before)
        }
    }

    @Test func `switch makes another project's memory the one of this folder`() async throws {
        try await withProject { shell, environment, folder in
            _ = await shell("project", "init", environment: environment)
            let web = folder + "/../web"
            try FileManager.default.createDirectory(atPath: web + "/.git", withIntermediateDirectories: true)
            let other = await shell("project", "init", web, "--json", environment: environment)
            let id = try #require(try JSONValue(parsing: other.out)["agent_id"]?.string, "\(other.error)")
            for reference in ["web", web] {
                _ = await shell("project", "switch", "shop", environment: environment)
                let switched = await shell("project", "switch", reference, environment: environment)
                #expect(switched.code == 0, "\(switched.error)")
                #expect(switched.out.contains("export LETTA_AGENT_ID=\(id)"))
                #expect(try FileText.readText(folder + "/.claude/letta_agent.json").contains(id))
            }
            let unknown = await shell("project", "switch", "wbe", environment: environment)
            #expect(unknown.code == 1 && unknown.error.contains("roost project list"))
            let missing = await shell("project", "init", folder + "/none", environment: environment)
            #expect(missing.code == 1 && missing.error.contains("There is no folder"))
        }
    }

    @Test func `notes are kept, found with their reasons, and forgotten after they were shown`() async throws {
        try await withProject { shell, environment, _ in
            let kept = await shell(
                "remember", "Otters", "hold hands", "--type", "decision", "--file", "/etc/hosts", "--json",
                environment: environment)
            #expect(kept.code == 0, "\(kept.error)")
            let id = try #require(try JSONValue(parsing: kept.out)["id"]?.string)
            let found = await shell("recall", "otters", "hands", "--save", "o", environment: environment)
            #expect(found.out.contains("decision") && found.out.contains("words of user, by cli"))
            #expect(found.out.contains("why: ") && found.out.contains(id))
            let saved = await shell("recall", "--saved", "o", "--json", environment: environment)
            #expect(try JSONValue(parsing: saved.out)["results"]?.array?.count == 1)
            #expect(await shell("recall", "--list-saved", environment: environment).out.contains("otters hands"))
            let history = await shell("recall", "--file-history", "/etc/hosts", environment: environment)
            #expect(history.out.contains(id))
            #expect(await shell("recall", "x", "--since", "7q", environment: environment).code == 2)
            #expect(await shell("recall", "x", "--bugs", "--lessons", environment: environment).code == 2)
            let dry = await shell("forget", id, environment: environment)
            #expect(dry.out.contains(id) && dry.error.contains("Nothing was deleted"))
            #expect(await shell("forget", id, "--yes", environment: environment).out.contains("Deleted 1 note"))
            #expect(await shell("forget", id, environment: environment).code == 1)
        }
    }

    @Test func `a note cannot steer the terminal`() async throws {
        try await withProject { shell, environment, _ in
            let text = "red \u{1B}[31m otter \u{7}\nsecond line"
            #expect(await shell("remember", text, environment: environment).code == 0)
            let found = await shell("recall", "otter", environment: environment)
            #expect(!found.out.contains("\u{1B}") && !found.out.contains("\u{7}") && found.out.contains("second line"))
        }
    }

    @Test func `an error is counted, and the memory's use is told`() async throws {
        try await withProject { shell, environment, _ in
            _ = await shell("log-error", "refused 5432", "--command", "npm test", environment: environment)
            let second = await shell(
                "log-error", "refused 5432", "--fix", "start the db", "--json", environment: environment)
            #expect(try JSONValue(parsing: second.out)["resolved"] == true)
            let third = await shell("log-error", "refused 5432", environment: environment)
            #expect(third.out.contains("met 2 times") && third.out.contains("start the db"))
            _ = await shell("recall", "refused", environment: environment)
            let stats = try JSONValue(parsing: await shell("memory", "stats", "--json", environment: environment).out)
            #expect(stats["used"] == 1 && stats["accesses"] == 1, "counted by a process that ends at once")
            let stale = await shell("memory", "stale", "--older-than", "0d", environment: environment)
            #expect(stale.code == 0 && stale.out.contains("refused 5432"))
            let nothing = await shell("recall", "cockatoo", environment: environment)
            #expect(nothing.error.contains("Words alone were compared"))
            let archive = await shell("memory", "archive", "--json", environment: environment)
            #expect(try JSONValue(parsing: archive.out) == ["dry_run": true, "blocks": []])
            #expect(
                await shell("memory", "archive", "--above", "40", "--down-to", "50", environment: environment).code == 2
            )
        }
    }

    @Test(arguments: [
        ("plain-1.2/x", "plain-1.2/x"), ("", "''"), ("a b", "'a b'"), ("it's", "'it'\\''s'"), ("$x", "'$x'"),
        ("ü", "'ü'"),
    ])
    func `words are quoted for a shell`(word: String, quoted: String) { #expect(ShellWord.quoted(word) == quoted) }
}
