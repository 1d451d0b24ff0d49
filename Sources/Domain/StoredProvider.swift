package import Platform

/// A provider of models that a user stored, with a key of their own.
package struct StoredProvider: Sendable, Equatable {
    package let id: String
    /// The first part of its handles.
    package let name: String
    /// The contract's word for the interface that it speaks: `openai`, `lmstudio_openai` …
    package let type: String
    package var baseURL: String?
    package var region: String?
    package var apiVersion: String?
    /// Encrypted; nil for a service that takes none.
    package var sealedKey: [UInt8]?
    package var sealedAccessKey: [UInt8]?
    /// What it offered when it was last asked; nil when it never answered.
    package var models: [OfferedModel]?
    package var lastSynced: Timestamp?
    /// Why the last try to ask it came to nothing.
    package var syncError: String?
    package let createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(id: String, name: String, type: String, createdAt: Timestamp) {
        self.id = id
        self.name = name
        self.type = type
        self.createdAt = createdAt
        updatedAt = createdAt
    }

    /// - Parameter key: decrypted.
    package func configured(key: Secret?) -> ConfiguredProvider {
        ConfiguredProvider(
            name: ProviderType.handleName(type), baseURL: baseURL, key: key, apiVersion: apiVersion,
            isUsersAddress: baseURL != nil)
    }
}

/// What a caller gives to store a provider, or to try one without storing it.
package struct NewProvider: Sendable {
    package var name: String
    package var type: String
    package var key: Secret?
    package var accessKey: Secret?
    package var region: String?
    package var baseURL: String?
    package var apiVersion: String?

    package init(name: String, type: String, key: Secret?) {
        self.name = name
        self.type = type
        self.key = key
    }

    package var configured: ConfiguredProvider {
        ConfiguredProvider(
            name: ProviderType.handleName(type), baseURL: baseURL, key: key, apiVersion: apiVersion,
            isUsersAddress: baseURL != nil)
    }
}

/// A change of a stored provider; an absent member stays as it is.
package struct ProviderPatch: Sendable {
    package var key: Patch<Secret> = .absent
    package var accessKey: Patch<Secret> = .absent
    package var region: Patch<String> = .absent
    package var baseURL: Patch<String> = .absent
    package var apiVersion: Patch<String> = .absent

    package init() {}
}

/// Which stored providers a list shows; nil means any.
package struct ProviderFilter: Sendable {
    package var name: String?
    package var type: String?

    package init() {}
}

/// The contract's types of providers.
package enum ProviderType {
    /// Types whose address has to be given: the service runs wherever its owner put it, or is not known here.
    package static let withoutAddress: Set<String> = [
        "azure", "baseten", "cerebras", "fireworks", "hugging-face", "lmstudio_openai", "minimax", "ollama", "sglang",
        "vllm",
        "zai", "zai_coding",
    ]

    /// The name that handles have for a type.
    package static func handleName(_ type: String) -> String { type == "lmstudio_openai" ? "lmstudio" : type }

    /// Why providers of a type cannot be stored; nil when they can. (Decisions, REST 10.)
    package static func refusal(_ type: String) -> String? {
        switch type {
        case "bedrock", "google_vertex":
            "Providers of the type \(type) are not supported: their keys sign requests in ways of their own. Put a gateway "
                + "that speaks OpenAI's protocol in front of it and store that as provider_type openai with its base_url."
        case "chatgpt_oauth":
            "Providers of the type chatgpt_oauth are not supported. Store an API key as provider_type openai."
        case "letta":
            "There is no hosted service behind this server: store the provider that your models are at, such as openai."
        default: nil
        }
    }
}
