import MCP
import Platform

/// What Claude Code finds of Roost in a project: in its own files and in the user's. Blocks while files are read.
package struct InstalledSetup: Sendable {
    /// One of our hooks.
    package struct Hook: Sendable, Equatable {
        package let event: String
        package let command: String
        /// The settings it stands in.
        package let path: String
    }

    package let hooks: [Hook]
    /// Files that have our MCP server; the plugin's name when it brings it.
    package let servers: [String]
    package let usesPlugin: Bool
    /// The address that the settings give to hooks.
    package let server: String?
    /// Bytes that every session carries: our notes in CLAUDE.md, descriptions of commands and skills, the list of tools.
    package let contextBytes: Int

    package init(folder: String, userFolder: String, userServers: String) {
        let settings = [
            folder + "/.claude/settings.local.json", folder + "/.claude/settings.json", userFolder + "/settings.json",
        ].uniqued.compactMap { path in Self.json(path).map { (path, $0) } }
        hooks = settings.flatMap { path, json in
            (json["hooks"]?.object?.members ?? []).flatMap { event in
                (event.value.array ?? []).flatMap { $0["hooks"]?.array ?? [] }.filter(HookEntries.isOurs).map {
                    Hook(event: event.name, command: $0["command"]?.string ?? "", path: path)
                }
            }
        }
        usesPlugin = settings.contains { $0.1["enabledPlugins"]?[SettingsChange.plugin] == true }
        server = settings.lazy.compactMap { $0.1["env"]?["LETTA_BASE_URL"]?.string }.first
        var servers = [folder + "/.mcp.json", userServers].filter {
            Self.json($0)?["mcpServers"]?[RoostTool.server] != nil
        }
        if usesPlugin { servers.append("the plugin") }
        self.servers = servers
        let tools = servers.isEmpty ? 0 : ToolProfile.memory.listed.reduce(0) { $0 + $1.json.text.utf8.count }
        let notes = [folder, userFolder].map { Self.notes($0 + "/CLAUDE.md") }.reduce(0, +)
        let commands =
            usesPlugin || FileText.exists(folder + "/.claude/commands/memory-recall.md")
            || FileText.exists(userFolder + "/commands/memory-recall.md")
        let descriptions = MemoryCommand.all.map(\.description) + MemorySkill.all.map(\.description)
        contextBytes = tools + notes + (commands ? descriptions.reduce(0) { $0 + $1.utf8.count } : 0)
    }

    /// Events that setup would add hooks for.
    package var missingEvents: [String] {
        usesPlugin ? [] : HookEntries.events.map(\.rawValue).filter { event in !hooks.contains { $0.event == event } }
    }

    // Files that are not there or not JSON have nothing of ours; the scan says what is wrong with them.
    private static func json(_ path: String) -> JSONValue? {
        guard FileText.exists(path), let bytes = try? FileText.read(path, limit: 64 << 20) else { return nil }
        return try? JSONValue(parsing: bytes)
    }

    // As above.
    private static func notes(_ path: String) -> Int {
        guard FileText.exists(path), let bytes = try? FileText.read(path, limit: 16 << 20) else { return 0 }
        return bytes.count - MemoryInstructions.remove(bytes).bytes.count
    }
}
