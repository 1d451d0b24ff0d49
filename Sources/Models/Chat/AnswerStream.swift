import Domain
import HTTP
import Platform

/// Makes deltas of the bytes of an answer, in whatever pieces they come: events, or one JSON value.
struct AnswerStream: Sendable {
    private enum Form: Sendable {
        case unknown, events
        case json([UInt8])
    }

    private var parser: any AnswerParser
    private var form = Form.unknown
    private var reader = EventReader()
    private(set) var hasEnded = false
    private static let longestJSON = 64 << 20

    init(_ parser: any AnswerParser) { self.parser = parser }

    /// - Throws: `ServiceRefusal`, `UnusableAnswer`.
    mutating func deltas(in bytes: [UInt8]) throws -> [ChatDelta] {
        var bytes = bytes
        if case .unknown = form {
            // Spaces before a body are some servers' way to say that they still work.
            guard let first = bytes.firstIndex(where: { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 })
            else { return [] }
            let isJSON = bytes[first] == UInt8(ascii: "{") || bytes[first] == UInt8(ascii: "[")
            form = isJSON ? .json([]) : .events
            if first > 0 { bytes.removeFirst(first) }
        }
        if case .json(var kept) = form {
            form = .unknown
            kept += bytes
            guard kept.count <= Self.longestJSON else { throw UnusableAnswer("is too large") }
            form = .json(kept)
            return []
        }
        return try deltas(of: reader.events(in: bytes))
    }

    /// The answer is over.
    /// - Throws: `ServiceRefusal`; `UnusableAnswer` when it ended before its end.
    mutating func finish() throws -> [ChatDelta] {
        var deltas: [ChatDelta] = []
        if case .json(let bytes) = form {
            guard let value = try? JSONValue(parsing: bytes) else {
                throw UnusableAnswer("is cut off or not JSON")
            }
            if Self.isError(value) { throw ServiceRefusal(inAnswer: value.array?.first ?? value) }
            try parser.take(whole: value, &deltas)
        } else {
            // The last event of some servers has no empty line after it.
            deltas = try self.deltas(of: reader.events(in: [0x0A, 0x0A]))
        }
        try parser.finish(&deltas)
        note(deltas)
        guard hasEnded else { throw UnusableAnswer("is cut off") }
        return deltas
    }

    private mutating func deltas(of events: [ReceivedEvent]) throws -> [ChatDelta] {
        var deltas: [ChatDelta] = []
        for event in events { try parser.take(event, &deltas) }
        note(deltas)
        return deltas
    }

    private mutating func note(_ deltas: [ChatDelta]) {
        guard !hasEnded else { return }
        hasEnded = deltas.contains { if case .end = $0 { true } else { false } }
    }

    /// Servers tell errors with status 200 too.
    static func isError(_ value: JSONValue) -> Bool {
        guard let error = (value.array?.first ?? value)["error"] else { return false }
        return error.object != nil || error.string != nil
    }
}

extension ReceivedEvent {
    /// The data as JSON.
    func json() throws(UnusableAnswer) -> JSONValue {
        do throws(JSONError) {
            return try JSONValue(parsing: data)
        } catch {
            throw UnusableAnswer("has an event that is not JSON")
        }
    }
}
