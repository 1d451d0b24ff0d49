package import Domain
import Platform

/// A caller's promise that a request with this key is one and the same request.
package struct IdempotencyKey: Sendable, Equatable {
    package let key: String
    /// A digest of the request: the same key with another digest is a mistake of the caller.
    package let fingerprint: String

    package init(key: String, fingerprint: String) {
        self.key = key
        self.fingerprint = fingerprint
    }
}

/// The answer kept for a key.
package struct KeptResponse: Sendable, Equatable {
    package let status: Int
    package let contentType: String
    package let body: [UInt8]

    package init(status: Int, contentType: String, body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }
}

/// Thrown by a write whose key was used before by the same request: nothing was done this time.
package struct AlreadyApplied: Error, Sendable {
    /// The answer given then; nil when it was not kept (the process ended in between).
    package let response: KeptResponse?
}

extension WriteTransaction {
    /// Takes a key for this unit of work. Throws `AlreadyApplied`, or `idempotencyConflict` when it belongs to another
    /// request.
    func claim(_ key: IdempotencyKey) throws {
        let oldest = now.adding(seconds: -limits.idempotencySeconds)
        try connection.execute("DELETE FROM idempotency_keys WHERE created_at < \(oldest)")
        let isNew = try connection.execute(
            """
            INSERT INTO idempotency_keys (organization_id, key, fingerprint, created_at)
            VALUES (\(actor.organizationID), \(key.key), \(key.fingerprint), \(now))
            ON CONFLICT DO NOTHING
            """)
        if isNew > 0 { return }
        let earlier = try connection.first(
            """
            SELECT fingerprint, status, content_type, response FROM idempotency_keys
            WHERE organization_id = \(actor.organizationID) AND key = \(key.key)
            """
        ) { row in
            (
                row.text(0),
                row.optionalInt(1).map { KeptResponse(status: $0, contentType: row.text(2), body: row.blob(3)) }
            )
        }
        guard let earlier, earlier.0 == key.fingerprint else {
            throw StoreError(
                .idempotencyConflict,
                "This idempotency key was used for a different request. Use a new key for a new request.")
        }
        throw AlreadyApplied(response: earlier.1)
    }
}

extension Store {
    /// The answer kept for a key; nil when there is none yet.
    package func keptResponse(_ key: IdempotencyKey, by actor: Actor) async throws -> KeptResponse? {
        try await read { transaction in
            try transaction.connection.first(
                """
                SELECT status, content_type, response FROM idempotency_keys
                WHERE organization_id = \(actor.organizationID) AND key = \(key.key)
                    AND fingerprint = \(key.fingerprint) AND status IS NOT NULL
                """
            ) { KeptResponse(status: $0.int(0), contentType: $0.text(1), body: $0.blob(2)) }
        }
    }

    /// Keeps the answer to a request that was written under a key, for a repetition of it. What was written is on the disk;
    /// the answer need not be: without it a repetition is told that the request was done.
    package func keepResponse(
        _ key: IdempotencyKey, by actor: Actor, status: Int, contentType: String, body: [UInt8]
    ) async throws {
        try await write(by: actor, durability: .processEnd) { transaction in
            _ = try transaction.connection.execute(
                """
                UPDATE idempotency_keys SET status = \(status), content_type = \(contentType), response = \(body)
                WHERE organization_id = \(actor.organizationID) AND key = \(key.key)
                    AND fingerprint = \(key.fingerprint)
                """)
        }
    }
}
