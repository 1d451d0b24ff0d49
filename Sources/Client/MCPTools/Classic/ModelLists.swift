import Platform
import Wire

/// The lists of models, which two profiles have.
enum ModelLists {
    static let all: [MCPTool] = [
        list(
            "list_llm_models", "Models", "Models that agents can be given, the default first.", path: "/v1/models/",
            member: "context_window"),
        list(
            "list_embedding_models", "Embedding models", "Embedding models, the default first.",
            path: "/v1/models/embedding", member: "embedding_dim"),
    ]

    private static func list(
        _ name: String, _ title: String, _ description: String, path: String, member: String
    ) -> MCPTool {
        MCPTool(
            name, title: title, description, input: [],
            output: [.required("count", .integer()), .required("models", .array(.freeObject))], .readOnly
        ) { call in
            let models = try await call.client().get(path).array ?? []
            let rows = models.map { model -> JSONValue in
                // A server of V1 may leave the handle out.
                let handle = model["handle"]?.string ?? model["name"]?.string ?? ""
                return ["handle": .string(handle), member: model[member] ?? .null]
            }
            return ["count": .int(Int64(rows.count)), "models": .array(rows)]
        }
    }
}
