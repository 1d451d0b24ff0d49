import Platform

/// Makes deliveries of what a session's record holds. Each has a key, so that the same is stored once however often it is made.
struct SessionNotes: Sendable {
    let session: String
    let identity: Delivery.Identity
    let now: Timestamp

    static func tag(_ session: String) -> String { "session:" + session }

    private var project: String? { identity.scope.project }

    /// What can be written at the end of a turn. What it makes is noted in the record as pending.
    func write(_ record: inout SessionRecord) {
        for index in record.changes.indices where !record.changes[index].isWritten {
            let change = record.changes[index]
            let note = note(
                change.text, type: "file_change", at: change.at, trust: .tool, tool: change.tool, file: change.path,
                ["file_path": .string(change.path), "operation": .string(change.operation)])
            let key = key("change", [change.prompt, change.path])
            record.pending.append(delivery(key, note, at: change.at, isUpdate: change.wasWritten))
            record.changes[index].isWritten = true
            record.changes[index].wasWritten = true
        }
        for index in record.failures.indices where !record.failures[index].isWritten {
            let failure = record.failures[index]
            let note = note(
                failure.text, type: "bug", at: failure.at, trust: .tool, tool: failure.tool, file: failure.files.first,
                ["resolved": .bool(failure.isResolved), "program": .string(failure.program)])
            let key = key("failure", [failure.fingerprint])
            record.pending.append(delivery(key, note, at: failure.at, isUpdate: failure.wasWritten))
            record.failures[index].isWritten = true
            record.failures[index].wasWritten = true
        }
        for finding in record.findings {
            let key = key("finding", [finding.type, finding.text])
            guard !record.made.contains(key) else { continue }
            record.made = Array((record.made + [key]).suffix(SessionRecord.limits.made))
            let note = note(
                finding.text, type: finding.type, at: finding.at, trust: finding.trust, tool: nil, file: nil, [:])
            record.pending.append(delivery(key, note, at: finding.at, isUpdate: false))
        }
        forgetOldTurns(&record)
    }

    /// A change of a turn that is over cannot grow any more.
    private func forgetOldTurns(_ record: inout SessionRecord) {
        guard let last = record.changes.last?.prompt else { return }
        record.changes.removeAll { $0.isWritten && $0.prompt != last }
        record.failures = Array(record.failures.suffix(SessionRecord.limits.failures))
    }

    /// The summary, and the lessons for the block; only when they say something new.
    /// - Parameter text: in place of the extractive one.
    func writeSummary(_ record: inout SessionRecord, text: String? = nil) {
        let summary = SessionSummary(record: record, project: project)
        guard let text = text ?? summary.text else { return }
        let digest = StableKey.of(text)
        guard digest != record.summaryDigest else { return }
        var metadata = summary.metadata
        metadata["summary"] = .string("session")
        let note = note(
            text, type: "session_summary", at: record.ended, trust: .assistant, tool: nil, file: nil, metadata)
        record.pending.append(delivery(key("summary", []), note, at: record.ended, isUpdate: true))
        record.summaryDigest = digest
        let day = Timestamp(iso8601: record.ended) ?? now
        let lines = record.findings.filter { $0.trust != .web }.suffix(8).map {
            LearningsBlock.line($0.text, type: $0.type, at: day)
        }
        let lessons = key("lessons", lines)
        guard !lines.isEmpty, !record.made.contains(lessons) else { return }
        record.made.append(lessons)
        record.pending.append(
            Delivery(key: lessons, .lessons(lines), for: identity, session: session, at: record.ended))
    }

    /// What Claude Code itself wrote when it made room, whole.
    func writeCompaction(_ summary: String, _ record: inout SessionRecord) {
        let key = key("compaction", [summary])
        guard !summary.isEmpty, !record.made.contains(key) else { return }
        record.made.append(key)
        let note = note(
            summary, type: "session_summary", at: now.iso8601, trust: .assistant, tool: nil, file: nil,
            ["summary": "compaction"])
        record.pending.append(delivery(key, note, at: now.iso8601, isUpdate: false))
    }

    // MARK: Parts

    private func key(_ kind: String, _ parts: [String]) -> String {
        "hook-\(kind)-" + StableKey.of([session, kind] + parts)
    }

    private func note(
        _ text: String, type: String, at: String, trust: Provenance.Trust, tool: String?, file: String?,
        _ metadata: JSONObject
    ) -> MemoryNote {
        let from = Provenance(source: "claude-code", trust: trust, session: session, tool: tool, file: file)
        var note = MemoryNote(text, type: type, from: from)
        note.tags = [Self.tag(session)]
        note.metadata = metadata
        note.metadata["session_id"] = .string(session)
        note.metadata["timestamp"] = .string(at.isEmpty ? now.iso8601 : at)
        return note
    }

    private func delivery(_ key: String, _ note: MemoryNote, at: String, isUpdate: Bool) -> Delivery {
        var note = note
        note.metadata["key"] = .string(key)
        let body = note.body(project: project)
        return Delivery(
            key: key, isUpdate ? .update(body) : .note(body), for: identity, session: session,
            at: at.isEmpty ? now.iso8601 : at)
    }
}
