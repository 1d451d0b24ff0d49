package import Domain
import Platform
import Storage

/// Use cases of MCP servers. Their secrets are decrypted only to call them.
package struct MCPServers: Sendable {
    let engine: Engine

    /// Registers a server and takes its tools over. One that cannot be reached now is registered all the same, and says why
    /// in `syncError`.
    /// - Throws: `Refusal`: `.conflict` when the name is taken, `.invalid`.
    package func create(_ new: NewToolServer, by caller: Caller) async throws -> StoredToolServer {
        try check(new)
        try await engine.read { try $0.requireFreeServerName(new.name, organization: caller.organization) }
        var sealed = StoredToolServer(id: Identifier.new(.mcpServer), name: new.name, place: new.place, createdAt: .now)
        sealed.tokenHeader = new.tokenHeader
        sealed.sealedToken = try await seal(new.token, of: sealed, caller)
        sealed.headers = try await seal(new.headers, .headers, of: sealed, caller)
        sealed.environment = try await seal(new.environment, .environment, of: sealed, caller)
        let server = sealed
        let made = try await engine.write(by: caller, counting: "mcp_server_create") { transaction in
            try transaction.reading.requireFreeServerName(new.name, organization: caller.organization)
            var made = StoredToolServer(
                id: server.id, name: server.name, place: server.place, createdAt: transaction.now)
            made.tokenHeader = server.tokenHeader
            made.sealedToken = server.sealedToken
            made.headers = server.headers
            made.environment = server.environment
            try transaction.toolServers.insert(made, by: caller.actor.userID, organization: caller.organization)
            return made
        }
        do { _ = try await refresh(made, secrets: [:], by: caller.withoutKey) } catch let error as ToolServerError {
            engine.log.info("mcp_server_unreachable", ("server", .string(made.id)), ("code", .string("\(error.code)")))
        }
        return try await find(made.id, by: caller)
    }

    package func find(_ id: String, by caller: Caller) async throws -> StoredToolServer {
        try await engine.read { try $0.toolServer(id, organization: caller.organization) }
    }

    package func find(name: String, by caller: Caller) async throws -> StoredToolServer {
        try await engine.read { try $0.toolServer(named: name, organization: caller.organization) }
    }

    /// Oldest first.
    package func list(by caller: Caller) async throws -> [StoredToolServer] {
        try await engine.read { try $0.toolServers.list(organization: caller.organization) }
    }

    /// Stored secrets are only ever sent to the address that they were given for: another host needs them again.
    package func update(_ id: String, _ patch: ToolServerPatch, by caller: Caller) async throws -> StoredToolServer {
        let current = try await find(id, by: caller)
        var draft = current
        if let name = patch.name.given { draft.name = name }
        draft.place = try patch.place(after: current.place)
        let keepsSecrets = draft.place.keepsSecrets(of: current.place)
        draft.tokenHeader = patch.tokenHeader.applied(to: current.tokenHeader)
        draft.sealedToken = try await token(patch, current, keepsSecrets, caller)
        draft.headers = try await entries(patch.headers, .headers, current, keepsSecrets, caller)
        draft.environment = try await entries(patch.environment, .environment, current, keepsSecrets, caller)
        try check(name: draft.name)
        try check(draft.place)
        let changed = draft
        let saved = try await engine.write(by: caller, counting: "mcp_server_update") { transaction in
            var server = changed
            server.updatedAt = transaction.now
            if server.name != current.name {
                try transaction.reading.requireFreeServerName(server.name, organization: caller.organization)
            }
            guard try transaction.toolServers.update(server, by: caller.actor.userID) else {
                throw Refusal.noToolServer(id)
            }
            if server.name != current.name { try transaction.renameServer(server, from: current.name) }
            return server
        }
        await engine.toolServers.forget(id)
        return saved
    }

    /// Deletes a server with its tools.
    package func delete(_ id: String, by caller: Caller) async throws {
        try await engine.write(by: caller, counting: "mcp_server_delete") { transaction in
            _ = try transaction.reading.toolServer(id, organization: caller.organization)
            for (_, tool) in try transaction.toolServers.tools(of: id) { try transaction.deleteServed(tool) }
            try transaction.toolServers.delete(id)
        }
        await engine.toolServers.forget(id)
    }

    // MARK: Checks

    func check(_ new: NewToolServer) throws {
        try check(name: new.name)
        try check(new.place)
        try check(new.headers, "custom_headers")
        try check(new.environment, "env")
        if new.token?.reveal == ToolServer.mask { throw Refusal.invalid("auth_token: this is the mask of a secret.") }
    }

    private func check(name: String) throws {
        let isPlain = name.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F && $0 != "/" }
        guard isPlain, !name.trimmed.isEmpty, name.unicodeScalars.count <= 100 else {
            throw Refusal.invalid("server_name should have 1 to 100 characters, on one line and without slashes.")
        }
    }

    private func check(_ place: ToolServer.Place) throws {
        switch place {
        case .stdio(let command, let arguments):
            guard engine.settings.startsToolServers else {
                throw Refusal.invalid(
                    "stdio is not supported in the current environment: this server does not start programs for MCP "
                        + "(setting mcp-stdio). Register a server over streamable_http or sse, or have the operator allow it."
                )
            }
            guard !command.trimmed.isEmpty, !(arguments + [command]).contains(where: { $0.utf8.contains(0) }) else {
                throw Refusal.invalid("command: should be the name or the path of a program.")
            }
        case .sse(let url), .streamableHTTP(let url):
            guard ToolServer.Place.origin(of: url) != nil else {
                throw Refusal.invalid(
                    "server_url has to begin with http:// or https:// and name a host, without a user name or a password. "
                        + "Give secrets as auth_token or in custom_headers.")
            }
        }
    }

    func check(_ entries: [ToolServer.Entry], _ member: String) throws {
        for entry in entries {
            let isName = entry.name.utf8.allSatisfy {
                $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: ":")
            }
            guard isName, (1...200).contains(entry.name.utf8.count) else {
                throw Refusal.invalid(
                    "\(member): '\(entry.name.prefix(50))' cannot be the name of a header or variable.")
            }
            guard !entry.value.reveal.unicodeScalars.contains(where: { $0.value == 0 }) else {
                throw Refusal.invalid("\(member).\(entry.name): the value holds a NUL.")
            }
            guard entry.value.reveal != ToolServer.mask else {
                throw Refusal.invalid(
                    "\(member).\(entry.name): this is the mask of a secret, and there is none stored under this name.")
            }
        }
    }
}

extension Engine {
    package var mcpServers: MCPServers { MCPServers(engine: self) }
}

extension Refusal {
    static func noToolServer(_ id: String) -> Refusal { .notFound("MCP server with id '\(id)' not found") }
}

extension ReadTransaction {
    func toolServer(_ id: String, organization: String) throws -> StoredToolServer {
        guard let server = try toolServers.find(id, organization: organization) else { throw Refusal.noToolServer(id) }
        return server
    }

    func toolServer(named name: String, organization: String) throws -> StoredToolServer {
        guard let server = try toolServers.find(name: name, organization: organization) else {
            throw Refusal.notFound("MCP server '\(name.prefix(200))' not found")
        }
        return server
    }

    fileprivate func requireFreeServerName(_ name: String, organization: String) throws {
        guard try toolServers.find(name: name, organization: organization) != nil else { return }
        throw Refusal(
            .conflict, "MCP server with name '\(name)' already exists",
            facts: ["code": "MCPServerNameAlreadyExistsError", "server_name": .string(name)])
    }
}

extension ToolServer.Place {
    /// Scheme and host of an address; nil for anything else than an address without a user.
    static func origin(of url: String) -> String? {
        guard let scheme = ["http://", "https://"].first(where: { url.lowercased().hasPrefix($0) }) else { return nil }
        let authority = url.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let isClean = url.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F && $0 != "\\" }
        // A secret of an agent may be part of a path, not decide whom the other secrets go to.
        guard isClean, !authority.isEmpty, !authority.contains(where: { "@{}".contains($0) }) else { return nil }
        return scheme + authority.lowercased()
    }

    /// Whether secrets that were given for another place may be sent to this one.
    fileprivate func keepsSecrets(of other: ToolServer.Place) -> Bool {
        switch (self, other) {
        case (.stdio(let command, _), .stdio(let earlier, _)): command == earlier
        case (.sse(let url), .sse(let earlier)), (.sse(let url), .streamableHTTP(let earlier)),
            (.streamableHTTP(let url), .sse(let earlier)), (.streamableHTTP(let url), .streamableHTTP(let earlier)):
            Self.origin(of: url) == Self.origin(of: earlier)
        default: false
        }
    }
}

extension ToolServerPatch {
    fileprivate func place(after current: ToolServer.Place) throws -> ToolServer.Place {
        switch type ?? current.type {
        case "stdio":
            var (program, list): (String?, [String]) = (nil, [])
            if case .stdio(let command, let arguments) = current { (program, list) = (command, arguments) }
            guard let command = command.given ?? program else {
                throw Refusal.unprocessable("config.command: Field required")
            }
            return .stdio(command: command, arguments: arguments.given ?? list)
        case let type:
            guard let url = url.given ?? current.url else {
                throw Refusal.unprocessable("config.server_url: Field required")
            }
            return type == "sse" ? .sse(url: url) : .streamableHTTP(url: url)
        }
    }
}

extension ToolServer.Place {
    package var url: String? {
        switch self {
        case .stdio: nil
        case .sse(let url), .streamableHTTP(let url): url
        }
    }
}
