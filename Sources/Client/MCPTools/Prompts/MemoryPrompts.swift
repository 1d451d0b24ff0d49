import MCP
import Platform

/// The prompts, which clients show as commands: recall, save, status, sync, project-init.
enum MemoryPrompts {
    static let all = [
        MemoryPrompt(
            name: "recall", title: "Recall", description: "Search the project's memory",
            arguments: [.init(name: "query", description: "What to look for", isRequired: true)]
        ) { try await PromptTexts.recall($0) },
        MemoryPrompt(
            name: "save", title: "Save", description: "Save what this session learned",
            arguments: [.init(name: "what", description: "Only this; everything worth keeping without it")]
        ) { PromptTexts.save($0) },
        MemoryPrompt(
            name: "status", title: "Status", description: "Show where the memory is and how it is doing", arguments: []
        ) { try await PromptTexts.status($0) },
        MemoryPrompt(
            name: "sync", title: "Sync", description: "Load what is known, store what is new", arguments: []
        ) { PromptTexts.sync($0) },
        MemoryPrompt(
            name: "project-init", title: "Project init", description: "Fill the memory of a project for the first time",
            arguments: [.init(name: "name", description: "What the project is called")]
        ) { await PromptTexts.projectInit($0) },
    ]

    static let listed: [ListedItem] = all.map(\.listed)

    /// Throws `RPCError` for an unknown prompt and for a missing argument.
    static func get(
        _ name: String, _ arguments: JSONObject, _ session: ToolSession, _ profile: ToolProfile
    ) async throws -> PromptResult {
        guard let prompt = all.first(where: { $0.name == name }) else {
            let near = NearMatch.best(for: name, among: all.map(\.name)).map { " Did you mean '\($0)'?" } ?? ""
            throw RPCError.invalidParams("Unknown prompt: \(name).\(near)")
        }
        let call = try PromptCall(prompt, arguments, session, ToolWords(profile))
        return PromptResult(description: prompt.description, text: try await prompt.text(call))
    }
}

/// A text that makes a model work with the memory.
struct MemoryPrompt: Sendable {
    struct Argument: Sendable {
        let name: String
        let description: String
        var isRequired = false
    }

    let name: String
    let title: String
    let description: String
    let arguments: [Argument]
    let text: @Sendable (PromptCall) async throws -> String

    /// As `prompts/list` shows it.
    var listed: ListedItem {
        var json = JSONWriter()
        json.object { json in
            json.field("name", name)
            json.field("title", title)
            json.field("description", description)
            if !arguments.isEmpty { json.array("arguments") { json in write(arguments, to: &json) } }
        }
        return ListedItem(name: name, json: JSONText(trusted: json.text))
    }

    private func write(_ arguments: [Argument], to json: inout JSONWriter) {
        for argument in arguments {
            json.object { json in
                json.field("name", argument.name)
                json.field("description", argument.description)
                json.field("required", argument.isRequired)
            }
        }
    }
}

/// One use of a prompt.
struct PromptCall: Sendable {
    let session: ToolSession
    let words: ToolWords
    private let arguments: [String: String]

    /// Throws `RPCError` when a required argument is missing, or one is not a text.
    init(_ prompt: MemoryPrompt, _ given: JSONObject, _ session: ToolSession, _ words: ToolWords) throws {
        var read: [String: String] = [:]
        for argument in prompt.arguments {
            switch given[argument.name] {
            case nil, .null?: break
            case .string(let text)?: read[argument.name] = text
            default: throw RPCError.invalidParams("The argument '\(argument.name)' has to be a string.")
            }
            if argument.isRequired, read[argument.name]?.contains(where: { !$0.isWhitespace }) != true {
                throw RPCError.invalidParams("The prompt '\(prompt.name)' needs the argument '\(argument.name)'.")
            }
        }
        arguments = read
        self.session = session
        self.words = words
    }

    /// Nil when it was left out.
    func argument(_ name: String) -> String? { arguments[name].flatMap { $0.isEmpty ? nil : $0 } }
}
