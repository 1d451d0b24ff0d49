import Domain
import HTTP

/// What goes wrong, in words that say what to do. No key and no text that was sent is in them.
extension RemoteEmbedding {
    func error(_ refusal: ServiceRefusal, sent: [String]) -> EmbeddingError {
        let title = provider.title
        let code = refusal.code.isEmpty ? "\(refusal.status)" : "\(refusal.status) \(refusal.code)"
        switch refusal.status {
        case _ where refusal.isAboutKey:
            return EmbeddingError(
                .refused, "\(title) did not accept the key (\(code)). Check \(provider.setting("key")).")
        case 403:
            return EmbeddingError(
                .refused,
                "\(title) does not allow this (\(code)). Check what the key in \(provider.setting("key")) may be used "
                    + "for.")
        case 404 where provider.name == "ollama":
            return EmbeddingError(
                .refused, "Ollama does not have \(handle.model) (\(code)). Get it with: ollama pull \(handle.model)")
        case 404:
            return EmbeddingError(
                .refused,
                "\(title) does not know \(handle.model) at \(shownHost) (\(code)). Check the embedding handle "
                    + "\(handle.text) and \(provider.setting("url")).")
        case 300..<400:
            return EmbeddingError(
                .refused,
                "\(title) at \(shownHost) answers with a redirect (\(code)). Set \(provider.setting("url")) to where it "
                    + "leads.")
        case _ where refusal.isOutOfQuota:
            return EmbeddingError(
                .refused, "The account at \(title) has no credit left (\(code)). Add some, or choose another model.")
        case 429:
            return EmbeddingError(
                .unavailable, "\(title) is asked too often (\(code)). It is tried again later; a higher limit helps.")
        default:
            let words = ScrubbedMessage.of(
                refusal.message, sent: sent + [key?.reveal ?? ""], keeping: handle.model)
            let detail = words.map { ": \($0)" } ?? ""
            return refusal.status >= 500 || refusal.status == 408 || refusal.status == 425
                ? EmbeddingError(.unavailable, "\(title) at \(shownHost) fails (\(code)\(detail)). Try again later.")
                : EmbeddingError(.refused, "\(title) refused the request (\(code)\(detail)).")
        }
    }

    func unreachable(_ error: HTTPClientError) -> EmbeddingError {
        switch error.code {
        case .unavailable: EmbeddingError(.refused, "Remote models need libcurl: \(error.description)")
        case .invalidRequest:
            EmbeddingError(.refused, "\(provider.setting("url")) cannot be used: \(error.description)")
        case .tls:
            EmbeddingError(
                .refused, "No trusted connection to \(provider.title) at \(shownHost): \(error.description)")
        case .timedOut:
            EmbeddingError(
                .unavailable,
                "\(provider.title) at \(shownHost) does not answer in time. Try again later, or raise "
                    + "embedding-timeout.")
        case .tooLarge: unusable("is too large")
        default:
            EmbeddingError(
                .unavailable,
                "\(provider.title) at \(shownHost) does not answer: \(error.description). Check that it runs, and "
                    + "\(provider.setting("url")).")
        }
    }

    /// - Parameter what: begins with a verb.
    func unusable(_ what: String) -> EmbeddingError {
        EmbeddingError(
            .unavailable,
            "The answer of \(provider.title) at \(shownHost) \(what). Check that \(provider.setting("url")) leads to a "
                + "service of embeddings and that \(handle.model) is an embedding model.")
    }

    var shownHost: String { address.shownHost }
}
