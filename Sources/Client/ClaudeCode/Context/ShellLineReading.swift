/// The words of each simple command of a shell line, quotes and backslashes removed as a shell would, and the bodies of its
/// heredocs.
struct ShellLineReading: Sendable {
    /// A heredoc's lines.
    struct Body: Sendable {
        let text: String
        /// Its end was named without quotes, so that `$(…)` in it is run.
        let isExpanded: Bool
        /// Those of the line that it began in: one of them reads it.
        let commands: ArraySlice<[String]>
    }

    private(set) var bodies: [Body] = []
    private var scan = Scan()
    var commands: [[String]] { scan.commands }

    init(_ line: String) {
        var rest = Array(line.unicodeScalars)[...]
        var waiting: [Heredoc] = []
        var lineStart = 0
        while let scalar = rest.first {
            if scan.isPlain, let (heredoc, length) = Heredoc.beginning(rest) {
                if let heredoc { waiting.append(heredoc) }
                for scalar in rest.prefix(length) { scan.take(scalar) }
                rest = rest.dropFirst(length)
                continue
            }
            let isEnd = scalar == "\n" && scan.isPlain
            scan.take(scalar)
            rest = rest.dropFirst()
            guard isEnd else { continue }
            for heredoc in waiting {
                // Without an end it is no heredoc, but a shift, or a mistake.
                guard let (text, after) = heredoc.body(rest) else { continue }
                bodies.append(
                    Body(text: text, isExpanded: heredoc.isExpanded, commands: scan.commands[lineStart...]))
                rest = after
            }
            waiting = []
            lineStart = scan.commands.count
        }
        scan.endCommand()
    }

    /// `<<EOF`, `<<-'EOF'`.
    private struct Heredoc {
        let end: String.UnicodeScalarView
        let isExpanded: Bool
        let dropsTabs: Bool

        /// Nil where none begins; `<<<` is taken as a whole, and begins none.
        static func beginning(_ text: ArraySlice<Unicode.Scalar>) -> (Heredoc?, length: Int)? {
            guard text.starts(with: ["<", "<"]) else { return nil }
            if text.dropFirst(2).first == "<" { return (nil, 3) }
            var at = text.startIndex + 2
            let dropsTabs = at < text.endIndex && text[at] == "-"
            if dropsTabs { at += 1 }
            while at < text.endIndex, text[at] == " " || text[at] == "\t" { at += 1 }
            var end = String.UnicodeScalarView()
            var quote: Unicode.Scalar?
            var isQuoted = false
            while at < text.endIndex, text[at] != "\n" {
                let scalar = text[at]
                if let open = quote {
                    if scalar == open { quote = nil } else { end.append(scalar) }
                } else if scalar == "'" || scalar == "\"" {
                    quote = scalar
                    isQuoted = true
                } else if scalar == "\\" {
                    isQuoted = true
                } else if " \t\r;|&<>()".unicodeScalars.contains(scalar) {
                    break
                } else {
                    end.append(scalar)
                }
                at += 1
            }
            guard !end.isEmpty || isQuoted, quote == nil else { return nil }
            return (Heredoc(end: end, isExpanded: !isQuoted, dropsTabs: dropsTabs), at - text.startIndex)
        }

        /// The lines up to the end, and what follows it; nil when there is no end.
        func body(_ text: ArraySlice<Unicode.Scalar>) -> (String, rest: ArraySlice<Unicode.Scalar>)? {
            var lines = String.UnicodeScalarView()
            var rest = text
            while !rest.isEmpty {
                let line = rest.prefix { $0 != "\n" }
                rest = rest[line.endIndex...].dropFirst()
                let plain = dropsTabs ? line.drop { $0 == "\t" } : line
                if plain.elementsEqual(end) || plain.last == "\r" && plain.dropLast().elementsEqual(end) {
                    return (String(lines), rest)
                }
                lines.append(contentsOf: line)
                lines.append("\n")
            }
            return nil
        }
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

        /// Neither in quotes nor behind a backslash.
        var isPlain: Bool { quote == nil && !isEscaped }

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
