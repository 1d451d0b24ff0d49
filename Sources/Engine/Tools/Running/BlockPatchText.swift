import Domain
import Platform

/// The patch of several blocks: sections with a header each (wire notes, section 10).
struct BlockPatchText: Sendable {
    enum Section: Sendable, Equatable {
        case add(label: String, description: String?, text: String)
        case delete(label: String)
        case update(label: String, newLabel: String?, hunks: [BlockHunk])
    }

    let sections: [Section]

    /// Nil for a patch without headers, which is one of a single block.
    init?(_ patch: String) throws {
        let lines = Line.lines(of: patch)
        guard lines.contains(where: { Header($0) != nil }) else { return nil }
        var sections: [Section] = []
        var place = 0
        while place < lines.count {
            guard let header = Header(lines[place]) else {
                guard lines[place].text.trimmed.isEmpty else {
                    throw ToolFailure(
                        "The patch has text before its first header. Begin with \"*** Update Block: label\" or another "
                            + "header: \(lines[place].text)")
                }
                place += 1
                continue
            }
            let end = lines[(place + 1)...].firstIndex { Header($0)?.beginsSection == true } ?? lines.count
            if let section = try Self.section(header, lines[(place + 1)..<end]) { sections.append(section) }
            place = end
        }
        guard !sections.isEmpty else { throw ToolFailure("The patch changes nothing: it has no sections.") }
        self.sections = sections
    }

    private enum Header {
        case add(String), delete(String), update(String), move(String)
        /// `*** Begin Patch` and `*** End Patch` say nothing.
        case frame

        init?(_ line: Line) {
            guard line.text.hasPrefix("*** ") else { return nil }
            let rest = line.text.dropFirst(4).trimmed
            if rest == "Begin Patch" || rest == "End Patch" {
                self = .frame
                return
            }
            let parts = rest.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { return nil }
            let label = parts[1].trimmed
            switch parts[0].lowercased() {
            case "add block": self = .add(label)
            case "delete block": self = .delete(label)
            case "update block": self = .update(label)
            case "move to": self = .move(label)
            default: return nil
            }
        }

        var beginsSection: Bool { if case .move = self { false } else { true } }
    }

    private static func section(_ header: Header, _ body: ArraySlice<Line>) throws -> Section? {
        var body = body
        switch header {
        case .frame: return nil
        case .move(let label):
            throw ToolFailure("\"*** Move to: \(label)\" stands outside of an \"*** Update Block:\" section.")
        case .delete(let label): return .delete(label: label)
        case .add(let label):
            var description: String?
            if let first = body.first?.text, first.hasPrefix("Description:") || first.hasPrefix("+Description:") {
                description = first.split(separator: ":", maxSplits: 1).dropFirst().joined().trimmed
                body = body.dropFirst()
            }
            return .add(label: label, description: description, text: added(body))
        case .update(let label):
            var newLabel: String?
            let rest = body.filter { line in
                guard case .move(let label) = Header(line) else { return true }
                newLabel = label
                return false
            }
            return .update(label: label, newLabel: newLabel, hunks: try BlockHunk.hunks(rest))
        }
    }

    /// The lines of a new block: those with a plus sign, or all of them where none has one.
    private static func added(_ body: ArraySlice<Line>) -> String {
        var lines = Array(body)
        while lines.last?.bytes.isEmpty == true { lines.removeLast() }
        let plus = UInt8(ascii: "+")
        guard lines.contains(where: { $0.bytes.first == plus }) else { return Line.text(of: lines) }
        return Line.text(of: lines.map { $0.bytes.first == plus ? Line($0.bytes.dropFirst()) : $0 })
    }
}

extension BlockPatchText.Section {
    /// - Returns: what was done, in one line.
    func run(_ memory: AgentMemory, _ engine: Engine) throws -> String {
        switch self {
        case .add(let label, let description, let text):
            _ = try memory.create(label, text, description: description, engine: engine)
            return "added '\(label)'"
        case .delete(let label):
            try memory.detach(try memory.removable(label))
            return "deleted '\(label)'"
        case .update(let label, let newLabel, let hunks):
            let block = newLabel == nil ? try memory.editable(label) : try memory.removable(label)
            var changed = block
            if newLabel == nil || !hunks.isEmpty {
                changed = try memory.write(try BlockHunk.apply(hunks, to: block.value, label: label), to: block)
            }
            guard let newLabel else { return "updated '\(label)'" }
            try memory.rename(changed, to: newLabel)
            return "moved '\(label)' to '\(newLabel)'"
        }
    }

    /// Whether blocks come, go or get another name by it.
    var changesBlocks: Bool {
        switch self {
        case .add, .delete: true
        case .update(_, let newLabel, _): newLabel != nil
        }
    }
}

extension BuiltInToolRun {
    func applyPatch(_ call: ToolInvocation) async throws -> ToolOutcome {
        let arguments = ToolArguments(call)
        let patch = try arguments.text("patch")
        let engine = engine
        if let several = try BlockPatchText(patch) {
            let done = try await write(call) { memory in try several.sections.map { try $0.run(memory, engine) } }
            var outcome = ToolOutcome("Successfully applied the patch: \(done.joined(separator: ", ")).")
            outcome.changesPrompt = several.sections.contains(where: \.changesBlocks)
            return outcome
        }
        let label = try arguments.text("label")
        let hunks = try BlockHunk.hunks(Line.lines(of: patch))
        let block = try await write(call) { memory in
            let block = try memory.editable(label)
            return try memory.write(try BlockHunk.apply(hunks, to: block.value, label: label), to: block)
        }
        return ToolOutcome(block.value)
    }
}
