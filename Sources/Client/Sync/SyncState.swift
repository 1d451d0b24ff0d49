import Glibc
import Platform

/// What two stores had in common when they were synchronized last: a file with the whole, and one with what came since, a line a
/// change. A line that was cut off by the end of a process is passed over; what it said is found again by content.
struct SyncState: Sendable {
    struct Pair: Sendable, Equatable {
        let local: String
        let remote: String
        /// The content that both had.
        let digest: String

        subscript(place: SyncPlace) -> String { place == .local ? local : remote }
    }

    /// A copy that is being made: written down before the request, because the process may end after it.
    struct Pending: Sendable, Equatable {
        /// Where the original is.
        let from: SyncPlace
        let id: String
        let birth: String
        let digest: String
    }

    private(set) var pairs: [String: Pair] = [:]
    private var remotes: [String: String] = [:]
    private(set) var pending: [Pending] = []
    private(set) var blocks: [String: SyncBlockContent] = [:]
    /// Blocks that are being made, by place and label.
    private(set) var pendingBlocks: [String: SyncBlockContent] = [:]
    /// How far the change feeds were read.
    private(set) var cursors: [SyncPlace: Int] = [:]

    private let path: String
    private let isWritten: Bool

    /// - Parameter isWritten: false for a look that leaves the files as they are.
    init(path: String, isWritten: Bool = true) throws {
        self.path = path
        self.isWritten = isWritten
        guard FileText.exists(path) else { return }
        apply(try JSONValue(parsing: try FileText.read(path)))
        guard FileText.exists(path + ".log") else { return }
        for line in try FileText.read(path + ".log").split(separator: UInt8(ascii: "\n")) {
            // The last line may be cut off.
            guard let entry = try? JSONValue(parsing: Array(line)) else { break }
            apply(entry)
        }
    }

    func pair(_ place: SyncPlace, _ id: String) -> Pair? {
        place == .local ? pairs[id] : remotes[id].flatMap { pairs[$0] }
    }

    static func blockKey(_ place: SyncPlace, _ label: String) -> String { place.rawValue + " " + label }

    // MARK: Changing it; every change is written down at once

    mutating func add(_ new: [Pair], removing old: [Pair] = []) throws {
        try note([
            "unpair": .array(old.map { .string($0.local) }), "pair": .array(new.map(\.json)),
        ])
    }

    mutating func begin(_ new: [Pending]) throws { try note(["pending": .array(new.map(\.json))]) }

    mutating func set(_ label: String, _ content: SyncBlockContent?) throws {
        try note(["block": .string(label), "content": content?.json ?? .null])
    }

    mutating func begin(_ content: SyncBlockContent, _ label: String, on place: SyncPlace) throws {
        try note(["making": .string(Self.blockKey(place, label)), "content": content.json])
    }

    /// All that was seen is done: the next run goes on from these cursors.
    mutating func complete(_ cursors: [SyncPlace: Int]) throws {
        self.cursors = cursors
        pending = []
        pendingBlocks = [:]
        guard isWritten else { return }
        try FileText.writePrivate(Array(json.text.utf8), to: path)
        unlink(path + ".log")
    }

    private mutating func note(_ entry: JSONValue) throws {
        apply(entry)
        guard isWritten else { return }
        if !FileText.exists(path) { try FileText.writePrivate(Array("{}".utf8), to: path) }
        let descriptor = open(path + ".log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError("Cannot write \(path).log: \(FileText.reason()).") }
        defer { close(descriptor) }
        guard writeAll(Array((entry.text + "\n").utf8), to: descriptor) else {
            throw FileError("Cannot write \(path).log: \(FileText.reason()).")
        }
    }

    // MARK: Its form

    private mutating func apply(_ entry: JSONValue) {
        for id in entry["unpair"]?.strings ?? [] {
            if let pair = pairs.removeValue(forKey: id) { remotes[pair.remote] = nil }
        }
        for pair in (entry["pair"]?.array ?? []).compactMap(Pair.init) {
            if let old = pairs[pair.local] { remotes[old.remote] = nil }
            pairs[pair.local] = pair
            remotes[pair.remote] = pair.local
        }
        pending += (entry["pending"]?.array ?? []).compactMap(Pending.init)
        if let label = entry["block"]?.string {
            blocks[label] = entry["content"].flatMap(SyncBlockContent.init)
            for place in SyncPlace.allCases { pendingBlocks[Self.blockKey(place, label)] = nil }
        }
        if let key = entry["making"]?.string { pendingBlocks[key] = entry["content"].flatMap(SyncBlockContent.init) }
        for member in entry["blocks"]?.object?.members ?? [] { blocks[member.name] = SyncBlockContent(member.value) }
        for place in SyncPlace.allCases {
            if let cursor = entry["cursors"]?[place.rawValue]?.int { cursors[place] = cursor }
        }
    }

    private var json: JSONValue {
        [
            "cursors": .object(JSONObject(cursors.map { ($0.key.rawValue, .int(Int64($0.value))) })),
            "blocks": .object(JSONObject(blocks.map { ($0.key, $0.value.json) })),
            "pair": .array(pairs.values.map(\.json)),
        ]
    }
}

extension SyncState.Pair {
    fileprivate init?(_ json: JSONValue) {
        guard let parts = json.strings, parts.count == 3 else { return nil }
        self.init(local: parts[0], remote: parts[1], digest: parts[2])
    }

    fileprivate var json: JSONValue { [.string(local), .string(remote), .string(digest)] }
}

extension SyncState.Pending {
    fileprivate init?(_ json: JSONValue) {
        guard let parts = json.strings, parts.count == 4, let from = SyncPlace(rawValue: parts[0]) else { return nil }
        self.init(from: from, id: parts[1], birth: parts[2], digest: parts[3])
    }

    fileprivate var json: JSONValue { [.string(from.rawValue), .string(id), .string(birth), .string(digest)] }
}

extension SyncBlockContent {
    init?(_ json: JSONValue) {
        guard let value = json["value"]?.string, let settings = json["settings"]?.object else { return nil }
        self.init(value: value, settings: settings)
    }

    var json: JSONValue { ["value": .string(value), "settings": .object(settings)] }
}
