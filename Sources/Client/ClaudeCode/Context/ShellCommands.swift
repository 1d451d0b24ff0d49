import Platform

/// The simple commands of a shell line, as far as rules about commands need them: those between `&&`, `||`, `;`, `|`, `&` and
/// line ends, in substitutions and subshells, and behind words that start another command (`sudo`, `env`, `xargs`,
/// `bash -c`). The body of a heredoc is text, except for a shell that reads it. Errs towards finding a command where there is
/// only text.
struct ShellCommands: Sendable {
    /// The whole line, as it is.
    let line: String
    /// Each command's words, without quotes.
    let commands: [[String]]

    /// The whole line, then each command with single spaces.
    var texts: [String] { ([line] + commands.map { $0.joined(separator: " ") }).uniqued }

    init(_ line: String) {
        self.line = line
        var found: [[String]] = []
        Self.collect(line, depth: 0, into: &found)
        var seen: Set<[String]> = []
        commands = found.filter { seen.insert($0).inserted }
    }

    private static let deepest = 4
    private static let most = 2000

    private static func collect(_ line: String, depth: Int, into found: inout [[String]]) {
        let read = ShellLineReading(line)
        for words in read.commands where found.count < most {
            let words = words.drop { isAssignment($0) || keywords.contains($0) }
            guard let first = words.first else { continue }
            add(words, to: &found)
            let name = lastPart(first)
            guard depth < deepest, starters.contains(name) else { continue }
            // Each of the next words may be the command that this one starts, or a line for another shell.
            for index in words.indices.dropFirst().prefix(12) {
                if words[index].contains(where: \.isWhitespace) {
                    collect(words[index], depth: depth + 1, into: &found)
                } else {
                    add(words[index...], to: &found)
                }
            }
        }
        guard depth < deepest else { return }
        for body in read.bodies {
            if body.commands.contains(where: { $0.contains { shells.contains(lastPart($0)) } }) {
                collect(body.text, depth: depth + 1, into: &found)
            } else if body.isExpanded {
                // As in double quotes: only what is substituted runs.
                collect(": \"" + body.text.filter { $0 != "\"" } + "\"", depth: depth + 1, into: &found)
            }
        }
    }

    /// As it is written, and with the program's name alone.
    private static func add(_ words: ArraySlice<String>, to found: inout [[String]]) {
        guard let first = words.first else { return }
        found.append(Array(words))
        let name = lastPart(first)
        if name != first, !name.isEmpty { found.append([name] + words.dropFirst()) }
    }

    private static func lastPart(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

    private static let keywords: Set<String> = [
        "if", "then", "else", "elif", "do", "while", "until", "!", "{", "}", "fi", "done", "time",
    ]

    private static let shells: Set<String> = ["sh", "bash", "zsh", "dash", "ksh", "su", "ssh"]

    private static let starters: Set<String> = shells.union([
        "sudo", "doas", "env", "nohup", "command", "exec", "builtin", "eval", "xargs", "timeout", "nice", "ionice",
        "setsid", "stdbuf", "find", "parallel", "watch", "docker", "time",
    ])

    private static func isAssignment(_ word: String) -> Bool {
        guard let equals = word.firstIndex(of: "="), equals != word.startIndex else { return false }
        return word[..<equals].allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    }
}
