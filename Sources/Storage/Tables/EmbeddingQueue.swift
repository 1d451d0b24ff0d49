package import Platform

/// A passage that waits for a vector, as it was when it was read.
package struct WaitingPassage: Sendable {
    package let key: Int
    package let archiveKey: Int
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

/// The passages that have no vector of each model of their archive. Triggers fill it; `settle` empties it, and only of
/// passages whose vectors are there: whatever stops in between, a passage without its vectors waits here.
package struct EmbeddingQueue {
    let connection: any Connection

    package func count() throws -> Int { try connection.count("SELECT count(*) FROM embedding_queue") }

    package func count(archive: Int) throws -> Int {
        try connection.count("SELECT count(*) FROM embedding_queue WHERE archive_key = \(archive)")
    }

    /// How many of some passages wait.
    package func count(of passages: [Int]) throws -> Int {
        try connection.count("SELECT count(*) FROM embedding_queue WHERE passage_key IN \(list: passages)")
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

    /// The next archive after `key` with waiting passages.
    package func archive(after key: Int) throws -> Int? {
        try connection.first(
            "SELECT archive_key FROM embedding_queue WHERE archive_key > \(key) ORDER BY archive_key LIMIT 1"
        ) { $0.int(0) }
    }

    /// Passages that may be embedded now, from several archives in turn.
    /// - Parameters:
    ///   - start: the archive to begin after; the turn goes round once.
    ///   - skipped: archives to leave out.
    package func take(_ batch: EmbeddingBatch, after start: Int, skipping skipped: Set<Int>, at now: Timestamp) throws
        -> [WaitingPassage]
    {
        var found: [WaitingPassage] = []
        var bytes = 0
        for (first, last) in [(start, Int.max), (0, start)] {
            var key = first
            while found.count < batch.passages, let next = try archive(after: key), next <= last {
                key = next
                if skipped.contains(next) { continue }
                let most = min(batch.passagesOfArchive, batch.passages - found.count)
                for waiting in try ready(inArchive: next, limit: most, at: now) {
                    if !found.isEmpty, bytes + waiting.bytes > batch.bytes { return found }
                    guard let passage = try read(waiting.key) else { continue }
                    bytes += waiting.bytes
                    found.append(passage)
                }
            }
        }
        return found
    }

    /// Passages of an archive that may be embedded now, oldest first, and about how long their texts are.
    private func ready(inArchive key: Int, limit: Int, at now: Timestamp) throws -> [(key: Int, bytes: Int)] {
        try connection.rows(
            """
            SELECT q.passage_key, length(p.text) FROM embedding_queue q JOIN passages p ON p.key = q.passage_key \
            WHERE q.archive_key = \(key) AND q.not_before <= \(now) ORDER BY q.passage_key LIMIT \(limit)
            """
        ) { ($0.int(0), $0.int(1)) }
    }

    private func read(_ key: Int) throws -> WaitingPassage? {
        try connection.first(
            """
            SELECT q.passage_key, q.archive_key, p.text, q.attempts FROM embedding_queue q \
            JOIN passages p ON p.key = q.passage_key WHERE q.passage_key = \(key)
            """
        ) { WaitingPassage(key: $0.int(0), archiveKey: $0.int(1), text: $0.text(2), attempts: $0.int(3)) }
    }
}

// MARK: Writing

extension EmbeddingQueue {
    /// Takes those passages out of the queue that have a vector of each model their archive wants; gives their number.
    @discardableResult
    package func settle(_ passages: [Int]) throws -> Int {
        let vector: SQL = "SELECT 1 FROM passage_vectors v WHERE v.passage_key = embedding_queue.passage_key"
        return try connection.execute(
            """
            DELETE FROM embedding_queue WHERE passage_key IN \(list: passages) AND EXISTS (SELECT 1 FROM archives a \
            WHERE a.key = embedding_queue.archive_key AND EXISTS (\(sql: vector) AND v.model_key = a.model_key) \
            AND (a.next_model_key IS NULL OR EXISTS (\(sql: vector) AND v.model_key = a.next_model_key)))
            """)
    }

    /// Lets passages wait until a time, as their embedding was refused. Those that were done with come back.
    package func postpone(_ passages: [Int], until time: Timestamp) throws {
        try connection.execute(
            """
            INSERT INTO embedding_queue (passage_key, archive_key, attempts, not_before) \
            SELECT key, archive_key, 1, \(time) FROM passages WHERE key IN \(list: passages) \
            ON CONFLICT (passage_key) DO UPDATE SET attempts = embedding_queue.attempts + 1, \
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
    package var embeddingQueue: EmbeddingQueue { EmbeddingQueue(connection: connection) }
}

extension WriteTransaction {
    package var embeddingQueue: EmbeddingQueue { EmbeddingQueue(connection: connection) }
}
