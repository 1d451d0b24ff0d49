import Domain
import Platform

/// Decides what happens next in a run. Pure: it is told what happened and says what to do; `AgentRun` does it.
struct StepMachine: Sendable {
    /// The tools that a run knows.
    struct Tools: Sendable {
        /// Names in the order that the model is shown.
        var names: [String] = []
        /// Those that the client carries out.
        var client: Set<String> = []
        /// The model may call several at once.
        var allowsParallel = false
    }

    enum Next: Sendable, Equatable {
        /// - heartbeat: why the turn goes on, told to the model before; nil: nothing is told.
        case callModel(offered: [String], choice: ToolChoice, heartbeat: String?)
        case finish(StopReason)
    }

    /// What becomes of an answer.
    struct Plan: Sendable, Equatable {
        /// Calls in the order of the answer; others that came with them are dropped.
        var calls: [PlannedCall] = []
        /// Set when nothing is called.
        var next: Next?
    }

    struct PlannedCall: Sendable, Equatable {
        enum Fate: Sendable, Equatable {
            case run
            /// Waits for a person.
            case approval
            /// The client carries it out.
            case client
            /// Not carried out; the text is its result.
            case refused(String)
        }

        let call: ChatToolCall
        /// Without what is meant for the loop.
        let arguments: JSONObject
        let fate: Fate
        let wantsHeartbeat: Bool

        var waits: Bool { fate == .approval || fate == .client }
    }

    let style: LoopStyle
    let tools: Tools
    let maximumSteps: Int
    private(set) var rules: ToolRules
    /// Calls of the model so far.
    private(set) var steps = 0

    init(style: LoopStyle, tools: Tools, rules: ToolRules, maximumSteps: Int) {
        self.style = style
        self.tools = tools
        self.rules = rules
        self.maximumSteps = maximumSteps
    }

    private var isLastStep: Bool { steps >= maximumSteps }

    /// The call of the model that follows, or the end when there may be no more.
    /// - Parameter heartbeat: why the turn goes on.
    mutating func proceed(heartbeat: String? = nil) -> Next {
        if isLastStep { return .finish(.maxSteps) }
        steps += 1
        let allowed = rules.allowed(among: tools.names)
        let choice: ToolChoice
        if allowed.isEmpty {
            choice = .automatic
        } else if rules.forcesCall(among: tools.names) {
            choice = allowed.count == 1 ? .named(allowed[0]) : .required
        } else {
            choice = style.actsByTools ? .required : .automatic
        }
        return .callModel(offered: allowed, choice: choice, heartbeat: heartbeat)
    }

    /// Whether a call of a tool waits for a person or the client.
    func waits(_ name: String) -> Bool { tools.client.contains(name) || rules.needsApproval(name) }

    // MARK: The model answered

    mutating func plan(_ answer: ChatAnswer) -> Plan {
        var calls = answer.calls.filter { !$0.name.isEmpty }
        if calls.isEmpty { return Plan(next: afterText(answer)) }
        if !tools.allowsParallel || rules.restrictsOrder { calls = [calls[0]] }
        return Plan(calls: calls.map(planned))
    }

    private mutating func afterText(_ answer: ChatAnswer) -> Next {
        switch answer.end {
        case .tooLong: return .finish(.maxTokensExceeded)
        // After a tool a model may have nothing more to say.
        case _ where answer.text.isEmpty && rules.called.isEmpty && steps <= 1: return .finish(.invalidLLMResponse)
        default: return end(with: .endTurn)
        }
    }

    private func planned(_ call: ChatToolCall) -> PlannedCall {
        let given = Self.arguments(call.arguments)
        var arguments = given ?? JSONObject()
        let wish = arguments[LoopStyle.heartbeat]
        arguments[LoopStyle.heartbeat] = nil
        arguments[LoopStyle.thinking] = nil
        for member in rules.givenArguments(for: call.name, among: tools.names)?.members ?? [] {
            arguments[member.name] = member.value
        }
        let fate: PlannedCall.Fate
        if !tools.names.contains(call.name) {
            let near = NearMatch.best(for: call.name, among: tools.names).map { " Did you mean '\($0)'?" } ?? ""
            fate = .refused("There is no tool named \(call.name).\(near)")
        } else if let violation = rules.violation(of: call.name, among: tools.names) {
            fate = .refused(violation)
        } else if given == nil {
            fate = .refused(
                "The arguments of \(call.name) are not a JSON object. Call it again with valid JSON.")
        } else if tools.client.contains(call.name) {
            fate = .client
        } else {
            fate = rules.needsApproval(call.name) ? .approval : .run
        }
        return PlannedCall(
            call: call, arguments: arguments, fate: fate,
            wantsHeartbeat: wish?.bool ?? (wish?.string?.lowercased() == "true"))
    }

    /// What a model wrote as arguments; nothing counts as none. Nil when it is no object.
    static func arguments(_ text: String) -> JSONObject? {
        if text.utf8.allSatisfy({ $0 <= 0x20 }) { return JSONObject() }
        // Models write what is no JSON; the caller says so to them.
        return (try? JSONValue(parsing: text))?.object
    }

    // MARK: Tools were called

    /// One call that has its result.
    struct Result: Sendable {
        let name: String
        let returned: String
        let wasRefused: Bool
        let failed: Bool
        let wantsHeartbeat: Bool
    }

    mutating func ran(_ results: [Result]) -> Next {
        for result in results where !result.wasRefused { rules.record(result.name, returned: result.returned) }
        let ending = results.contains { !$0.wasRefused && rules.ends($0.name) && (style.actsByTools || !$0.failed) }
        guard style.actsByTools else {
            return ending ? end(with: .toolRule) : proceed()
        }
        let heartbeat = Self.reasonToGoOn(results, rules)
        if ending {
            return end(with: results.contains { $0.wantsHeartbeat } ? .toolRule : .endTurn)
        }
        guard let heartbeat else { return end(with: .endTurn) }
        return proceed(heartbeat: heartbeat)
    }

    private static func reasonToGoOn(_ results: [Result], _ rules: ToolRules) -> String? {
        guard let last = results.last else { return nil }
        if last.wasRefused { return "Continuing: the call was not carried out." }
        if rules.hasChildren(last.name) { return "Continuing: child tool rule." }
        if rules.continues(last.name) { return "Continuing: continue tool rule." }
        if last.failed { return "Function call failed, returning control" }
        return last.wantsHeartbeat ? "Function called using request_heartbeat=true, returning control" : nil
    }

    /// Ends the turn, unless a tool has to be called before.
    private mutating func end(with reason: StopReason) -> Next {
        let missing = rules.missing(among: tools.names)
        if missing.isEmpty { return .finish(reason) }
        return proceed(
            heartbeat:
                "ToolRuleViolated: You must call \(missing.joined(separator: ", ")) at least once to exit the loop.")
    }
}
