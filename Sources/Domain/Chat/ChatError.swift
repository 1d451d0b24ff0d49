/// Why there is no answer.
package struct ChatError: Error, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// No such provider is set up, or it lacks a key or an address.
        case notConfigured
        /// The service does not accept the key.
        case authentication
        /// The account has no money left.
        case insufficientCredits
        case rateLimited
        /// The request is longer than the model takes.
        case tooLong
        /// The service refuses the request for another reason: an unknown model, a member it does not take.
        case refused
        /// The service does not answer, or not now.
        case unavailable
        /// The service answers that it failed.
        case failed
        case timedOut
        /// What came is no answer, or ends before its end.
        case unusable
    }

    package let code: Code
    /// What happened and what to do. Never holds a key or what was asked.
    package let message: String
    /// Seconds that the service asks to wait.
    package var retryAfter: Double?
    package var description: String { message }

    package init(_ code: Code, _ message: String, retryAfter: Double? = nil) {
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
    }
}
