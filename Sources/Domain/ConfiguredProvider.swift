/// A provider of models that is set up: by the operator, or by a user who stored it.
package struct ConfiguredProvider: Sendable, Equatable {
    /// As in handles: `openai`, `anthropic`, `ollama` …
    package let name: String
    /// Where it is reached when that is not the provider's own address.
    package let baseURL: String?
    package let key: Secret?
    /// The version of its interface, where the operator has to choose one (Azure's deployments).
    package let apiVersion: String?
    /// The provider whose interface it speaks, when its name is one that somebody chose: `anthropic`.
    package let kind: String?
    /// A user gave the address: it may only lead where users' addresses may.
    package let isUsersAddress: Bool

    package var hasKey: Bool { key != nil }

    /// The address without a user name and password, to be shown.
    package var shownURL: String? {
        guard let baseURL, let scheme = baseURL.firstRange(of: "://") else { return baseURL }
        let rest = baseURL[scheme.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard let at = authority.lastIndex(of: "@") else { return baseURL }
        return String(baseURL[..<scheme.upperBound]) + String(rest[rest.index(after: at)...])
    }

    package init(
        name: String, baseURL: String? = nil, key: Secret? = nil, apiVersion: String? = nil, kind: String? = nil,
        isUsersAddress: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.isUsersAddress = isUsersAddress
        self.baseURL = baseURL
        self.key = key
        self.apiVersion = apiVersion
    }
}
