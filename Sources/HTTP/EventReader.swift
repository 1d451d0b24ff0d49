/// One event of a stream that is read while it comes.
package struct ReceivedEvent: Sendable, Equatable {
    /// What to send as `Last-Event-ID` when the stream breaks after this event; nil when none was given so far.
    package var id: String?
    package var name: String
    package var data: String

    package init(id: String?, name: String, data: String) {
        self.id = id
        self.name = name
        self.data = data
    }
}

/// Takes the bytes of a `text/event-stream` in pieces of any size.
package struct EventReader: Sendable {
    private var rest: [UInt8] = []
    /// Bytes of `rest` that are known to hold no line end: a long line is looked through once.
    private var scanned = 0
    /// Bytes of `data`.
    private var held = 0
    private var id: String?
    private var name = "message"
    private var data: [String] = []

    package init() {}

    /// What is kept of an event that is not complete. A peer that never ends one would fill the memory.
    package var pendingBytes: Int { rest.count + held }

    /// The events that these bytes complete. Comments are skipped.
    package mutating func events(in bytes: [UInt8]) -> [ReceivedEvent] {
        var events: [ReceivedEvent] = []
        rest += bytes
        var start = 0
        while let end = rest[max(start, scanned)...].firstIndex(of: 0x0A) {
            let line = rest[start..<end]
            start = end + 1
            if let event = take(line.last == 0x0D ? line.dropLast() : line) { events.append(event) }
        }
        rest.removeFirst(start)
        scanned = rest.count
        return events
    }

    private mutating func take(_ line: ArraySlice<UInt8>) -> ReceivedEvent? {
        if line.isEmpty {
            defer { (name, data, held) = ("message", [], 0) }
            return data.isEmpty ? nil : ReceivedEvent(id: id, name: name, data: data.joined(separator: "\n"))
        }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        var value = line[colon...].dropFirst()
        if value.first == 0x20 { value.removeFirst() }
        let text = String(decoding: value, as: UTF8.self)
        switch String(decoding: line[..<colon], as: UTF8.self) {
        case "id": id = text
        case "event": name = text
        case "data":
            data.append(text)
            held += text.utf8.count
        default: break
        }
        return nil
    }
}
