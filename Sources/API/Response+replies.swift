import HTTP
import Platform

/// Replies of one object or a list, written by the objects themselves.
extension Response {
    static func json(_ write: (inout JSONWriter) -> Void) -> Response {
        var json = JSONWriter(reserving: 1024)
        write(&json)
        return .json(200, json.bytes)
    }

    static func list<Item>(_ items: [Item], _ write: (Item, inout JSONWriter) -> Void) -> Response {
        var json = JSONWriter(reserving: 512 * max(1, items.count))
        json.array { json in for item in items { write(item, &json) } }
        return .json(200, json.bytes)
    }

    static func count(_ count: Int) -> Response { .json(200, Array(String(count).utf8)) }

    /// `null`, the reply of several deletes (wire notes, section 5).
    static var null: Response { .json(200, Array("null".utf8)) }

    /// `{"message": …}`, the reply of several deletes (wire notes, section 5).
    static func message(_ text: String) -> Response {
        .json { json in json.object { json in json.field("message", text) } }
    }

    static var noContent: Response { Response(status: 204) }
}
