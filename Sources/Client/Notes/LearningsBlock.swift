import HTTP
package import Platform

/// The block `learnings` of a project's memory: a header up to `---`, then one dated lesson a line, newest last.
package struct LearningsBlock: Sendable {
    /// What became of lines that were to be added.
    package enum Outcome: Sendable, Equatable {
        /// - Parameters:
        ///   - added: those that were not there before.
        ///   - moved: how many of the oldest went to archival memory to make room.
        case kept(added: [String], moved: Int)
        case isReadOnly
        /// The memory has no block of this name.
        case isMissing
    }

    static let label = "learnings"
    /// Above this part of its limit the block is made shorter, down to the second.
    private static let fullness = (most: 0.9, target: 0.65)
    private static let attempts = 50
    /// Of a lesson.
    static let longest = 300

    let session: ToolSession

    package init(_ session: ToolSession) { self.session = session }

    /// The line of a lesson: `[2026-11-20] [bug] The cache …`.
    package static func line(_ lesson: String, type: String, at time: Timestamp) -> String {
        let words = lesson.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return "[\(time.iso8601.prefix(10))] [\(type)] \(ShortText.beginning(of: Redaction.redacted(words), longest))"
    }

    /// Adds lines. A lesson that stands there already, or was moved away since, is not added again. Several may do so at once.
    @discardableResult
    package func append(_ lines: [String], from provenance: Provenance) async throws -> Outcome {
        let lines = lines.filter { !$0.isEmpty }.uniqued
        if lines.isEmpty { return .kept(added: [], moved: 0) }
        let agent = try await session.agent(forWriting: nil, unseen: true)
        let blocks = AgentBlocks(client: try await session.client(), agent: agent)
        for attempt in 1...Self.attempts {
            let block: MemoryBlock
            do { block = try await blocks.find(Self.label) } catch let error as ToolError {
                guard error.status == 404 else { throw error }
                return .isMissing
            }
            if block.isReadOnly { return .isReadOnly }
            var text = LearningsText(block.value)
            let new = try await new(lines, in: text, agent, blocks.client)
            if new.isEmpty { return .kept(added: [], moved: 0) }
            text.lines += new
            let moved = text.removeOldest(limit: block.limit, Self.fullness)
            // First there, then gone here: nothing is lost in between.
            for line in moved { try await archive(line, provenance, agent) }
            do {
                _ = try await blocks.update(block, value: text.value, expected: block.version)
                return .kept(added: new, moved: moved.count)
            } catch let error as ClientError {
                guard error.status == 409 else { throw error }
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...min(4 * attempt, 100))))
            }
        }
        throw ClientError("The block '\(Self.label)' changes too often. Try again.", status: 409)
    }

    private func new(
        _ lines: [String], in text: LearningsText, _ agent: MemoryAgent, _ client: RoostClient
    ) async throws -> [String] {
        var new: [String] = []
        for line in lines where !text.contains(line) {
            if try await !isArchived(line, agent, client) { new.append(line) }
        }
        return new
    }

    private func isArchived(_ line: String, _ agent: MemoryAgent, _ client: RoostClient) async throws -> Bool {
        let query = [("search", LearningsText.lesson(line)), ("limit", "20")]
        let found = try await client.get(APIPath.passages(ofAgent: agent.id), query: query).array ?? []
        return found.contains { $0["metadata"]?["block"]?.string == Self.label }
    }

    private func archive(_ line: String, _ provenance: Provenance, _ agent: MemoryAgent) async throws {
        if try await isArchived(line, agent, try await session.client()) { return }
        var note = MemoryNote(line, type: "learning", from: provenance)
        note.metadata["block"] = .string(Self.label)
        note.key = "learnings-" + StableKey.of([agent.id, line])
        try await session.store(note)
    }
}

/// The text of the block.
private struct LearningsText {
    private let header: String
    var lines: [String]

    init(_ value: String) {
        let all = value.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let rule = all.firstIndex { $0.trimmed == "---" }
        header = rule.map { all[...$0].joined(separator: "\n") + "\n" } ?? ""
        lines = Array(all.suffix(from: rule.map { $0 + 1 } ?? 0))
        while lines.last == "" { lines.removeLast() }
    }

    var value: String { header + lines.joined(separator: "\n") + (lines.isEmpty ? "" : "\n") }

    /// A line without its date: the same lesson of another day is no new one.
    static func lesson(_ line: String) -> String {
        guard line.hasPrefix("["), let end = line.firstIndex(of: "]") else { return line.trimmed }
        return line[line.index(after: end)...].trimmed
    }

    func contains(_ line: String) -> Bool { lines.contains { Self.lesson($0) == Self.lesson(line) } }

    /// Takes the oldest lines out until there is room. The header stays, whatever its size.
    mutating func removeOldest(limit: Int, _ fullness: (most: Double, target: Double)) -> [String] {
        guard Double(ShortText.size(of: value)) > Double(limit) * fullness.most else { return [] }
        var removed: [String] = []
        while !lines.isEmpty, Double(ShortText.size(of: value)) > Double(limit) * fullness.target {
            let line = lines.removeFirst()
            if !line.allSatisfy(\.isWhitespace) { removed.append(line) }
        }
        return removed
    }
}
