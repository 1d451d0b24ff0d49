/// One event of a `text/event-stream` (HTML standard, server-sent events); only its data matters here.
struct ServerSentEvent {
    let data: String

    /// The events of a stream that has ended. A last event that is cut off is left out.
    static func all(in stream: [UInt8]) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        var data: [[UInt8]] = []
        // By bytes: JSON may hold line separators of Unicode, which end no line here.
        for line in stream.split(separator: 0x0A, omittingEmptySubsequences: false) {
            let line = line.last == 0x0D ? line.dropLast() : line
            if line.isEmpty {
                let text = String(decoding: Array(data.joined(separator: [0x0A])), as: UTF8.self)
                if !data.isEmpty { events.append(ServerSentEvent(data: text)) }
                data = []
            } else if line.starts(with: "data:".utf8) {
                let value = line.dropFirst(5)
                data.append(Array(value.first == 0x20 ? value.dropFirst() : value))
            }
        }
        return events
    }
}
