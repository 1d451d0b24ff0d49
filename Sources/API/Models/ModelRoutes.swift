import Domain
import Engine
import HTTP
import Platform
import Wire

/// `/v1/models/…`: the models of the providers that are set up.
enum ModelRoutes {
    static var all: [Route] {
        [
            Route(.get, "/v1/models/", modelsOperation) { context in
                let items = try await context.engine.models.models(by: context.caller)
                return .list(filtered(items, context)) { $1.element(.object($0.modelJSON)) }
            },
            Route(.get, "/v1/models/embedding", embeddingOperation("list_embedding_models")) {
                try await embeddings($0)
            },
            Route(.get, "/v1/models/embeddings", embeddingOperation("models.listEmbeddingModels")) {
                try await embeddings($0)
            },
        ]
    }

    private static func embeddings(_ context: RequestContext) async throws -> Response {
        let items = try await context.engine.models.embeddingModels(by: context.caller)
        return .list(filtered(items, context)) { $1.element(.object($0.embeddingJSON)) }
    }

    private static func filtered(_ items: [ModelListing.Item], _ context: RequestContext) -> [ModelListing.Item] {
        let categories = context.texts("provider_category")
        return items.filter { item in
            (categories.isEmpty || categories.contains(item.category))
                && (context.text("provider_name").map { $0 == item.handle.provider } ?? true)
                && (context.text("provider_type").map { $0 == item.providerType } ?? true)
        }
    }

    // MARK: Operations

    private static let filters: [Wire.Operation.Parameter] = [
        .init("provider_category", .enumeration(ModelSchemas.categories), repeated: true),
        .init("provider_name", .string()), .init("provider_type", .enumeration(ModelSchemas.providerTypes)),
    ]

    private static var modelsOperation: Wire.Operation {
        var operation = Wire.Operation(
            "list_models", "Models of the providers that are set up, the default first", tag: "models",
            success: .json(.array(ModelSchemas.model)))
        operation.parameters = filters
        return operation
    }

    private static func embeddingOperation(_ id: String) -> Wire.Operation {
        var operation = Wire.Operation(
            id, "Embedding models of the providers that are set up, the default first", tag: "models",
            success: .json(.array(ModelSchemas.embeddingModel)))
        operation.parameters = filters
        return operation
    }
}
