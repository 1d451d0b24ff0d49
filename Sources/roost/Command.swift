/// One command of the command line: how it is written, what it says about itself, what it does.
struct Command: Sendable {
    typealias Action = @Sendable (Invocation) async throws -> Void

    /// The words that name it: `agent`, `list`.
    let path: [String]
    let summary: String
    var detail = ""
    var operands: [Operand] = []
    var options: [Option] = []
    var examples: [String] = []
    /// Other names of the same command, such as `server` for `serve`.
    var aliases: [[String]] = []
    /// Not listed in help: for the project's own scripts.
    var isHidden = false
    let action: Action

    init(_ path: String, _ summary: String, action: @escaping Action) {
        self.path = path.split(separator: " ").map(String.init)
        self.summary = summary
        self.action = action
    }

    var name: String { "roost " + path.joined(separator: " ") }

    /// Every option it takes, with those that every command takes.
    var allOptions: [Option] {
        options + Option.everywhere.filter { option in !options.contains { $0.name == option.name } }
    }
}

/// A word without a name: `FILE`.
struct Operand: Sendable {
    let name: String
    let help: String
    var isOptional = false
    var isRepeated = false

    init(_ name: String, _ help: String, optional: Bool = false, repeated: Bool = false) {
        self.name = name
        self.help = help
        isOptional = optional
        isRepeated = repeated
    }

    var shown: String {
        let name = isRepeated ? self.name + "…" : self.name
        return isOptional ? "[\(name)]" : name
    }
}

/// `--name VALUE`, or `--name` alone.
struct Option: Sendable {
    enum Kind: Sendable { case text, integer(ClosedRange<Int>) }

    let name: String
    /// What stands for the value in help; nil when the option takes none.
    let value: String?
    let help: String
    var kind = Kind.text
    var isRepeated = false

    init(_ name: String, _ value: String? = nil, _ help: String, kind: Kind = .text, repeated: Bool = false) {
        self.name = name
        self.value = value
        self.help = help
        self.kind = kind
        isRepeated = repeated
    }

    var shown: String { value.map { "--\(name) \($0)" } ?? "--\(name)" }

    static let everywhere = [
        Option("json", "Print JSON for programs instead of text for people"),
        Option("help", "Show this help"),
    ]

    private init(_ name: String, _ help: String) { self.init(name, nil, help) }
}

/// A command as it was called.
struct Invocation: Sendable {
    let command: Command
    let options: [String: [String]]
    let operands: [String]
    let surroundings: Surroundings

    var terminal: Terminal { surroundings.terminal }
    var isJSON: Bool { flag("json") }

    func flag(_ name: String) -> Bool { options[name] != nil }
    /// The last value given for an option.
    func text(_ name: String) -> String? { options[name]?.last }
    func texts(_ name: String) -> [String] { options[name] ?? [] }
    /// An option whose form the parser has checked.
    func integer(_ name: String) -> Int? { text(name).flatMap { Int($0) } }
    func operand(_ index: Int) -> String? { operands.indices.contains(index) ? operands[index] : nil }
}

/// What a command sees of the process it runs in; tests hand in their own.
struct Surroundings: Sendable {
    let environment: [String: String]
    let terminal: Terminal
}

/// The command line was wrong: exit code 2.
struct UsageError: Error, Equatable {
    let message: String
    /// The words whose help explains it.
    var path: [String] = []
}

/// The command could not do its work: exit code 1, or 2 when the reason is a flag. The text says what happened and what to
/// do next.
struct Failure: Error, Equatable, CustomStringConvertible {
    let message: String
    let code: Int32
    var description: String { message }

    init(_ message: String, code: Int32 = 1) {
        self.message = message
        self.code = code
    }
}
