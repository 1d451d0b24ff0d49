/// Names whose values are nobody's business: LETTA_PASSWORD, OPENAI_API_KEY, Authorization. More of them, and shorter values, than
/// `Redaction` takes for secrets: it reads prose and code, where that would take words away; this reads settings.
enum SecretName {
    static func isOne(_ name: String) -> Bool {
        let name = name.lowercased()
        return ["password", "token", "secret", "api_key", "apikey", "authorization"].contains { name.contains($0) }
    }

    /// Whether words of a command or an address hold one: `LETTA_PASSWORD=hush`, `http://me:hush@host`.
    static func isIn(_ text: String) -> Bool {
        Redaction.redacted(text) != text || hasNamed(text)
    }

    private static func hasNamed(_ text: String) -> Bool {
        text.split(whereSeparator: { " \n\t\"'?&".contains($0) }).contains { word in
            if let mark = word.firstRange(of: "://") {
                let place = word[mark.upperBound...].prefix { $0 != "/" }
                if place.contains("@") { return true }
            }
            let parts = word.split(separator: "=", maxSplits: 1)
            return parts.count == 2 && isOne(String(parts[0])) && isLiteral(String(parts[1]))
        }
    }

    /// Whether a value gives it away: not empty, and not a variable.
    static func isLiteral(_ value: String) -> Bool {
        let value = value.hasPrefix("Bearer ") ? value.dropFirst(7) : value[...]
        return !value.isEmpty && !value.hasPrefix("${") && !value.hasPrefix("$")
    }
}
