package import Domain
package import HTTP
import Platform

/// Asks one service, and makes of its answer what was asked for: also where the service has no parameter for it.
package struct WebSearch: Sendable {
    package let backend: any SearchBackend
    private let addresses: AddressPolicy
    private let client: HTTPClient
    private let sleep: @Sendable (_ seconds: Double) async throws -> Void
    /// For one answer.
    private let seconds: Double
    /// A service that asks for a longer pause is not waited for.
    private static let longestPause = 5.0
    private static let attempts = 3

    /// - Parameters:
    ///   - addresses: where it may go besides to the service.
    ///   - seconds: for one answer.
    ///   - sleep: throws `CancellationError`.
    package init(
        _ backend: any SearchBackend, addresses: AddressPolicy, client: HTTPClient = HTTPClient(), seconds: Double = 20,
        sleep: @escaping @Sendable (_ seconds: Double) async throws -> Void = {
            try await Task.sleep(for: .seconds($0))
        }
    ) {
        self.backend = backend
        // The operator says where the service is.
        self.addresses = addresses.allowing(backend.baseURL)
        self.client = client
        self.seconds = seconds
        self.sleep = sleep
    }

    /// - Throws: `WebError`, `CancellationError`.
    package func search(_ query: WebQuery) async throws -> [WebMatch] {
        var request = backend.request(query)
        request.addresses = addresses
        request.acceptsCompressed = true
        request.timeout = seconds
        request.maximumBodyBytes = 20 << 20
        request.headers.append("accept", "application/json")
        let response = try await answer(to: request)
        guard let answer = try? JSONValue(parsing: response.body), let matches = backend.matches(answer) else {
            throw WebError(
                .refused, "\(backend.title) answered with something that is no result of a search. \(operatorsTask)")
        }
        return SearchFilter(query).of(matches)
    }

    /// Again after a short pause, when the service is only asked too fast.
    private func answer(to request: ClientRequest) async throws -> ClientResponse {
        var attempt = 1
        while true {
            let response: ClientResponse
            do {
                response = try await client.send(request)
            } catch let error as HTTPClientError {
                try Task.checkCancellation()
                throw failure(error)
            }
            if response.status == 200 { return response }
            let wanted = response.headers["retry-after"].flatMap { Double($0) }
            let pause = wanted ?? 1
            guard response.status == 429, attempt < Self.attempts, pause >= 0, pause <= Self.longestPause else {
                throw refusal(response.status, after: wanted)
            }
            try await sleep(pause)
            attempt += 1
        }
    }

    // MARK: Errors

    private var operatorsTask: String { "The operator of the server has to look at the setting \(backend.setting)." }

    private func failure(_ error: HTTPClientError) -> WebError {
        switch error.code {
        case .timedOut:
            WebError(.timedOut, "\(backend.title) did not answer within \(Int(seconds)) seconds. Try again later.")
        case .forbidden, .invalidRequest, .tls, .unavailable:
            WebError(.unreachable, "\(backend.title) cannot be asked: \(error.description). \(operatorsTask)")
        default: WebError(.unreachable, "\(backend.title) does not answer: \(error.description). Try again later.")
        }
    }

    private func refusal(_ status: Int, after seconds: Double?) -> WebError {
        let title = backend.title
        let text =
            switch status {
            case 401: "\(title) did not accept the key (status 401). \(operatorsTask)"
            case 403 where backend is SearXNG:
                "\(title) does not give JSON (status 403). The operator of the server has to allow the format 'json' in its "
                    + "settings.yml, under search.formats."
            case 403: "\(title) does not allow this with its key (status 403). \(operatorsTask)"
            case 402, 432, 433: "The account at \(title) has no searches left (status \(status)). \(operatorsTask)"
            case 429:
                "\(title) is asked too often (status 429)."
                    + (seconds.map { $0.isFinite ? " Try again in \(Int(min(max($0, 1), 1e6))) seconds." : "" }
                        ?? " Try again later.")
            case 400, 422:
                "\(title) refused the search (status \(status)). Try other or fewer words, or fewer restrictions."
            case 300..<400: "\(title) answers with a redirect (status \(status)). \(operatorsTask)"
            case 404: "There is no \(title) at its address (status 404). \(operatorsTask)"
            default: "\(title) failed (status \(status)). Try again later."
            }
        return WebError(.refused, text)
    }
}

extension ClientRequest {
    static func search(_ url: String, _ parameters: [(String, String)]) -> ClientRequest {
        let query = parameters.map { "\($0.0)=\(percentEncoded($0.1))" }.joined(separator: "&")
        return ClientRequest(.get, "\(url)?\(query)")
    }

    static func search(_ url: String, posting body: JSONValue) -> ClientRequest {
        var request = ClientRequest(.post, url, body: Array(body.text.utf8))
        request.headers.append("content-type", "application/json")
        return request
    }
}
