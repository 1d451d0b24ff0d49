import Client
import Platform

/// `roost model …`: what agents can be given as their model.
enum ModelCommands {
    static var all: [Command] { [list] }

    private static var list: Command {
        .overAPI(
            "model list", "Lists the models of the providers that are set up, the default first",
            options: [
                Option("embedding", nil, "List embedding models instead"),
                Option("provider", "NAME", "Only the models of this provider"),
            ],
            examples: ["roost model list", "roost model list --provider openai", "roost model list --embedding --json"]
        ) { session in
            let isEmbedding = session.call.flag("embedding")
            let query = session.call.text("provider").map { [("provider_name", $0)] } ?? []
            let path = isEmbedding ? "/v1/models/embedding" : "/v1/models/"
            let models = try await session.client.get(path, query: query).array ?? []
            var table = Table("HANDLE", isEmbedding ? "DIMENSIONS" : "CONTEXT", "PROVIDER", "ADDRESS")
            for model in models {
                table.add(
                    model.shown("handle"), model.shown(isEmbedding ? "embedding_dim" : "max_context_window"),
                    model.shown("provider_type") + (model["provider_category"] == "byok" ? " (stored)" : ""),
                    model.shown(isEmbedding ? "embedding_endpoint" : "model_endpoint"))
            }
            session.show(
                models,
                empty: isEmbedding
                    ? "There are no embedding models. See docs/embeddings.md."
                    : "There are no models. Set a provider's key, such as OPENAI_API_KEY, or store one: roost provider add.",
                table)
        }
    }
}
