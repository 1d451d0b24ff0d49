package import Platform

/// What a hook works with.
package struct HookSurroundings: Sendable {
    /// `ROOST_HOME`: where sessions and the outbox are kept.
    package let home: String
    /// The project's folder, absolute: what paths in notes are relative to.
    package let folder: String
    /// The memory: the server of `LETTA_BASE_URL`, or the local file, opened by the first call.
    package let memory: ToolSession
    /// False when the local file is not there yet: reading is no reason to make it.
    package let isMemoryThere: Bool
    package let options: HookOptions
    package let now: Timestamp
    /// The server or file that `memory` is in, as settings name it: what could not be stored there waits for the same.
    package let place: String
    /// A model's summary of a session from the extractive one, which it replaces when it comes in time.
    package var summarize: (@Sendable (String) async throws -> String)?
    package var summaryPatience = Duration.milliseconds(1500)
    /// Seconds that recording may take, in place of the event's own.
    package var timeLimit: Double?

    package init(
        home: String, folder: String, memory: ToolSession, isMemoryThere: Bool = true, options: HookOptions,
        now: Timestamp, place: String = ""
    ) {
        self.home = home
        self.folder = Self.top(of: folder)
        self.memory = memory
        self.isMemoryThere = isMemoryThere
        self.options = options
        self.now = now
        self.place = place
    }

    /// Claude Code may have been started in a part of the project; notes from elsewhere name files from its top. Where a link
    /// leads to the folder, paths of the session are not below the top, and the folder stands for it.
    private static func top(of folder: String) -> String {
        let top = Project(folder: folder).top
        return FileText.relative(folder, to: top) == nil ? folder : top
    }
}

/// What the user decides about hooks.
package struct HookOptions: Sendable {
    /// Characters of context at a session's start.
    package var startBudget = 6000
    /// Characters of context with one prompt.
    package var promptBudget = 1800
    /// How likely a note has to answer a prompt, from 0 to 1, to be brought with it.
    package var relevance = 0.3
    /// Tool uses that are denied.
    package var guardRules: [GuardRule] = []

    package init() {}
}

/// One event of a session: what is done about it. Nothing here may harm the session: what goes wrong is said once.
package struct HookRun: Sendable {
    let event: HookEvent
    let input: HookInput
    let surroundings: HookSurroundings
    let began = ContinuousClock.now

    package init(_ event: HookEvent, _ input: HookInput, in surroundings: HookSurroundings) {
        self.event = event
        self.input = input
        self.surroundings = surroundings
    }

    var sessionFile: SessionFile { SessionFile(home: surroundings.home, session: input.session ?? "unknown") }

    /// Never throws: memory that cannot be reached is told to the user, once a session.
    package func output() async -> HookOutput {
        noteWhatIsPrivate()
        do {
            return try await answer()
        } catch {
            guard tellsOfTrouble() else { return HookOutput() }
            return HookOutput(message: "Roost: the memory cannot be reached, so this session goes on without. \(error)")
        }
    }

    /// What is done when the answer is out, which nobody is to wait for. It keeps to the event's time limit.
    package func afterwards() async { await catchUp() }

    private func answer() async throws -> HookOutput {
        switch event {
        case .sessionStart: return try await SessionContext(self).output()
        case .userPromptSubmit: return try await PromptContext(self).output()
        case .preToolUse: return toolGuard()
        case .postToolUse, .postToolUseFailure, .stop, .subagentStop, .preCompact, .postCompact, .sessionEnd:
            return try await recorded()
        case .notification:
            return HookOutput()
        }
    }

    /// Whether the memory did not answer a moment ago: who waits for it with each prompt waits too often.
    var hadTroubleJustNow: Bool {
        guard let then = sessionFile.read()["trouble_at"]?.int else { return false }
        return (0..<Self.restSeconds).contains(Int(surroundings.now.microseconds / 1_000_000) - then)
    }

    private static let restSeconds = 60

    /// True the first time in a session only; not at all when even that cannot be noted.
    func tellsOfTrouble() -> Bool {
        // Without the file every hook of the session would tell it.
        let isFirst = try? sessionFile.change { object in
            defer {
                object["told_of_trouble"] = true
                object["trouble_at"] = .int(surroundings.now.microseconds / 1_000_000)
            }
            return object["told_of_trouble"] == nil
        }
        return isFirst ?? false
    }
}
