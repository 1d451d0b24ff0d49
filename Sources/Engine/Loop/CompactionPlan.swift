import Domain
import Platform

/// An agent's `compaction_settings` (wire notes, section 14).
struct CompactionSettings: Sendable {
    enum Mode: String, Sendable {
        case slidingWindow = "sliding_window"
        case all
        case selfCompactAll = "self_compact_all"
        case selfCompactSlidingWindow = "self_compact_sliding_window"

        var isSliding: Bool { self == .slidingWindow || self == .selfCompactSlidingWindow }
        /// The agent itself sums up, in its own words.
        var isOwn: Bool { self == .selfCompactAll || self == .selfCompactSlidingWindow }
    }

    let mode: Mode
    /// The share of the messages that goes at first.
    let share: Double
    /// Characters of a summary at most; nil: as long as it is.
    let longest: Int?
    let prompt: String?
    /// Handle of the model that sums up.
    let model: String?

    init(_ settings: JSONText?) {
        let value = settings?.value ?? .null
        mode = value["mode"]?.string.flatMap(Mode.init) ?? .slidingWindow
        share = min(0.9, max(0.1, value["sliding_window_percentage"]?.double ?? 0.3))
        longest = value["clip_chars"].map { $0.int } ?? 50_000
        prompt = value["prompt"]?.string
        model = value["model"]?.string
    }
}

/// Which messages of a context go when it grows too long, and which stay.
struct CompactionPlan: Sendable {
    let evicted: [Message]
    let kept: [Message]

    /// - Parameters:
    ///   - messages: of the context, without the system message.
    ///   - window: tokens of the model's context.
    /// Nil when there is nothing that could go.
    init?(_ messages: [Message], _ settings: CompactionSettings, window: Int) {
        // Calls that wait for an answer stay, with the turn that they belong to.
        let end = Approvals(messages.last) == nil ? messages.count : Self.turnStart(messages)
        guard end > 0 else { return nil }
        let cut = settings.mode.isSliding ? Self.slidingCut(messages, end: end, settings, window: window) : nil
        let place = cut ?? end
        // What nobody has answered yet is what the model has to answer.
        let asked = cut == nil && messages[place - 1].role == .user ? place - 1 : nil
        evicted = messages[..<place].enumerated().filter { $0.offset != asked }.map(\.element)
        kept = (asked.map { [messages[$0]] } ?? []) + messages[place...]
        if evicted.isEmpty { return nil }
    }

    /// The first cut before an assistant's message at which the rest is short enough.
    private static func slidingCut(
        _ messages: [Message], end: Int, _ settings: CompactionSettings, window: Int
    ) -> Int? {
        let sizes = messages.map(\.estimatedTokens)
        let goal = Int(Double(window) * (1 - settings.share))
        var share = settings.share
        while share < 1 {
            let least = max(1, Int((Double(messages.count) * share).rounded(.up)))
            let cut = (least..<max(least, end)).first { messages[$0].beginsTurn }
            if let cut, sizes[cut...].reduce(0, +) <= goal { return cut }
            share += 0.1
        }
        return nil
    }

    /// Where the turn begins in which the last message waits.
    private static func turnStart(_ messages: [Message]) -> Int {
        let step = messages.last?.stepID
        return messages.firstIndex { $0.stepID == step && step != nil } ?? messages.count - 1
    }
}

extension Message {
    /// What the model is shown of it, a token for every four bytes.
    var estimatedTokens: Int {
        let returned = content == nil ? toolReturns : nil
        return [content, toolCalls, returned].reduce(0) { $0 + ContextWindow.tokens($1?.text ?? "") }
    }

    /// A context may begin with it: no result of an earlier call follows.
    fileprivate var beginsTurn: Bool { role == .assistant || (role == .approval && toolCalls != nil) }
}
