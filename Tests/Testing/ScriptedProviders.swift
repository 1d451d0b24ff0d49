package import Domain
package import Platform

/// Providers of models that answer as a test says. Each is asked for by name and key; what it is asked is kept.
package final class ScriptedProviders: ChatModels {
    package typealias Answer = @Sendable (ConfiguredProvider) async throws -> [OfferedModel]

    private struct State {
        var answers: [String: Answer] = [:]
        var asked: [ConfiguredProvider] = []
    }

    private let state = Lock(State())

    package init() {}

    /// What a provider of this name answers from now on.
    package func answer(_ name: String, _ answer: @escaping Answer) { state.withLock { $0.answers[name] = answer } }

    package func offer(_ name: String, _ models: [OfferedModel]) { answer(name) { _ in models } }

    package func fail(_ name: String, _ error: ChatError) { answer(name) { _ in throw error } }

    /// All that were asked, in order.
    package var asked: [ConfiguredProvider] { state.withLock { $0.asked } }

    package func offered(by provider: ConfiguredProvider) async throws -> [OfferedModel] {
        let answer = state.withLock { state -> Answer? in
            state.asked.append(provider)
            return state.answers[provider.name]
        }
        guard let answer else { throw ChatError(.notConfigured, "There is no service '\(provider.name)'.") }
        return try await answer(provider)
    }

    package func model(_ handle: ModelHandle, providers: [ConfiguredProvider]) throws -> any ChatModel {
        guard let provider = providers.first(where: { $0.name == handle.provider }) else {
            throw ChatError(.notConfigured, "No provider '\(handle.provider)' is set up.")
        }
        return KeyTellingModel(handle: handle, provider: provider)
    }
}

/// A model that says with which key it would be asked.
package struct KeyTellingModel: ChatModel {
    package let handle: ModelHandle
    package let provider: ConfiguredProvider

    package func respond(to request: ChatRequest, _ receive: (ChatDelta) async throws -> Void) async throws {
        try await receive(.text(provider.key?.reveal ?? "no key"))
        try await receive(.end(.finished))
    }

    package func payload(of request: ChatRequest) throws -> JSONValue { ["model": .string(handle.model)] }
}
