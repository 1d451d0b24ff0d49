/// A way to one server. It ends for good; then another is made.
protocol ServerLink: Sendable {
    /// Sends a request and gives its answer.
    /// - Throws: `MCPClientError`, `CancellationError`.
    func ask(_ request: ServerRequest) async throws -> Reply

    /// Sends a message that nobody answers. Throws as `ask` does.
    func tell(_ message: [UInt8]) async throws

    /// The revision that was agreed on, which is named from now on.
    func agree(on revision: Revision)

    var isOpen: Bool { get }

    /// What a program wrote to its standard error at last.
    var lastWords: String? { get }

    /// Ends it, and everything that belongs to it.
    func close() async
}

/// Takes what a server sends that is no answer.
typealias Hearing = @Sendable (ServerMessage) -> Void

/// Counts what comes between two answers, so that a server cannot talk for ever.
struct StrayCount: Sendable {
    private var lines = 0
    private var messages = 0
    private var bytes = 0

    mutating func answered() { self = StrayCount() }

    /// - Returns: why the server is given up, nil while it is not.
    mutating func isTooMuch(bytes count: Int, isMessage: Bool, _ limits: ClientLimits) -> MCPClientError? {
        bytes += count
        if isMessage { messages += 1 } else { lines += 1 }
        if lines > limits.strayLines {
            return MCPClientError(.protocolBroken, "The server sent \(lines) lines that are no messages of MCP.")
        }
        guard messages > limits.strayMessages || bytes > limits.strayBytes else { return nil }
        return MCPClientError(
            .protocolBroken, "The server sent \(messages) messages (\(bytes) bytes) that nobody had asked for.")
    }
}

extension ServerLink {
    var lastWords: String? { nil }
}
