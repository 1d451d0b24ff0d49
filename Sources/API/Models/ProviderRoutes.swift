import Domain
import Engine
import HTTP
import Platform
import Wire

/// `/v1/providers/…`: providers of models that users store with keys of their own.
enum ProviderRoutes {
    static var all: [Route] {
        [
            Route(.get, "/v1/providers/", listOperation) { context in
                var filter = ProviderFilter()
                filter.name = context.text("name")
                filter.type = context.text("provider_type")
                let providers = try await context.engine.providers.list(
                    filter, context.page(limit: 50, ascending: false), by: context.caller)
                return .list(providers) { $0.write(to: &$1) }
            },
            Route(.post, "/v1/providers/", createOperation) { context in
                .provider(try await context.engine.providers.create(NewProvider(context.body), by: context.caller))
            },
            Route(.get, path, operation("retrieve_provider", "One stored provider, without its keys")) { context in
                .provider(try await context.engine.providers.find(context.providerID, by: context.caller))
            },
            Route(.patch, path, updateOperation) { context in
                .provider(
                    try await context.engine.providers.update(
                        context.providerID, ProviderPatch(context.body), by: context.caller))
            },
            Route(.delete, path, deleteOperation) { context in
                try await context.engine.providers.delete(context.providerID, by: context.caller)
                return .message("Provider id=\(context.providerID) successfully deleted")
            },
        ] + asking
    }

    private static let path = "/v1/providers/{provider_id}"

    private static var asking: [Route] {
        [
            Route(.post, "/v1/providers/check", checkOperation) { context in
                let new = NewProvider(context.body)
                try await context.engine.providers.check(new, by: context.caller)
                return .message("Valid api key for provider_type=\(new.type)")
            },
            Route(.post, path + "/check", checkStoredOperation) { context in
                let provider = try await context.engine.providers.check(context.providerID, by: context.caller)
                return .message("Valid api key for provider_type=\(provider.type)")
            },
            Route(.patch, path + "/refresh", refreshOperation) { context in
                .provider(try await context.engine.providers.refresh(context.providerID, by: context.caller))
            },
        ]
    }

    // MARK: Operations

    private static func operation(_ id: String, _ summary: String) -> Wire.Operation {
        var operation = Wire.Operation(id, summary, tag: "providers", success: .json(ProviderSchemas.provider))
        operation.failures = [404]
        return operation
    }

    private static var listOperation: Wire.Operation {
        var operation = operation("list_providers", "Stored providers, newest first, without their keys")
        operation.success = .json(.array(ProviderSchemas.provider))
        operation.parameters =
            QueryCheck.page(limit: 50, ascending: false) + [
                .init("name", .string()), .init("provider_type", .enumeration(ModelSchemas.providerTypes)),
            ]
        return operation
    }

    private static var createOperation: Wire.Operation {
        var operation = operation(
            "create_provider", "Stores a provider with its key, encrypted, once the provider has accepted it")
        operation.body = ProviderSchemas.create
        operation.failures = [400, 401, 409, 503]
        return operation
    }

    private static var updateOperation: Wire.Operation {
        var operation = operation("modify_provider", "Changes a stored provider; a new address needs the key again")
        operation.body = ProviderSchemas.update
        operation.failures = [400, 401, 404, 503]
        return operation
    }

    private static var deleteOperation: Wire.Operation {
        var operation = operation("delete_provider", "Deletes a stored provider with its key")
        operation.success = .json(ProviderSchemas.message)
        return operation
    }

    private static var checkOperation: Wire.Operation {
        var operation = operation("check_provider", "Asks a provider whether it accepts a key; stores nothing")
        operation.body = ProviderSchemas.check
        operation.success = .json(ProviderSchemas.message)
        operation.failures = [400, 401, 503]
        return operation
    }

    private static var checkStoredOperation: Wire.Operation {
        var operation = operation("check_existing_provider", "Asks a stored provider whether it accepts its key")
        operation.success = .json(ProviderSchemas.message)
        operation.failures = [400, 401, 404, 503]
        return operation
    }

    private static var refreshOperation: Wire.Operation {
        var operation = operation("refresh_provider_models", "Asks a stored provider which models it offers now")
        operation.failures = [400, 401, 404, 503]
        return operation
    }
}

extension RequestContext {
    fileprivate var providerID: String { self[parameter: "provider_id"] }
}

extension Response {
    fileprivate static func provider(_ provider: StoredProvider) -> Response { .json { provider.write(to: &$0) } }
}
