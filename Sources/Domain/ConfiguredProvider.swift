/// A provider of models that the operator has set up.
package struct ConfiguredProvider: Sendable, Equatable {
    /// As in handles: `openai`, `anthropic`, `ollama` …
    package let name: String
    /// Where it is reached when that is not the provider's own address.
    package let baseURL: String?
    package let hasKey: Bool

    package init(name: String, baseURL: String?, hasKey: Bool) {
        self.name = name
        self.baseURL = baseURL
        self.hasKey = hasKey
    }
}
