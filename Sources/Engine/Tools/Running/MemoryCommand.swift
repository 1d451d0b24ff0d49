import Domain
import Platform

/// The commands of the tool `memory`, which knows blocks by paths: `/memories/<label>`.
enum MemoryCommand: Sendable {
    case create(label: String, text: String, description: String?)
    case edit(path: String, BlockEdit)
    case delete(path: String)
    case rename(path: String, label: String, description: String?)
    case describe(path: String, String)

    static let names = ["create", "str_replace", "insert", "delete", "rename"]

    init(_ arguments: ToolArguments) throws {
        let command = try arguments.text("command").trimmed.lowercased()
        switch command {
        case "create":
            self = .create(
                label: try Self.label(arguments.text("path")), text: try arguments.optionalText("file_text") ?? "",
                description: try arguments.optionalText("description"))
        case "str_replace":
            self = try .edit(
                path: arguments.text("path"),
                .replacingOne(arguments.text("old_string"), by: arguments.text("new_string")))
        case "insert":
            self = try .edit(
                path: arguments.text("path"),
                .inserting(
                    arguments.text("insert_text"), afterLine: arguments.integer("insert_line") ?? -1,
                    named: "insert_text"))
        case "delete": self = .delete(path: try arguments.text("path"))
        case "rename": self = try Self.renaming(arguments)
        default:
            throw ToolFailure(
                "Error: Unknown command '\(command)'. Supported commands: \(Self.names.joined(separator: ", "))")
        }
    }

    private static func renaming(_ arguments: ToolArguments) throws -> MemoryCommand {
        let description = try arguments.optionalText("description")
        if let new = try arguments.optionalText("new_path") {
            let old = try arguments.optionalText("old_path") ?? arguments.text("path")
            return .rename(path: old, label: underscored(label(new)), description: description)
        }
        guard let path = try arguments.optionalText("path") ?? arguments.optionalText("old_path"), let description
        else {
            throw ToolFailure(
                "Error: rename needs old_path and new_path, or path and description to change the description.", .type)
        }
        return .describe(path: path, description)
    }

    /// What stands behind `/memories/`; a bare label is one too.
    static func label(_ path: String) -> String {
        var path = path.trimmed[...]
        if path.hasPrefix("/") { path = path.dropFirst() }
        if path.hasPrefix("memories/") { path = path.dropFirst("memories/".count) }
        return String(path)
    }

    /// Labels hold no slash where a path was renamed, removed or inserted into (wire notes, section 10).
    static func underscored(_ label: String) -> String {
        String(label.map { $0 == "/" ? "_" : $0 })
    }

    func run(_ memory: AgentMemory, _ engine: Engine) throws -> String {
        switch self {
        case .create(let label, let text, let description):
            _ = try memory.create(label, text, description: description, engine: engine)
            return "Successfully created memory block '\(label)'. Your system prompt has been recompiled with the new "
                + "memory block and is now active in your context."
        case .edit(let path, let edit):
            let block = try memory.editable(try memory.label(ofPath: path))
            try memory.write(try edit.applied(to: block), to: block)
            return "Successfully edited memory block '\(block.label)'. Your system prompt has been recompiled with the "
                + "new text and is now active in your context."
        case .delete(let path):
            let block = try memory.removable(try memory.label(ofPath: path))
            try memory.detach(block)
            return "Successfully deleted memory block '\(block.label)'. Your system prompt has been recompiled without "
                + "it and is now active in your context."
        case .rename(let path, let label, let description):
            let block = try memory.removable(try memory.label(ofPath: path))
            try memory.rename(block, to: label, description: description)
            return "Successfully renamed memory block '\(block.label)' to '\(label)'. Your system prompt has been "
                + "recompiled with the new label and is now active in your context."
        case .describe(let path, let description):
            let block = try memory.editable(try memory.label(ofPath: path))
            var patch = BlockPatch()
            patch.description = .value(description)
            _ = try memory.update(block, patch)
            return "Successfully updated the description of memory block '\(block.label)'. Your system prompt has been "
                + "recompiled with it and is now active in your context."
        }
    }
}

extension AgentMemory {
    /// The label as the path has it, or with `_` for `/`, whichever exists.
    fileprivate func label(ofPath path: String) throws -> String {
        let label = MemoryCommand.label(path)
        let blocks = try blocks()
        if blocks.contains(where: { $0.label == label }) { return label }
        let underscored = MemoryCommand.underscored(label)
        guard blocks.contains(where: { $0.label == underscored }) else { throw Self.noBlock(label, among: blocks) }
        return underscored
    }
}

extension BuiltInToolRun {
    func runMemoryCommand(_ call: ToolInvocation) async throws -> ToolOutcome {
        let command = try MemoryCommand(ToolArguments(call))
        let engine = engine
        var outcome = ToolOutcome(try await write(call) { try command.run($0, engine) })
        outcome.changesPrompt = true
        return outcome
    }
}
