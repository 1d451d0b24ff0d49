package import Platform

/// How important a log message is (RFC 5424), least important first.
package enum LogLevel: String, Sendable, CaseIterable, Comparable {
    case debug, info, notice, warning, error, critical, alert, emergency

    package static func < (left: LogLevel, right: LogLevel) -> Bool {
        guard let left = allCases.firstIndex(of: left), let right = allCases.firstIndex(of: right) else { return false }
        return left < right
    }
}

/// What the work on one request knows of the request, and how it talks to the client before its result is there.
package struct CallContext: Sendable {
    /// True on stdio: client and server are the same user on the same machine, so paths of files mean something.
    package let isLocal: Bool
    private let progressToken: JSONValue?
    /// The least important level the client wants; nil: none at all.
    private let logLevel: LogLevel?
    private let send: @Sendable (Notification) async -> Void

    package init(
        isLocal: Bool = false, progressToken: JSONValue? = nil,
        logLevel: LogLevel? = nil, send: @escaping @Sendable (Notification) async -> Void = { _ in }
    ) {
        self.isLocal = isLocal
        self.progressToken = progressToken
        self.logLevel = logLevel
        self.send = send
    }

    /// Tells how far the work is, to a client that asked for it.
    /// - Parameter total: of the same unit as `done`; nil when it is not known.
    package func progress(_ done: Int, of total: Int? = nil, _ message: String? = nil) async {
        guard let progressToken else { return }
        var params: JSONObject = JSONObject([("progressToken", progressToken), ("progress", .int(Int64(done)))])
        if let total { params["total"] = .int(Int64(total)) }
        if let message { params["message"] = .string(message) }
        await send(Notification("notifications/progress", params))
    }

    /// Sends a log message when the client wants messages of this level. Never memory text or secrets.
    package func log(_ level: LogLevel, _ message: String) async {
        guard let logLevel, level >= logLevel else { return }
        await send(
            Notification(
                "notifications/message",
                JSONObject([
                    ("level", .string(level.rawValue)), ("logger", "roost"), ("data", .string(message)),
                ])))
    }
}
