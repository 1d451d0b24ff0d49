import MCP
import Platform
import Wire

/// `update_memory`: changes a block so that edits of several sessions do not undo each other.
enum UpdateMemoryTool {
    static let tool = MCPTool(
        "update_memory", title: "Update memory",
        """
        Change a memory block with exactly one of: append (a new line at its end), replace (old must occur once), rewrite \
        (the whole text). For what every later session should see at its start; details belong into remember.
        """,
        input: [
            .required("label", .string(.length(minimum: 1))), .optional("append", .string()),
            .optional("replace", replacement), .optional("rewrite", .string()),
            .optional("expected_version", .integer(), note: "Refuse when it changed since"), MemoryTools.agentID,
        ],
        output: [.required("label", .string()), .required("version", .integer()), .required("size", .integer())],
        .changing
    ) { call in
        let edit = try BlockEdit(call.arguments)
        let agent = try await call.session.agent(forWriting: call.arguments.text("agent_id"), unseen: true)
        let blocks = AgentBlocks(client: try await call.client(), agent: agent)
        let label = try call.arguments.required("label")
        let expected = call.arguments.integer("expected_version")
        // Edits of one client would only get in each other's way.
        let block = try await call.session.state.edits.run {
            try await apply(edit, to: label, expected: expected, blocks)
        }
        var object = block.summary
        object["memory"] = .string(agent.name)
        return .object(object)
    }

    private static let replacement = Schema.object(
        "replace", [.required("old", .string(.length(minimum: 1))), .required("new", .string())])

    /// How often an edit is made anew because somebody else was faster. One of all who try always succeeds.
    private static let attempts = 200

    private static func apply(
        _ edit: BlockEdit, to label: String, expected: Int?, _ blocks: AgentBlocks
    ) async throws -> MemoryBlock {
        for attempt in 1...attempts {
            let block = try await blocks.find(label)
            guard !block.isReadOnly else {
                throw ToolError(
                    "The block '\(block.label)' is read-only.",
                    hints: ["Keep the text with remember, or ask the user to allow changes of this block."],
                    status: 403)
            }
            if let expected, expected != block.version { throw stale(block, expected) }
            let value = try edit.result(in: block)
            if value == block.value { return block }
            do {
                return try await blocks.update(
                    block, value: value, expected: edit.dependsOnOldValue ? block.version : expected)
            } catch let error as ClientError {
                guard error.status == 409 else { throw error }
                if let expected { throw stale(try await blocks.find(label), expected) }
                // Out of step with the others, the longer the more of them there seem to be.
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...min(4 * attempt, 100))))
            }
        }
        throw ToolError("The block changes too often. Try again.", status: 409)
    }

    private static func stale(_ block: MemoryBlock, _ expected: Int) -> ToolError {
        ToolError(
            "The block '\(block.label)' has version \(block.version), not \(expected): it changed since you read it.",
            hints: ["Merge your change into current_value, which is a stored note, and pass expected_version again."],
            status: 409,
            facts: [
                "current_version": .int(Int64(block.version)),
                "current_value": .string(ShortText.beginning(of: block.value, 20_000)),
            ])
    }
}

/// One change of a block's text.
struct BlockEdit: Sendable {
    private enum Kind {
        case append(String)
        case replace(old: String, new: String)
        case rewrite(String)
    }

    private let kind: Kind

    /// Throws `ToolError` unless exactly one change is asked for.
    init(_ arguments: ToolArguments) throws {
        var kinds: [Kind] = []
        // What a model adds is without secrets, as its notes are; what a person wrote into the block stays.
        if let text = arguments["append"]?.string { kinds.append(.append(Redaction.redacted(text))) }
        if let pair = arguments.object("replace") {
            let new = Redaction.redacted(pair["new"]?.string ?? "")
            kinds.append(.replace(old: pair["old"]?.string ?? "", new: new))
        }
        if let text = arguments["rewrite"]?.string { kinds.append(.rewrite(Redaction.redacted(text))) }
        guard kinds.count == 1 else {
            throw ToolError("Give exactly one of 'append', 'replace' {old, new} and 'rewrite', not \(kinds.count).")
        }
        if case .append("") = kinds[0] { throw ToolError("'append' is empty.") }
        kind = kinds[0]
    }

    /// A rewrite replaces whatever is there; the others would lose what was written since.
    var dependsOnOldValue: Bool { if case .rewrite = kind { false } else { true } }

    /// The text after the change. Throws `ToolError` when it cannot be made, with what to do instead.
    func result(in block: MemoryBlock) throws -> String {
        let value: String
        switch kind {
        case .append(let text):
            value = block.value + (block.value.isEmpty || block.value.hasSuffix("\n") ? "" : "\n") + text
        case .rewrite(let text): value = text
        case .replace(let old, let new): value = try replaced(old, new, in: block)
        }
        let size = ShortText.size(of: value)
        guard size <= block.limit || size <= block.size else {
            throw ToolError(
                "'\(block.label)' would have \(size) characters, its limit is \(block.limit) (now \(block.size)).",
                hints: [
                    "Shorten what you add by \(size - block.limit), or move old entries out first: "
                        + "remember each, then replace them with nothing."
                ], status: 422)
        }
        return value
    }

    private func replaced(_ old: String, _ new: String, in block: MemoryBlock) throws -> String {
        let bytes = Array(block.value.utf8)
        let places = bytes.ranges(of: Array(old.utf8))
        guard places.count == 1 else {
            throw ToolError(
                "'old' occurs \(places.count) times in '\(block.label)'; it has to occur once.",
                hints: [
                    places.isEmpty
                        ? "Read the block with read_memory and copy the text exactly."
                        : "Include more of what stands around it."
                ], status: 422)
        }
        return String(decoding: bytes[..<places[0].lowerBound], as: UTF8.self) + new
            + String(decoding: bytes[places[0].upperBound...], as: UTF8.self)
    }
}
