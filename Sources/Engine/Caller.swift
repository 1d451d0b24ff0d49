package import Domain
import Storage

/// On whose behalf a use case runs.
package struct Caller: Sendable {
    package var actor: Actor
    /// The project that new objects belong to (`X-Project-Id`, `X-Project`).
    package var projectID: String?
    var idempotencyKey: IdempotencyKey?

    package init(actor: Actor = .default, projectID: String? = nil) {
        self.actor = actor
        self.projectID = projectID
    }

    /// Makes the writes of this caller happen once, however often the request is sent.
    /// - Parameter fingerprint: what a request with the same key must share.
    package mutating func setIdempotencyKey(_ key: String, fingerprint: String) {
        idempotencyKey = IdempotencyKey(key: key, fingerprint: fingerprint)
    }

    package var isIdempotent: Bool { idempotencyKey != nil }

    package var organization: String { actor.organizationID }
}

/// Thrown by a write whose idempotency key was applied before: nothing was written now.
package struct Replay: Error, Sendable {
    package struct Reply: Sendable {
        package let status: Int
        package let body: [UInt8]
    }

    /// The first reply; nil when the server stopped between the write and its reply.
    package let reply: Reply?
}
