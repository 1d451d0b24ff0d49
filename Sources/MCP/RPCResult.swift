import Platform

/// The members of a result, and what the stateless revision adds to them.
struct RPCResult: Sendable {
    /// How long a client may keep a result (MCP 2026-07-28, CacheableResult).
    struct Cache: Sendable {
        let milliseconds: Int
        /// Nothing in it belongs to one user.
        let isPublic: Bool
    }

    private var members: [(name: StaticString, json: String)] = []
    var meta = JSONObject()
    var cache: Cache?

    mutating func add(_ name: StaticString, _ value: JSONValue) { members.append((name, value.text)) }
    mutating func add(_ name: StaticString, raw json: String) { members.append((name, json)) }

    /// - Parameter server: says who it is in every result of the stateless revision; nil in earlier ones.
    func write(to json: inout JSONWriter, server: Dispatcher?) {
        for member in members { json.field(member.name, raw: member.json) }
        var meta = meta
        if let server {
            json.field("resultType", "complete")
            if let cache {
                json.field("ttlMs", cache.milliseconds)
                json.field("cacheScope", cache.isPublic ? "public" : "private")
            }
            meta["io.modelcontextprotocol/serverInfo"] = server.serverInfo
        }
        if !meta.isEmpty { json.field("_meta", .object(meta)) }
    }
}

extension JSONObject {
    /// A parameter that has to be there. Throws `RPCError`.
    func text(_ name: String) throws(RPCError) -> String {
        guard let value = self[name], !value.isNull else { throw .invalidParams("'\(name)' is missing.") }
        guard let text = value.string else { throw .invalidParams("'\(name)' has to be a string.") }
        return text
    }

    /// A parameter that may be left out. Throws `RPCError` when it is no object.
    func members(_ name: String) throws(RPCError) -> JSONObject {
        switch self[name] {
        case nil, .null?: return JSONObject()
        case .object(let members)?: return members
        default: throw .invalidParams("'\(name)' has to be an object.")
        }
    }
}
