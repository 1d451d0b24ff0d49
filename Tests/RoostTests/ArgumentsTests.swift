import Testing

@testable import roost

@Suite struct ArgumentsTests {
    private static let commands: [Command] = {
        var list = Command("agent list", "Lists") { _ in }
        list.options = [
            Option("limit", "NUMBER", "At most", kind: .integer(1...100)),
            Option("tag", "TAG", "A tag", repeated: true),
            Option("yes", nil, "Do not ask"),
        ]
        var show = Command("agent show", "Shows") { _ in }
        show.operands = [Operand("AGENT", "The agent")]
        var serve = Command("serve", "Serves") { _ in }
        serve.aliases = [["server"]]
        return [list, show, serve, Command("version", "Version") { _ in }]
    }()

    private func run(_ words: String...) throws -> (path: [String], options: [String: [String]], operands: [String]) {
        guard case .run(let command, let options, let operands) = try Arguments(commands: Self.commands).parse(words)
        else { throw UsageError(message: "help was asked for") }
        return (command.path, options, operands)
    }

    private func help(_ words: String...) throws -> [String]? {
        guard case .help(let path) = try Arguments(commands: Self.commands).parse(words) else { return nil }
        return path
    }

    private func message(_ words: String...) -> String {
        do {
            _ = try Arguments(commands: Self.commands).parse(words)
            return ""
        } catch { return error.message }
    }

    @Test func `values follow a space or an equals sign`() throws {
        #expect(try run("agent", "list", "--limit", "5").options == ["limit": ["5"]])
        #expect(try run("agent", "list", "--limit=5", "--json").options == ["limit": ["5"], "json": ["true"]])
        #expect(try run("agent", "list", "--tag=a=b", "--tag", "c").options == ["tag": ["a=b", "c"]])
        #expect(try run("agent", "list", "--tag=").options == ["tag": [""]])
    }

    @Test func `a single dash is an operand and two dashes end the options`() throws {
        #expect(try run("agent", "show", "-").operands == ["-"])
        #expect(try run("agent", "show", "--", "--limit").operands == ["--limit"])
        #expect(try run("agent", "list", "--tag", "-").options == ["tag": ["-"]])
    }

    @Test func `an alias runs the same command`() throws {
        #expect(try run("server").path == ["serve"])
    }

    @Test func `help is found wherever it stands`() throws {
        #expect(try help() == [])
        #expect(try help("--help") == [])
        #expect(try help("agent") == ["agent"])
        #expect(try help("agent", "--help") == ["agent"])
        #expect(try help("agent", "list", "--limit", "3", "-h") == ["agent", "list"])
        #expect(try help("help", "agent", "show") == ["agent", "show"])
        #expect(try help("help", "server") == ["serve"])
        #expect(try help("agent", "show", "--", "-h") == nil)
    }

    @Test func `a mistyped word is answered with the near one`() {
        #expect(message("serv").contains("Did you mean 'serve'?"))
        #expect(message("agent", "lst").contains("Did you mean 'list'?"))
        #expect(message("agent", "list", "--limt", "3").contains("Did you mean '--limit'?"))
        #expect(message("help", "agnt").contains("Did you mean 'agent'?"))
        #expect(!message("quarterly").contains("Did you mean"))
    }

    @Test func `wrong values are refused with what is allowed`() {
        #expect(message("agent", "list", "--limit", "x").contains("from 1 to 100"))
        #expect(message("agent", "list", "--limit", "101").contains("from 1 to 100"))
        #expect(message("agent", "list", "--limit", "-1").contains("from 1 to 100"))
        #expect(message("agent", "list", "--limit").contains("needs a value"))
        #expect(message("agent", "list", "--limit", "--yes").contains("needs a value"))
        #expect(message("agent", "list", "--yes=1").contains("takes no value"))
        #expect(message("agent", "list", "-x").contains("has no option '-x'"))
    }

    @Test func `operands are counted`() {
        #expect(message("agent", "show").contains("AGENT is missing"))
        #expect(message("agent", "show", "a", "b").contains("'b' is one word too many"))
    }

    @Test func `every command says what it does, has examples and no option twice`() {
        for command in CommandTable.all {
            #expect(!command.summary.isEmpty)
            #expect(command.isHidden || !command.examples.isEmpty, "\(command.name)")
            let names = command.allOptions.map(\.name)
            #expect(Set(names).count == names.count, "\(command.name): \(names)")
        }
        let paths = CommandTable.all.map(\.path)
        #expect(Set(paths).count == paths.count)
    }

    @Test func `the overview names every command, or its group with the command's word`() {
        let overview = HelpText(commands: CommandTable.all, style: Style(isOn: false)).text(for: [])
        let words = Set(overview.split { !$0.isLetter && $0 != "-" }.map(String.init))
        for command in CommandTable.all where !command.isHidden {
            #expect(overview.contains("\n  \(command.path[0]) "), "\(command.name)")
            #expect(command.path.dropFirst().allSatisfy { words.contains($0) }, "\(command.name)")
        }
    }

    @Test func `every example is a command line that parses`() throws {
        let arguments = Arguments(commands: CommandTable.all)
        for example in CommandTable.all.flatMap(\.examples) {
            let words = ShellWords.split(example)
            guard let start = words.firstIndex(of: "roost") else {
                Issue.record("no roost in \(example)")
                continue
            }
            let line = words[(start + 1)...].prefix { ![">", "<", "|"].contains($0) }
            #expect(throws: Never.self, "\(example)") { _ = try arguments.parse(Array(line)) }
        }
    }
}

/// Words of a shell line: quotes, no expansion.
private enum ShellWords {
    static func split(_ line: String) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        for character in line {
            if let open = quote {
                if character == open { quote = nil } else { word = (word ?? "") + String(character) }
            } else if character == "'" || character == "\"" {
                quote = character
                word = word ?? ""
            } else if character == " " {
                if let done = word { words.append(done) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        return words + (word.map { [$0] } ?? [])
    }
}
