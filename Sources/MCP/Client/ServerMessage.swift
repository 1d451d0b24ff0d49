import Platform

/// One JSON-RPC 2.0 message of a server.
enum ServerMessage: Sendable {
    case result(RequestID, JSONObject)
    /// - Parameter id: nil when the server could not read it.
    case failure(RequestID?, RPCError)
    case request(RequestID, method: String)
    case notification(method: String, params: JSONObject)

    /// Nil for what is none. `jsonrpc` is not looked at: some servers leave it out.
    init?(_ json: JSONValue) {
        guard let object = json.object else { return nil }
        if let method = object["method"]?.string {
            guard let id = RequestID(object["id"]) else {
                self = .notification(method: method, params: object["params"]?.object ?? JSONObject())
                return
            }
            self = .request(id, method: method)
        } else if let error = object["error"]?.object {
            let text = error["message"]?.string ?? "no message"
            self = .failure(RequestID(object["id"]), RPCError(error["code"]?.int ?? -32603, text, data: error["data"]))
        } else if let id = RequestID(object["id"]), let result = object["result"]?.object {
            self = .result(id, result)
        } else {
            return nil
        }
    }

    /// The messages in a JSON text: one, or a batch as revision 2025-03-26 allows. Nil for what is not JSON.
    static func messages(in bytes: [UInt8]) -> [ServerMessage]? {
        // Why it is no JSON tells nobody anything: it is counted and dropped.
        guard let json = try? Message.parse(bytes) else { return nil }
        if let batch = json.array { return batch.compactMap(ServerMessage.init) }
        return ServerMessage(json).map { [$0] } ?? []
    }
}

/// What a server answered.
typealias Reply = Result<JSONObject, RPCError>

/// A request to a server, ready to be sent.
struct ServerRequest: Sendable {
    let id: Int64
    let method: String
    let bytes: [UInt8]
    /// Further fields over HTTP.
    var headers: [RemoteServer.Field] = []

    init(_ id: Int64, _ method: String, _ params: JSONObject) {
        self.id = id
        self.method = method
        var json = JSONWriter()
        json.object { json in
            json.field("jsonrpc", "2.0")
            json.field("id", .int(id))
            json.field("method", method)
            json.field("params", .object(params))
        }
        bytes = json.bytes
    }
}
