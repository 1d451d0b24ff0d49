import Platform

/// Setup cannot do what was asked, or must not; nothing was changed.
package struct SetupError: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// What `roost setup claude-code` was asked for.
package struct SetupOptions: Sendable {
    package enum Scope: String, Sendable { case project, user }

    package let scope: Scope
    /// The project's folder; the user's home for `user`.
    package let folder: String
    /// Where Claude Code keeps what is the user's: `~/.claude`, or `CLAUDE_CONFIG_DIR`.
    package let userFolder: String
    /// `~/.claude.json`.
    package let userServers: String
    /// What starts this program: `roost`, or its path.
    package let command: String
    /// Root address of the server that keeps the memory; nil for the local file.
    package var server: String?
    package let usesPlugin: Bool
    package let profile: ToolProfile
    /// `ROOST_HOME`, where the record and a plugin's files are.
    package let home: String

    package init(
        scope: Scope, folder: String, userFolder: String, userServers: String, command: String, server: String?,
        usesPlugin: Bool, profile: ToolProfile, home: String
    ) {
        self.scope = scope
        self.folder = folder
        self.userFolder = userFolder
        self.userServers = userServers
        self.command = command
        self.server = server
        self.usesPlugin = usesPlugin
        self.profile = profile
        self.home = home
    }

    /// The folder of settings, commands and skills.
    var claudeFolder: String { scope == .user ? userFolder : folder + "/.claude" }
    package var settings: String { claudeFolder + "/settings.json" }
    package var servers: String { scope == .user ? userServers : folder + "/.mcp.json" }
    var notes: String { scope == .user ? userFolder + "/CLAUDE.md" : folder + "/CLAUDE.md" }

    /// The folder of the marketplace that the plugin is installed from.
    package var marketplaceFolder: String { home + "/plugin" }

    var marketplace: JSONValue { ["source": ["source": "directory", "path": .string(marketplaceFolder)]] }

    /// Looking is free of questions; writing asks the user, or is allowed by a command that they chose.
    var permissions: [String] { RoostTool.names(RoostTool.readOnly(profile)) }

    private var arguments: JSONValue { profile == .memory ? ["mcp"] : ["mcp", "--tools", .string(profile.rawValue)] }

    /// Our entry among MCP servers, without what a server's address adds. A process of our own also where a server keeps
    /// the memory: it knows the project's folder, so it finds the project's agent, it works where no password is set, and it
    /// tells what is wrong where an address would only "fail".
    var entry: JSONObject {
        var entry: JSONObject = ["type": "stdio", "command": .string(command), "args": arguments]
        if let environment { entry["env"] = environment }
        return entry
    }

    /// The defaults keep a variable that is unset from being handed on as it is written.
    private var environment: JSONValue? {
        server.map {
            [
                "LETTA_BASE_URL": .string("${LETTA_BASE_URL:-\($0)}"), "LETTA_PASSWORD": "${LETTA_PASSWORD:-}",
            ]
        }
    }
}

extension ServerAddress {
    /// Whether two spellings mean the same server.
    static func same(_ one: String, _ other: String) -> Bool {
        // What is no address is the same as nothing.
        guard let one = try? ServerAddress(one), let other = try? ServerAddress(other) else { return false }
        return one == other
    }
}
