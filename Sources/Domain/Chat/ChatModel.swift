package import Platform

/// A model that answers in words and calls of tools.
package protocol ChatModel: Sendable {
    var handle: ModelHandle { get }

    /// Asks once and hands on the answer piece by piece, in the order of the service. A slow receiver holds the service
    /// back. Failures that may pass are tried again, but never after the first piece. A receiver that throws, and a
    /// cancelled task, close the connection.
    ///
    /// - Throws: `ChatError`; `CancellationError`; what the receiver throws.
    func respond(to request: ChatRequest, _ receive: (ChatDelta) async throws -> Void) async throws

    /// The body that the service would be sent.
    /// - Throws: `ChatError`.
    func payload(of request: ChatRequest) throws -> JSONValue
}

extension ChatModel {
    /// The whole answer at once. Throws as `respond` does.
    package func answer(_ request: ChatRequest) async throws -> ChatAnswer {
        var answer = ChatAnswer()
        try await respond(to: request) { answer.add($0) }
        return answer
    }
}

/// Gives the model that a handle means.
package protocol ChatModels: Sendable {
    /// - Parameter providers: those that may be asked, the operator's and stored ones.
    /// - Throws: `ChatError(.notConfigured)` when the provider of the handle is not among them, or lacks a key or address.
    func model(_ handle: ModelHandle, providers: [ConfiguredProvider]) throws -> any ChatModel

    /// What a provider offers, asked over the network. Throws `ChatError`.
    func offered(by provider: ConfiguredProvider) async throws -> [OfferedModel]
}

/// A model that a provider says it has.
package struct OfferedModel: Sendable, Equatable {
    package enum Kind: Sendable { case chat, embedding }

    package let name: String
    package let kind: Kind
    /// Tokens; nil when the provider does not say.
    package let contextWindow: Int?
    /// Numbers in a vector of an embedding model, when they are known.
    package let dimensions: Int?

    package init(name: String, kind: Kind, contextWindow: Int? = nil, dimensions: Int? = nil) {
        self.name = name
        self.kind = kind
        self.contextWindow = contextWindow
        self.dimensions = dimensions
    }
}

/// For a process in which agents do not think.
package struct NoChatModels: ChatModels {
    package init() {}

    package func model(_ handle: ModelHandle, providers: [ConfiguredProvider]) throws -> any ChatModel {
        throw ChatError(.notConfigured, "This process does not call models. Start 'roost serve'.")
    }

    package func offered(by provider: ConfiguredProvider) async throws -> [OfferedModel] {
        throw ChatError(.notConfigured, "This process does not call models. Start 'roost serve'.")
    }
}
