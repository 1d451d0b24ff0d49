import Domain
import HTTP
import Platform

/// Makes a request until it is answered: again after failures that may pass, with pauses that double and are random in
/// part, or as long as the service asks for. Never again once a piece of an answer was handed on.
struct ChatAttempts {
    let chat: RemoteChat
    let request: ChatRequest

    /// What ends an attempt. The receiver's own errors are not among them.
    private enum Fault: Error {
        case transport(HTTPClientError)
        case refusal(ServiceRefusal, Headers, JSONValue?)
        case unusable(UnusableAnswer)
    }

    private enum Outcome: Sendable {
        case answered
        case failed(ChatError)
        /// It may go well next time.
        case again(ChatError, after: Double?, attempts: Int = .max)
    }

    private static let firstPause = 0.5
    private static let longestPause = 8.0
    /// A service that asks for more is not waited for.
    private static let longestWait = 60.0
    private static let largestRefusal = 1 << 20

    func run(_ receive: (ChatDelta) async throws -> Void) async throws {
        var sent = ClientRequest.post(chat.interface.url, chat.interface.headers, try chat.interface.body(request))
        sent.addresses = chat.addresses
        sent.connectTimeout = chat.options.connectTimeout
        sent.timeout = chat.options.timeout
        sent.firstByteTimeout = chat.options.firstByteTimeout
        sent.idleTimeout = chat.options.idleTimeout
        var attempt = 1
        while true {
            switch try await outcome(sent, receive) {
            case .answered: return
            case .failed(let error): throw error
            case .again(let error, let wanted, let most):
                let doubled = min(Self.longestPause, Self.firstPause * Double(1 << min(attempt - 1, 10)))
                let pause = wanted ?? doubled * (0.5 + 0.5 * chat.clock.chance())
                guard attempt < min(chat.options.attempts, most), pause <= Self.longestWait else { throw error }
                try await chat.clock.sleep(pause)
                attempt += 1
            }
        }
    }

    private func outcome(
        _ sent: ClientRequest, _ receive: (ChatDelta) async throws -> Void
    ) async throws -> Outcome {
        guard let slots = chat.slots else { return try await once(sent, receive) }
        return try await slots.run { try await once(sent, receive) }
    }

    private func once(_ sent: ClientRequest, _ receive: (ChatDelta) async throws -> Void) async throws -> Outcome {
        var answer = AnswerStream(chat.interface.parser())
        var hasBegun = false
        do {
            let (head, body) = try await transport { try await chat.client.stream(sent) }
            var pieces = body.makeAsyncIterator()
            guard (200..<300).contains(head.status) else {
                throw try await refusal(head, &pieces)
            }
            while let piece = try await transport({ try await pieces.next() }) {
                for delta in try parsed({ try answer.deltas(in: piece) }) {
                    hasBegun = true
                    try await receive(delta)
                }
            }
            for delta in try parsed({ try answer.finish() }) {
                hasBegun = true
                try await receive(delta)
            }
            return .answered
        } catch let fault as Fault {
            // What broke after the end has broken nothing.
            if answer.hasEnded { return .answered }
            let outcome = outcome(of: fault)
            guard hasBegun, case .again(let error, _, _) = outcome else { return outcome }
            return .failed(error)
        }
    }

    private func transport<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let error as HTTPClientError {
            try Task.checkCancellation()
            throw Fault.transport(error)
        }
    }

    private func parsed(_ body: () throws -> [ChatDelta]) throws -> [ChatDelta] {
        do {
            return try body()
        } catch let refusal as ServiceRefusal {
            throw Fault.refusal(refusal, Headers(), nil)
        } catch let error as UnusableAnswer {
            throw Fault.unusable(error)
        }
    }

    private func refusal(_ head: ClientHead, _ pieces: inout ClientBody.Iterator) async throws -> Fault {
        var bytes: [UInt8] = []
        do {
            while bytes.count < Self.largestRefusal, let piece = try await pieces.next() { bytes += piece }
        } catch is HTTPClientError {
            // A refusal is one even when its words are cut off.
            try Task.checkCancellation()
        }
        // What is not JSON has no message.
        let body = try? JSONValue(parsing: bytes)
        return .refusal(ServiceRefusal(status: head.status, body: body), head.headers, body)
    }

    // MARK: What may pass

    private func outcome(of fault: Fault) -> Outcome {
        switch fault {
        case .unusable(let error): return .again(chat.failure.unusable(error.text), after: nil, attempts: 3)
        case .transport(let error):
            let shown = chat.failure.unreachable(error)
            switch error.code {
            case .cannotConnect: return .again(shown, after: nil, attempts: 3)
            case .closed, .other: return .again(shown, after: nil)
            // It has taken minutes already.
            case .timedOut: return .again(shown, after: nil, attempts: 2)
            case .tls, .invalidRequest, .forbidden, .tooLarge, .unavailable: return .failed(shown)
            }
        case .refusal(let refusal, let headers, let body):
            let pause = RetryAfter.seconds(headers, now: chat.clock.date()) ?? body.flatMap(RetryAfter.seconds(in:))
            var error = chat.failure.error(refusal, asked: request)
            error.retryAfter = pause
            return mayPass(refusal, error, headers) ? .again(error, after: pause) : .failed(error)
        }
    }

    private func mayPass(_ refusal: ServiceRefusal, _ error: ChatError, _ headers: Headers) -> Bool {
        // OpenAI's and Anthropic's own word.
        if let word = headers["x-should-retry"] { return word == "true" }
        switch error.code {
        case .rateLimited, .unavailable, .failed, .timedOut: return refusal.status != 501
        default: return refusal.status == 409
        }
    }
}
