import Platform

/// Goes through the new lines of a transcript and notes in a session's record what is worth keeping.
struct TranscriptReading {
    private(set) var record: SessionRecord
    private let rules: IgnoreRules
    /// What must not be repeated: private parts of prompts, and contents of files that are not tracked.
    private(set) var hidden: PrivateText
    /// What tools said in this turn: nobody's lesson.
    private var toolTexts: [[UInt8]] = []
    private var toolBytes = 0
    private var prompt = ""

    /// What was found out about sentences and paths before.
    private var words = SentenceWords()
    private var paths: [String: TrackedPath] = [:]

    private static let mostToolBytes = 512 << 10
    private static let longestText = 12_000
    /// Of a long prompt the middle is most often pasted.
    private static let promptEnds = 700

    init(_ record: SessionRecord, rules: IgnoreRules, hidden: PrivateText) {
        self.record = record
        self.rules = rules
        self.hidden = hidden
    }

    /// Reads what there is. False when there is no transcript.
    /// - Parameter isTurnOver: what was said last is the turn's answer.
    mutating func read(_ file: TranscriptFile, until end: ContinuousClock.Instant, isTurnOver: Bool) -> Bool {
        var copy = self
        let reading = file.read(
            from: record.offset, identity: record.identity, until: end,
            begin: { isAnew in if isAnew { copy.startAnew() } },
            line: { bytes, offset in copy.add(bytes, at: offset) })
        self = copy
        guard let reading else { return false }
        record.offset = reading.offset
        record.identity = reading.identity
        if reading.isAtEnd, isTurnOver { endTurn() }
        return true
    }

    /// The file is another one: what was counted would be counted twice.
    private mutating func startAnew() {
        record.calls = JSONObject()
        record.tools = JSONObject()
        record.openText = ""
        record.turns = 0
        record.privateOffsets = []
        record.prompts = []
    }

    private func hide(_ text: String) -> String { Redaction.redacted(hidden.removed(from: text)) }

    mutating func add(_ bytes: [UInt8], at offset: Int) {
        bytes.withUnsafeBufferPointer { add($0, at: offset) }
    }

    private mutating func add(_ bytes: UnsafeBufferPointer<UInt8>, at offset: Int) {
        let calls = record.calls
        guard let line = TranscriptEntry.line(bytes, needs: { Self.needsText(calls[$0]) }) else { return }
        if !line.prompt.isEmpty { prompt = line.prompt }
        if !line.time.isEmpty {
            if record.began.isEmpty { record.began = line.time }
            record.ended = line.time
        }
        for entry in line.entries {
            switch entry {
            case .prompt(let text): add(prompt: text, at: offset)
            case .text(let text):
                record.openText = hide(ShortText.beginning(of: text, Self.longestText))
                record.openAt = record.ended
            case .call(let id, let tool, let arguments): add(call: id, tool, arguments)
            case .result(let id, let isError, let text): add(result: id, isError: isError, text)
            }
        }
    }

    // MARK: The user

    private mutating func add(prompt text: String, at offset: Int) {
        endTurn()
        record.turns &+= 1
        record.usesWeb = false
        toolTexts = []
        toolBytes = 0
        if PrivateText.mentions(text) {
            hidden.add(PrivateText(of: text))
            record.notePrivate(offset)
        }
        let own = hide(PrivateText.removed(from: text))
        let shown = ShortText.preview(own, 240)
        if !shown.isEmpty { record.prompts = Self.bounded(record.prompts + [shown], SessionRecord.limits.prompts) }
        // A sentence does not go on behind what was taken out.
        let visible = own.split(separator: PrivateText.mark).joined(separator: "\n\n")
        for (index, sentence) in Self.sentences(ofPrompt: visible).enumerated() {
            let cues = SentenceCues(sentence)
            if cues.isPreference { add(finding: "preference", sentence, .user) }
            if index == 0, record.turns > 1, cues.isCorrection {
                record.corrections = Self.bounded(record.corrections + [ShortText.preview(sentence, 240)], 8)
            }
        }
    }

    private static func sentences(ofPrompt text: String) -> [String] {
        if text.utf8.count <= promptEnds * 2 || text.count <= promptEnds * 2 { return Sentences.of(text) }
        return Sentences.of(String(text.prefix(promptEnds))) + Sentences.of(String(text.suffix(promptEnds)))
    }

    /// The first and the latest.
    private static func bounded(_ texts: [String], _ most: Int) -> [String] {
        let texts = texts.uniqued
        return texts.count <= most ? texts : Array(texts.prefix(2) + texts.suffix(most - 2))
    }

    // MARK: Tools

    private mutating func add(call id: String, _ tool: String, _ arguments: JSONObject) {
        // What was said before a tool is called is a plan.
        record.openText = ""
        record.tools[tool] = .int(Int64((record.tools[tool]?.int ?? 0) &+ 1))
        var call: JSONObject = ["tool": .string(tool)]
        if tool == "Bash", let command = arguments["command"]?.string {
            call["command"] = .string(ShortText.beginning(of: hide(command), 2000))
        }
        if let path = arguments["file_path"]?.string ?? arguments["notebook_path"]?.string {
            let path = tracked(path)
            call["path"] = .string(path.name)
            if path.isIgnored { call["ignored"] = true }
        }
        if tool == "WebFetch" || tool == "WebSearch" { record.usesWeb = true }
        if record.calls.count >= 64, let oldest = record.calls.members.first { record.calls[oldest.name] = nil }
        record.calls[id] = .object(call)
    }

    /// The same few paths come again and again.
    private mutating func tracked(_ path: String) -> TrackedPath {
        if let known = paths[path] { return known }
        let found = TrackedPath(name: rules.name(path), isIgnored: rules.ignores(path))
        paths[path] = found
        return found
    }

    private struct TrackedPath: Sendable {
        let name: String
        let isIgnored: Bool
    }

    private static func needsText(_ call: JSONValue?) -> Bool {
        guard let tool = call?["tool"]?.string else { return false }
        return call?["ignored"] != nil || tool.hasPrefix("Web") || tool.hasPrefix("mcp__")
    }

    private mutating func add(result id: String, isError: Bool, _ text: String?) {
        guard let call = record.calls[id]?.object, let tool = call["tool"]?.string else { return }
        record.calls[id] = nil
        if call["ignored"] != nil { hidden.add(ShortText.beginning(of: text ?? "", 64 << 10)) }
        if let text, toolBytes < Self.mostToolBytes {
            toolTexts.append(Array(text.utf8))
            toolBytes += text.utf8.count
        }
        let command = call["command"]?.string ?? ""
        if isError {
            let arguments: JSONObject = ["command": .string(command)]
            let failure = ToolFailure(
                tool: tool, arguments: arguments, error: text ?? "", id: id, prompt: prompt, at: record.ended, rules,
                hide: hide)
            if let failure { record.add(failure) }
            return
        }
        if let path = call["path"]?.string, call["ignored"] == nil, ["Edit", "Write", "NotebookEdit"].contains(tool) {
            record.noteEdit(path)
        }
        let line = ShellLine(command)
        if let program = tool == "Bash" ? line.program : tool {
            record.resolve(program, command: ShortText.preview(line.text, 160))
        }
    }

    // MARK: The assistant's answer

    /// An answer that stands in no transcript.
    mutating func add(answer: String, at time: Timestamp) {
        let before = record.openText
        if record.ended.isEmpty { record.ended = time.iso8601 }
        record.openText = hide(ShortText.beginning(of: answer, Self.longestText))
        endTurn()
        record.openText = before
    }

    /// What was said last is the answer.
    mutating func endTurn() {
        guard !record.openText.isEmpty else { return }
        let sentences = Sentences.of(record.openText).filter { !Self.isMarked($0) }
        var outcomes: [(sentence: String, score: Int)] = []
        for (index, sentence) in sentences.enumerated() where Sentences.lengths.contains(sentence.characters) {
            let cues = SentenceCues(sentence)
            let (finding, outcome) = (cues.finding, cues.outcome * 10 - min(index, 9))
            guard finding != nil || outcome > 10, !isFromTool(sentence) else { continue }
            if let finding { add(finding: finding, sentence, record.usesWeb ? .web : .assistant) }
            if outcome > 10 { outcomes.append((sentence, outcome)) }
        }
        for (sentence, _) in outcomes.sorted(by: { $0.score > $1.score }).prefix(2)
        where !words.areAlike(sentence, record.done) {
            record.done = Self.bounded(record.done + [sentence], SessionRecord.limits.done)
        }
        record.openText = ""
    }

    /// Something was taken out of it.
    private static func isMarked(_ text: String) -> Bool {
        ByteSearch.has(text, Redaction.mark) || ByteSearch.has(text, PrivateText.mark)
    }

    private func isFromTool(_ sentence: String) -> Bool {
        let sentence = Array(sentence.utf8)
        return toolTexts.contains { ByteSearch.has($0, sentence) }
    }

    private mutating func add(finding type: String, _ text: String, _ trust: Provenance.Trust) {
        guard record.findings.count < SessionRecord.limits.findings,
            !Self.isMarked(text), !words.areAlike(text, record.findings.lazy.map(\.text))
        else { return }
        record.findings.append(Finding(type: type, text: text, trust: trust, at: record.ended))
    }
}

extension SessionRecord {
    /// A prompt with private parts stands here, or is about to.
    mutating func notePrivate(_ offset: Int) {
        if !privateOffsets.contains(offset) { privateOffsets = Array((privateOffsets + [offset]).suffix(50)) }
    }

    /// A file was changed, as the transcript tells it: the hook tells what.
    mutating func noteEdit(_ path: String) {
        touch(path)
        for index in failures.indices where !failures[index].isResolved {
            failures[index].files = Array((failures[index].files + [path]).uniqued.prefix(ToolFailure.mostFiles))
        }
    }
}
