import Client
import Platform

/// `roost recall`: what is known about a question, and why each note was found.
enum RecallCommand {
    static var command: Command {
        var command = Command.overAPI(
            "recall", "Finds notes of the project: score, date, whose words, why it matched",
            [
                Operand(
                    "QUESTION", "A question, words or an exact string; none: the newest", optional: true, repeated: true
                )
            ],
            options: options,
            examples: [
                "roost recall 'why did we leave Redis'",
                "roost recall --bugs 'ECONNREFUSED 127.0.0.1:5432'",
                "roost recall --file-history src/queue.py",
                "roost recall --lessons 7d",
                "roost recall 'slow tests' --type bug --since 2w --save slow",
                "roost recall --saved slow",
            ]
        ) { session in
            try await run(session)
        }
        command.detail = """
            Searches the memory of the project one works in; --shared what its agent shares with others, --all every agent. A
            saved search is kept in ROOST_HOME/searches.json, for all projects; options that are given beside --saved win.
            """
        return command
    }

    private static let searchOptions = [
        Option("type", "TYPE", "Only notes of this type: decision, bug, learning, …"),
        Option("since", "TIME", "Only from then on: 7d, 2w, yesterday, 2026-11-01"),
        Option("until", "TIME", "Only up to then"),
        Option("file", "PATH", "Only notes about this file"), .tags, .metadata,
        Option("shared", nil, "In what the project's agent shares with others"),
        Option("all", nil, "In the memory of every agent"),
        Option("blocks", nil, "In memory blocks too"),
        Option("bugs", nil, "Bugs and errors like the one named"),
        Option("decisions", nil, "Decisions about a topic, and the block architecture_decisions"),
        Option("file-history", nil, "Everything about the file named, the newest first"),
        Option("deployments", nil, "Deployments, of the environment named if one is, the newest first"),
        Option("lessons", nil, "What was learned lately: since the time named, else 7d"),
        .limit(8),
    ]

    private static let options =
        [.agent] + searchOptions + [
            Option("full", nil, "Whole texts"),
            Option("explain", nil, "What each part of the ranking gave"),
            Option("save", "NAME", "Keep this search under a name, and run it"),
            Option("saved", "NAME", "Run a saved search"),
            Option("list-saved", nil, "List the saved searches"),
        ]

    private static func run(_ session: Session) async throws {
        let call = session.call
        let saved = SavedSearches(home: session.settings.home)
        if call.flag("list-saved") { return try list(saved, session) }
        let kept = Set(searchOptions.map(\.name))
        var search = SavedSearches.Search(options: call.options.filter { kept.contains($0.key) }, words: call.operands)
        if let name = call.text("saved") {
            let known = try saved.find(name)
            search.options.merge(known.options) { given, _ in given }
            if search.words.isEmpty { search.words = known.words }
        }
        let reading = RecallReading(search, session)
        let request = try await reading.request()
        if let name = call.text("save") { try saved.save(search, as: name) }
        let answer = try await session.memory.recall(request)
        if call.isJSON {
            return session.terminal.print(json: [
                "results": .array(answer.found.map(\.json)), "hints": .array(answer.hints.map { .string($0) }),
            ])
        }
        RecallReport(answer, request, session).print()
        guard !request.query.isEmpty, !answer.found.contains(where: \.isRelevant) else { return }
        // Only a hint: what was found has been shown.
        if (try? await session.memory.status())?["search"] == "words" {
            session.terminal.printError(
                "Words alone were compared: there is no embedding model. 'roost doctor' says why.")
        }
    }

    private static func list(_ saved: SavedSearches, _ session: Session) throws {
        let all = try saved.all()
        var table = Table("NAME", "SEARCH")
        for entry in all { table.add(entry.name, words(of: entry.search)) }
        let items = all.map { entry -> JSONValue in
            var object: JSONObject = ["name": .string(entry.name)]
            for member in entry.search.json.object?.members ?? [] { object[member.name] = member.value }
            return .object(object)
        }
        session.show(items, empty: "No search is saved. Keep one with 'roost recall … --save NAME'.", table)
    }

    /// As one would write it.
    private static func words(of search: SavedSearches.Search) -> String {
        let options = searchOptions.flatMap { option -> [String] in
            guard let values = search.options[option.name] else { return [] }
            return option.value == nil
                ? ["--\(option.name)"] : values.map { "--\(option.name) \(ShellWord.quoted($0))" }
        }
        return (search.words.map(ShellWord.quoted) + options).joined(separator: " ")
    }
}

/// What the words and options of `roost recall` ask for.
private struct RecallReading {
    let search: SavedSearches.Search
    let session: Session

    init(_ search: SavedSearches.Search, _ session: Session) {
        self.search = search
        self.session = session
    }

    private func text(_ name: String) -> String? { search.options[name]?.last }
    private func flag(_ name: String) -> Bool { search.options[name] != nil }
    private var words: String { search.words.joined(separator: " ") }

    func request() async throws -> RecallRequest {
        var request = RecallRequest(query: words)
        request.limit = text("limit").flatMap { Int($0) } ?? 8
        request.isExplained = session.call.flag("explain")
        request.tags = search.options["tag"] ?? []
        if let type = text("type") { request.tags.append("type:" + type) }
        if let json = text("metadata") {
            // The sentence says what is wanted.
            guard let object = (try? JSONValue(parsing: json))?.object else {
                throw Failure("--metadata must be a JSON object.")
            }
            request.metadata = object
        }
        if let file = text("file") { request.metadata["file_path"] = .string(await session.noted(file)) }
        request.since = try time("since")
        request.until = try time("until")
        if flag("shared"), flag("all") { throw usage("Name --shared or --all, not both.") }
        request.scope = flag("all") ? .all : flag("shared") ? .shared : .project
        if flag("blocks") { request.sources.append(.blocks) }
        try await apply(&request)
        return request
    }

    /// The searches that have a name of their own.
    private func apply(_ request: inout RecallRequest) async throws {
        let named = ["bugs", "decisions", "file-history", "deployments", "lessons"].filter(flag)
        guard named.count <= 1 else { throw usage("Name --\(named[0]) or --\(named[1]), not both.") }
        switch named.first {
        case "bugs":
            request.tags.append("type:bug")
        case "decisions":
            request.tags.append("type:decision")
            request.blocks = ["architecture_decisions"]
        case "file-history":
            guard !words.isEmpty else { throw usage("Which file? roost recall --file-history PATH") }
            request.query = ""
            request.metadata["file_path"] = .string(await session.noted(words))
        case "deployments":
            request.tags.append("type:deployment")
            request.query = ""
            if !words.isEmpty { request.metadata["environment"] = .string(words) }
        case "lessons":
            request.tags.append("type:learning")
            request.query = ""
            request.since = try time(words.isEmpty ? "7d" : words, option: "lessons")
        default: break
        }
    }

    private func time(_ option: String) throws -> String? { try text(option).map { try time($0, option: option) } }

    private func time(_ text: String, option: String) throws -> String {
        guard let time = RecallTime.time(text, now: .now) else {
            throw usage(
                "'\(text)' is not a time for --\(option). Write 7d, 2w, yesterday, 2026-11-01 or 2026-11-01T10:00Z.")
        }
        return time
    }

    private func usage(_ message: String) -> UsageError {
        UsageError(message: message, path: session.call.command.path)
    }
}

/// What was recalled, for people.
private struct RecallReport {
    let answer: RecallAnswer
    let request: RecallRequest
    let terminal: Terminal
    let isFull: Bool

    init(_ answer: RecallAnswer, _ request: RecallRequest, _ session: Session) {
        self.answer = answer
        self.request = request
        terminal = session.terminal
        isFull = session.call.flag("full")
    }

    private var width: Int { min(terminal.width, 100) }

    func print() {
        for (place, note) in answer.found.enumerated() {
            if place > 0 { terminal.print("") }
            show(note)
        }
        if answer.found.isEmpty {
            terminal.printError("Nothing was found.")
        } else if answer.found.allSatisfy({ !$0.isRelevant }) {
            terminal.printError("\nNone of these is surely about it; they are the nearest.")
        }
        for hint in answer.hints { terminal.printError(hint) }
        if answer.isWithoutMemory { terminal.printError("--all searches the memory of every agent.") }
    }

    private func show(_ note: Recalled) {
        let style = terminal.style
        var facts = [note.score.map { $0 > 0 ? "\(Int(($0 * 100).rounded()))%" : nil } ?? nil]
        facts.append(note.date.map(Table.time))
        facts.append(type(of: note))
        facts.append(
            [note.trust.map { "words of \($0)" }, note.source.map { "by \($0)" }].compactMap { $0 }.joined(
                separator: ", "))
        if request.scope != .project || note.from == .blocks { facts.append(note.memory) }
        let head = facts.compactMap { $0 }.filter { !$0.isEmpty }.map(Table.oneLine).joined(separator: "  ")
        terminal.print(note.isRelevant ? style.bold(head) : style.faint(head))
        for line in lines(of: note.text) { terminal.print("  \(line)") }
        let why = note.why.map(Table.oneLine).joined(separator: "; ")
        if !why.isEmpty {
            for line in HelpText.wrapped("why: \(why)", width: width - 2) { terminal.print(style.faint("  \(line)")) }
        }
        if let parts = note.parts {
            let shown = parts.members.map { "\($0.name) \($0.value.text)" }.joined(separator: ", ")
            for line in HelpText.wrapped("parts: \(shown)", width: width - 2) {
                terminal.print(style.faint("  \(line)"))
            }
        }
        terminal.print(style.faint("  \(note.id)"))
    }

    private func type(of note: Recalled) -> String? {
        if note.from == .blocks { return "block" }
        let type = note.metadata["type"]?.string
        guard type == "bug", let isResolved = note.metadata["resolved"]?.bool else { return type }
        let count = note.metadata["count"]?.int ?? 1
        return "bug, \(isResolved ? "resolved" : "open")\(count > 1 ? ", \(count) times" : "")"
    }

    /// The lines of a text as they are when there are few, else its beginning.
    private func lines(of text: String) -> [String] {
        let own = text.split(separator: "\n", omittingEmptySubsequences: false)
        if isFull || own.count <= 6 {
            let wrapped = own.flatMap { HelpText.wrapped(Table.oneLine(String($0)), width: width - 2) }
            if isFull || wrapped.count <= 8 { return wrapped }
        }
        return Excerpt(text, around: HelpText.wrapped(request.query, width: 1), width: width - 2, lines: 6).lines
    }
}
