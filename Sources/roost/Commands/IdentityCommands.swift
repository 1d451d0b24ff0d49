import Client
import HTTP
import Platform

/// `roost identity …` and `roost tool …`.
enum IdentityCommands {
    static var all: [Command] { [list, show, create, edit, delete] }

    private static let operand = Operand("IDENTITY", "The identity, by id, key or name")

    private static var list: Command {
        .overAPI(
            "identity list", "Lists identities, the newest first",
            options: [Option("type", "TYPE", "user, org or other"), .limit(50)],
            examples: ["roost identity list", "roost identity list --type user"]
        ) { session in
            let query = session.call.text("type").map { [("identity_type", $0)] } ?? []
            let identities = try await session.client.list(
                "/v1/identities/", query: query, limit: session.call.integer("limit") ?? 50)
            var table = Table("KEY", "ID", "TYPE", "NAME")
            for identity in identities {
                table.add(
                    identity.shown("identifier_key"), identity.shown("id"), identity.shown("identity_type"),
                    identity.shown("name"))
            }
            session.show(identities, empty: "There are no identities.", table)
        }
    }

    private static var show: Command {
        .overAPI("identity show", "Shows an identity", [operand], examples: ["roost identity show user_123"]) {
            session in
            let id = try await session.id(of: .identity)
            session.terminal.print(json: try await session.client.get("/v1/identities/\(id)"))
        }
    }

    private static var create: Command {
        .overAPI(
            "identity create", "Makes an identity", [Operand("KEY", "Your own key for it, such as user_123")],
            options: [
                Option("name", "NAME", "Its name (the key)"), Option("type", "TYPE", "user, org or other (user)"),
            ],
            examples: ["roost identity create user_123 --name Ada"]
        ) { session in
            var body = BodyDraft()
            body.set("identifier_key", session.call.operand(0))
            body.set("name", session.call.text("name") ?? session.call.operand(0))
            body.set("identity_type", session.call.text("type") ?? "user")
            let identity = try await session.client.call(.post, "/v1/identities/", body: body.json)
            session.report(identity, "Made the identity \(identity.shown("name")): \(identity.shown("id"))")
        }
    }

    private static var edit: Command {
        .overAPI(
            "identity edit", "Changes an identity", [operand],
            options: [
                Option("key", "KEY", "Its new key"), Option("name", "NAME", "Its new name"),
                Option("type", "TYPE", "user, org or other"),
            ], examples: ["roost identity edit user_123 --name 'Ada L.'"]
        ) { session in
            var body = BodyDraft()
            body.set("identifier_key", session.call.text("key"))
            body.set("name", session.call.text("name"))
            body.set("identity_type", session.call.text("type"))
            try session.requireChange(body)
            let id = try await session.id(of: .identity)
            let identity = try await session.client.call(.patch, "/v1/identities/\(id)", body: body.json)
            session.report(identity, "Changed the identity \(identity.shown("name")).")
        }
    }

    private static var delete: Command {
        .overAPI(
            "identity delete", "Deletes an identity; its agents and blocks stay", [operand], options: [.yes],
            examples: ["roost identity delete user_123 --yes"]
        ) { session in
            let id = try await session.id(of: .identity)
            try session.confirm("Delete the identity \(session.call.operand(0) ?? "")?")
            try await session.client.call(.delete, "/v1/identities/\(id)")
            session.reportDeleted([id])
        }
    }
}
