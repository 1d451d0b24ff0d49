/// Signatures of thoughts go back to the service that made them and to no other, which would refuse them: they are kept
/// with its name before them. Anthropic's have none, as in the agent files of other programs.
enum TaggedSignature: String {
    case openAI = "openai:"
    case openRouter = "openrouter:"
    case google = "google:"

    func wrap(_ signature: String) -> String { rawValue + signature }

    /// Nil for one of another service.
    func unwrap(_ signature: String?) -> String? {
        guard let signature, signature.hasPrefix(rawValue) else { return nil }
        return String(signature.dropFirst(rawValue.count))
    }

    static func isAnthropic(_ signature: String) -> Bool { !signature.isEmpty && !signature.contains(":") }
}
