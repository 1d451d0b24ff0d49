import Domain

/// Tells thoughts from what is said, where a server leaves them in the text as the model wrote them:
/// `<think>…</think>` at the beginning of an answer.
struct ThoughtTags: Sendable {
    private enum Place: Sendable {
        /// Nothing but white space, or a beginning of the tag.
        case before
        case inside
        /// White space after the thoughts is no part of what is said.
        case behind
        case outside
    }

    private static let opening = "<think>"
    private static let closing = "</think>"

    private var place = Place.before
    /// What may be a part of a tag.
    private var held = ""

    mutating func take(_ text: String, _ deltas: inout [ChatDelta]) {
        held += text
        switch place {
        case .before: open(&deltas)
        case .inside: close(&deltas)
        case .behind: skip(&deltas)
        case .outside: flush(&deltas)
        }
    }

    /// Hands on what was held: no more of the text comes.
    mutating func flush(_ deltas: inout [ChatDelta]) {
        if !held.isEmpty { deltas.append(place == .inside ? .reasoning(held) : .text(held)) }
        held = ""
    }

    private mutating func open(_ deltas: inout [ChatDelta]) {
        let text = held.drop(while: \.isWhitespace)
        if text.hasPrefix(Self.opening) {
            held = String(text.dropFirst(Self.opening.count).drop(while: \.isNewline))
            place = .inside
            close(&deltas)
        } else if !Self.opening.hasPrefix(text) {
            place = .outside
            flush(&deltas)
        }
    }

    private mutating func close(_ deltas: inout [ChatDelta]) {
        if let end = held.firstRange(of: Self.closing) {
            let thought = held[..<end.lowerBound]
            if !thought.isEmpty { deltas.append(.reasoning(String(thought))) }
            held = String(held[end.upperBound...])
            place = .behind
            skip(&deltas)
            return
        }
        var kept = held[held.endIndex...]
        for index in held.indices.suffix(Self.closing.count - 1) where Self.closing.hasPrefix(held[index...]) {
            kept = held[index...]
            break
        }
        let thought = held[..<kept.startIndex]
        if !thought.isEmpty { deltas.append(.reasoning(String(thought))) }
        held = String(kept)
    }

    private mutating func skip(_ deltas: inout [ChatDelta]) {
        held = String(held.drop(while: \.isWhitespace))
        guard !held.isEmpty else { return }
        place = .outside
        flush(&deltas)
    }
}
