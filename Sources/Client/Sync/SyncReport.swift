package import Platform

/// What one synchronization did.
package struct SyncReport: Sendable, Equatable {
    package struct Counts: Sendable, Equatable {
        package var created = 0
        package var updated = 0
        package var deleted = 0

        package var isEmpty: Bool { created + updated + deleted == 0 }

        var json: JSONValue {
            ["created": .int(Int64(created)), "updated": .int(Int64(updated)), "deleted": .int(Int64(deleted))]
        }
    }

    /// What was written on each side: blocks and passages.
    package var written: [SyncPlace: Counts] = [.local: Counts(), .remote: Counts()]
    /// Both sides had changed the same, in words.
    package var conflicts: [String] = []
    /// What could not be written, in words.
    package var problems: [String] = []
    /// Changes that wait, because this run goes in one direction or is dry.
    package var waiting: [String] = []
    package var waitingCount = 0
    /// Another process synchronizes the same at the moment.
    package var isElsewhere = false

    /// Neither side knows this project yet.
    package var hasNoMemory = false

    package var hasFailed: Bool { !problems.isEmpty }
    package var isQuiet: Bool {
        written.values.allSatisfy(\.isEmpty) && conflicts.isEmpty && problems.isEmpty && waiting.isEmpty
    }

    private static let mostShown = 100

    mutating func wait(_ text: @autoclosure () -> String) {
        waitingCount += 1
        if waiting.count < Self.mostShown { waiting.append(text()) }
    }

    package var json: JSONValue {
        var object = JSONObject([
            ("local", (written[.local] ?? Counts()).json), ("remote", (written[.remote] ?? Counts()).json),
            ("conflicts", .array(conflicts.map { .string($0) })), ("problems", .array(problems.map { .string($0) })),
            ("waiting", .array(waiting.map { .string($0) })), ("waiting_count", .int(Int64(waitingCount))),
        ])
        if isElsewhere { object["elsewhere"] = true }
        if hasNoMemory { object["no_memory"] = true }
        return .object(object)
    }
}
