import Platform

/// Hands the messages of a stream to those who wait for them.
struct AnswerTaking: Sendable {
    private let replies: Replies
    private let limits: ClientLimits
    private let hear: Hearing
    private var strays = StrayCount()

    init(_ replies: Replies, _ limits: ClientLimits, hear: @escaping Hearing) {
        self.replies = replies
        self.limits = limits
        self.hear = hear
    }

    /// Takes what may be a message, or a batch.
    /// - Throws: `MCPClientError` when too much came that nobody had asked for.
    mutating func take(_ bytes: [UInt8]) throws {
        if bytes.isEmpty { return }
        guard let messages = ServerMessage.messages(in: bytes) else { return try stray(bytes.count, isMessage: false) }
        if messages.isEmpty { try stray(bytes.count, isMessage: false) }
        for message in messages {
            if isTaken(message) {
                strays.answered()
            } else {
                hear(message)
                try stray(bytes.count / messages.count, isMessage: true)
            }
        }
    }

    private func isTaken(_ message: ServerMessage) -> Bool {
        switch message {
        case .result(let id, let result): replies.take(id, .success(result))
        case .failure(let id?, let error): replies.take(id, .failure(error))
        default: false
        }
    }

    private mutating func stray(_ bytes: Int, isMessage: Bool) throws {
        if let error = strays.isTooMuch(bytes: bytes, isMessage: isMessage, limits) { throw error }
    }
}
