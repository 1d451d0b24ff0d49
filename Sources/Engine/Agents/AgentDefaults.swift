import Domain
import Platform

/// What an agent of each type gets when its creator does not say (wire notes, section 8).
enum AgentDefaults {
    /// Base tools by name, in the order they are attached.
    static func baseTools(_ type: AgentType, sleeptimeFront: Bool) -> [String] {
        if sleeptimeFront, type != .sleeptime {
            return ["send_message", "conversation_search", "archival_memory_search"]
        }
        return switch type {
        case .lettaV1: ["conversation_search", "memory_insert", "memory_replace"]
        case .memgpt, .splitThread:
            [
                "send_message", "conversation_search", "core_memory_append", "core_memory_replace", "memory",
                "memory_apply_patch",
            ]
        case .memgptV2: ["send_message", "conversation_search", "memory_insert", "memory_replace"]
        case .react, .workflow: []
        case .sleeptime: ["memory_replace", "memory_insert", "memory_rethink", "memory_finish_edits"]
        case .voiceConversation: ["send_message", "search_memory"]
        case .voiceSleeptime: ["store_memories", "rethink_user_memory", "finish_rethinking_memory"]
        }
    }

    static let multiAgentTools = [
        "send_message_to_agent_and_wait_for_reply", "send_message_to_agents_matching_tags",
        "send_message_to_agent_async",
    ]

    /// The rules that base tools bring: what ends a turn, and what must be followed by another step.
    static func toolRules(for names: [String]) -> [JSONValue] {
        names.map { name in
            let type = endsLoop.contains(name) ? "exit_loop" : "continue_loop"
            return ["tool_name": .string(name), "type": .string(type), "prompt_template": nil]
        }
    }

    private static let endsLoop: Set<String> = [
        "send_message", "send_message_to_agent_async", "memory_finish_edits", "finish_rethinking_memory",
    ]

    /// Whether base tools bring rules: for the older types, unless the model plans its own turns well.
    static func includesToolRules(_ type: AgentType, model: String?) -> Bool {
        guard [.memgpt, .memgptV2, .splitThread, .sleeptime].contains(type) else { return false }
        guard let name = model?.lowercased(), !name.contains("mini") else { return true }
        return !["claude-4-sonnet", "claude-3-5-sonnet", "gpt-5", "gemini-2.5-pro"].contains { name.contains($0) }
    }

    /// How many files may be open, and how much of each is shown, by the size of the context window.
    static func fileLimits(contextWindow: Int) -> (open: Int, characters: Int) {
        switch contextWindow {
        case ...8_000: (3, 5_000)
        case ...32_000: (5, 15_000)
        case ...128_000: (10, 25_000)
        case ...200_000: (10, 40_000)
        default: (15, 40_000)
        }
    }

    /// A name for an agent that was given none.
    static func randomName() -> String {
        let bytes = Identifier.randomBytes(4)
        let first = adjectives[Int(bytes[0]) % adjectives.count]
        let second = birds[Int(bytes[1]) % birds.count]
        return "\(first)-\(second)-\(Int(bytes[2]) << 8 | Int(bytes[3]))"
    }

    private static let adjectives = [
        "amber", "brave", "calm", "clever", "dusky", "early", "gentle", "keen", "lucid", "merry", "patient", "quick",
        "quiet", "steady", "sunny", "wise",
    ]
    private static let birds = [
        "crane", "dove", "finch", "heron", "jay", "kite", "lark", "magpie", "martin", "nuthatch", "owl", "plover",
        "raven", "robin", "swift", "wren",
    ]
}
