/// Names whose values are nobody's business: LETTA_PASSWORD, OPENAI_API_KEY, Authorization.
enum SecretName {
    static func isOne(_ name: String) -> Bool {
        let name = name.lowercased()
        return ["password", "token", "secret", "api_key", "apikey", "authorization"].contains { name.contains($0) }
    }

    /// Whether a value gives it away: not empty, and not a variable.
    static func isLiteral(_ value: String) -> Bool {
        let value = value.hasPrefix("Bearer ") ? value.dropFirst(7) : value[...]
        return !value.isEmpty && !value.hasPrefix("${") && !value.hasPrefix("$")
    }
}
