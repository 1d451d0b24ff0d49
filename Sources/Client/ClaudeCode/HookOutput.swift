import Platform

/// What a hook answers: one JSON object on standard output (contract: Claude Code, section 2), or nothing.
package struct HookOutput: Sendable, Equatable {
    /// Reaches the model. Above 10,000 characters Claude Code would show a file's name instead.
    package var context: String?
    /// Shown to the user alone.
    package var message: String?
    /// PreToolUse: why the tool must not run.
    package var denial: String?

    package init(context: String? = nil, message: String? = nil, denial: String? = nil) {
        self.context = context
        self.message = message
        self.denial = denial
    }

    /// One line; empty when there is nothing to say.
    package func bytes(for event: HookEvent) -> [UInt8] {
        var object = JSONObject()
        if let message { object["systemMessage"] = .string(message) }
        if context != nil || denial != nil {
            // Another event's name would be an error.
            var specific: JSONObject = ["hookEventName": .string(event.rawValue)]
            if let context { specific["additionalContext"] = .string(context) }
            if let denial {
                specific["permissionDecision"] = "deny"
                specific["permissionDecisionReason"] = .string(denial)
            }
            object["hookSpecificOutput"] = .object(specific)
        }
        return object.isEmpty ? [] : Array(JSONValue.object(object).text.utf8) + [UInt8(ascii: "\n")]
    }
}
