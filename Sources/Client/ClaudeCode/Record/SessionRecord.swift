import Platform

/// What the hooks have seen of a session and not yet written, or still need: the part `record` of its file. Everything in it
/// is without secrets.
struct SessionRecord: Sendable, Equatable {
    static let part = "record"

    // MARK: How far the transcript was read

    var transcript: String?
    var offset = 0
    /// Tells one file from another of the same name.
    var identity = ""
    /// Where prompts with private parts may be found.
    var privateOffsets: [Int] = []
    /// Calls of tools without a result yet, by id.
    var calls = JSONObject()
    /// The last text of the turn that is under way.
    var openText = ""
    var openAt = ""
    var usesWeb = false

    // MARK: What was seen

    var began = ""
    var ended = ""
    var turns = 0
    var tools = JSONObject()
    var files: [String] = []
    var changes: [FileChange] = []
    var failures: [ToolFailure] = []
    var prompts: [String] = []
    var corrections: [String] = []
    var findings: [Finding] = []
    var done: [String] = []

    // MARK: What was made of it

    /// Deliveries that are not known to have arrived.
    var pending: [Delivery] = []
    /// Keys of notes that were made.
    var made: [String] = []
    /// What the summary said when it was written last.
    var summaryDigest = ""
    /// Whose memory this is about.
    var identityOfMemory: Delivery.Identity?

    static let limits = (files: 200, prompts: 12, findings: 60, done: 12, made: 600, changes: 300, failures: 60)

    init() {}

    mutating func add(_ change: FileChange) {
        for index in failures.indices where !failures[index].isResolved {
            var files = failures[index].files
            files.append(change.path)
            failures[index].files = Array(files.uniqued.prefix(ToolFailure.mostFiles))
        }
        touch(change.path)
        if let index = changes.firstIndex(where: { $0.path == change.path && $0.prompt == change.prompt }) {
            changes[index].join(change)
        } else if changes.count < Self.limits.changes {
            changes.append(change)
        }
    }

    mutating func add(_ failure: ToolFailure) {
        if let index = failures.firstIndex(where: { $0.fingerprint == failure.fingerprint }) {
            failures[index].join(failure)
        } else if failures.count < Self.limits.failures {
            failures.append(failure)
        }
    }

    /// Something works: it may have failed before, and may be what makes another thing work.
    mutating func resolve(_ program: String, command: String) {
        for index in failures.indices where failures[index].program != program && !failures[index].isResolved {
            failures[index].noteStep(program, command)
        }
        for index in failures.indices where failures[index].program == program && !failures[index].isResolved {
            failures[index].worked = command
            failures[index].isWritten = false
        }
    }

    mutating func touch(_ path: String) {
        if files.count < Self.limits.files, !files.contains(path) { files.append(path) }
    }

    /// Anything that no passage says yet.
    var isUnwritten: Bool {
        !pending.isEmpty || changes.contains { !$0.isWritten } || failures.contains { !$0.isWritten }
    }
}

/// A sentence worth keeping.
struct Finding: Sendable, Equatable {
    /// `decision`, `learning`, `preference`.
    let type: String
    let text: String
    let trust: Provenance.Trust
    let at: String

    var json: JSONValue {
        ["type": .string(type), "text": .string(text), "trust": .string(trust.rawValue), "at": .string(at)]
    }

    init(type: String, text: String, trust: Provenance.Trust, at: String) {
        self.type = type
        self.text = text
        self.trust = trust
        self.at = at
    }

    init?(_ json: JSONValue) {
        guard let type = json["type"]?.string, let text = json["text"]?.string,
            let trust = json["trust"]?.string.flatMap(Provenance.Trust.init)
        else { return nil }
        self.init(type: type, text: text, trust: trust, at: json["at"]?.string ?? "")
    }
}

// MARK: In the session's file

extension SessionRecord {
    init(_ json: JSONValue?) {
        guard let json = json?.object else { return }
        func text(_ name: String) -> String { json[name]?.string ?? "" }
        func texts(_ name: String) -> [String] { json[name]?.strings ?? [] }
        func list<Item>(_ name: String, _ make: (JSONValue) -> Item?) -> [Item] {
            (json[name]?.array ?? []).compactMap(make)
        }
        transcript = json["transcript"]?.string
        offset = json["offset"]?.int ?? 0
        identity = text("identity")
        privateOffsets = list("private") { $0.int }
        calls = json["calls"]?.object ?? JSONObject()
        openText = text("open_text")
        openAt = text("open_at")
        usesWeb = json["web"]?.bool ?? false
        began = text("began")
        ended = text("ended")
        turns = json["turns"]?.int ?? 0
        tools = json["tools"]?.object ?? JSONObject()
        files = texts("files")
        changes = list("changes") { FileChange($0) }
        failures = list("failures") { ToolFailure($0) }
        prompts = texts("prompts")
        corrections = texts("corrections")
        findings = list("findings") { Finding($0) }
        done = texts("done")
        pending = list("pending") { Delivery($0) }
        made = texts("made")
        summaryDigest = text("summary")
        identityOfMemory = json["memory"].flatMap { Delivery.Identity($0) }
    }

    var json: JSONValue {
        var object = JSONObject()
        func set(_ name: String, _ text: String) { if !text.isEmpty { object[name] = .string(text) } }
        func set(_ name: String, _ texts: [String]) { set(name, texts.map { .string($0) }) }
        func set(_ name: String, _ items: [JSONValue]) { if !items.isEmpty { object[name] = .array(items) } }
        set("transcript", transcript ?? "")
        if offset > 0 { object["offset"] = .int(Int64(offset)) }
        set("identity", identity)
        set("private", privateOffsets.map { .int(Int64($0)) })
        if !calls.isEmpty { object["calls"] = .object(calls) }
        set("open_text", openText)
        set("open_at", openAt)
        if usesWeb { object["web"] = true }
        set("began", began)
        set("ended", ended)
        if turns > 0 { object["turns"] = .int(Int64(turns)) }
        if !tools.isEmpty { object["tools"] = .object(tools) }
        set("files", files)
        set("changes", changes.map(\.json))
        set("failures", failures.map(\.json))
        set("prompts", prompts)
        set("corrections", corrections)
        set("findings", findings.map(\.json))
        set("done", done)
        set("pending", pending.map(\.json))
        set("made", made)
        set("summary", summaryDigest)
        if let identityOfMemory { object["memory"] = identityOfMemory.json }
        return .object(object)
    }
}
