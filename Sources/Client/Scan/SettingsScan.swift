import Platform

/// Looks at JSON as Claude Code reads it: settings, and the files of MCP servers. Documents are looked at where they show such
/// a file between fences.
struct SettingsScan: Sendable {
    let path: String

    func findings(in text: String, kind: FileKind) -> [ScanFinding] {
        kind == .settings
            ? findings(in: Array(text.utf8), firstLine: 1)
            : Fence.all(in: text, language: "json").flatMap { findings(in: Array($0.text.utf8), firstLine: $0.line) }
    }

    private func findings(in bytes: [UInt8], firstLine: Int) -> [ScanFinding] {
        // What is not JSON is not what Claude Code would read.
        guard let tree = try? JSONTree(bytes), case .object = tree.root.kind else { return [] }
        let look = Look(path: path, tree: tree, firstLine: firstLine)
        return look.hooks() + look.variables() + look.servers()
    }
}

private struct Look {
    let path: String
    let tree: JSONTree
    let firstLine: Int

    private func finding(_ rule: String, at node: JSONTree.Node, _ detail: String? = nil) -> ScanFinding {
        ScanFinding(rule, path, firstLine + tree.line(of: node) - 1, detail)
    }

    private var isSettings: Bool {
        tree.node(["hooks"]) != nil || tree.node(["permissions"]) != nil
            || path.hasSuffix(".claude/settings.json") || path.hasSuffix("settings.local.json")
    }

    // MARK: Hooks

    func hooks() -> [ScanFinding] {
        var findings: [ScanFinding] = []
        var old: JSONTree.Node?
        var hasNew = false
        for event in tree.members(of: tree.node(["hooks"])) {
            for group in tree.elements(of: event.value) {
                if let node = tree.member("matcher", of: group)?.value, let text = tree.value(of: node)?.string {
                    let matcher = HookMatcher(text)
                    if !matcher.withArguments.isEmpty { findings.append(finding("matcher-input", at: node)) }
                    if !matcher.ofNoTool.isEmpty { findings.append(finding("matcher-tool", at: node)) }
                }
                for hook in tree.elements(of: tree.member("hooks", of: group)?.value) {
                    if let own = tree.member("env", of: hook) { findings.append(finding("hook-env", at: own.value)) }
                    if event.name == "SessionEnd", tree.member("timeout", of: hook) == nil {
                        findings.append(finding("hook-timeout", at: hook))
                    }
                    guard let entry = tree.value(of: hook) else { continue }
                    if HookEntries.isPredecessor(entry) { old = old ?? hook }
                    if HookEntries.isOurs(entry) { hasNew = true }
                }
            }
        }
        if let old, hasNew { findings.append(finding("hook-twice", at: old)) }
        return findings
    }

    // MARK: Variables

    func variables() -> [ScanFinding] {
        guard isSettings, let node = tree.node(["env"]) else { return [] }
        var findings: [ScanFinding] = []
        for member in tree.members(of: node) where Self.isVariable(tree.value(of: member.value)?.string) {
            findings.append(finding("settings-variable", at: member.value))
        }
        if let key = tree.member("LETTA_API_KEY", of: node), tree.member("LETTA_BASE_URL", of: node) == nil {
            findings.append(finding("env-hosted", at: key.value))
        }
        return findings
    }

    private static func isVariable(_ text: String?) -> Bool { text?.hasPrefix("${") == true && text?.last == "}" }

    // MARK: Servers

    func servers() -> [ScanFinding] {
        var findings: [ScanFinding] = []
        var old: JSONTree.Node?
        var hasNew = false
        for server in tree.members(of: tree.node(["mcpServers"])) {
            for part in ["env", "headers"] {
                for member in tree.members(of: tree.member(part, of: server.value)?.value) {
                    findings += value(member)
                }
            }
            guard let entry = tree.value(of: server.value) else { continue }
            if ServersChange.isPredecessor(server.name, entry) {
                old = old ?? server.value
                if let url = tree.member("url", of: server.value) { findings.append(finding("mcp-url", at: url.value)) }
            }
            if server.name == RoostTool.server { hasNew = true }
        }
        if let old, hasNew { findings.append(finding("mcp-twice", at: old)) }
        return findings
    }

    /// A variable or a header of a server's entry.
    private func value(_ member: JSONTree.Member) -> [ScanFinding] {
        guard let text = tree.value(of: member.value)?.string else { return [] }
        // Other clients have other forms, such as ${env:NAME} and ${input:NAME}.
        if text.contains("${"), !text.contains(":-"), !text.contains("${env:"), !text.contains("${input:"),
            !path.contains(".cursor/"), !path.contains(".vscode/")
        {
            return [finding("mcp-default", at: member.value)]
        }
        let isOurs =
            member.name.hasPrefix("LETTA_") || member.name.hasPrefix("ROOST_") || member.name == "Authorization"
        if isOurs, SecretName.isOne(member.name), SecretName.isLiteral(text), !text.contains("${") {
            return [finding("mcp-password", at: member.value)]
        }
        return []
    }
}

/// A part of a document between lines of three marks or more.
struct Fence: Sendable {
    let text: String
    /// Of its first line, from 1.
    let line: Int

    /// - Parameter language: the word after the marks.
    static func all(in document: String, language: String) -> [Fence] {
        var found: [Fence] = []
        var fence: (marks: Substring, language: Substring, line: Int)?
        var lines: [Substring] = []
        for (index, raw) in document.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = raw.last == "\r" ? raw.dropLast() : raw
            let marks = line.prefix { $0 == "`" || $0 == "~" }
            if let begun = fence {
                if marks.count >= begun.marks.count, marks.count == line.count {
                    if begun.language == language {
                        found.append(Fence(text: lines.joined(separator: "\n"), line: begun.line))
                    }
                    fence = nil
                } else {
                    lines.append(line)
                }
            } else if marks.count >= 3 {
                fence = (marks, line.dropFirst(marks.count), index + 2)
                lines = []
            }
        }
        return found
    }
}
