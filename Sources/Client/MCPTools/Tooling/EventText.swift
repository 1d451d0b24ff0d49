import Platform

/// A stream of server-sent events that has ended, as one text (HTML, section 9.2).
enum EventText {
    /// The data of each event that holds JSON. An answer that is plain JSON is one event.
    static func values(_ bytes: [UInt8]) -> [JSONValue] {
        if let whole = json(bytes) { return [whole] }
        var values: [JSONValue] = []
        var data: [Substring] = []
        let text = String(decoding: bytes, as: UTF8.self)
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for line in lines + [Substring()] {
            if line.hasPrefix("data:") {
                data.append(line.dropFirst(5).drop { $0 == " " })
            } else if line.isEmpty {
                if let value = json(Array(data.joined(separator: "\n").utf8)) { values.append(value) }
                data = []
            }
        }
        return values
    }

    /// `[DONE]` and the like are not JSON, and say nothing here.
    private static func json(_ bytes: [UInt8]) -> JSONValue? { try? JSONValue(parsing: bytes) }
}
