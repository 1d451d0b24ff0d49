package import Platform

/// What Claude Code says of an event: one JSON object on standard input (contract: Claude Code, section 1). Members that an
/// event does not have are nil; those that nobody needs are left in `json`.
package struct HookInput: Sendable {
    package let json: JSONObject

    package init(_ json: JSONObject) { self.json = json }

    package var event: String? { text("hook_event_name") }
    package var session: String? { text("session_id") }
    package var transcriptPath: String? { text("transcript_path") }
    package var folder: String? { text("cwd") }
    /// SessionStart: `startup`, `resume`, `clear`, `compact`, `fork`.
    package var source: String? { text("source") }
    package var prompt: String? { text("prompt") }
    /// The same for everything that one prompt led to.
    package var promptID: String? { text("prompt_id") }
    package var toolName: String? { text("tool_name") }
    package var toolUseID: String? { text("tool_use_id") }
    package var toolInput: JSONObject { json["tool_input"]?.object ?? JSONObject() }
    package var toolResponse: JSONValue? { json["tool_response"] }
    package var error: String? { text("error") }
    package var compactSummary: String? { text("compact_summary") }
    package var lastAssistantMessage: String? { text("last_assistant_message") }
    package var agentType: String? { text("agent_type") }

    private func text(_ name: String) -> String? { json[name]?.string }
}

/// The events that something is done for. Every other one is accepted and ignored.
package enum HookEvent: String, Sendable, CaseIterable {
    case sessionStart = "SessionStart"
    case userPromptSubmit = "UserPromptSubmit"
    case preToolUse = "PreToolUse"
    case postToolUse = "PostToolUse"
    case postToolUseFailure = "PostToolUseFailure"
    case stop = "Stop"
    case subagentStop = "SubagentStop"
    case preCompact = "PreCompact"
    case postCompact = "PostCompact"
    case sessionEnd = "SessionEnd"
    case notification = "Notification"

    /// Seconds after which the process ends, whatever it is doing: before Claude Code would wait noticeably.
    package var timeLimit: Double { self == .userPromptSubmit || self == .preToolUse ? 1 : 3 }

    /// Whether it may change the memory.
    package var mayWrite: Bool { ![.sessionStart, .userPromptSubmit, .preToolUse].contains(self) }
}
