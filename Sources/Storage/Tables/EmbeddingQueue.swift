package import Platform

/// A passage or message that waits for a vector, as it was when it was read.
package struct WaitingText: Sendable {
    package let key: Int
    /// The number of its archive or agent.
    package let ownerKey: Int
    package let text: String
    /// How often its embedding was refused.
    package let attempts: Int
}

/// How much of the queue is read at once.
package struct EmbeddingBatch: Sendable {
    package var passages: Int
    /// Bytes of text; one longer text still makes a batch.
    package var bytes: Int
    /// Of one archive, so that a long queue of one does not hold up the others.
    package var passagesOfArchive: Int

    package init(passages: Int, bytes: Int, passagesOfArchive: Int) {
        self.passages = passages
        self.bytes = bytes
        self.passagesOfArchive = passagesOfArchive
    }
}

/// The texts of a kind that have no vector of each model of their archive or agent. Triggers fill it; `settle` empties
/// it, and only of texts whose vectors are there: whatever stops in between, a text without its vectors waits here.
package struct EmbeddingQueue {
    let connection: any Connection
    var kind = VectorKind.passages

    package func count() throws -> Int { try connection.count("SELECT count(*) FROM \(sql: kind.queue)") }

    /// How many of an archive or agent wait.
    package func count(owner: Int) throws -> Int {
        try connection.count("SELECT count(*) FROM \(sql: kind.queue) WHERE \(sql: kind.ownerKey) = \(owner)")
    }

    /// How many of some texts wait.
    package func count(of texts: [Int]) throws -> Int {
        try connection.count(
            "SELECT count(*) FROM \(sql: kind.queue) WHERE \(sql: kind.textKey) IN \(list: texts)")
    }

    /// How many passages of each archive of an organization wait, by the archive's number.
    package func counts(organization: String) throws -> [Int: Int] {
        let pairs = try connection.rows(
            """
            SELECT q.archive_key, count(*) FROM embedding_queue q JOIN archives a ON a.key = q.archive_key \
            WHERE a.organization_id = \(organization) GROUP BY q.archive_key
            """
        ) { ($0.int(0), $0.int(1)) }
        return Dictionary(pairs) { first, _ in first }
    }

    /// The next archive or agent after `key` with waiting texts.
    package func owner(after key: Int) throws -> Int? {
        let owner = kind.ownerKey
        return try connection.first(
            """
            SELECT \(sql: owner) FROM \(sql: kind.queue) WHERE \(sql: owner) > \(key) \
            ORDER BY \(sql: owner) LIMIT 1
            """
        ) { $0.int(0) }
    }

    /// The next archives or agents after `key` with waiting texts, in their order.
    package func owners(after key: Int, limit: Int) throws -> [Int] {
        var found: [Int] = []
        while found.count < limit, let next = try owner(after: found.last ?? key) { found.append(next) }
        return found
    }

    /// Texts that may be embedded now, from several archives or agents in turn.
    /// - Parameters:
    ///   - start: the archive or agent to begin after; the turn goes round once.
    ///   - skipped: those to leave out.
    package func take(_ batch: EmbeddingBatch, after start: Int, skipping skipped: Set<Int>, at now: Timestamp) throws
        -> [WaitingText]
    {
        var taken = Taken(batch: batch)
        for (first, last) in [(start, Int.max), (0, start)] {
            var key = first
            while !taken.isFull, let next = try owner(after: key), next <= last {
                key = next
                if !skipped.contains(next) { try take(of: next, into: &taken, at: now) }
            }
        }
        return taken.texts
    }

    /// Texts of some archives or agents that may be embedded now.
    package func take(_ batch: EmbeddingBatch, of owners: [Int], at now: Timestamp) throws -> [WaitingText] {
        var taken = Taken(batch: batch)
        for owner in owners where !taken.isFull { try take(of: owner, into: &taken, at: now) }
        return taken.texts
    }

    private struct Taken {
        let batch: EmbeddingBatch
        var texts: [WaitingText] = []
        var bytes = 0
        var isOver = false

        var isFull: Bool { isOver || texts.count >= batch.passages }
    }

    private func take(of owner: Int, into taken: inout Taken, at now: Timestamp) throws {
        let most = min(taken.batch.passagesOfArchive, taken.batch.passages - taken.texts.count)
        for waiting in try ready(of: owner, limit: most, at: now) {
            if !taken.texts.isEmpty, taken.bytes + waiting.bytes > taken.batch.bytes {
                taken.isOver = true
                return
            }
            guard let text = try read(waiting.key) else { continue }
            taken.bytes += waiting.bytes
            taken.texts.append(text)
        }
    }

    /// Texts of an archive or agent that may be embedded now, oldest first, and about how long they are.
    private func ready(of owner: Int, limit: Int, at now: Timestamp) throws -> [(key: Int, bytes: Int)] {
        try connection.rows(
            """
            SELECT q.\(sql: kind.textKey), length(t.text) FROM \(sql: kind.queue) q JOIN \(sql: kind.texts) t \
            ON t.key = q.\(sql: kind.textKey) WHERE q.\(sql: kind.ownerKey) = \(owner) AND q.not_before <= \(now) \
            ORDER BY q.\(sql: kind.textKey) LIMIT \(limit)
            """
        ) { ($0.int(0), $0.int(1)) }
    }

    private func read(_ key: Int) throws -> WaitingText? {
        try connection.first(
            """
            SELECT q.\(sql: kind.textKey), q.\(sql: kind.ownerKey), t.text, q.attempts FROM \(sql: kind.queue) q \
            JOIN \(sql: kind.texts) t ON t.key = q.\(sql: kind.textKey) WHERE q.\(sql: kind.textKey) = \(key)
            """
        ) { WaitingText(key: $0.int(0), ownerKey: $0.int(1), text: $0.text(2), attempts: $0.int(3)) }
    }
}

// MARK: Writing

extension EmbeddingQueue {
    /// Takes those texts out of the queue that have a vector of each model their archive or agent wants; gives their
    /// number.
    @discardableResult
    package func settle(_ texts: [Int]) throws -> Int {
        let vector: SQL = """
            SELECT 1 FROM \(sql: kind.vectors) v WHERE v.\(sql: kind.textKey) = \(sql: kind.queue).\(sql: kind.textKey)
            """
        return try connection.execute(
            """
            DELETE FROM \(sql: kind.queue) WHERE \(sql: kind.textKey) IN \(list: texts) \
            AND EXISTS (SELECT 1 FROM \(sql: kind.owners) a \
            WHERE a.key = \(sql: kind.queue).\(sql: kind.ownerKey) \
            AND EXISTS (\(sql: vector) AND v.model_key = a.\(sql: kind.ownerModel)) \
            AND (\(sql: kind.ownerNextModel) IS NULL \
            OR EXISTS (\(sql: vector) AND v.model_key = \(sql: kind.ownerNextModel))))
            """)
    }

    /// Lets texts wait until a time, as their embedding was refused. Those that were done with come back.
    package func postpone(_ texts: [Int], until time: Timestamp) throws {
        try connection.execute(
            """
            INSERT INTO \(sql: kind.queue) (\(sql: kind.textKey), \(sql: kind.ownerKey), attempts, not_before) \
            SELECT key, \(sql: kind.ownerKey), 1, \(time) FROM \(sql: kind.texts) WHERE key IN \(list: texts) \
            ON CONFLICT (\(sql: kind.textKey)) DO UPDATE SET attempts = \(sql: kind.queue).attempts + 1, \
            not_before = excluded.not_before
            """)
    }

    /// Lets all passages of an archive be tried again at once.
    package func retryNow(archive: Int) throws {
        try connection.execute(
            """
            UPDATE embedding_queue SET not_before = 0, attempts = 0 WHERE archive_key = \(archive) \
            AND not_before > 0
            """)
    }
}

extension ReadTransaction {
    package var embeddingQueue: EmbeddingQueue { embeddingQueue(.passages) }

    package func embeddingQueue(_ kind: VectorKind) -> EmbeddingQueue {
        EmbeddingQueue(connection: connection, kind: kind)
    }
}

extension WriteTransaction {
    package var embeddingQueue: EmbeddingQueue { embeddingQueue(.passages) }

    package func embeddingQueue(_ kind: VectorKind) -> EmbeddingQueue {
        EmbeddingQueue(connection: connection, kind: kind)
    }
}
