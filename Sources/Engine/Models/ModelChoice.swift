package import Domain
import Platform
import Storage

extension Engine {
    /// The model that an agent's handle means. A stored provider wins over one that the operator set up under its name. A
    /// handle of no provider's (none at all, without a slash, or `letta/…`) means the default model.
    ///
    /// - Throws: `Refusal(.invalid)`, saying what to set, when there is none; `Refusal(.unavailable)` when the stored key does
    ///   not open.
    package func chatModel(named text: String?, by caller: Caller) async throws -> any ChatModel {
        // Such a text names no provider, as the contract's `letta/letta-free` does.
        guard let text, let handle = try? ModelHandle(text) else {
            return try await defaultModel(insteadOf: text, caller)
        }
        return try await chatModel(for: handle, by: caller)
    }

    /// Throws as `chatModel(named:by:)` does.
    package func chatModel(for handle: ModelHandle, by caller: Caller) async throws -> any ChatModel {
        let stored = try await read {
            try $0.providers.find(name: handle.provider, organization: caller.organization)
        }
        if let stored { return try await model(handle, of: stored, caller) }
        if handle.isHosted { return try await defaultModel(insteadOf: handle.text, caller) }
        return try operatorsModel(handle)
    }

    private func model(_ handle: ModelHandle, of stored: StoredProvider, _ caller: Caller) async throws -> any ChatModel
    {
        let provider = stored.configured(key: try await providers.key(of: stored, caller))
        let inner = ModelHandle(provider: provider.name, model: handle.model)
        do {
            let model = try chatModels.model(inner, providers: [provider])
            return handle == inner ? model : RenamedModel(handle: handle, model: model)
        } catch let error as ChatError {
            throw Refusal.invalid("The provider '\(stored.name)' cannot be asked for \(handle.text): \(error.message)")
        }
    }

    private func operatorsModel(_ handle: ModelHandle) throws -> any ChatModel {
        // V1's name for OpenAI's at another address (wire notes, section 18).
        let name = handle.provider == "openai-proxy" ? "openai" : handle.provider
        let inner = ModelHandle(provider: name, model: handle.model)
        do {
            let model = try chatModels.model(inner, providers: settings.providers)
            return handle == inner ? model : RenamedModel(handle: handle, model: model)
        } catch let error as ChatError {
            throw Refusal.invalid(
                "The model \(handle.text) cannot be asked: \(error.message) Set the key or address of '\(name)' for the server "
                    + "(docs/models.md), store a provider of that name ('roost provider add'), or give the agent another "
                    + "model ('roost model list').")
        }
    }

    private func defaultModel(insteadOf text: String?, _ caller: Caller) async throws -> any ChatModel {
        let asked = text.map { "The model '\($0)' has no provider" } ?? "The agent has no model"
        // A default that is no handle is refused when the settings are read.
        guard let name = settings.defaultModel, let handle = try? ModelHandle(name), !handle.isHosted else {
            throw Refusal.invalid(
                "\(asked), and the server has no default model. Set a provider's key, such as OPENAI_API_KEY, and "
                    + "DEFAULT_LLM_MODEL=openai/gpt-4.1 for the server, or give the agent a model of a provider that is set up "
                    + "('roost model list').")
        }
        return try await chatModel(for: handle, by: caller)
    }
}

extension ModelHandle {
    /// Names models of the hosted service, which is not behind this server.
    fileprivate var isHosted: Bool { provider == "letta" }
}

/// A model under the name that its stored provider gives it.
private struct RenamedModel: ChatModel {
    let handle: ModelHandle
    let model: any ChatModel

    func respond(to request: ChatRequest, _ receive: (ChatDelta) async throws -> Void) async throws {
        try await model.respond(to: request, receive)
    }

    func payload(of request: ChatRequest) throws -> JSONValue { try model.payload(of: request) }
}
