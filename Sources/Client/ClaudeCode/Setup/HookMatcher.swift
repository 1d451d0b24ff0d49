import Platform

/// The `matcher` of a group of hooks: alternatives that are compared with a tool's name, and with nothing else.
struct HookMatcher: Sendable {
    let alternatives: [String]

    init(_ text: String) {
        alternatives = text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    }

    /// Names that tools have had, or that people take for tools, which are none.
    private static let gone: Set<String> = [
        "str_replace", "str_replace_editor", "str_replace_based_edit_tool", "create_file",
    ]
    private static let builtIn = [
        "Bash", "Write", "Edit", "Read", "Glob", "Grep", "WebFetch", "WebSearch", "Task", "NotebookEdit", "MultiEdit",
    ]

    /// `Bash\(rm` or `Write(*.py)`: a tool's name never has arguments, so this never fires.
    var withArguments: [String] { alternatives.filter(Self.hasArguments) }
    var ofNoTool: [String] { alternatives.filter { Self.gone.contains($0) } }

    /// What is left when all of that is gone; nil when nothing is.
    var living: String? {
        let living = alternatives.filter { !Self.hasArguments($0) && !Self.gone.contains($0) }
        return living.isEmpty ? nil : living.joined(separator: "|")
    }

    private static func hasArguments(_ alternative: String) -> Bool {
        if alternative.contains("\\(") { return true }
        return builtIn.contains { alternative.hasPrefix($0 + "(") || alternative.hasPrefix("^" + $0 + "(") }
    }
}
