import Platform

/// The simple commands of a shell line, as far as rules about commands need them: those between `&&`, `||`, `;`, `|`, `&` and
/// line ends, in substitutions and subshells, and behind words that start another command (`sudo`, `env`, `xargs`,
/// `bash -c`). Errs towards finding a command where there is only text.
struct ShellCommands: Sendable {
    /// Each with single spaces and without quotes; the whole line, as it is, first.
    let texts: [String]

    init(_ line: String) {
        var found = [line]
        Self.collect(line, depth: 0, into: &found)
        texts = found.uniqued
    }

    private static let deepest = 4
    private static let most = 2000

    private static func collect(_ line: String, depth: Int, into found: inout [String]) {
        for words in commands(of: line) where found.count < most {
            let words = words.drop { isAssignment($0) || keywords.contains($0) }
            guard let first = words.first else { continue }
            found.append(words.joined(separator: " "))
            let name = first.split(separator: "/").last.map(String.init) ?? first
            if name != first { found.append(([name] + words.dropFirst()).joined(separator: " ")) }
            guard depth < deepest, starters.contains(name) else { continue }
            // Each of the next words may be the command that this one starts, or a line for another shell.
            for index in words.indices.dropFirst().prefix(12) {
                if words[index].contains(where: \.isWhitespace) {
                    collect(words[index], depth: depth + 1, into: &found)
                } else {
                    let rest = words[index...]
                    found.append(rest.joined(separator: " "))
                    let base = words[index].split(separator: "/").last.map(String.init) ?? ""
                    if base != words[index] { found.append(([base] + rest.dropFirst()).joined(separator: " ")) }
                }
            }
        }
    }

    private static let keywords: Set<String> = [
        "if", "then", "else", "elif", "do", "while", "until", "!", "{", "}", "fi", "done", "time",
    ]

    private static let starters: Set<String> = [
        "sudo", "doas", "env", "nohup", "command", "exec", "builtin", "eval", "xargs", "timeout", "nice", "ionice",
        "setsid",
        "stdbuf", "su", "sh", "bash", "zsh", "dash", "ksh", "ssh", "find", "parallel", "watch", "docker", "time",
    ]

    private static func isAssignment(_ word: String) -> Bool {
        guard let equals = word.firstIndex(of: "="), equals != word.startIndex else { return false }
        return word[..<equals].allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    }

    // MARK: Words

    /// The words of each simple command, quotes and backslashes removed as a shell would.
    private static func commands(of line: String) -> [[String]] {
        var scan = Scan()
        for character in line.unicodeScalars { scan.take(character) }
        scan.endCommand()
        return scan.commands
    }

    private struct Scan {
        var commands: [[String]] = []
        private var words: [String] = []
        private var word = String.UnicodeScalarView()
        private var hasWord = false
        private var quote: Unicode.Scalar?
        private var isEscaped = false
        /// Right behind a `$`.
        private var mayBeSubstitution = false
        /// The quotes around the brackets and backquotes that are open.
        private var around: [(end: Unicode.Scalar, quote: Unicode.Scalar?)] = []

        mutating func take(_ scalar: Unicode.Scalar) {
            if isEscaped {
                isEscaped = false
                if scalar != "\n" { add(scalar) }
                return
            }
            if quote == "'" {
                if scalar == "'" { quote = nil } else { add(scalar) }
                return
            }
            defer { mayBeSubstitution = scalar == "$" }
            switch scalar {
            case "\\": isEscaped = true
            case "\"":
                quote = quote == nil ? "\"" : nil
                hasWord = true
            // Also inside of double quotes, where what it holds is a command all the same.
            case "`": if around.last?.end == "`" { leave() } else { enter("`") }
            case "(" where quote == nil || mayBeSubstitution: enter(")")
            case "'" where quote == nil:
                quote = "'"
                hasWord = true
            case _ where quote != nil: add(scalar)
            case ")": leave()
            case " ", "\t": endWord()
            case "\n", "\r", ";", "|", "&": endCommand()
            default: add(scalar)
            }
        }

        private mutating func enter(_ end: Unicode.Scalar) {
            endCommand()
            around.append((end, quote))
            quote = nil
        }

        private mutating func leave() {
            endCommand()
            quote = around.popLast()?.quote
        }

        private mutating func add(_ scalar: Unicode.Scalar) {
            word.append(scalar)
            hasWord = true
        }

        private mutating func endWord() {
            if hasWord { words.append(String(word)) }
            word = String.UnicodeScalarView()
            hasWord = false
        }

        mutating func endCommand() {
            endWord()
            if !words.isEmpty { commands.append(words) }
            words = []
        }
    }
}
