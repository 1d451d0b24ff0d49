import Platform

/// A use of tools that is denied: `Bash(rm -rf /*)`, `Edit(*.env)`, `mcp__prod__*`, in the spirit of Claude Code's permission
/// rules. A guard rail against mistakes, not a wall: docs/design/hooks.md, "Guard".
package struct GuardRule: Sendable, Equatable, CustomStringConvertible {
    private let tool: String
    /// Nil: every use.
    private let argument: String?

    package var description: String { argument.map { "\(tool)(\($0))" } ?? tool }

    /// Nil when this is not of the form `Tool` or `Tool(pattern)`.
    package init?(_ text: String) {
        let name = text.prefix { $0 != "(" }
        guard !name.isEmpty, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "_-*.".contains($0)) })
        else { return nil }
        tool = String(name)
        let rest = text.dropFirst(name.count)
        guard !rest.isEmpty else {
            argument = nil
            return
        }
        guard rest.count > 2, rest.last == ")" else { return nil }
        argument = String(rest.dropFirst().dropLast())
    }

    /// Rules that were split at commas put together again where a comma stood between their brackets. Nil in place of a text
    /// that is no rule.
    package static func rules(_ texts: [String]) -> [(text: String, rule: GuardRule?)] {
        var whole: [String] = []
        for text in texts {
            if let last = whole.last, last.count(where: { $0 == "(" }) > last.count(where: { $0 == ")" }) {
                whole[whole.count - 1] = last + "," + text
            } else {
                whole.append(text)
            }
        }
        return whole.map { ($0, GuardRule($0)) }
    }

    /// - Parameter folder: the project's, absolute.
    func matches(tool name: String, _ input: JSONObject, folder: String) -> Bool {
        guard fits(name) else { return false }
        guard let argument else { return true }
        if let command = input["command"]?.string {
            let patterns = Self.commandPattern(argument)
            let commands = ShellCommands(command)
            return commands.texts.contains { text in patterns.contains { Glob($0).matches(text) } }
                || commands.commands.map { CommandFlags($0) }.contains { patterns.contains(where: $0.fits) }
        }
        for member in ["file_path", "notebook_path", "path"] {
            if let path = input[member]?.string { return Self.path(path, fits: argument, folder: folder) }
        }
        return input.members.contains { member in member.value.string.map { Glob(argument).matches($0) } ?? false }
    }

    /// `Edit` means every tool that changes files, as in Claude Code's rules.
    private func fits(_ name: String) -> Bool {
        if tool == "Edit", ["Edit", "Write", "MultiEdit", "NotebookEdit"].contains(name) { return true }
        return Glob(tool).matches(name)
    }

    /// `git push:*` is `git push`, alone or with more words; so is `git push *`.
    private static func commandPattern(_ argument: String) -> [String] {
        for end in [":*", " *"] where argument.hasSuffix(end) {
            let start = String(argument.dropLast(2))
            return [start, start + " *"]
        }
        return [argument]
    }

    /// A pattern without a slash is about the file's name, one that begins with a slash about the whole path, any other
    /// about the path in the project, or the end of it.
    private static func path(_ path: String, fits pattern: String, folder: String) -> Bool {
        let whole = FileText.plain(path.hasPrefix("/") ? path : folder + "/" + path)
        let name = whole.split(separator: "/").last.map(String.init) ?? ""
        if !pattern.contains("/") { return Glob(pattern).matches(name) }
        if pattern.hasPrefix("/") { return Glob(FileText.plain(pattern)).matches(whole) }
        let relative = pattern.hasPrefix("./") ? String(pattern.dropFirst(2)) : pattern
        return Glob(FileText.plain(folder + "/" + relative)).matches(whole) || Glob("*/" + relative).matches(whole)
    }
}

/// `*` stands for any letters, also none; everything else for itself.
struct Glob: Sendable {
    private let parts: [[UInt8]]

    init(_ pattern: String) {
        parts = pattern.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map(Array.init)
    }

    func matches(_ text: String) -> Bool {
        var rest = Array(text.utf8)[...]
        guard let first = parts.first, let last = parts.last, rest.starts(with: first) else { return false }
        if parts.count == 1 { return rest.count == first.count }
        rest = rest.dropFirst(first.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let found = rest.firstRange(of: part) else { return false }
            rest = rest[found.upperBound...]
        }
        return rest.count >= last.count && rest.suffix(last.count).elementsEqual(last)
    }
}

extension HookRun {
    /// Denies what a rule names. Opens no memory.
    func toolGuard() -> HookOutput {
        guard !surroundings.options.guardRules.isEmpty, let tool = input.toolName else { return HookOutput() }
        let rule = surroundings.options.guardRules.first {
            $0.matches(tool: tool, input.toolInput, folder: surroundings.folder)
        }
        guard let rule else { return HookOutput() }
        return HookOutput(
            denial: "The user's setting hook-guard denies this: \(rule). Do not try it in another way; ask the user.")
    }
}
