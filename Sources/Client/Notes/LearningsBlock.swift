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
    /// Above so many per cent of its limit the block is made shorter, down to the second.
    private static let fullness = (most: 90, target: 65)
    private static let attempts = 50
    /// Of a lesson.
    static let longest = 300

    let session: ToolSession

    package init(_ session: ToolSession) { self.session = session }

    /// The line of a lesson: `[2026-11-20] [bug] The cache …`.
    package static func line(_ lesson: String, type: String, at time: Timestamp) -> String {
        let words = lesson.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return "[\(time.day)] [\(type)] \(ShortText.beginning(of: Redaction.redacted(words), longest))"
    }

    /// Adds lines. A lesson that stands there already, or was moved away since, is not added again. Several may do so at once.
    @discardableResult
    package func append(_ lines: [String]) async throws -> Outcome {
        let lines = lines.filter { !$0.isEmpty }.uniqued
        if lines.isEmpty { return .kept(added: [], moved: 0) }
        let agent = try await session.agent(forWriting: nil, unseen: true)
        let blocks = AgentBlocks(client: try await session.client(), agent: agent)
        let passages = AgentPassages(client: blocks.client, agentID: agent.id)
        for attempt in 1...Self.attempts {
            let block: MemoryBlock
            do { block = try await blocks.find(Self.label) } catch let error as ToolError {
                guard error.status == 404 else { throw error }
                return .isMissing
            }
            if block.isReadOnly { return .isReadOnly }
            let new = try await new(lines, in: block, passages)
            if new.isEmpty { return .kept(added: [], moved: 0) }
            let (value, moved) = Self.value(of: block, adding: new)
            // First there, then gone here: nothing is lost in between.
            for text in moved {
                let moved = MovedText(
                    text: text, block: block, type: "learning", createdAt: BlockEntries.time(of: text))
                try await moved.keep(in: passages, project: agent.project)
            }
            do {
                _ = try await blocks.update(block, value: value, expected: block.version)
                return .kept(added: new, moved: moved.count)
            } catch let error as ClientError {
                guard error.status == 409 else { throw error }
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...min(4 * attempt, 100))))
            }
        }
        throw ClientError("The block '\(Self.label)' changes too often. Try again.", status: 409)
    }

    private func new(_ lines: [String], in block: MemoryBlock, _ passages: AgentPassages) async throws -> [String] {
        let known = Set(block.value.split(separator: "\n").map { BlockEntries.undated(String($0)) })
        var new: [String] = []
        for line in lines where !known.contains(BlockEntries.undated(line)) {
            if try await !MovedText.isKept(line, of: block, in: passages) { new.append(line) }
        }
        return new
    }

    /// The block with lines at its end, and what has to leave it for them.
    private static func value(of block: MemoryBlock, adding lines: [String]) -> (value: String, moved: [String]) {
        var old = block.value[...]
        while old.last?.isNewline == true { old.removeLast() }
        let value = (old.isEmpty ? "" : String(old) + "\n") + lines.joined(separator: "\n") + "\n"
        guard ShortText.size(of: value) * 100 > block.limit * fullness.most, let log = BlockEntries(value),
            let count = log.count(downTo: block.limit * fullness.target / 100)
        else { return (value, []) }
        return (log.text(withoutOldest: count), log.oldest(count).filter { !$0.allSatisfy(\.isWhitespace) })
    }
}
