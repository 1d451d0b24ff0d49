import Platform

/// Our entries among the hooks of Claude Code's settings.
struct HookEntries: Sendable {
    /// What starts this program: `roost`, or its path.
    let command: String

    /// The events that something is done for. Notification is answered, with nothing, so that a process for it would be for
    /// nothing.
    static let events = HookEvent.allCases.filter { $0 != .notification }

    /// A matcher is compared with the tool's name. Nil: every time.
    static func matcher(_ event: HookEvent) -> String? {
        switch event {
        case .postToolUse: "Edit|Write|NotebookEdit"
        case .preToolUse: "Bash|Edit|Write|NotebookEdit"
        default: nil
        }
    }

    /// Without a shell, which would cost time and quoting. Each hook ends by itself long before the timeout; without one
    /// the last hook of a session would be cut off.
    func entry(_ event: HookEvent) -> JSONValue {
        [
            "type": "command", "command": .string(command), "args": ["hook", .string(event.rawValue)],
            "timeout": event.timeLimit > 1 ? 10 : 5,
        ]
    }

    func group(_ event: HookEvent) -> JSONValue {
        var group = JSONObject()
        if let matcher = Self.matcher(event) { group["matcher"] = .string(matcher) }
        group["hooks"] = [entry(event)]
        return .object(group)
    }

    /// All of them, as `hooks` of the settings or of a plugin's `hooks.json` has them.
    var all: JSONValue { .object(JSONObject(Self.events.map { ($0.rawValue, [group($0)]) })) }

    /// Whether an entry runs `roost hook`, by whichever path and spelling.
    static func isOurs(_ entry: JSONValue) -> Bool {
        guard let command = entry["command"]?.string else { return false }
        if let arguments = entry["args"]?.strings, !arguments.isEmpty {
            return arguments.count == 2 && arguments[0] == "hook" && HookEvent(rawValue: arguments[1]) != nil
        }
        let words = command.split(separator: " ")
        return words.count >= 2 && words[1] == "hook" && lastPart(String(words[0])) == "roost"
    }

    /// Whether an entry runs a script of the guides: `python ~/.claude/hooks/letta-session-start.py`.
    static func isPredecessor(_ entry: JSONValue) -> Bool {
        words(entry).split(whereSeparator: { " /\\\"';&|".contains($0) }).contains { word in
            word.hasPrefix("letta-") && word.hasSuffix(".py")
        }
    }

    /// What an entry starts, with its arguments.
    static func words(_ entry: JSONValue) -> String {
        ([entry["command"]?.string ?? ""] + (entry["args"]?.strings ?? [])).joined(separator: " ")
    }

    static func lastPart(_ path: String) -> String {
        path.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? path
    }
}
