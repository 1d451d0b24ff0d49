import Platform

/// What a session's start has to choose from.
struct StartMemory: Sendable {
    let project: String
    var git: GitFolder?
    var changed: [GitFolder.ChangedFile] = []
    var blocks: [MemoryBlock] = []
    var lessons: [ContextNote] = []
    var related: [ContextNote] = []

    static let mostFiles = 8

    init(project: String) { self.project = project }

    /// What text search looks for: the names of what is being worked on.
    var words: String {
        let branch = git?.branch.map { $0.hasPrefix("commit ") ? "" : $0 } ?? ""
        let names =
            [project, branch]
            + changed.map { file in
                let name = file.path.split(separator: "/").last ?? ""
                return name.split(separator: ".").first.map(String.init) ?? ""
            }
        return names.flatMap { $0.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init) }
            .filter { $0.count > 2 && !Self.ordinary.contains($0.lowercased()) }
            .uniqued.prefix(24).joined(separator: " ")
    }

    /// Words of branches and files that every project has.
    private static let ordinary: Set<String> = [
        "main", "master", "develop", "dev", "feature", "feat", "fix", "bugfix", "hotfix", "chore", "release", "wip",
        "index",
        "readme", "package", "license", "makefile", "init", "mod", "lib", "test", "tests", "src",
    ]
}

/// The context of a session's start, within its budget.
struct StartText: Sendable {
    private let memory: StartMemory

    init(_ memory: StartMemory) { self.memory = memory }

    /// - Returns: the text, nil when there is nothing to tell, and the ids of the passages in it.
    func composed(within budget: Int) -> (text: String?, ids: [String]) {
        let blocks = memory.blocks.filter { $0.label != "persona" }.compactMap { StartSection($0, memory.project) }
        let persona = memory.blocks.first { $0.label == "persona" }.flatMap { StartSection($0, memory.project) }
        let head = headLines
        let room = budget - StoredText.envelopeSize - head.reduce(0) { $0 + StoredText.size(of: $1) + 1 }
        guard room > 0 else { return (nil, []) }
        let standing = Set(blocks.flatMap(\.lessons))
        func isNew(_ note: ContextNote) -> Bool { !standing.contains(note.lesson) }
        let notes = [
            StartSection("Newest lessons, newest first", memory.lessons.filter(isNew), weight: 2),
            StartSection("Notes about what is worked on", memory.related.filter(isNew), weight: 1),
        ].compactMap { $0 }
        let sections = blocks + notes
        guard !sections.isEmpty || persona != nil else { return (nil, []) }
        let shares = Self.shares(of: room, among: sections.map { ($0.size, $0.weight) })
        var parts = zip(sections, shares).map { $0.cut(to: $1) }
        // Persona is how the memory speaks of itself: only into room that nothing else wants.
        let left = room - parts.reduce(0) { $0 + $1.size }
        if let persona, left >= min(persona.size, 300) { parts.insert(persona.cut(to: left), at: blocks.count) }
        // A lesson of the block that was cut away was not shown: a prompt may bring its note.
        let shown = Set(parts.flatMap(\.lines).compactMap(StartSection.lesson))
        let told = (memory.lessons + memory.related).filter { shown.contains($0.lesson) }.map(\.id)
        return (StoredText.enveloped(head + parts.flatMap(\.lines)), parts.flatMap(\.ids) + told)
    }

    private var headLines: [String] {
        var lines = ["Memory of the project '\(StoredText.name(memory.project, 60))', kept by Roost."]
        if let branch = memory.git?.branch { lines.append("Branch: \(StoredText.name(branch, 100))") }
        if !memory.changed.isEmpty {
            let files = memory.changed.map {
                "\(StoredText.name($0.path, 100)) (\($0.time.day))"
            }
            lines.append("Changed last: " + files.joined(separator: ", "))
        }
        return lines
    }

    /// Room for each by its weight; what one does not need goes to the others.
    static func shares(of room: Int, among wishes: [(size: Int, weight: Int)]) -> [Int] {
        var shares = wishes.map { _ in 0 }
        var open = Set(wishes.indices)
        var left = max(0, room)
        while !open.isEmpty {
            let weights = open.reduce(0) { $0 + wishes[$1].weight }
            let content = open.filter { wishes[$0].size <= left * wishes[$0].weight / weights }
            if content.isEmpty {
                for index in open { shares[index] = left * wishes[index].weight / weights }
                return shares
            }
            let before = left
            for index in content {
                shares[index] = wishes[index].size
                left = max(0, left - wishes[index].size)
            }
            assert(left <= before)
            open.subtract(content)
        }
        return shares
    }
}

/// A part of a session's start: a block, or some notes.
struct StartSection: Sendable {
    struct Part: Sendable {
        var lines: [String] = []
        var ids: [String] = []

        var size: Int { lines.reduce(0) { $0 + StoredText.size(of: $1) + 1 } }
    }

    private enum Content: Sendable {
        /// Cut at its end.
        case text([String])
        /// Dated lines, the newest last; cut at its beginning.
        case lessons([String])
        case notes([(line: String, id: String)])
    }

    let title: String
    let weight: Int
    private let content: Content
    private static let longestNote = 320

    /// Nil for a block that nobody has written into yet.
    init?(_ block: MemoryBlock, _ project: String) {
        let value = block.value
        if value.allSatisfy(\.isWhitespace) || ProjectBlocks.isUnwritten(block, project) { return nil }
        let since = block.changed.map { ", changed " + StoredText.name(String($0.prefix(10))) } ?? ""
        title = "Block \(StoredText.name(block.label, 60))\(since):"
        weight = 3
        guard block.label == "learnings" else {
            content = .text(StoredText.quoted(Self.trimmed(value)))
            return
        }
        let lines = value.split(separator: "\n", omittingEmptySubsequences: false)
        let line = lines.firstIndex { $0.allSatisfy { $0 == "-" || $0.isWhitespace } && $0.contains("---") }
        let below = line.map { lines[($0 + 1)...].joined(separator: "\n") } ?? value
        let written = StoredText.quoted(Self.trimmed(below)).filter { $0 != "|" }
        if written.isEmpty { return nil }
        content = .lessons(written)
    }

    /// Nil without notes.
    init?(_ title: String, _ notes: [ContextNote], weight: Int) {
        if notes.isEmpty { return nil }
        self.title = title + ":"
        self.weight = weight
        content = .notes(notes.map { ($0.line(Self.longestNote), $0.id) })
    }

    private static func trimmed(_ text: String) -> String {
        var text = Substring(text)
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text.drop { $0.isNewline })
    }

    /// What it takes when nothing is cut.
    var size: Int { whole.size }

    /// What the lines of the block `learnings` say, without dates and types: the notes of the same lessons need not be told too.
    var lessons: [String] {
        if case .lessons(let lines) = content { lines.compactMap(Self.lesson) } else { [] }
    }

    /// `Use pnpm.` of `| [2026-11-20] [preference] Use pnpm.`; nil for other lines.
    fileprivate static func lesson(_ line: String) -> String? {
        guard line.hasPrefix("| [") else { return nil }
        var rest = line.dropFirst(2)
        while rest.first == "[", let end = rest.firstIndex(of: "]") {
            rest = rest[end...].dropFirst().drop { $0 == " " }
        }
        return rest.isEmpty ? nil : String(rest)
    }

    private var whole: Part {
        switch content {
        case .text(let lines), .lessons(let lines): Part(lines: [title] + lines)
        case .notes(let notes): Part(lines: [title] + notes.map(\.line), ids: notes.map(\.id))
        }
    }

    /// As much of it as fits; nothing when that is too little to tell anything.
    func cut(to room: Int) -> Part {
        let whole = whole
        if whole.size <= room { return whole }
        let left = room - StoredText.size(of: title) - 1
        guard left >= Self.least else { return Part() }
        switch content {
        case .text(let lines): return Part(lines: [title] + Self.first(lines, left))
        case .lessons(let lines): return Part(lines: [title] + Self.last(lines, left))
        case .notes(let notes):
            var used = 0
            let fitting = notes.prefix {
                used += StoredText.size(of: $0.line) + 1
                return used <= left
            }
            return fitting.isEmpty ? Part() : Part(lines: [title] + fitting.map(\.line), ids: fitting.map(\.id))
        }
    }

    /// The note that the rest was cut, and a line.
    private static let least = 80
    private static let more = "(The rest was cut: read_memory shows all of it.)"

    private static func first(_ lines: [String], _ room: Int) -> [String] {
        kept(lines, room - StoredText.size(of: more) - 1) + [more]
    }

    private static func last(_ lines: [String], _ room: Int) -> [String] {
        [more] + kept(lines.reversed(), room - StoredText.size(of: more) - 1).reversed()
    }

    /// The lines that fit; of the first that does not, its beginning where that is worth it.
    private static func kept(_ lines: [String], _ room: Int) -> [String] {
        var left = room
        var kept: [String] = []
        for line in lines {
            let size = StoredText.size(of: line) + 1
            guard size <= left else {
                if left > least { kept.append(StoredText.beginning(of: line, left - 1)) }
                break
            }
            left -= size
            kept.append(line)
        }
        return kept
    }
}
