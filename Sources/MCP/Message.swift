package import Platform

/// The id of a request, given back as it came: `"1"` is not `1`.
package enum RequestID: Sendable, Hashable {
    case number(Int64)
    case text(String)

    package var json: JSONValue {
        switch self {
        case .number(let number): .int(number)
        case .text(let text): .string(text)
        }
    }

    package init?(_ json: JSONValue?) {
        switch json {
        case .int(let number)?: self = .number(number)
        case .double(let number)?:
            guard let whole = Int64(exactly: number) else { return nil }
            self = .number(whole)
        case .string(let text)?: self = .text(text)
        default: return nil
        }
    }
}

/// One JSON-RPC 2.0 message of a client.
package enum Message: Sendable {
    case request(RequestID, method: String, params: JSONObject)
    case notification(method: String, params: JSONObject)
    /// The answer to a request of the server; this one sends none.
    case response

    /// Throws `RPCError`; `id` tells whom the error is for.
    package init(_ json: JSONValue) throws(RPCError) {
        guard let object = json.object else {
            throw .invalidRequest("A message is a JSON object; batches are not taken.")
        }
        guard object["jsonrpc"] == "2.0" else { throw .invalidRequest("The member 'jsonrpc' has to be \"2.0\".") }
        guard let method = object["method"] else {
            guard object["result"] != nil || object["error"] != nil else {
                throw .invalidRequest("The member 'method' is missing.")
            }
            self = .response
            return
        }
        guard let method = method.string else { throw .invalidRequest("The member 'method' has to be a string.") }
        let params: JSONObject
        switch object["params"] {
        case nil, .null?: params = JSONObject()
        case .object(let members)?: params = members
        default: throw .invalidRequest("The member 'params' has to be an object.")
        }
        guard let id = object["id"] else {
            self = .notification(method: method, params: params)
            return
        }
        guard let id = RequestID(id) else { throw .invalidRequest("The member 'id' has to be a string or an integer.") }
        self = .request(id, method: method, params: params)
    }

    /// The id of a message that may be malformed otherwise.
    package static func id(of json: JSONValue) -> RequestID? { RequestID(json["id"]) }

    static let maximumValues = 1_000_000

    /// Nesting and number of values are bounded, so that a message cannot take more memory than its size allows for.
    package static func parse(_ bytes: [UInt8]) throws(RPCError) -> JSONValue {
        do { return try JSONValue(parsing: bytes, maximumDepth: 64, maximumValues: maximumValues) } catch {
            throw .parse("Parse error: \(error)")
        }
    }
}

/// Messages to a client, each as one JSON text without line ends.
package enum Outgoing {
    package static func result(_ id: RequestID, _ members: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.field("jsonrpc", "2.0")
            json.field("id", id.json)
            json.object("result", members)
        }
        return json.bytes
    }

    /// - Parameter id: nil when it could not be read, which is told as null.
    package static func error(_ id: RequestID?, _ error: RPCError) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.field("jsonrpc", "2.0")
            json.field("id", id?.json ?? .null)
            json.object("error") { json in
                json.field("code", error.code)
                json.field("message", error.message)
                if let data = error.data { json.field("data", data) }
            }
        }
        return json.bytes
    }

    package static func notification(_ notification: Notification) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.field("jsonrpc", "2.0")
            json.field("method", notification.method)
            if !notification.params.isEmpty { json.field("params", .object(notification.params)) }
        }
        return json.bytes
    }
}

/// Something the server tells without being asked.
package struct Notification: Sendable, Equatable {
    package let method: String
    package var params: JSONObject

    package init(_ method: String, _ params: JSONObject = JSONObject()) {
        self.method = method
        self.params = params
    }
}
