import Platform

/// What several files of one folder say together: permissions, and the servers and tools they are for.
struct AcrossFilesScan: Sendable {
    private var servers: [(name: String, path: String, line: Int)] = []
    private var permissions: [(name: String, path: String, line: Int)] = []
    private var hasServerFile = false
    private var hasSettings = false
    private var hasPlugin = false
    private var oldHooks: (path: String, line: Int)?
    private var newHooks: Set<String> = []

    /// Takes in one file.
    mutating func read(_ text: String, path: String) {
        // What is not JSON says nothing to Claude Code either.
        guard path.hasSuffix(".json"), let tree = try? JSONTree(Array(text.utf8)) else { return }
        if let node = tree.node(["mcpServers"]) {
            hasServerFile = true
            servers += tree.members(of: node).map { ($0.name, path, tree.line(of: $0.value)) }
        }
        guard path.hasSuffix("settings.json") || path.hasSuffix("settings.local.json") else { return }
        if let plugins = tree.node(["enabledPlugins"]),
            tree.members(of: plugins).contains(where: { $0.name.hasPrefix("roost@") })
        {
            hasPlugin = true
        }
        hasSettings = hasSettings || tree.node(["permissions"]) != nil || tree.node(["hooks"]) != nil
        for node in tree.elements(of: tree.node(["permissions", "allow"])) {
            if let name = tree.value(of: node)?.string, name.hasPrefix("mcp__") {
                permissions.append((name, path, tree.line(of: node)))
            }
        }
        for event in tree.members(of: tree.node(["hooks"])) {
            for hook in tree.elements(of: event.value).flatMap({
                tree.elements(of: tree.member("hooks", of: $0)?.value)
            }) {
                guard let entry = tree.value(of: hook) else { continue }
                if HookEntries.isPredecessor(entry) { oldHooks = (path, tree.line(of: hook)) }
                if HookEntries.isOurs(entry) { newHooks.insert(path) }
            }
        }
    }

    func findings() -> [ScanFinding] {
        var findings: [ScanFinding] = []
        let known = Set(servers.map(\.name))
        let tools = Set(ToolProfile.all.tools.map(\.name))
        for (name, path, line) in permissions {
            if let tool = RoostTool.tool(name) {
                if tool != "*", !tools.contains(tool) {
                    findings.append(ScanFinding("permission-tool", path, line, "`\(name)`:"))
                }
                continue
            }
            let rest = name.dropFirst("mcp__".count)
            let server = rest.firstRange(of: "__").map { rest[..<$0.lowerBound] } ?? rest
            if hasServerFile, !server.hasPrefix("plugin_"), !known.contains(String(server)) {
                findings.append(ScanFinding("permission-server", path, line, "`\(name)`:"))
            }
        }
        if let server = servers.first(where: { $0.name == RoostTool.server }), hasSettings, !hasPlugin,
            !permissions.contains(where: { RoostTool.isOurs($0.name) || $0.name == "mcp__roost" })
        {
            findings.append(ScanFinding("mcp-permission", server.path, server.line))
        }
        if let oldHooks, !newHooks.isEmpty, !newHooks.contains(oldHooks.path) {
            findings.append(ScanFinding("hook-twice", oldHooks.path, oldHooks.line))
        }
        return findings
    }
}
