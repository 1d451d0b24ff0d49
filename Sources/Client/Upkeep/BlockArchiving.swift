package import Platform

/// Moves old text of blocks to archival memory: whole blocks that a rule names, and the oldest entries of long ones.
package struct BlockArchiving: Sendable {
    package struct Rule: Sendable {
        /// Whole blocks are moved only when their label or a tag of theirs is named: an old block may well be needed.
        package var labels: [String] = []
        package var tags: [String] = []
        /// Whole blocks not changed since.
        package var before: Timestamp
        /// Per cent of its limit from which on a block is long.
        package var above = 80
        /// Per cent that remain of a long one.
        package var downTo = 50

        package init(before: Timestamp) { self.before = before }
    }

    /// What is to be done about one block.
    package struct Move: Sendable {
        package let label: String
        package let size: Int
        package let limit: Int
        package let changed: String?
        package let isWhole: Bool
        /// What goes to archival memory, a passage each.
        package let texts: [String]
        /// Characters that remain.
        package var remainingSize: Int { ShortText.size(of: remaining) }
        let remaining: String
        let block: MemoryBlock
    }

    private let client: RoostClient
    private let agent: MemoryAgent
    private let rule: Rule
    private let now: Timestamp

    package init(client: RoostClient, agent: MemoryAgent, rule: Rule, now: Timestamp = .now) {
        self.client = client
        self.agent = agent
        self.rule = rule
        self.now = now
    }

    private var blocks: AgentBlocks { AgentBlocks(client: client, agent: agent) }

    /// What would be moved; changes nothing.
    package func plan() async throws -> [Move] { try await blocks.all().compactMap(move) }

    /// Moves it. A block that changed meanwhile is looked at anew.
    /// - Returns: what was moved; nil when nothing of the block has to be any more.
    package func perform(_ planned: Move) async throws -> Move? {
        var current: Move? = planned
        for _ in 0..<Self.mostTries {
            guard let move = current else { return nil }
            for text in move.texts { try await keep(text, of: move) }
            do {
                _ = try await blocks.update(move.block, value: move.remaining, expected: move.block.version)
                return move
            } catch let error as ClientError {
                guard error.status == 409 else { throw error }
            }
            current = self.move(try await blocks.find(planned.block.id))
        }
        throw ClientError(
            "The block '\(planned.label)' is being changed all the time. Its old text is in archival memory too; try again.",
            status: 409)
    }

    private static let mostTries = 10

    // MARK: What to move

    private func move(_ block: MemoryBlock) -> Move? {
        if block.isReadOnly || block.value.hasPrefix(Self.movedMark) { return nil }
        return whole(block) ?? oldest(block)
    }

    private func whole(_ block: MemoryBlock) -> Move? {
        guard rule.labels.contains(block.label) || !Set(rule.tags).isDisjoint(with: block.tags),
            let changed = block.changed.flatMap({ Timestamp(iso8601: $0) }), changed < rule.before,
            block.value.contains(where: { !$0.isWhitespace })
        else { return nil }
        let remaining = "\(Self.movedMark) on \(now.day); its passages have the tag \(MovedText.tag(block))."
        // Nothing is gained by moving less than the sentence that remains.
        guard ShortText.size(of: remaining) <= min(block.size, block.limit) else { return nil }
        return Move(
            label: block.label, size: block.size, limit: block.limit, changed: block.changed, isWhole: true,
            texts: Self.parts(block.value), remaining: remaining, block: block)
    }

    private func oldest(_ block: MemoryBlock) -> Move? {
        guard rule.labels.isEmpty || rule.labels.contains(block.label),
            rule.tags.isEmpty || !Set(rule.tags).isDisjoint(with: block.tags),
            block.size * 100 > block.limit * rule.above, let log = BlockEntries(block.value)
        else { return nil }
        guard let count = log.count(downTo: block.limit * rule.downTo / 100) else { return nil }
        let texts = log.oldest(count).filter { $0.contains { !$0.isWhitespace } }
        return Move(
            label: block.label, size: block.size, limit: block.limit, changed: block.changed, isWhole: false,
            texts: texts.flatMap(Self.parts), remaining: log.text(withoutOldest: count), block: block)
    }

    private static let movedMark = "Moved to archival memory"

    private static let longestPart = 4000

    /// Pieces that can be found each on its own: whole lines, as far as they are not longer than a piece.
    private static func parts(_ text: String) -> [String] {
        guard ShortText.size(of: text) > longestPart else { return [text] }
        var parts: [String] = []
        var part: [Substring] = []
        var size = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if size > 0, size + line.unicodeScalars.count > longestPart {
                parts.append(part.joined(separator: "\n"))
                (part, size) = ([], 0)
            }
            part.append(line)
            size += line.unicodeScalars.count + 1
        }
        return (parts + [part.joined(separator: "\n")]).filter { $0.contains { !$0.isWhitespace } }
    }

    private func keep(_ text: String, of move: Move) async throws {
        let moved = MovedText(
            text: text, block: move.block, type: move.label == LearningsBlock.label ? "learning" : "archived_block",
            createdAt: move.isWhole ? nil : BlockEntries.time(of: text))
        try await moved.keep(in: AgentPassages(client: client, agentID: agent.id), project: agent.project)
    }
}

extension ToolSession {
    /// The moving of old blocks of the project's memory. Throws `ToolError` when it has none.
    package func archiving(_ rule: BlockArchiving.Rule) async throws -> BlockArchiving {
        BlockArchiving(client: try await client(), agent: try await requiredAgent(), rule: rule)
    }
}
