import Domain

/// A tool's "no": the model reads the text and tries again. Becomes an outcome, never reaches a client as an error.
struct ToolFailure: Error, Sendable, Equatable {
    let message: String
    /// The contract's name of the failure in `stderr`, a Python exception (wire notes, section 10).
    let kind: Kind

    enum Kind: String, Sendable {
        case value = "ValueError"
        case key = "KeyError"
        case type = "TypeError"
        case notServed = "NotImplementedError"
    }

    init(_ message: String, _ kind: Kind = .value) {
        self.message = message
        self.kind = kind
    }

    /// Of a refusal; nil for a store that fails, which is the loop's to handle.
    init?(_ refusal: Refusal) {
        if refusal.code == .unavailable || refusal.code == .storageFull { return nil }
        // The place in a request's body says nothing to a model.
        let isPlaced = refusal.message.hasPrefix("body.")
        let text = refusal.message.split(separator: ": ", maxSplits: 1).last.map(String.init)
        self.init(isPlaced ? text ?? refusal.message : refusal.message)
    }
}

extension ToolOutcome {
    static func failure(_ failure: ToolFailure, tool: String) -> ToolOutcome {
        .failure(failure.message, tool: tool, kind: failure.kind.rawValue)
    }

    /// What Python's `str()` gives for nothing (wire notes, section 10).
    static let none = ToolOutcome("None")

    /// What is shown of it under a tool's `return_char_limit`, and how many of its characters; nil when that is all.
    func shown(within limit: Int) -> (outcome: ToolOutcome, characters: Int?) {
        let shown = truncated(to: limit)
        return (shown, shown.text == text ? nil : max(0, limit))
    }

    /// Cuts a text that is longer than a tool's `return_char_limit`, in Unicode scalars, and says so (wire notes,
    /// section 10).
    package func truncated(to limit: Int) -> ToolOutcome {
        let limit = max(0, limit)
        // Bytes are counted first: a text is never longer in scalars.
        guard text.utf8.count > limit else { return self }
        let size = text.unicodeScalars.count
        guard size > limit else { return self }
        var cut = self
        cut.text =
            String(text.unicodeScalars.prefix(limit))
            + "... [NOTE: function output was truncated since it exceeded the character limit: \(size) > \(limit)]"
        return cut
    }
}
