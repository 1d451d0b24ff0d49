import Client
import HTTP
import Platform

/// `roost provider …`: providers of models that are stored with a key of their own.
enum ProviderCommands {
    static var all: [Command] { [list, add, remove, check] }

    private static let operand = Operand("PROVIDER", "The provider, by id or by name")

    private static var list: Command {
        .overAPI(
            "provider list", "Lists stored providers, the newest first, without their keys", options: [.limit(100)],
            examples: ["roost provider list"]
        ) { session in
            let providers = try await session.client.list(
                "/v1/providers/", limit: session.call.integer("limit") ?? 100)
            var table = Table("NAME", "ID", "TYPE", "KEY", "ADDRESS", "LAST ANSWER", "PROBLEM")
            for provider in providers {
                table.add(
                    provider.shown("name"), provider.shown("id"), provider.shown("provider_type"),
                    provider["has_api_key"] == true ? "stored" : "none", provider.shown("base_url"),
                    provider.shownTime("last_synced"), Table.cut(provider.shown("sync_error"), to: 200))
            }
            session.show(
                providers, empty: "No providers are stored. The operator's are in the server's settings.", table)
        }
    }

    private static var add: Command {
        var command = Command.overAPI(
            "provider add", "Stores a provider of models with its key, which is encrypted",
            [Operand("NAME", "The first part of its handles: NAME/model")],
            options: [
                Option("type", "TYPE", "The interface that it speaks, such as openai, anthropic, ollama (NAME)"),
                Option("address", "URL", "Where it is, when that is not the provider's own address"),
                Option("api-version", "VERSION", "The version of its interface, where there is a choice (azure)"),
                Option("key-env", "VARIABLE", "Take the key from this environment variable"),
                Option("no-key", nil, "It takes no key"),
            ],
            examples: [
                "roost provider add work --type openai < key.txt",
                "roost provider add anthropic --key-env ANTHROPIC_API_KEY",
                "roost provider add lab --type vllm --address http://gpu:8000/v1 --no-key",
            ]
        ) { session in
            let name = session.call.operand(0) ?? ""
            var body = BodyDraft()
            body.set("name", name)
            body.set("provider_type", session.call.text("type") ?? name)
            body.set("base_url", session.call.text("address"))
            body.set("api_version", session.call.text("api-version"))
            body.set("api_key", try KeyInput(session.call).key() ?? "")
            let provider = try await session.client.call(.post, "/v1/providers/", body: body.json)
            let problem = provider.shown("sync_error")
            session.report(
                provider,
                problem.isEmpty
                    ? "Stored the provider \(name): its models are listed by 'roost model list --provider \(name)'."
                    : "Stored the provider \(name), which did not answer: \(problem) Try it again: roost provider check \(name)"
            )
        }
        command.detail = """
            The key is read from standard input, which on a terminal is not shown, or from the variable that --key-env names;
            never from the command line, which other users can read. The provider is asked first: a key that it does not accept
            is not stored.
            """
        return command
    }

    private static var remove: Command {
        .overAPI(
            "provider remove", "Deletes a stored provider with its key", [operand], options: [.yes],
            examples: ["roost provider remove work --yes"]
        ) { session in
            let id = try await session.id(of: .provider)
            try session.confirm("Delete the provider \(session.call.operand(0) ?? "")?")
            try await session.client.call(.delete, "/v1/providers/\(id)")
            session.reportDeleted([id])
        }
    }

    private static var check: Command {
        .overAPI(
            "provider check", "Asks a stored provider whether it accepts its key, and which models it offers now",
            [operand], examples: ["roost provider check work"]
        ) { session in
            let id = try await session.id(of: .provider)
            let provider = try await session.client.call(.patch, "/v1/providers/\(id)/refresh", body: .emptyObject)
            session.report(provider, "The provider \(provider.shown("name")) answers and accepts its key.")
        }
    }
}
