package import Platform

/// An error that somebody met, and what is known of it. The same error met again is counted, not stored again.
package struct ErrorReport: Sendable {
    package var message: String
    /// Relative to the project where it is inside of it.
    package var file: String?
    package var command: String?
    /// What mended it, when that is known.
    package var fix: String?
    package var stack: String?

    package init(_ message: String) { self.message = message }

    /// The metadata member that is equal for two reports of the same error.
    static let keyMember = "error_key"
    private static let longestStack = 4000

    /// Of the message without what differs from one run to the next: places in files and addresses in memory.
    var key: String {
        let words = message.split(whereSeparator: \.isWhitespace)
        var parts: [String] = []
        for word in words {
            // `line 12`
            let isLineNumber = parts.last?.lowercased() == "line" && word.first?.isNumber == true
            parts.append(isLineNumber ? "#" : Self.stable(word))
        }
        return StableKey.of(parts.joined(separator: " "))
    }

    /// `src/x.py:12:5` is `src/x.py`, `0x7ffe21` is `0x#`.
    private static func stable(_ word: Substring) -> String {
        if let start = word.firstRange(of: "0x"), word[start.upperBound...].first?.isHexDigit == true {
            return word[..<start.upperBound] + "#" + word[start.upperBound...].drop(while: \.isHexDigit)
        }
        guard let colon = word.firstIndex(of: ":"), word[word.index(after: colon)...].first?.isNumber == true else {
            return String(word)
        }
        let name = word[..<colon]
        guard let dot = name.lastIndex(of: "."), name[dot...].dropFirst().first?.isLetter == true,
            word[colon...].allSatisfy({ $0 == ":" || $0.isNumber || $0 == "," || $0 == ")" })
        else { return String(word) }
        return String(name)
    }

    var text: String {
        var lines = [message]
        if let file { lines.append("File: \(file)") }
        if let command { lines.append("Command: \(command)") }
        if let fix { lines.append(Self.line(fix: fix)) }
        if let stack { lines.append("Stack:\n" + ShortText.withoutMiddle(stack, Self.longestStack)) }
        return lines.joined(separator: "\n")
    }

    static func line(fix: String) -> String { "Fix: \(fix)" }

    /// The same, with nothing in it that must not be stored.
    fileprivate var cleaned: ErrorReport {
        var report = self
        report.message = Redaction.redacted(message)
        report.command = command.map(Redaction.redacted)
        report.fix = fix.map(Redaction.redacted)
        report.stack = stack.map(Redaction.redacted)
        return report
    }
}

extension ToolSession {
    /// Stores an error, or counts it once more when it is known.
    /// - Parameter source: which door it came in by: `cli`, `ci`, ….
    /// - Returns: as `remember`, with `count`, `resolved`, and the `fix` that is known.
    package func log(_ report: ErrorReport, source: String, now: Timestamp = .now) async throws -> JSONValue {
        let report = report.cleaned
        let agent = try await agent(forWriting: nil, unseen: true)
        let passages = AgentPassages(client: try await client(), agentID: agent.id)
        if let known = try await passages.having(ErrorReport.keyMember, report.key, 1).first {
            return try await count(report, known, passages, now)
        }
        var note = MemoryNote(
            report.text, type: "bug", from: Provenance(source: source, trust: .tool, file: report.file))
        note.metadata = [
            ErrorReport.keyMember: .string(report.key), "resolved": .bool(report.fix != nil), "count": 1,
            "last_seen": .string(now.iso8601),
        ]
        let facts = [("file_path", report.file), ("command", report.command), ("fix", report.fix)]
        for (name, value) in facts { if let value { note.metadata[name] = .string(value) } }
        var answer = try await remember(note).object ?? JSONObject()
        answer["count"] = 1
        answer["resolved"] = .bool(report.fix != nil)
        return .object(answer)
    }

    private func count(
        _ report: ErrorReport, _ known: JSONValue, _ passages: AgentPassages, _ now: Timestamp
    ) async throws -> JSONValue {
        let id = known["id"]?.string ?? ""
        var metadata = known["metadata"]?.object ?? JSONObject()
        let wasResolved = metadata["resolved"]?.bool == true
        let count = (metadata["count"]?.int ?? 1) + (report.fix == nil || wasResolved ? 1 : 0)
        metadata["count"] = .int(Int64(count))
        metadata["last_seen"] = .string(now.iso8601)
        // An error that comes back after its fix is not resolved.
        metadata["resolved"] = .bool(report.fix != nil)
        var body = JSONObject()
        if let fix = report.fix {
            metadata["fix"] = .string(fix)
            let line = ErrorReport.line(fix: fix)
            let text = known["text"]?.string ?? report.text
            if !text.split(separator: "\n").contains(Substring(line)) { body["text"] = .string(text + "\n" + line) }
        }
        body["metadata"] = .object(metadata)
        _ = try await passages.update(id, body)
        var answer: JSONObject = [
            "id": .string(id), "stored": false, "count": .int(Int64(count)), "resolved": .bool(report.fix != nil),
        ]
        if report.fix == nil, let fix = metadata["fix"] { answer["fix"] = fix }
        if wasResolved, report.fix == nil {
            answer["hints"] = ["This error was resolved before and is back: it counts as open again."]
        }
        return .object(answer)
    }
}
