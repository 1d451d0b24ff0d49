/// What the name of a model tells of how it is asked. https://platform.claude.com/docs/en/about-claude/models
struct AnthropicModel: Sendable, Equatable {
    enum Thinking: Sendable {
        case none
        /// With a number of tokens.
        case budget
        /// As much as it finds right, steered by an effort.
        case adaptive
    }

    let thinking: Thinking
    /// Later models refuse one.
    let takesTemperature: Bool
    /// Thinking can be switched off by saying so.
    let canStopThinking: Bool
    /// It keeps to a JSON schema.
    let keepsSchema: Bool
    /// What `max_tokens` is, when nobody says; the service wants one.
    let usualLimit: Int

    init(_ name: String) {
        let words = name.lowercased().split(separator: "/").last?.split(separator: "-") ?? []
        guard words.first == "claude" else {
            // Other models behind the same interface.
            self.init(.budget, takesTemperature: true, canStop: true, keepsSchema: false, limit: 8192)
            return
        }
        // `claude-3-7-sonnet-20250219`, `claude-sonnet-4-20250514`, `claude-opus-4-6`
        let numbers = words.compactMap { $0.count <= 2 ? Int($0) : nil }
        let version = (numbers.first ?? 0) * 100 + (numbers.dropFirst().first ?? 0)
        let isFamily = words.contains("opus") || words.contains("sonnet") || words.contains("haiku")
        switch version {
        case 1..<305 where isFamily, 200..<300:
            self.init(.none, takesTemperature: true, canStop: false, keepsSchema: false, limit: 4096)
        case 305..<307 where isFamily:
            self.init(.none, takesTemperature: true, canStop: false, keepsSchema: false, limit: 8192)
        case 307..<405 where isFamily:
            self.init(.budget, takesTemperature: true, canStop: true, keepsSchema: false, limit: 16_384)
        case 405 where isFamily:
            self.init(.budget, takesTemperature: true, canStop: true, keepsSchema: true, limit: 16_384)
        case 406 where isFamily:
            self.init(.adaptive, takesTemperature: true, canStop: true, keepsSchema: true, limit: 16_384)
        default:
            self.init(.adaptive, takesTemperature: false, canStop: isFamily, keepsSchema: true, limit: 16_384)
        }
    }

    private init(_ thinking: Thinking, takesTemperature: Bool, canStop: Bool, keepsSchema: Bool, limit: Int) {
        self.thinking = thinking
        self.takesTemperature = takesTemperature
        canStopThinking = canStop
        self.keepsSchema = keepsSchema
        usualLimit = limit
    }
}
