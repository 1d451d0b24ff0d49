import Platform

/// A command line as somebody gave it to a shell, and the program that it is about: one name, the same each time it is run.
/// `ShellCommands` finds every command there may be, for rules.
struct ShellLine: Sendable {
    let text: String
    let words: [String]

    /// Commands whose failure is an answer.
    static let searches: Set = [
        "grep", "rg", "egrep", "fgrep", "find", "ls", "cat", "head", "tail", "test", "[", "[[", "diff", "which",
        "command",
        "type", "cmp", "pgrep", "stat", "file", "false", "exit", "echo", "cd", "git diff", "git grep", "sleep", "kill",
        "pkill",
    ]

    /// Commands that change nothing.
    static let looks: Set = [
        "git status", "git log", "git show", "git branch", "git add", "git commit", "wc", "ps", "pwd", "tree", "jq",
        "awk", "sed",
        "curl", "date", "env", "du", "df", "docker ps", "docker logs", "kubectl get", "kubectl logs", "gh pr", "gh run",
    ]

    init(_ text: String) {
        self.text = text.trimmed
        words = text.split { $0.isWhitespace || "|;&<>()'\"=".contains($0) }.map(String.init)
    }

    /// The program, with its subcommand where that says what it does: `swift test`, `npm run build`, `python -m pytest`.
    var program: String? {
        // `cd x && make` is about make.
        let part = text.split(separator: "&&").map(\.trimmed).first { !$0.hasPrefix("cd ") && !$0.hasPrefix("export ") }
        var words = (part ?? "").split(whereSeparator: \.isWhitespace).map(String.init)[...]
        while let first = words.first {
            if first.contains("="), !first.hasPrefix("-") {
                words = words.dropFirst()
            } else if ["sudo", "env", "time", "nohup", "exec"].contains(first) {
                words = words.dropFirst()
            } else if first == "timeout" {
                words = words.dropFirst(2)
            } else {
                break
            }
        }
        guard let first = words.first else { return nil }
        let name = first.split(separator: "/").last.map(String.init) ?? first
        guard Self.withSubcommands.contains(name) else { return name }
        var parts = [name]
        for word in words.dropFirst().prefix(4) {
            if word == "-m" { continue }
            if word.hasPrefix("-") { if parts.count > 1 { break } else { continue } }
            guard word.allSatisfy({ $0.isLetter || $0.isNumber || "-_:.".contains($0) }) else { break }
            parts.append(word)
            if parts.count == 3 || !["run", "exec", "compose", "tool"].contains(word) { break }
        }
        return parts.joined(separator: " ")
    }

    private static let withSubcommands: Set = [
        "swift", "npm", "pnpm", "yarn", "bun", "cargo", "go", "git", "docker", "kubectl", "make", "python", "python3",
        "pip",
        "uv", "poetry", "bundle", "rails", "dotnet", "mvn", "gradle", "terraform", "helm", "aws", "gcloud", "gh",
        "deno",
        "npx", "brew", "apt-get", "systemctl", "roost",
    ]
}
