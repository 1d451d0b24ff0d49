import Domain
import Platform
import Storage

/// The secrets of a server: sealed to be stored, opened to be sent.
extension MCPServers {
    enum SecretKind: String {
        case headers = "custom_headers"
        case environment = "env"
    }

    func seal(_ token: Secret?, of server: StoredToolServer, _ caller: Caller) async throws -> [UInt8]? {
        guard let token, !token.reveal.isEmpty else { return nil }
        return try await engine.seal(
            token, at: server.secretPlace("auth_token", organization: caller.organization))
    }

    func seal(
        _ entries: [ToolServer.Entry], _ kind: SecretKind, of server: StoredToolServer, _ caller: Caller
    ) async throws -> StoredToolServer.SealedEntries {
        if entries.isEmpty { return StoredToolServer.SealedEntries() }
        let json = JSONValue.array(entries.map { .string($0.value.reveal) }).text
        let sealed = try await engine.seal(
            Secret(json), at: server.secretPlace(kind.rawValue, organization: caller.organization))
        return StoredToolServer.SealedEntries(names: entries.map(\.name), values: sealed)
    }

    private func open(
        _ entries: StoredToolServer.SealedEntries, _ kind: SecretKind, of server: StoredToolServer, _ caller: Caller
    ) async throws -> [ToolServer.Entry] {
        guard let sealed = entries.values else { return [] }
        let text = try await engine.unseal(
            sealed, at: server.secretPlace(kind.rawValue, organization: caller.organization))
        let values = JSONText(trusted: text.reveal).value.strings ?? []
        return zip(entries.names, values).map { ToolServer.Entry($0, Secret($1)) }
    }

    // MARK: Changes

    func token(
        _ patch: ToolServerPatch, _ current: StoredToolServer, _ keepsSecrets: Bool, _ caller: Caller
    ) async throws -> [UInt8]? {
        switch patch.token {
        case .value(let token) where token.reveal != ToolServer.mask:
            return try await seal(token, of: current, caller)
        case .null: return nil
        case .absent, .value:
            if current.sealedToken != nil, !keepsSecrets { throw Self.wantsSecrets("auth_token") }
            return current.sealedToken
        }
    }

    /// A masked value stands for the stored one of its name.
    func entries(
        _ patch: Patch<[ToolServer.Entry]>, _ kind: SecretKind, _ current: StoredToolServer, _ keepsSecrets: Bool,
        _ caller: Caller
    ) async throws -> StoredToolServer.SealedEntries {
        let stored = kind == .headers ? current.headers : current.environment
        switch patch {
        case .null: return StoredToolServer.SealedEntries()
        case .absent:
            if !stored.names.isEmpty, !keepsSecrets { throw Self.wantsSecrets(kind.rawValue) }
            return stored
        case .value(let given):
            var known: [ToolServer.Entry] = []
            if given.contains(where: { $0.value.reveal == ToolServer.mask }) {
                if !keepsSecrets { throw Self.wantsSecrets(kind.rawValue) }
                known = try await open(stored, kind, of: current, caller)
            }
            let entries = given.map { entry in
                entry.value.reveal == ToolServer.mask ? known.first { $0.name == entry.name } ?? entry : entry
            }
            try check(entries, kind.rawValue)
            return try await seal(entries, kind, of: current, caller)
        }
    }

    private static func wantsSecrets(_ member: String) -> Refusal {
        .invalid(
            "Give \(member) together with the new address or command, or null: a stored secret is only sent to where it was "
                + "given for.")
    }

    // MARK: Opening

    /// A server with its secrets, ready to be called.
    /// - Parameter secrets: of the agent that calls, by name.
    /// - Throws: `Refusal(.unavailable)` when its secrets do not open, `ToolServerError` when one is missing.
    func opened(
        _ stored: StoredToolServer, secrets: [String: String], _ caller: Caller
    ) async throws -> ToolServer {
        var token: Secret?
        if let sealed = stored.sealedToken {
            token = try await engine.unseal(
                sealed, at: stored.secretPlace("auth_token", organization: caller.organization))
        }
        let server = ToolServer(
            id: stored.id, name: stored.name, place: stored.place, tokenHeader: stored.tokenHeader, token: token,
            headers: try await open(stored.headers, .headers, of: stored, caller),
            environment: try await open(stored.environment, .environment, of: stored, caller),
            createdAt: stored.createdAt)
        return try server.filled(with: secrets)
    }

    /// The secrets of an agent, by name. Throws `Refusal(.notFound)`.
    func secrets(ofAgent id: String?, _ caller: Caller) async throws -> [String: String] {
        guard let id else { return [:] }
        return try await engine.read { transaction in
            _ = try transaction.requireAgent(id, organization: caller.organization)
            return Dictionary(
                try transaction.agents.secrets(of: [id])[id, default: []].map { ($0.key, $0.value) },
                uniquingKeysWith: { $1 })
        }
    }
}

extension ToolServer {
    /// With an agent's secrets in the places for them. A token, header or variable whose secret the agent does not have is
    /// left out, as the contract does; an address cannot be.
    func filled(with secrets: [String: String]) throws -> ToolServer {
        var server = self
        func filled(_ entries: [Entry]) -> [Entry] {
            entries.compactMap { entry in
                SecretTemplate(entry.value.reveal).filled(secrets).map { Entry(entry.name, Secret($0)) }
            }
        }
        server.token = token.flatMap { SecretTemplate($0.reveal).filled(secrets).map(Secret.init) }
        server.headers = filled(headers)
        server.environment = filled(environment)
        guard let url = place.url else { return server }
        let template = SecretTemplate(url)
        guard let address = template.filled(secrets) else {
            throw ToolServerError(
                .unreachable,
                "The address of the MCP server '\(name)' needs the secret \(template.needed.joined(separator: ", ")), which is not "
                    + "there. Add it to the agent's secrets.")
        }
        if case .sse = place { server.place = .sse(url: address) } else { server.place = .streamableHTTP(url: address) }
        return server
    }
}
