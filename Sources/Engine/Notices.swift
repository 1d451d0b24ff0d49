import Platform

/// Things said once in a process's life, however often their cause comes up.
final class Notices: Sendable {
    private let said = Lock<Set<String>>([])

    init() {}

    /// True the first time a topic comes up.
    func isFirst(_ topic: String) -> Bool { said.withLock { $0.insert(topic).inserted } }
}

extension Engine {
    /// One warning for members that are kept for later work but have no effect yet (decisions, REST 8).
    func noteLaterWork(_ members: [String]) {
        for member in members where notices.isFirst("later:" + member) {
            log.warning(
                "accepted_without_effect", ("member", .string(member)),
                ("detail", "stored and returned; this version does not act on it yet"))
        }
    }
}
