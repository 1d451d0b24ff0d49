/// One line an event on standard error: `key=value` words for a terminal, a JSON object otherwise. Callers pass facts
/// (ids, counts, durations, routes), never memory text or secrets.
package struct Log: Sendable {
    package enum Level: Int, Sendable, Comparable, CaseIterable {
        case debug, info, warning, error

        package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }

        // Written out: `"\(self)"` is looked up in the type's metadata, also by processes that live for milliseconds.
        package var name: String {
            switch self {
            case .debug: "debug"
            case .info: "info"
            case .warning: "warning"
            case .error: "error"
            }
        }

        /// The level of a name: `debug`.
        package init?(_ name: String) {
            guard let level = Self.allCases.first(where: { $0.name == name }) else { return nil }
            self = level
        }
    }

    package let level: Level
    package let isJSON: Bool
    private let write: @Sendable ([UInt8]) -> Void

    /// - Parameter write: takes one line with its newline; by default standard error.
    package init(level: Level, isJSON: Bool, write: @escaping @Sendable ([UInt8]) -> Void = Log.toStandardError) {
        self.level = level
        self.isJSON = isJSON
        self.write = write
    }

    /// Discards everything.
    package static let silent = Log(level: .error, isJSON: true) { _ in }

    package func debug(_ event: StaticString, _ facts: (StaticString, JSONValue)...) { emit(.debug, event, facts) }
    package func info(_ event: StaticString, _ facts: (StaticString, JSONValue)...) { emit(.info, event, facts) }
    package func warning(_ event: StaticString, _ facts: (StaticString, JSONValue)...) { emit(.warning, event, facts) }
    package func error(_ event: StaticString, _ facts: (StaticString, JSONValue)...) { emit(.error, event, facts) }

    private func emit(_ level: Level, _ event: StaticString, _ facts: [(StaticString, JSONValue)]) {
        guard level >= self.level else { return }
        var line = isJSON ? jsonLine(level, event, facts) : textLine(level, event, facts)
        line.append(UInt8(ascii: "\n"))
        write(line)
    }

    private func jsonLine(_ level: Level, _ event: StaticString, _ facts: [(StaticString, JSONValue)]) -> [UInt8] {
        var json = JSONWriter(reserving: 256)
        json.object { json in
            json.field("time", Timestamp.now)
            json.field("level", "\(level)")
            json.field("event", "\(event)")
            for (name, value) in facts { json.field(name, value) }
        }
        return json.bytes
    }

    private func textLine(_ level: Level, _ event: StaticString, _ facts: [(StaticString, JSONValue)]) -> [UInt8] {
        var line = "\(Timestamp.now.iso8601) \("\(level)".uppercased()) \(event)"
        for (name, value) in facts { line += " \(name)=\(value.text)" }
        return Array(line.utf8)
    }

    /// Writes to file descriptor 2, whole lines at once; a log that cannot be written is dropped.
    @Sendable package static func toStandardError(_ line: [UInt8]) { writeAll(line, to: 2) }
}
