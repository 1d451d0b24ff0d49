package import Platform

/// The domain's "no": what is wrong and what to do about it. The only errors that reach a client with their own text.
package struct Refusal: Error, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        case notFound, conflict, invalid, unprocessable, readOnly, tooLarge, unauthorized, forbidden, unavailable
        case notServed, storageFull, expired
        /// Another server that is needed does not answer, or not in time.
        case unreachable, timedOut
    }

    package let code: Code
    package let message: String
    /// More members for the reply's `detail`, when one text is not enough (both values of a version conflict).
    package var facts: JSONObject?
    /// Members of the reply beside its `detail`.
    package var beside: JSONObject?
    /// What a right value looks like, for a malformed id.
    package var examples: [String] = []

    package init(_ code: Code, _ message: String, facts: JSONObject? = nil, beside: JSONObject? = nil) {
        self.beside = beside
        self.code = code
        self.message = message
        self.facts = facts
    }

    package static func notFound(_ message: String) -> Refusal { Refusal(.notFound, message) }
    package static func invalid(_ message: String) -> Refusal { Refusal(.invalid, message) }
    package static func conflict(_ message: String) -> Refusal { Refusal(.conflict, message) }
    package static func unprocessable(_ message: String) -> Refusal { Refusal(.unprocessable, message) }

    /// A stale write: its reader's version is not the object's any more.
    /// - Parameter facts: what the reply's `detail` holds beside the two versions.
    package static func versionConflict(
        of object: String, expected: Int, current: Int, facts: [(String, JSONValue)] = []
    ) -> Refusal {
        Refusal(
            .conflict, "The \(object) changed since you read it: you expected version \(expected).",
            facts: JSONObject(
                [
                    ("code", "VERSION_CONFLICT"), ("expected_version", .int(Int64(expected))),
                    ("current_version", .int(Int64(current))),
                ] + facts))
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
