import Domain
import HTTP
import Platform

/// Sends a request until it is answered: again after failures that may pass, with pauses that double and are random in
/// part, or as long as the service asks for, until the time is up.
struct RequestAttempts: Sendable {
    let embedding: RemoteEmbedding
    let client: HTTPClient
    let clock: RemoteClock

    /// The service refused because a text, or all of them together, were too long for it, or too many.
    struct TooLong: Error {
        let refusal: ServiceRefusal
    }

    private enum Outcome {
        case vectors([[Float]])
        case failed(EmbeddingError)
        /// It may go well next time.
        case again(EmbeddingError, after: Double?, attempts: Int = .max)
    }

    /// How patient a request is: somebody waits for a query.
    private struct Patience {
        let attempts: Int
        let firstPause: Double
        let deadline: Double
    }

    private func patience(_ purpose: EmbeddingPurpose) -> Patience {
        switch purpose {
        case .query:
            Patience(attempts: 3, firstPause: 0.25, deadline: embedding.queryDeadline)
        case .passage: Patience(attempts: 6, firstPause: 0.5, deadline: embedding.deadline)
        }
    }

    private static let longestPause = 30.0

    /// Vectors of length 1.
    /// - Parameters:
    ///   - texts: at least one.
    ///   - dimensions: of each vector; nil when they are to be learnt.
    /// - Throws: `TooLong`, `EmbeddingError`, `CancellationError`.
    func vectors(_ texts: [String], as purpose: EmbeddingPurpose, dimensions: Int?) async throws -> [[Float]] {
        let prefix = embedding.prefix(purpose)
        let sent = texts.map { prefix + $0 }
        var request = embedding.interface.request(sent, as: purpose)
        // Only the operator sets embedders up.
        request.addresses = .unguarded
        request.connectTimeout = embedding.connectTimeout
        let patience = patience(purpose)
        let end = clock.seconds() + patience.deadline
        var attempt = 1
        while true {
            request.timeout = max(0.001, min(embedding.timeout, end - clock.seconds()))
            switch try await outcome(of: request, texts, dimensions) {
            case .vectors(let vectors): return vectors
            case .failed(let error): throw error
            case .again(let error, let wanted, let most):
                let doubled = min(Self.longestPause, patience.firstPause * Double(1 << (attempt - 1)))
                let pause = wanted ?? doubled * (0.5 + 0.5 * clock.chance())
                guard attempt < min(patience.attempts, most), clock.seconds() + pause < end else { throw error }
                try await clock.sleep(pause)
                attempt += 1
            }
        }
    }

    private func outcome(of request: ClientRequest, _ texts: [String], _ dimensions: Int?) async throws -> Outcome {
        let response: ClientResponse
        do {
            response = try await client.send(request)
        } catch let error as HTTPClientError {
            try Task.checkCancellation()
            return outcome(of: error)
        }
        // What is not JSON has no message.
        let body = try? JSONValue(parsing: response.body)
        guard response.status == 200 else { return try outcome(of: response, body, texts) }
        guard let body else { return .again(embedding.unusable("is not JSON"), after: nil) }
        do throws(UnusableAnswer) {
            return .vectors(try checked(embedding.interface.vectors(in: body, of: texts.count), dimensions))
        } catch {
            return .failed(embedding.unusable(error.text))
        }
    }

    private func outcome(of error: HTTPClientError) -> Outcome {
        switch error.code {
        // A server that is not there is not there a second later: its caller, who may write meanwhile, hears of it soon.
        case .cannotConnect: .again(embedding.unreachable(error), after: nil, attempts: 3)
        case .timedOut, .closed, .other: .again(embedding.unreachable(error), after: nil)
        case .tls, .invalidRequest, .forbidden, .tooLarge, .unavailable: .failed(embedding.unreachable(error))
        }
    }

    private func outcome(of response: ClientResponse, _ body: JSONValue?, _ texts: [String]) throws -> Outcome {
        let refusal = ServiceRefusal(status: response.status, body: body)
        if refusal.isTooLong { throw TooLong(refusal: refusal) }
        let error = embedding.error(refusal, sent: texts)
        guard [408, 425, 429].contains(refusal.status) || (500...599).contains(refusal.status), !refusal.isOutOfQuota
        else { return .failed(error) }
        let pause = RetryAfter.seconds(response.headers, now: clock.date()) ?? body.flatMap(embedding.interface.pause)
        return .again(error, after: pause)
    }

    private func checked(_ vectors: [[Float]], _ dimensions: Int?) throws(UnusableAnswer) -> [[Float]] {
        let wanted = dimensions ?? vectors.first?.count ?? 0
        var checked: [[Float]] = []
        checked.reserveCapacity(vectors.count)
        for vector in vectors {
            guard vector.count == wanted, wanted > 0 else {
                throw UnusableAnswer("has a vector of \(vector.count) numbers instead of \(wanted)")
            }
            guard let normalized = VectorPooling.normalized(vector) else {
                throw UnusableAnswer("has a vector with a number that is not finite, or of nothing but zeros")
            }
            checked.append(normalized)
        }
        return checked
    }
}
