import Platform

/// Settings beside those that setup changes, which Claude Code reads as well.
struct OtherSettings: Sendable {
    let options: SetupOptions

    /// Hooks in them that would run beside ours.
    func notes() -> [String] {
        var paths = [options.folder + "/.claude/settings.local.json"]
        if options.scope == .project { paths.append(options.userFolder + "/settings.json") }
        return paths.compactMap { path in
            // What cannot be read here is Claude Code's to complain about.
            guard path != options.settings, FileText.exists(path),
                let bytes = try? FileText.read(path, limit: 16 << 20),
                let settings = try? JSONValue(parsing: bytes)
            else { return nil }
            let hooks = Self.entries(settings)
            let way = path.hasPrefix(options.userFolder) ? " ('roost setup claude-code --user' does)" : ""
            if hooks.contains(where: HookEntries.isPredecessor) {
                return "\(path) runs letta-*.py hooks too: take them out there\(way), or everything is kept twice."
            }
            if hooks.contains(where: HookEntries.isOurs) {
                return "\(path) has Roost's hooks too. One of the two is enough: 'roost setup claude-code --uninstall'"
                    + (options.scope == .project ? ", or with --user." : ".")
            }
            return nil
        }
    }

    /// Every hook of some settings.
    static func entries(_ settings: JSONValue) -> [JSONValue] {
        (settings["hooks"]?.object?.members ?? []).flatMap { event in
            (event.value.array ?? []).flatMap { $0["hooks"]?.array ?? [] }
        }
    }
}
