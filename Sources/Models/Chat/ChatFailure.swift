import Domain
import HTTP
import Platform

/// What goes wrong with a provider, in words that say what to do. No key and nothing that was asked is in them.
struct ChatFailure {
    let provider: ChatProvider
    let address: ServiceAddress
    let key: Secret?
    /// The name of the model; empty when none was asked.
    let model: String

    func error(_ refusal: ServiceRefusal, asked request: ChatRequest? = nil) -> ChatError {
        let title = provider.title
        var code = refusal.code.isEmpty ? "\(refusal.status)" : "\(refusal.status) \(refusal.code)"
        if let parameter = refusal.parameter { code += " \(parameter)" }
        if refusal.isOutOfQuota {
            return ChatError(
                .insufficientCredits,
                "The account at \(title) has no credit left (\(code)). Add some, or choose another model.")
        }
        if refusal.isAboutKey {
            return ChatError(
                .authentication, "\(title) did not accept the key (\(code)). Check \(provider.setting("key")).")
        }
        if refusal.isTooLongToAnswer {
            return ChatError(
                .tooLong,
                "The conversation is longer than \(model) takes (\(code)). Make the context window smaller, or "
                    + "choose another model.")
        }
        return other(refusal, code, words(of: refusal, request).map { ": \($0)" } ?? "")
    }

    /// - Parameter detail: what the service says itself, as far as it can be shown.
    private func other(_ refusal: ServiceRefusal, _ code: String, _ detail: String) -> ChatError {
        let title = provider.title
        switch refusal.status {
        case 403:
            return ChatError(
                .authentication,
                "\(title) does not allow this (\(code)\(detail)). Check what the key in \(provider.setting("key")) may be "
                    + "used for.")
        case 404 where model.isEmpty:
            return ChatError(
                .refused,
                "\(title) at \(address.shownHost) does not list its models (\(code)). Check "
                    + "\(provider.setting("url")).")
        case 404 where provider.name == "ollama":
            return ChatError(
                .refused, "Ollama does not have \(model) (\(code)). Get it with: ollama pull \(model)")
        case 404:
            return ChatError(
                .refused,
                "\(title) does not know \(model) at \(address.shownHost) (\(code)). Check the name and "
                    + "\(provider.setting("url")).")
        case 300..<400:
            return ChatError(
                .refused,
                "\(title) at \(address.shownHost) answers with a redirect (\(code)). Set \(provider.setting("url")) to "
                    + "where it leads.")
        case 429:
            return ChatError(
                .rateLimited, "\(title) is asked too often (\(code)\(detail)). Try again later; a higher limit helps.")
        case 408, 504:
            return ChatError(
                .timedOut,
                "\(title) at \(address.shownHost) did not answer in time (\(code)\(detail)). Try again later.")
        case 500, 502:
            return ChatError(
                .failed, "\(title) at \(address.shownHost) failed (\(code)\(detail)). Try again later.")
        case 425, 501...599:
            return ChatError(
                .unavailable,
                "\(title) at \(address.shownHost) does not answer now (\(code)\(detail)). Try again later.")
        default: return ChatError(.refused, "\(title) refused the request (\(code)\(detail)).")
        }
    }

    /// The service's own words, when nothing of what was asked is in them.
    private func words(of refusal: ServiceRefusal, _ request: ChatRequest?) -> String? {
        var sent = [request?.instructions ?? ""]
        for turn in request?.turns ?? [] {
            switch turn {
            case .user(let parts): sent += parts.map(\.words)
            case .assistant(let parts, let calls): sent += parts.map(\.words) + calls.map(\.arguments)
            case .tools(let results): sent += results.map(\.text)
            }
        }
        return ScrubbedMessage.of(
            refusal.message, sent: sent, run: ScrubbedMessage.longRun, secrets: key.map { [$0.reveal] } ?? [],
            keeping: model)
    }

    func unreachable(_ error: HTTPClientError) -> ChatError {
        let title = provider.title
        switch error.code {
        case .unavailable: return ChatError(.notConfigured, "Remote models need libcurl: \(error.description)")
        case .invalidRequest:
            return ChatError(.notConfigured, "\(provider.setting("url")) cannot be used: \(error.description)")
        case .forbidden: return ChatError(.refused, "\(title) cannot be asked: \(error.description)")
        case .tls:
            return ChatError(
                .unavailable, "No trusted connection to \(title) at \(address.shownHost): \(error.description)")
        case .timedOut:
            return ChatError(.timedOut, "\(title) at \(address.shownHost) does not answer in time. Try again later.")
        case .tooLarge: return unusable("is too large")
        default:
            return ChatError(
                .unavailable,
                "\(title) at \(address.shownHost) does not answer: \(error.description). Check that it runs, and "
                    + "\(provider.setting("url")).")
        }
    }

    /// - Parameter what: begins with a verb.
    func unusable(_ what: String) -> ChatError {
        ChatError(
            .unusable,
            "The answer of \(provider.title) at \(address.shownHost) \(what). Check that \(provider.setting("url")) leads to "
                + "a service of chat models.")
    }
}

extension RemoteChat {
    var failure: ChatFailure {
        ChatFailure(provider: provider, address: address, key: key, model: handle.model)
    }
}

extension ChatPart {
    /// What it says, for comparison with messages of errors.
    fileprivate var words: String {
        switch self {
        case .text(let text), .reasoning(let text, _): text
        case .image(.url(let url)): url
        case .image(.inline), .redactedReasoning: ""
        }
    }
}

extension ServiceRefusal {
    /// Of a whole conversation; a list that has too many members is none.
    var isTooLongToAnswer: Bool { isTooLong && !isTooMany && code != "string_above_max_length" }
}
