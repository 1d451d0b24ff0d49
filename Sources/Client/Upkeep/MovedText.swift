import Platform

/// A text on its way out of a block into archival memory, where it is a passage. It may leave its block only when it was read back
/// from there, so that whatever ends the process, it is in one of the two.
struct MovedText: Sendable {
    let text: String
    let block: MemoryBlock
    let type: String
    var tags: [String] = []
    /// When it was written, where that is known.
    var createdAt: String?
    /// Whoever wrote it: the block does not say that of each entry.
    var provenance = Provenance(source: "upkeep", trust: .assistant)

    private static let keyMember = "moved_key"

    /// The same for an entry whatever its date.
    private static func key(_ text: String, _ block: MemoryBlock) -> String {
        StableKey.of([block.id, BlockEntries.undated(text)])
    }

    /// Whether an entry went out of a block before, on whichever day it was written.
    static func isKept(_ entry: String, of block: MemoryBlock, in passages: AgentPassages) async throws -> Bool {
        try await !passages.having(keyMember, key(entry, block), 1).isEmpty
    }

    /// Stores it, unless it is there. Throws `ClientError` when it cannot be read back.
    func keep(in passages: AgentPassages, project: String?) async throws {
        if try await isThere(passages) { return }
        let body = note.body(project: project)
        do { _ = try await passages.create(body, onceFor: "moved-" + StableKey.of([block.id, text])) } catch let error
            as ClientError
        {
            // Another process moves it as well.
            guard error.status == 409 else { throw error }
        }
        if try await isThere(passages) { return }
        // A key is kept for a day: its passage was deleted since.
        _ = try await passages.create(body)
        guard try await isThere(passages) else {
            throw ClientError(
                "The old text of '\(block.label)' could not be read back from archival memory, so the block was left as it is."
            )
        }
    }

    private func isThere(_ passages: AgentPassages) async throws -> Bool {
        try await passages.having(Self.keyMember, Self.key(text, block), 10).contains { $0["text"]?.string == text }
    }

    private var note: MemoryNote {
        var note = MemoryNote(text, type: type, from: provenance)
        note.tags = [Self.tag(block)] + tags
        note.createdAt = createdAt
        note.metadata = [
            Self.keyMember: .string(Self.key(text, block)), "block_id": .string(block.id),
            "label": .string(block.label), "block_version": .int(Int64(block.version)),
        ]
        return note
    }

    /// What everything that was moved out of a block is found by.
    static func tag(_ block: MemoryBlock) -> String { "block:" + block.label }
}
