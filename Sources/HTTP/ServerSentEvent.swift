/// Events of a `text/event-stream` (WHATWG HTML, Server-sent events).
package enum ServerSentEvent {
    /// Data are JSON texts, which hold no line ends, so one line is enough.
    /// - Parameter id: what a client that reconnects sends back as `Last-Event-ID`; nil: nothing it could resume from.
    package static func bytes(id: String? = nil, name: String, data: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(data.count + 64)
        if let id { bytes += Array("id: \(id)\n".utf8) }
        bytes += Array("event: \(name)\ndata: ".utf8)
        bytes += data
        bytes += Array("\n\n".utf8)
        return bytes
    }

    /// Gives the client an id to resume from before anything was sent.
    /// - Parameter retry: milliseconds that a client waits before it reconnects.
    package static func priming(id: String, retry: Int) -> [UInt8] {
        Array("id: \(id)\nretry: \(retry)\ndata: \n\n".utf8)
    }

    /// A comment, which clients skip: keeps proxies from taking a silent stream for a dead one.
    package static let ping = Array(": ping\n\n".utf8)

    /// The data of each event of a stream that has ended. A last event that is cut off is left out.
    package static func data(in stream: [UInt8]) -> [String] {
        var events: [String] = []
        var data: [[UInt8]] = []
        // By bytes: JSON may hold line separators of Unicode, which end no line here.
        for line in stream.split(separator: 0x0A, omittingEmptySubsequences: false) {
            let line = line.last == 0x0D ? line.dropLast() : line
            if line.isEmpty {
                if !data.isEmpty {
                    events.append(String(decoding: Array(data.joined(separator: [0x0A])), as: UTF8.self))
                }
                data = []
            } else if line.starts(with: "data:".utf8) {
                let value = line.dropFirst(5)
                data.append(Array(value.first == 0x20 ? value.dropFirst() : value))
            }
        }
        return events
    }
}
