import Models

extension Setting {
    /// How providers are asked for answers, all of them alike.
    static let chat: [Setting] = [
        Setting(
            .models, "model-connect-timeout", ["ROOST_MODEL_CONNECT_TIMEOUT"], .seconds, "10",
            "How long to wait for a connection to a provider"),
        Setting(
            .models, "model-first-byte-timeout", ["ROOST_MODEL_FIRST_BYTE_TIMEOUT"], .seconds, "120",
            "How long a provider may take to begin its answer; a slow server of one's own needs more for long prompts; 0: no "
                + "limit"),
        Setting(
            .models, "model-idle-timeout", ["ROOST_MODEL_IDLE_TIMEOUT"], .seconds, "60",
            "How long an answer may pause between two pieces; 0: no limit"),
        Setting(
            .models, "model-timeout", ["ROOST_MODEL_TIMEOUT"], .seconds, "0",
            "How long one request may take until the end of its answer; 0: no limit"),
        Setting(
            .models, "model-attempts", ["ROOST_MODEL_ATTEMPTS"], .integer(1...20), "5",
            "How often a request is made at most when failures may pass; silence is tried twice"),
        Setting(
            .models, "model-requests", ["ROOST_MODEL_REQUESTS"], .integer(1...100_000), "64",
            "Requests to one provider at one time; others wait for their turn"),
    ]

    static func chatLimits(_ read: SettingReader) throws -> ChatLimits {
        func limit(_ name: String) throws -> Double? {
            let seconds = try read.seconds(name)
            return seconds == 0 ? nil : seconds
        }
        var limits = ChatLimits()
        limits.options.connectTimeout = max(0.1, try read.seconds("model-connect-timeout"))
        limits.options.firstByteTimeout = try limit("model-first-byte-timeout")
        limits.options.idleTimeout = try limit("model-idle-timeout")
        limits.options.timeout = try limit("model-timeout")
        limits.options.attempts = try read.number("model-attempts")
        limits.concurrency = try read.number("model-requests")
        return limits
    }
}

/// How long and how often providers are asked.
struct ChatLimits: Sendable {
    var options = RemoteChat.Options()
    /// Requests to one provider at one time.
    var concurrency = 64
}
