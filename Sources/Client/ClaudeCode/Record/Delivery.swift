import Platform

/// Something on its way into a memory, with all that has to be known to send it later, from another process.
struct Delivery: Sendable, Equatable {
    /// Whose memory it is for.
    struct Identity: Sendable, Equatable {
        /// The server or file; another one must not get it.
        var place: String
        var scope: ToolSession.Scope

        init(place: String, scope: ToolSession.Scope) {
            self.place = place
            self.scope = scope
        }

        init?(_ json: JSONValue) {
            guard let place = json["place"]?.string else { return nil }
            self.init(
                place: place,
                scope: ToolSession.Scope(
                    agent: json["agent"]?.string, project: json["project"]?.string, folder: json["folder"]?.string))
        }

        var json: JSONValue {
            var object: JSONObject = ["place": .string(place)]
            for (name, value) in [("agent", scope.agent), ("project", scope.project), ("folder", scope.folder)] {
                if let value { object[name] = .string(value) }
            }
            return .object(object)
        }
    }

    enum Content: Sendable, Equatable {
        /// A passage, once.
        case note(JSONObject)
        /// A passage whose text may have been stored before, shorter or older.
        case update(JSONObject)
        /// Lines for the block `learnings`.
        case lessons([String])
    }

    /// The same for everything that must be stored once.
    let key: String
    let content: Content
    let identity: Identity
    /// Of the session that it comes from.
    let session: String
    /// When what it is about happened: not later than the first attempt to send it.
    let at: String

    // MARK: In files

    var json: JSONValue {
        var object: JSONObject = [
            "key": .string(key), "session": .string(session), "at": .string(at), "memory": identity.json,
        ]
        switch content {
        case .note(let body): object["note"] = .object(body)
        case .update(let body): object["update"] = .object(body)
        case .lessons(let lines): object["lessons"] = .array(lines.map { .string($0) })
        }
        return .object(object)
    }

    init(key: String, _ content: Content, for identity: Identity, session: String, at: String) {
        self.key = key
        self.content = content
        self.identity = identity
        self.session = session
        self.at = at
    }

    init?(_ json: JSONValue) {
        guard let key = json["key"]?.string, let identity = json["memory"].flatMap({ Identity($0) }) else { return nil }
        if let body = json["note"]?.object {
            content = .note(body)
        } else if let body = json["update"]?.object {
            content = .update(body)
        } else if let lines = json["lessons"]?.strings {
            content = .lessons(lines)
        } else {
            return nil
        }
        self.key = key
        self.identity = identity
        session = json["session"]?.string ?? ""
        at = json["at"]?.string ?? ""
    }
}
