package import Domain
package import Platform
import Storage

/// Use cases of kept calls of tools.
package struct ToolCalls: Sendable {
    let engine: Engine

    /// - Throws: `Refusal(.notFound)`.
    package func find(_ id: String, by caller: Caller) async throws -> ToolCallRecord {
        let found = try await engine.read { try $0.toolCalls.find(id, organization: caller.organization) }
        guard let found else {
            throw Refusal.notFound("No call of a tool with id='\(id)' is kept.")
        }
        return found
    }

    /// - Throws: `Refusal(.notFound)` for an unknown cursor.
    package func list(
        _ filter: ToolCallFilter, _ page: PageRequest, by caller: Caller
    ) async throws -> [ToolCallRecord] {
        try await engine.read { transaction in
            try page.checkCursors("Tool call") {
                try transaction.toolCalls.exists($0, organization: caller.organization)
            }
            return try transaction.toolCalls.list(filter, page, organization: caller.organization)
        }
    }

    /// Keeps a call that a client made itself, and gives what of its result is shown.
    func kept(
        _ outcome: ToolOutcome, of tool: Tool, isStored: Bool = true, _ arguments: JSONObject, agentID: String? = nil,
        took: Duration, by caller: Caller
    ) async throws -> ToolOutcome {
        let (shown, characters) = outcome.shown(within: tool.returnCharLimit)
        let count = engine.settings.toolCalls
        if count == 0 { return shown }
        var record = ToolCallRecord(
            tool.name, outcome.isError ? .error : .success, outcome, arguments: arguments, took: took)
        record.agentID = agentID
        record.toolID = isStored ? tool.id : nil
        record.toolType = tool.type
        record.shownCharacters = characters
        let kept = record
        try await engine.write(by: caller.withoutKey) { transaction in
            try transaction.keep([kept], of: agentID, atMost: count)
        }
        return shown
    }
}

extension Engine {
    package var toolCalls: ToolCalls { ToolCalls(engine: self) }
}

extension WriteTransaction {
    func keep(_ records: [ToolCallRecord], of agentID: String?, atMost count: Int) throws {
        if records.isEmpty { return }
        for var record in records {
            record.createdBy = record.createdBy ?? actor.userID
            try toolCalls.insert(record, organization: actor.organizationID)
        }
        try toolCalls.prune(ofAgent: agentID, keeping: count, organization: actor.organizationID)
    }
}

extension ToolCallRecord {
    /// - Parameter took: how long the tool worked; the call began that long ago.
    package init(
        _ name: String, _ status: Status, _ outcome: ToolOutcome, arguments: JSONObject?, took: Duration
    ) {
        let milliseconds = Double(took.nanoseconds) / 1_000_000
        self.init(
            toolName: name, status: status, text: Self.bounded(outcome.text), milliseconds: milliseconds,
            createdAt: Timestamp(microseconds: Timestamp.now.microseconds - Int64(took.nanoseconds / 1000)))
        self.arguments = arguments.map { JSONText(.object($0)) }
        stdout = outcome.stdout.map { $0.map(Self.bounded) }
        stderr = outcome.stderr.map { $0.map(Self.bounded) }
    }

    private static func bounded(_ text: String) -> String {
        guard text.utf8.count > maximumText else { return text }
        return String(decoding: text.utf8.prefix(maximumText), as: UTF8.self)
            + "... [cut at \(maximumText) of \(text.utf8.count) bytes]"
    }
}
