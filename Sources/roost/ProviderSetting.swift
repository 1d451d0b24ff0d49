import Domain

/// The settings of one provider of models: a key, an address, or both. Having either sets it up.
struct ProviderSetting: Sendable {
    /// As in handles.
    let name: String
    let keys: [String]
    let addresses: [String]
    /// For the one provider whose interface has versions to choose from.
    var versions: [String] = []

    static let all: [ProviderSetting] = [
        ProviderSetting(
            name: "openai", keys: ["OPENAI_API_KEY"], addresses: ["OPENAI_BASE_URL", "OPENAI_API_BASE"]),
        ProviderSetting(name: "anthropic", keys: ["ANTHROPIC_API_KEY"], addresses: ["ANTHROPIC_BASE_URL"]),
        ProviderSetting(
            name: "google_ai", keys: ["GEMINI_API_KEY", "GOOGLE_API_KEY"],
            addresses: ["GOOGLE_GEMINI_BASE_URL"]),
        ProviderSetting(
            name: "azure", keys: ["AZURE_API_KEY", "AZURE_OPENAI_API_KEY"],
            addresses: ["AZURE_BASE_URL", "AZURE_OPENAI_ENDPOINT"], versions: ["AZURE_API_VERSION"]),
        ProviderSetting(name: "ollama", keys: [], addresses: ["OLLAMA_BASE_URL"]),
        ProviderSetting(name: "vllm", keys: ["VLLM_API_KEY"], addresses: ["VLLM_API_BASE"]),
        ProviderSetting(name: "tei", keys: ["TEI_API_KEY"], addresses: ["TEI_BASE_URL"]),
        ProviderSetting(name: "lmstudio", keys: [], addresses: ["LMSTUDIO_BASE_URL"]),
        ProviderSetting(name: "groq", keys: ["GROQ_API_KEY"], addresses: []),
        ProviderSetting(name: "mistral", keys: ["MISTRAL_API_KEY"], addresses: []),
        ProviderSetting(name: "deepseek", keys: ["DEEPSEEK_API_KEY"], addresses: []),
        ProviderSetting(name: "xai", keys: ["XAI_API_KEY"], addresses: []),
        ProviderSetting(name: "together", keys: ["TOGETHER_API_KEY"], addresses: []),
        ProviderSetting(name: "openrouter", keys: ["OPENROUTER_API_KEY"], addresses: []),
    ]

    private var settingName: String { name.split(separator: "_").joined(separator: "-") }

    /// `openai-key` and `openai-url`.
    var settings: [Setting] {
        var result: [Setting] = []
        if let key = keys.first {
            result.append(
                Setting(
                    .models, settingName + "-key", ["ROOST_" + key] + keys, .text, "", "The API key of \(name)",
                    secret: true))
        }
        if let address = addresses.first {
            result.append(
                Setting(
                    .models, settingName + "-url", ["ROOST_" + address] + addresses, .text, "",
                    keys.isEmpty
                        ? "The address of a server that answers as \(name)"
                        : "The address of \(name), when it is not its own"))
        }
        if let version = versions.first {
            result.append(
                Setting(
                    .models, settingName + "-version", ["ROOST_" + version] + versions, .text, "",
                    "The api-version of \(name)'s deployments; without one its version 1 is called"))
        }
        return result
    }

    /// Nil when the operator has not set it up.
    func provider(_ read: SettingReader) -> ConfiguredProvider? {
        let key = read.text(settingName + "-key").map(Secret.init)
        let address = read.text(settingName + "-url")
        guard key != nil || address != nil else { return nil }
        return ConfiguredProvider(
            name: name, baseURL: address, key: key, apiVersion: read.text(settingName + "-version"))
    }
}

extension Setting {
    static let models: [Setting] = ProviderSetting.all.flatMap(\.settings) + chat
}
