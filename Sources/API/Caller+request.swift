import Domain
import Engine
import HTTP
import Platform

extension Caller {
    /// Reads the acting user, the project and the idempotency key from the headers.
    init(request: Request) throws {
        var actor = Actor.default
        if let user = request.given("user_id") {
            guard Identifier.isValid(user, .user) else {
                throw Refusal.invalid("The header user_id should be an id such as '\(IdentifierKind.user.example)'")
            }
            actor = Actor(userID: user, organizationID: actor.organizationID)
        } else if let name = request.given(Self.nameHeader) {
            actor = Actor(userID: try Self.userID(named: name), organizationID: actor.organizationID)
        }
        self.init(actor: actor, projectID: request.given("x-project-id") ?? request.given("x-project"))
        if request.method != .get, let key = request.given("idempotency-key") {
            guard key.utf8.count <= 255 else {
                throw Refusal.invalid("The header Idempotency-Key may have 255 characters at most.")
            }
            setIdempotencyKey(key, fingerprint: Fingerprint.of(request))
        }
    }

    /// What a client says its user is called. It is believed: a note of who changed what, not a proof.
    private static let nameHeader = "x-roost-user"

    /// The name as the contract spells users: `user-ann`.
    private static func userID(named encoded: String) throws -> String {
        let name = percentDecoded(encoded, plusIsSpace: false)
        guard let name, name.unicodeScalars.count <= 100,
            name.unicodeScalars.allSatisfy({ !$0.properties.isWhitespace && $0.properties.generalCategory != .control })
        else {
            throw Refusal.invalid(
                "The header \(nameHeader) should be a name of at most 100 characters without spaces, percent-encoded.")
        }
        return "user-" + name
    }
}

extension Request {
    /// A header's value; an empty one counts as not sent.
    fileprivate func given(_ name: String) -> String? { headers[name].flatMap { $0.isEmpty ? nil : $0 } }
}

/// What makes two requests the same for an idempotency key: method, path, query and body.
private enum Fingerprint {
    static func of(_ request: Request) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for part in [Array(request.method.rawValue.utf8), Array(request.rawPath.utf8), Array(request.rawQuery.utf8)] {
            add(part, to: &hash)
        }
        add(request.body, to: &hash)
        return String(hash, radix: 16)
    }

    /// FNV-1a, 64 bits; each part ends with a separator.
    private static func add(_ bytes: [UInt8], to hash: inout UInt64) {
        for byte in bytes + [0xFF] { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }
}
