import HTTP
import Platform

/// A stream of server-sent events that has ended, as the values it told.
enum EventText {
    /// The data of each event that holds JSON; `[DONE]` and the like say nothing here. An answer that is plain JSON is one event.
    static func values(_ bytes: [UInt8]) -> [JSONValue] {
        if let whole = json(bytes) { return [whole] }
        return ServerSentEvent.data(in: bytes).compactMap { json(Array($0.utf8)) }
    }

    /// Not being JSON is an answer here.
    private static func json(_ bytes: [UInt8]) -> JSONValue? { try? JSONValue(parsing: bytes) }
}
