import Domain
import HTTP
import Platform

/// Asks a provider which models it has.
struct ModelListing {
    private let provider: ChatProvider
    private let address: ServiceAddress
    private let key: Secret?
    private let client: HTTPClient
    /// Seconds for one request.
    private let timeout: Double
    private let addresses: AddressPolicy

    private static let mostPages = 20
    /// Models of Ollama that are asked for their context window.
    private static let mostShown = 100

    /// - Throws: `ChatError(.notConfigured)`.
    init(
        _ configured: ConfiguredProvider, client: HTTPClient, timeout: Double,
        usersAddresses: AddressPolicy = .publicHosts
    ) throws(ChatError) {
        provider = try ChatProvider.of(configured)
        address = try provider.address(configured)
        key = configured.key
        self.client = client
        self.timeout = timeout
        addresses = configured.isUsersAddress ? usersAddresses : .unguarded
    }

    /// In the order of the provider.
    /// - Throws: `ChatError`, `CancellationError`.
    func models() async throws -> [OfferedModel] {
        switch provider.listing {
        case .openAI: return try await openAI()
        case .azure:
            // The only version that lists deployments.
            let path = "/deployments?api-version=2023-03-15-preview"
            let root = address.root(orElse: "/openai")
            let shown = root.hasSuffix("/v1") ? String(root.dropLast(3)) : root
            return ListedModel.openAI(try list("data", of: try await get(shown + path)))
        case .anthropic:
            let root = address.text + (address.text.hasSuffix("/v1") ? "" : "/v1")
            return ListedModel.anthropic(try list("data", of: try await get(root + "/models?limit=1000")))
        case .google: return try await google()
        case .ollama: return try await ollama()
        case .lmStudio: return try await lmStudio()
        }
    }

    private func google() async throws -> [OfferedModel] {
        let url = address.root(orElse: "/v1beta") + "/models?pageSize=1000"
        var models: [OfferedModel] = []
        var page = ""
        for _ in 0..<Self.mostPages {
            let answer = try await get(url + page)
            models += ListedModel.google(try list("models", of: answer))
            guard let next = answer["nextPageToken"]?.string, !next.isEmpty else { break }
            page = "&pageToken=" + percentEncoded(next)
        }
        return models
    }

    private func ollama() async throws -> [OfferedModel] {
        let root = withoutVersion
        let names = try list("models", of: try await get(root + "/api/tags")).compactMap { $0["name"]?.string }
        var models: [OfferedModel] = []
        for (index, name) in names.enumerated() {
            guard index < Self.mostShown else {
                models.append(ListedModel.ollama(name, .null))
                continue
            }
            do {
                let shown = try await send(.post(root + "/api/show", headers, ["model": .string(name)]))
                models.append(ListedModel.ollama(name, shown))
            } catch let error as ChatError where ![.unavailable, .failed, .timedOut].contains(error.code) {
                // One that is broken does not hide the others.
                models.append(ListedModel.ollama(name, .null))
            }
        }
        return models
    }

    /// Its own interface tells more; older versions have only OpenAI's.
    private func lmStudio() async throws -> [OfferedModel] {
        do {
            return ListedModel.openAI(try list("data", of: try await get(withoutVersion + "/api/v0/models")))
        } catch let error as ChatError where error.code == .refused || error.code == .unusable {
            return try await openAI()
        }
    }

    private func openAI() async throws -> [OfferedModel] {
        let answer = try await get(address.root(orElse: "/v1") + "/models")
        // Together gives the list alone.
        return ListedModel.openAI(try answer.array ?? list("data", of: answer))
    }

    private func list(_ name: String, of answer: JSONValue) throws -> [JSONValue] {
        guard let list = answer[name]?.array else { throw failure.unusable("has no list \"\(name)\"") }
        return list
    }

    private var withoutVersion: String {
        address.text.hasSuffix("/v1") ? String(address.text.dropLast(3)) : address.text
    }

    // MARK: Requests

    private var failure: ChatFailure { ChatFailure(provider: provider, address: address, key: key, model: "") }

    private var headers: [(String, String)] {
        switch provider.listing {
        case .anthropic: AnthropicChat.headers(key)
        case .google: GoogleChat.headers(key)
        case .azure: key.map { [("api-key", $0.reveal)] } ?? []
        case .openAI, .ollama, .lmStudio: key.map { [("authorization", "Bearer " + $0.reveal)] } ?? []
        }
    }

    private func get(_ url: String) async throws -> JSONValue {
        var request = ClientRequest(.get, url)
        for (name, value) in headers { request.headers.append(name, value) }
        return try await send(request)
    }

    private func send(_ request: ClientRequest) async throws -> JSONValue {
        var request = request
        request.addresses = addresses
        request.timeout = timeout
        request.connectTimeout = timeout
        let response: ClientResponse
        do {
            response = try await client.send(request)
        } catch let error as HTTPClientError {
            try Task.checkCancellation()
            throw failure.unreachable(error)
        }
        // What is not JSON has no message.
        let body = try? JSONValue(parsing: response.body)
        guard response.status == 200 else {
            throw failure.error(ServiceRefusal(status: response.status, body: body))
        }
        guard let body else { throw failure.unusable("is not JSON") }
        return body
    }
}
