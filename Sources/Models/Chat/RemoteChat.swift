package import Domain
package import HTTP
package import Platform

/// A model of a service: one request, one answer, no second try. Whoever waits decides what is worth another one.
package struct RemoteChat: ChatModel {
    /// As the user wrote it, but with the provider's own name.
    package let handle: ModelHandle
    let provider: ChatProvider
    let address: ServiceAddress
    let key: Secret?
    let apiVersion: String?
    /// Seconds for everything.
    private let timeout: Double
    private let client: HTTPClient

    /// Nil when the provider of the handle is not among those that are set up.
    /// - Throws: `ChatError(.refused)` when it is, but cannot answer as it is set up.
    package init?(
        _ handle: ModelHandle, providers: [ConfiguredProvider], timeout: Double, client: HTTPClient = HTTPClient()
    ) throws(ChatError) {
        let handle = RemoteEmbedding.canonical(handle)
        guard let configured = providers.first(where: { EmbeddingProvider.canonical($0.name) == handle.provider })
        else {
            return nil
        }
        guard let provider = ChatProvider.named(handle.provider) else {
            throw ChatError(.refused, "\(handle.provider) has no models that answer. Choose one of another provider.")
        }
        guard let url = configured.baseURL ?? provider.baseURL else {
            throw ChatError(.refused, "\(provider.title) needs an address. Set \(provider.setting("url")).")
        }
        guard let address = ServiceAddress(url) else {
            throw ChatError(
                .refused, "\(provider.setting("url")) is not an address such as http://localhost:8080/v1.")
        }
        // A server at an address of the operator's own may well want no key.
        if provider.needsKey, configured.key == nil, configured.baseURL == nil {
            throw ChatError(.refused, "\(provider.title) needs a key. Set \(provider.setting("key")).")
        }
        self.handle = handle
        self.provider = provider
        self.address = address
        self.timeout = timeout
        self.client = client
        key = configured.key
        apiVersion = configured.apiVersion
    }

    package func respond(to request: ChatRequest, _ receive: (ChatDelta) async throws -> Void) async throws {
        let answer = try await whole(request)
        try await receive(.text(answer.text))
        if let end = answer.end { try await receive(.end(end)) }
    }

    package func payload(of request: ChatRequest) throws -> JSONValue {
        try JSONValue(parsing: interface.request(request).body ?? [])
    }

    private func whole(_ request: ChatRequest) async throws -> ChatAnswer {
        var sent = interface.request(request)
        sent.timeout = timeout
        sent.connectTimeout = timeout
        sent.maximumBodyBytes = 8 << 20
        let response: ClientResponse
        do {
            response = try await client.send(sent)
        } catch let error as HTTPClientError {
            try Task.checkCancellation()
            throw unreachable(error)
        }
        // What is not JSON has no message.
        let body = try? JSONValue(parsing: response.body)
        guard response.status == 200 else {
            throw refused(ServiceRefusal(status: response.status, body: body), request)
        }
        guard let body else { throw unusable("is not JSON") }
        do throws(UnusableAnswer) {
            return try interface.answer(in: body)
        } catch {
            throw unusable(error.text)
        }
    }

    // MARK: Errors

    private func refused(_ refusal: ServiceRefusal, _ request: ChatRequest) -> ChatError {
        let code = refusal.code.isEmpty ? "\(refusal.status)" : "\(refusal.status) \(refusal.code)"
        if refusal.isAboutKey || refusal.status == 403 {
            return ChatError(
                .refused, "\(provider.title) did not accept the key (\(code)). Check \(provider.setting("key")).")
        }
        if refusal.status == 404 {
            return ChatError(
                .refused,
                "\(provider.title) does not know \(handle.model) at \(address.shownHost) (\(code)). Check the name and "
                    + "\(provider.setting("url")).")
        }
        let texts = request.turns.map(\.text) + [request.instructions, key?.reveal ?? ""]
        let words = ScrubbedMessage.of(refusal.message, sent: texts, keeping: handle.model)
        let detail = words.map { ": \($0)" } ?? ""
        return refusal.status >= 500 || [408, 425, 429].contains(refusal.status)
            ? ChatError(
                .unavailable, "\(provider.title) at \(address.shownHost) does not answer now (\(code)\(detail)).")
            : ChatError(.refused, "\(provider.title) refused the request (\(code)\(detail)).")
    }

    private func unreachable(_ error: HTTPClientError) -> ChatError {
        ChatError(
            .unavailable,
            "\(provider.title) at \(address.shownHost) does not answer: \(error.description). Check "
                + "\(provider.setting("url")).")
    }

    /// - Parameter what: begins with a verb.
    private func unusable(_ what: String) -> ChatError {
        ChatError(
            .unavailable,
            "The answer of \(provider.title) at \(address.shownHost) \(what). Check that \(provider.setting("url")) leads to "
                + "a service of chat models.")
    }
}
