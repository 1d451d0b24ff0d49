import Platform

/// Hears what a server says unasked, and answers what it asks: it is alive, and nothing else can be had.
final class ServerEar: Sendable {
    private struct State {
        var link: (any ServerLink)?
        var answering = 0
        var toolsChanged = false
    }

    private let state = Lock(State())
    private let limits: ClientLimits

    init(_ limits: ClientLimits) { self.limits = limits }

    func attach(_ link: (any ServerLink)?) { state.withLock { $0.link = link } }

    /// Whether the server said so since this was last asked.
    func takeToolsChanged() -> Bool {
        state.withLock { state in
            defer { state.toolsChanged = false }
            return state.toolsChanged
        }
    }

    func hear(_ message: ServerMessage) {
        switch message {
        case .notification("notifications/tools/list_changed", _): state.withLock { $0.toolsChanged = true }
        case .request(let id, let method): answer(id, method)
        // Progress, log messages, answers that nobody waits for any more.
        case .notification, .result, .failure: break
        }
    }

    private func answer(_ id: RequestID, _ method: String) {
        let link = state.withLock { state -> (any ServerLink)? in
            guard let link = state.link, state.answering < limits.serverRequests else { return nil }
            state.answering += 1
            return link
        }
        guard let link else { return }
        let bytes =
            method == "ping"
            ? Outgoing.result(id) { _ in } : Outgoing.error(id, .methodNotFound(String(method.prefix(100))))
        Task { [limits] in
            // A server that does not take the answer to its own question gets none.
            try? await within(limits.pingSeconds, "") { try await link.tell(bytes) }
            state.withLock { $0.answering -= 1 }
        }
    }
}
