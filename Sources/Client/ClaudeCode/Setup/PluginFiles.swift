import Platform

/// The plugin for Claude Code: hooks, commands, skills and the MCP server in one folder, with the marketplace that it is installed
/// from. Made from the same texts that setup writes.
package struct PluginFiles: Sendable {
    package struct File: Sendable, Equatable {
        /// From the marketplace's folder.
        package let path: String
        package let text: String
    }

    package static let description =
        "Memory across sessions: what was decided, fixed and learned comes back when it matters."

    /// - Parameters:
    ///   - command: what starts this program.
    ///   - folder: of the plugin, from the marketplace's folder.
    package static func all(command: String, folder: String) -> [File] {
        [marketplace(folder)] + plugin(command: command).map { File(path: folder + "/" + $0.path, text: $0.text) }
    }

    /// As this repository has them: for a `roost` on the search path.
    package static let published = all(command: "roost", folder: "Share/plugin")

    package static func marketplace(_ folder: String) -> File {
        let json: JSONValue = [
            "name": "roost", "owner": ["name": "Roost"],
            "metadata": ["description": "The memory server Roost, for Claude Code"],
            "plugins": [["name": "roost", "source": .string("./" + folder), "description": .string(description)]],
        ]
        return File(path: ".claude-plugin/marketplace.json", text: text(json))
    }

    /// The files of the plugin's own folder.
    package static func plugin(command: String) -> [File] {
        let manifest: JSONValue = [
            "name": "roost", "version": .string(RoostVersion.product), "description": .string(description),
            "author": ["name": "Roost"], "keywords": ["memory", "letta", "mcp"],
        ]
        let servers: JSONValue = [
            "mcpServers": ["roost": ["type": "stdio", "command": .string(command), "args": ["mcp"]]]
        ]
        let hooks: JSONValue = ["description": .string(description), "hooks": HookEntries(command: command).all]
        return [
            File(path: ".claude-plugin/plugin.json", text: text(manifest)),
            File(path: "hooks/hooks.json", text: text(hooks)), File(path: ".mcp.json", text: text(servers)),
        ] + MemoryCommand.all.map { File(path: "commands/\($0.name).md", text: $0.text) }
            + MemorySkill.all.map { File(path: "skills/\($0.name)/SKILL.md", text: $0.text) }
    }

    private static func text(_ json: JSONValue) -> String {
        String(decoding: JSONIndent.indented(Array(json.text.utf8)), as: UTF8.self) + "\n"
    }

    /// Writes them below a folder. Blocks; throws `FileError`.
    package static func write(_ files: [File], below folder: String) throws {
        for file in files { try SetupTarget.write(Array(file.text.utf8), to: folder + "/" + file.path) }
    }
}
