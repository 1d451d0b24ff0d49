import Foundation
import Platform
import Testing

@testable import Client

@Suite struct SetupPlanTests {
    @Test func `a new project gets hooks, a server, permissions, notes, commands and skills`() throws {
        let folder = SetupFolder()
        try folder.install()
        let settings = try folder.json(".claude/settings.json")
        let events = try #require(settings["hooks"]?.object?.members.map(\.name))
        #expect(Set(events) == Set(HookEvent.allCases.map(\.rawValue)).subtracting(["Notification"]))
        let start = settings["hooks"]?["SessionStart"]?.array?[0]["hooks"]?.array?[0]
        #expect(start == ["type": "command", "command": "roost", "args": ["hook", "SessionStart"], "timeout": 10])
        #expect(settings["hooks"]?["PostToolUse"]?.array?[0]["matcher"] == "Edit|Write|NotebookEdit")
        let allowed = try #require(settings["permissions"]?["allow"]?.strings)
        #expect(allowed.contains("mcp__roost__recall") && allowed.contains("mcp__plugin_roost_roost__recall"))
        #expect(!allowed.contains { $0.hasSuffix("forget") || $0.hasSuffix("remember") })
        #expect(settings["env"] == nil)
        #expect(
            try folder.json(".mcp.json") == [
                "mcpServers": ["roost": ["type": "stdio", "command": "roost", "args": ["mcp"]]]
            ])
        #expect(try folder.read("CLAUDE.md").hasPrefix("<!-- roost: begin -->"))
        for command in MemoryCommand.all {
            #expect(try folder.read(".claude/commands/\(command.name).md") == command.text)
        }
        for skill in MemorySkill.all { #expect(try folder.read(".claude/skills/\(skill.name)/SKILL.md") == skill.text) }
    }

    @Test func `a second run has nothing to change`() throws {
        let folder = SetupFolder()
        try folder.write(".claude/settings.json", GuideFiles.settings)
        try folder.write(".mcp.json", GuideFiles.servers)
        for options in [
            folder.options(), folder.options(server: "http://memory:8283"), folder.options(plugin: true),
            folder.options(.user),
        ] {
            try folder.install(options)
            let second = try SetupPlan.install(options)
            #expect(second.isEmpty, "\(second.changes.map(\.path))")
        }
    }

    @Test func `undoing leaves every byte, file and folder as it was`() throws {
        for (settings, servers, notes) in [
            (nil, nil, nil), (GuideFiles.settings, GuideFiles.servers, "# Mine"),
            ("{}", "{\"mcpServers\":{}}", "a\r\n"),
            ("\u{FEFF}{\r\n\t\"model\" : \"opus\"\r\n}", "", "x\n\n"), ("", "{\"a\":1.50,\"a\":2}", ""),
        ] as [(String?, String?, String?)] {
            let folder = SetupFolder()
            if let settings { try folder.write(".claude/settings.json", settings) }
            if let servers { try folder.write(".mcp.json", servers) }
            if let notes { try folder.write("CLAUDE.md", notes) }
            try folder.write(".claude/commands/memory-save.md", GuideFiles.command)
            let before = try folder.everything()
            try folder.install()
            #expect(try folder.everything() != before)
            // With other wishes in between, the way back is the same.
            try folder.install(folder.options(server: "https://memory.example"))
            try folder.install(folder.options(plugin: true))
            try folder.install()
            try folder.uninstall()
            #expect(try folder.everything() == before)
        }
    }

    @Test func `predecessors are taken over, and what is not theirs stays`() throws {
        let folder = SetupFolder()
        try folder.write(".claude/settings.json", GuideFiles.settings)
        try folder.write(".mcp.json", GuideFiles.servers)
        try folder.write(".claude/commands/memory-save.md", GuideFiles.command)
        try folder.write(".claude/commands/memory-sync.md", "mine")
        let plan = try folder.install()
        let text = try folder.read(".claude/settings.json")
        #expect(!text.contains("letta-") && !text.contains("str_replace") && !text.contains("${"))
        #expect(!text.contains("agent-xxxxx"), "an agent that was never filled in would be looked for in vain")
        #expect(text.contains("make format") && text.contains("Bash(sudo:*)"))
        let hooks = OtherSettings.entries(try folder.json(".claude/settings.json"))
        #expect(hooks.filter(HookEntries.isOurs).count == HookEntries.events.count)
        let servers = try folder.json(".mcp.json")["mcpServers"]
        #expect(servers?.object?.members.map(\.name) == ["other", "roost"])
        #expect(servers?["other"] == ["command": "other", "alwaysAllow": ["x"]])
        let entry = servers?["roost"]
        #expect(entry?["command"] == "roost" && entry?["args"] == ["mcp"])
        #expect(entry?["transport"] == nil && entry?["alwaysAllow"] == nil)
        #expect(entry?["env"]?["LETTA_PASSWORD"] == "literal-password")
        #expect(try folder.read(".claude/commands/memory-save.md") == MemoryCommand.all[0].text)
        #expect(try folder.read(".claude/commands/memory-sync.md") == "mine")
        #expect(plan.notes.contains { $0.contains("memory-sync.md") })
        #expect(plan.notes.contains { $0.contains("plain text") && !$0.contains("literal-password") })
        #expect(plan.server == "http://localhost:8283")
    }

    @Test func `neither the record nor what is shown holds a password`() throws {
        let folder = SetupFolder()
        try folder.write(".mcp.json", GuideFiles.servers)
        let plan = try folder.install()
        let records = try FileManager.default.subpathsOfDirectory(atPath: folder.root + "/roost")
        for name in records {
            let bytes = FileManager.default.contents(atPath: folder.root + "/roost/" + name) ?? Data()
            #expect(!String(decoding: bytes, as: UTF8.self).contains("literal-password"))
        }
        for change in plan.changes {
            let diff = FileDiff(change.path, before: change.before, after: change.after)
            #expect(!diff.lines.contains { $0.text.contains("literal-password") })
        }
        let secret = GuideFiles.settings.replacing("python ~", with: "LETTA_PASSWORD=hush python ~")
        try folder.write(".claude/settings.json", secret)
        #expect(throws: SetupError.self) { try SetupPlan.install(folder.options()) }
    }

    @Test func `after somebody else's changes only our own parts go`() throws {
        let folder = SetupFolder()
        try folder.write(
            ".claude/settings.json", "{\n  \"permissions\": {\n    \"allow\": [\n      \"Read\"\n    ]\n  }\n}\n")
        try folder.write("CLAUDE.md", "# Mine\n")
        try folder.install()
        let settings = try folder.read(".claude/settings.json")
        try folder.write(".claude/settings.json", settings.replacing("\"Read\",", with: "\"Read\",\n      \"Glob\","))
        try folder.write("CLAUDE.md", try folder.read("CLAUDE.md") + "Later.\n")
        try folder.write(
            ".mcp.json", try folder.read(".mcp.json").replacing("\"roost\":", with: "\"new\": {},\n    \"roost\":"))
        try folder.write(".claude/commands/memory-save.md", "changed")
        #expect(try SetupPlan.install(folder.options()).isEmpty)
        try folder.uninstall()
        #expect(try folder.json(".claude/settings.json") == ["permissions": ["allow": ["Read", "Glob"]]])
        #expect(try folder.read("CLAUDE.md") == "# Mine\nLater.\n")
        #expect(try folder.json(".mcp.json") == ["mcpServers": ["new": [:]]])
        #expect(try folder.read(".claude/commands/memory-save.md") == "changed")
        #expect(!FileManager.default.fileExists(atPath: folder.project + "/.claude/skills"))
    }

    @Test func `without its record, ours is still found and taken out`() throws {
        let folder = SetupFolder()
        try folder.write(".claude/settings.json", "{\"model\":\"opus\"}")
        try folder.install()
        try FileManager.default.removeItem(atPath: folder.root + "/roost")
        try folder.uninstall()
        #expect(try folder.read(".claude/settings.json") == "{\"model\":\"opus\"}")
        #expect(!FileManager.default.fileExists(atPath: folder.project + "/.claude/commands/memory-save.md"))
    }

    @Test func `a server's address reaches hooks and tools, passwords only as variables`() throws {
        let folder = SetupFolder()
        try folder.install(folder.options(server: "https://memory.example"))
        #expect(try folder.json(".claude/settings.json")["env"] == ["LETTA_BASE_URL": "https://memory.example"])
        #expect(
            try folder.json(".mcp.json")["mcpServers"]?["roost"]?["env"] == [
                "LETTA_BASE_URL": "${LETTA_BASE_URL:-https://memory.example}", "LETTA_PASSWORD": "${LETTA_PASSWORD:-}",
            ])
        // Another server replaces it everywhere.
        try folder.install(folder.options(server: "http://other:1"))
        #expect(try !folder.read(".claude/settings.json").contains("memory.example"))
        #expect(try !folder.read(".mcp.json").contains("memory.example"))
    }

    @Test func `an address of a predecessor becomes ours when the server is named`() throws {
        let folder = SetupFolder()
        let servers = """
            {"mcpServers": {"letta": {"url": "http://host:3001/sse", "transport": "sse", "alwaysAllow": ["list_agents"]}}}
            """
        try folder.write(".mcp.json", servers)
        #expect(throws: SetupError.self) { try SetupPlan.install(folder.options()) }
        try folder.install(folder.options(server: "http://host:8283"))
        #expect(
            try folder.json(".mcp.json")["mcpServers"] == [
                "roost": [
                    "url": "http://host:8283/mcp", "type": "http",
                    "headers": ["Authorization": "Bearer ${LETTA_PASSWORD:-}"],
                ]
            ])
        try folder.uninstall()
        #expect(try folder.read(".mcp.json") == servers)
    }

    @Test func `an API key without an address gets one`() throws {
        let folder = SetupFolder()
        try folder.write(".claude/settings.json", "{\"env\": {\"LETTA_API_KEY\": \"k\"}}")
        try folder.install()
        #expect(try folder.json(".claude/settings.json")["env"]?["LETTA_BASE_URL"] == "http://localhost:8283")
    }

    @Test func `the plugin comes instead of hooks, commands and skills`() throws {
        let folder = SetupFolder()
        try folder.write(".claude/settings.json", GuideFiles.settings)
        try folder.install()
        try folder.install(folder.options(plugin: true))
        let settings = try folder.json(".claude/settings.json")
        #expect(settings["enabledPlugins"] == ["roost@roost": true])
        #expect(settings["extraKnownMarketplaces"]?["roost"]?["source"]?["source"] == "directory")
        #expect(!OtherSettings.entries(settings).contains { HookEntries.isOurs($0) || HookEntries.isPredecessor($0) })
        #expect(!FileManager.default.fileExists(atPath: folder.project + "/.mcp.json"))
        #expect(!FileManager.default.fileExists(atPath: folder.project + "/.claude/commands"))
    }

    @Test func `the lines in CLAUDE.md name the commands as they are called`() throws {
        let folder = SetupFolder()
        try folder.write("CLAUDE.md", "# Shop\n")
        let before = try folder.everything()
        try folder.install()
        #expect(try folder.read("CLAUDE.md").contains(" /memory-recall, /memory-save, /memory-status, /memory-sync."))
        try folder.install(folder.options(plugin: true))
        let text = try folder.read("CLAUDE.md")
        #expect(text.contains(" /roost:memory-recall, /roost:memory-save, /roost:memory-status, /roost:memory-sync."))
        #expect(!text.contains(" /memory-"))
        try folder.uninstall(folder.options(plugin: true))
        #expect(try folder.everything() == before)
    }

    @Test func `broken JSON is refused with its place and nothing is changed`() throws {
        let folder = SetupFolder()
        try folder.write(".mcp.json", "{\n  // servers\n}")
        let before = try folder.everything()
        let error = #expect(throws: SetupError.self) { try SetupPlan.install(folder.options()) }
        #expect(error?.description.contains("line 2, column 3") == true)
        #expect(try folder.everything() == before)
    }

    @Test func `a file that changes between looking and writing is not overwritten`() throws {
        let folder = SetupFolder()
        let plan = try SetupPlan.install(folder.options())
        try folder.write("CLAUDE.md", "somebody else was faster")
        #expect(throws: SetupError.self) { try plan.carryOut() }
        #expect(try folder.read("CLAUDE.md") == "somebody else was faster")
        #expect(!FileManager.default.fileExists(atPath: folder.project + "/.claude"))
    }

    @Test func `links are followed, but not to files of another kind`() throws {
        let folder = SetupFolder()
        let files = FileManager.default
        try files.createDirectory(atPath: folder.root + "/dotfiles", withIntermediateDirectories: true)
        try Data("# Shared\n".utf8).write(to: URL(filePath: folder.root + "/dotfiles/CLAUDE.md"))
        try files.createSymbolicLink(
            atPath: folder.project + "/CLAUDE.md", withDestinationPath: folder.root + "/dotfiles/CLAUDE.md")
        try files.setAttributes([.posixPermissions: 0o640], ofItemAtPath: folder.root + "/dotfiles/CLAUDE.md")
        try folder.install()
        #expect(
            try files.destinationOfSymbolicLink(atPath: folder.project + "/CLAUDE.md").hasSuffix("dotfiles/CLAUDE.md"))
        #expect(FileText.mode(folder.root + "/dotfiles/CLAUDE.md").map { $0 & 0o777 } == 0o640)
        try folder.uninstall()
        #expect(try folder.read("CLAUDE.md") == "# Shared\n")
        try files.removeItem(atPath: folder.project + "/CLAUDE.md")
        try Data("alias x=y\n".utf8).write(to: URL(filePath: folder.home + "/.bashrc"))
        try files.createSymbolicLink(
            atPath: folder.project + "/CLAUDE.md", withDestinationPath: folder.home + "/.bashrc")
        #expect(throws: SetupError.self) { try SetupPlan.install(folder.options()) }
        try files.removeItem(atPath: folder.project + "/CLAUDE.md")
        try files.createSymbolicLink(atPath: folder.project + "/.claude", withDestinationPath: folder.home)
        #expect(throws: SetupError.self) { try SetupPlan.install(folder.options()) }
    }

    @Test func `hooks elsewhere that would run too are told`() throws {
        let folder = SetupFolder()
        try FileManager.default.createDirectory(atPath: folder.home + "/.claude", withIntermediateDirectories: true)
        try Data(GuideFiles.settings.utf8).write(to: URL(filePath: folder.home + "/.claude/settings.json"))
        #expect(try SetupPlan.install(folder.options()).notes.contains { $0.contains("letta-*.py") })
        try folder.install(folder.options(.user))
        #expect(try SetupPlan.install(folder.options()).notes.contains { $0.contains("has Roost's hooks too") })
    }

    @Test func `an entry that leads to a server makes the hooks use it too`() throws {
        for entry in [
            #"{"type": "http", "url": "http://host:8283/mcp?project=x"}"#,
            #"{"command": "roost", "args": ["mcp"], "env": {"LETTA_BASE_URL": "${LETTA_BASE_URL:-http://host:8283}"}}"#,
        ] {
            let folder = SetupFolder()
            try folder.write(".mcp.json", "{\"mcpServers\": {\"roost\": \(entry)}}")
            #expect(try folder.install().server == "http://host:8283")
            #expect(try folder.json(".claude/settings.json")["env"]?["LETTA_BASE_URL"] == "http://host:8283")
        }
    }

    @Test func `a password in what would be replaced stops setup before anything is written`() throws {
        for (file, text) in [
            (
                ".mcp.json",
                #"{"mcpServers": {"letta": {"command": "docker", "args": ["run", "-e", "LETTA_PASSWORD=hush", "x/letta-mcp-server"]}}}"#
            ),
            (".mcp.json", #"{"mcpServers": {"letta": {"url": "http://me:hush@host:3001/mcp"}}}"#),
            (".claude/settings.json", #"{"env": {"LETTA_BASE_URL": "http://me:hush@host:8283"}}"#),
        ] {
            let folder = SetupFolder()
            try folder.write(file, text)
            let before = try folder.everything()
            let error = #expect(throws: SetupError.self) {
                try SetupPlan.install(folder.options(server: "http://host:1"))
            }
            #expect(error?.description.contains("hush") == false)
            #expect(try folder.everything() == before)
        }
        // Without another address it stays where it is, and only there.
        let folder = SetupFolder()
        try folder.write(".claude/settings.json", #"{"env": {"LETTA_BASE_URL": "http://me:hush@host:8283"}}"#)
        try folder.install()
        #expect(try !folder.read(".mcp.json").contains("hush"))
    }

    @Test(arguments: [
        #"{"hooks": []}"#, #"{"hooks": {"Stop": {}}}"#, #"{"permissions": {"allow": "Read"}}"#, "[]", "7",
    ])
    func `settings of another shape are not written over`(_ settings: String) throws {
        let folder = SetupFolder()
        try folder.write(".claude/settings.json", settings)
        #expect(throws: SetupError.self) { try SetupPlan.install(folder.options()) }
    }

    @Test func `a hook among others gets its own matcher`() throws {
        let folder = SetupFolder()
        let theirs = #"{"command": "make format"}"#
        try folder.write(
            ".claude/settings.json",
            #"{"hooks": {"PostToolUse": [{"matcher": "Edit", "hooks": [{"command": "python letta-track.py"}, \#(theirs)]}]}}"#
        )
        try folder.install()
        let groups = try #require(try folder.json(".claude/settings.json")["hooks"]?["PostToolUse"]?.array)
        #expect(groups[0] == ["matcher": "Edit", "hooks": [["command": "make format"]]])
        #expect(groups[1]["matcher"] == "Edit|Write|NotebookEdit")
    }

    @Test func `a run that was cut off can be finished and undone`() throws {
        let folder = SetupFolder()
        try folder.write(".claude/settings.json", GuideFiles.settings)
        try folder.write(".mcp.json", GuideFiles.servers)
        let before = try folder.everything()
        try folder.install()
        // As if it had ended after the record and the first file.
        try folder.write(".mcp.json", GuideFiles.servers)
        try FileManager.default.removeItem(atPath: folder.project + "/CLAUDE.md")
        try folder.install()
        #expect(try SetupPlan.install(folder.options()).isEmpty)
        try folder.uninstall()
        #expect(try folder.everything() == before)
    }

    @Test func `what was taken over comes back also where the file was changed elsewhere`() throws {
        let folder = SetupFolder()
        try folder.write(".mcp.json", GuideFiles.servers)
        try folder.write(".claude/settings.json", GuideFiles.settings)
        try folder.install()
        // As editors that keep state in the same file do.
        try folder.write(".mcp.json", "{\"startups\": 7," + folder.read(".mcp.json").dropFirst())
        try folder.write(
            ".claude/settings.json",
            folder.read(".claude/settings.json").replacing("Bash(sudo:*)", with: "Bash(curl:*)"))
        try folder.uninstall()
        #expect(try folder.read(".mcp.json") == "{\"startups\": 7," + GuideFiles.servers.dropFirst())
        #expect(
            try folder.read(".claude/settings.json")
                == GuideFiles.settings.replacing("Bash(sudo:*)", with: "Bash(curl:*)"))
    }

    @Test func `of several predecessors one is taken over and the others go, unless they hold a password`() throws {
        let servers = """
            {
              "mcpServers": {
                "letta": { "command": "letta-mcp", "args": [] },
                "letta-two": { "command": "npx", "args": ["letta-mcp-server"] },
                "letta-three": { "command": "npx", "args": ["letta-mcp-server"], "env": { "LETTA_PASSWORD": "hush" } }
              }
            }
            """
        for isPlugin in [false, true] {
            let folder = SetupFolder()
            try folder.write(".mcp.json", servers)
            let plan = try folder.install(folder.options(plugin: isPlugin))
            let names = try folder.json(".mcp.json")["mcpServers"]?.object?.members.map(\.name)
            #expect(names == (isPlugin ? ["letta-three"] : ["roost", "letta-three"]))
            #expect(plan.notes.contains { $0.contains("'letta-three'") })
            #expect(try SetupPlan.install(folder.options(plugin: isPlugin)).isEmpty)
            try folder.uninstall()
            #expect(try folder.read(".mcp.json") == servers)
        }
    }

    @Test func `what a killed setup was writing is taken away by the next, what a living one writes is not`() throws {
        let folder = SetupFolder()
        try folder.write(".mcp.json.roost-2147483646", "{\"mcpSer")
        try folder.write(".mcp.json.roost-1", "{")
        try folder.write(".mcp.json.roost-mine", "x")
        try folder.install(folder.options())
        #expect(!FileText.exists(folder.project + "/.mcp.json.roost-2147483646"))
        #expect(FileText.exists(folder.project + "/.mcp.json.roost-1"))
        #expect(FileText.exists(folder.project + "/.mcp.json.roost-mine"))
    }
}
