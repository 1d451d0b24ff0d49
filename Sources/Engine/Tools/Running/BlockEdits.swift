import Domain
import Platform

/// Tools that change the text of one block (wire notes, section 10). They return the new text.
enum BlockEdit: Sendable {
    case append(String)
    case replaceAll(old: String, new: String)
    case replaceOne(old: String, new: String)
    case insert(String, afterLine: Int)
    case rewrite(String)

    init(_ arguments: ToolArguments) throws {
        switch arguments.tool {
        case "core_memory_append": self = .append(try arguments.text("content"))
        case "core_memory_replace":
            self = .replaceAll(old: try arguments.text("old_content"), new: try arguments.text("new_content"))
        case "memory_replace":
            self = try .replacingOne(arguments.text("old_string"), by: arguments.text("new_string"))
        case "memory_insert":
            self = try .inserting(arguments.text("new_string"), afterLine: arguments.integer("insert_line") ?? -1)
        default:
            let text = try arguments.text("new_memory")
            try Self.refuseNumbers(in: text, of: "new_memory")
            self = .rewrite(text)
        }
    }

    static func replacingOne(_ old: String, by new: String) throws -> BlockEdit {
        try refuseNumbers(in: old, of: "old_string")
        try refuseNumbers(in: new, of: "new_string")
        return .replaceOne(old: TextEdit(old).withoutTabs, new: TextEdit(new).withoutTabs)
    }

    static func inserting(_ text: String, afterLine line: Int, named name: String = "new_string") throws -> BlockEdit {
        try refuseNumbers(in: text, of: name)
        return .insert(text, afterLine: line)
    }

    /// The line numbers that some models are shown are not in the block.
    private static func refuseNumbers(in text: String, of name: String) throws {
        if TextEdit(text).hasLineNumber {
            throw ToolFailure(
                "\(name) contains a line number prefix such as '1→ '. Line numbers are shown for orientation only: send the "
                    + "text without them.")
        }
        if !TextEdit(text).places(of: MemoryRendering.numberWarning).isEmpty {
            throw ToolFailure(
                "\(name) contains the note about line numbers, which is not part of the block: send the text without it."
            )
        }
    }

    func applied(to block: Block) throws -> String {
        let (value, label) = (block.value, block.label)
        switch self {
        case .append(let text): return value + "\n" + text
        case .rewrite(let text): return text
        case .replaceAll(let old, let new): return try Self.replacedAll(block, old, new)
        case .replaceOne(let old, let new): return try Self.replacedOne(value, old, new, label)
        case .insert(let text, let line):
            let edit = TextEdit(value)
            guard let result = edit.inserting(text, afterLine: line) else {
                throw ToolFailure(
                    "Invalid `insert_line` parameter: \(line). It should be within the range of lines of the memory "
                        + "block: [0, \(edit.lineCount)], or -1 to append to the end of the memory block.")
            }
            return result
        }
    }

    private static func replacedAll(_ block: Block, _ old: String, _ new: String) throws -> String {
        let edit = TextEdit(block.value)
        let places = edit.places(of: old)
        guard !places.isEmpty else {
            throw ToolFailure("Old content '\(old)' not found in memory block '\(block.label)'")
        }
        // A letter that becomes a page a thousand times over is not even made.
        let growth = places.count * (Block.size(of: new) - Block.size(of: old))
        try AgentMemory.check(size: Block.size(of: block.value) + growth, of: block)
        return edit.replacing(places, length: old.utf8.count, with: new)
    }

    private static func replacedOne(_ value: String, _ old: String, _ new: String, _ label: String) throws -> String {
        guard !old.isEmpty else {
            throw ToolFailure("old_string is empty. Give the text to replace, or insert with memory_insert.")
        }
        let edit = TextEdit(TextEdit(value).withoutTabs)
        let places = edit.places(of: old)
        guard let first = places.first else {
            throw ToolFailure(
                "No replacement was performed, old_string `\(old)` did not appear verbatim in memory block with label "
                    + "`\(label)`.")
        }
        guard places.count == 1 else {
            let lines = edit.lines(of: places).map(String.init).joined(separator: ", ")
            throw ToolFailure(
                "No replacement was performed. Multiple occurrences of old_string `\(old)` in lines [\(lines)]. Please "
                    + "ensure it is unique.")
        }
        return edit.replacing([first], length: old.utf8.count, with: new)
    }
}

extension BuiltInToolRun {
    func editBlock(_ call: ToolInvocation) async throws -> ToolOutcome {
        let arguments = ToolArguments(call)
        let label = call.name == "rethink_user_memory" ? "human" : try arguments.text("label")
        let edit = try BlockEdit(arguments)
        let block = try await write(call) { memory in
            let block = try memory.editable(label)
            return try memory.write(try edit.applied(to: block), to: block)
        }
        return ToolOutcome(block.value)
    }
}
