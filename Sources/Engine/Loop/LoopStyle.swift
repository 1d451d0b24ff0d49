import Domain

/// How an agent of a type takes its turns (wire notes, section 8). There is one loop; this is all in which types differ.
struct LoopStyle: Sendable, Equatable {
    /// Every turn is a call of a tool, and what is said goes through `send_message`; a turn goes on when the model asks
    /// for it with `request_heartbeat`. Otherwise an answer in plain text ends the turn, and a call continues it.
    let actsByTools: Bool
    /// The conversation so far is not shown: each request begins anew.
    let forgets: Bool

    init(_ agent: Agent) {
        actsByTools =
            switch agent.type {
            case .lettaV1, .sleeptime: false
            case .memgpt, .memgptV2, .react, .workflow, .splitThread, .voiceConversation, .voiceSleeptime: true
            }
        forgets = agent.messageBufferAutoclear
    }

    init(actsByTools: Bool) {
        self.actsByTools = actsByTools
        forgets = false
    }

    static let heartbeat = "request_heartbeat"
    static let thinking = "thinking"
}
