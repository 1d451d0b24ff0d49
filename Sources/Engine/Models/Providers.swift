package import Domain
import Platform
import Storage

/// Use cases of stored providers. Their keys are decrypted only to ask them.
package struct Providers: Sendable {
    let engine: Engine

    /// Stores a provider once it has accepted the key. One that cannot be reached now is stored all the same, and says so in
    /// `syncError`.
    ///
    /// - Throws: `Refusal`: `.unauthorized` when it does not accept the key, `.conflict` when the name is taken, `.invalid`.
    package func create(_ new: NewProvider, by caller: Caller) async throws -> StoredProvider {
        try checkName(new.name)
        try check(new)
        try await engine.read { try $0.requireFreeName(new.name, organization: caller.organization) }
        let sync = try await sync(new.configured)
        let id = Identifier.new(.provider)
        var provider = StoredProvider(id: id, name: new.name, type: new.type, createdAt: .now)
        provider.baseURL = new.baseURL
        provider.region = new.region
        provider.apiVersion = new.apiVersion
        provider.sealedKey = try await seal(new.key, "api_key", of: provider, caller)
        provider.sealedAccessKey = try await seal(new.accessKey, "access_key", of: provider, caller)
        return try await engine.write(by: caller, counting: "provider_create") { [provider] transaction in
            try transaction.reading.requireFreeName(new.name, organization: caller.organization)
            var made = StoredProvider(id: id, name: new.name, type: new.type, createdAt: transaction.now)
            made.baseURL = provider.baseURL
            made.region = provider.region
            made.apiVersion = provider.apiVersion
            made.sealedKey = provider.sealedKey
            made.sealedAccessKey = provider.sealedAccessKey
            sync.note(in: &made, at: transaction.now)
            try transaction.providers.insert(made, by: caller.actor.userID, organization: caller.organization)
            return made
        }
    }

    package func find(_ id: String, by caller: Caller) async throws -> StoredProvider {
        try await engine.read { try $0.provider(id, organization: caller.organization) }
    }

    package func list(
        _ filter: ProviderFilter, _ page: PageRequest, by caller: Caller
    ) async throws -> [StoredProvider] {
        try await engine.read { transaction in
            try page.checkCursors("Provider") {
                try transaction.providers.find($0, organization: caller.organization) != nil
            }
            return try transaction.providers.list(filter, page, organization: caller.organization)
        }
    }

    /// Changes a provider after it has accepted what is new. A stored key is only ever sent to the address that it was given
    /// for: a new address needs the key again.
    package func update(_ id: String, _ patch: ProviderPatch, by caller: Caller) async throws -> StoredProvider {
        let current = try await find(id, by: caller)
        var changed = current
        changed.baseURL = patch.baseURL.applied(to: current.baseURL)
        changed.region = patch.region.applied(to: current.region)
        changed.apiVersion = patch.apiVersion.applied(to: current.apiVersion)
        if changed.baseURL != current.baseURL, current.sealedKey != nil, patch.key.isAbsent {
            throw Refusal.invalid(
                "Give api_key together with the new base_url: a stored key is only sent to the address it was given for."
            )
        }
        let key = patch.key.isAbsent ? try await self.key(of: current, caller) : patch.key.given
        var new = NewProvider(name: current.name, type: current.type, key: key)
        new.baseURL = changed.baseURL
        new.apiVersion = changed.apiVersion
        try check(new)
        let sync = try await sync(new.configured)
        if !patch.key.isAbsent { changed.sealedKey = try await seal(key, "api_key", of: current, caller) }
        if !patch.accessKey.isAbsent {
            changed.sealedAccessKey = try await seal(patch.accessKey.given, "access_key", of: current, caller)
        }
        return try await save(changed, sync, operation: "provider_update", by: caller)
    }

    package func delete(_ id: String, by caller: Caller) async throws {
        try await engine.write(by: caller, counting: "provider_delete") { transaction in
            _ = try transaction.reading.provider(id, organization: caller.organization)
            try transaction.providers.delete(id)
        }
    }

    // MARK: Asking

    /// Tries a provider without storing it. Throws `Refusal` when it cannot be used, saying why.
    package func check(_ new: NewProvider, by caller: Caller) async throws {
        try check(new)
        _ = try await sync(new.configured).get()
    }

    /// Tries a stored provider. Throws `Refusal` as `check` does.
    package func check(_ id: String, by caller: Caller) async throws -> StoredProvider {
        let provider = try await find(id, by: caller)
        _ = try await sync(provider.configured(key: key(of: provider, caller))).get()
        return provider
    }

    /// Asks a stored provider what it offers now. Throws `Refusal` when it does not say; what it offered before stays.
    package func refresh(_ id: String, by caller: Caller) async throws -> StoredProvider {
        let provider = try await find(id, by: caller)
        let sync = try await sync(provider.configured(key: key(of: provider, caller)))
        let saved = try await save(provider, sync, operation: "provider_refresh", by: caller)
        _ = try sync.get()
        return saved
    }

    /// The decrypted key; nil for a service that takes none.
    func key(of provider: StoredProvider, _ caller: Caller) async throws -> Secret? {
        guard let sealed = provider.sealedKey else { return nil }
        return try await engine.unseal(sealed, at: provider.place("api_key", organization: caller.organization))
    }

    /// - Throws: `Refusal(.unauthorized)`: a key that does not work is never stored.
    private func sync(_ provider: ConfiguredProvider) async throws -> ProviderSync {
        do {
            return .models(try await engine.chatModels.offered(by: provider))
        } catch let error as ChatError {
            if error.code == .authentication { throw Refusal(error) }
            return .failed(error)
        }
    }

    // MARK: Steps

    private func save(
        _ provider: StoredProvider, _ sync: ProviderSync, operation: String, by caller: Caller
    ) async throws -> StoredProvider {
        try await engine.write(by: caller, counting: operation) { transaction in
            var provider = provider
            provider.updatedAt = transaction.now
            sync.note(in: &provider, at: transaction.now)
            guard try transaction.providers.update(provider, by: caller.actor.userID) else {
                throw Refusal.notFound("Provider with id '\(provider.id)' not found")
            }
            return provider
        }
    }

    private func seal(
        _ secret: Secret?, _ field: String, of provider: StoredProvider, _ caller: Caller
    ) async throws -> [UInt8]? {
        guard let secret else { return nil }
        return try await engine.seal(secret, at: provider.place(field, organization: caller.organization))
    }

    private func checkName(_ name: String) throws {
        let isPlain = name.unicodeScalars.allSatisfy {
            !$0.properties.isWhitespace && $0.properties.generalCategory != .control && $0 != "/"
        }
        guard isPlain, !name.isEmpty, name.unicodeScalars.count <= 100 else {
            throw Refusal.invalid(
                "The name of a provider is the first part of its handles, name/model: 1 to 100 characters without spaces "
                    + "and slashes.")
        }
        guard !ModelHandle(provider: name, model: "x").isLocalEmbedding else {
            throw Refusal.invalid("The name '\(name)' means models of this server itself. Choose another.")
        }
    }

    private func check(_ new: NewProvider) throws {
        if let refusal = ProviderType.refusal(new.type) { throw Refusal.invalid(refusal) }
        if let url = new.baseURL {
            let isAddress = ["http://", "https://"].contains { url.hasPrefix($0) && url.count > $0.count }
            guard isAddress, !url.unicodeScalars.contains(where: { $0.properties.isWhitespace || $0.value < 32 }) else {
                throw Refusal.invalid("base_url has to begin with http:// or https:// and name a host.")
            }
            guard new.configured.shownURL == url else {
                throw Refusal.invalid(
                    "base_url holds a user name or a password, which would be kept unencrypted. Give the secret as api_key."
                )
            }
            if let refusal = engine.settings.refusalOfAddress(url) { throw Refusal.invalid("base_url: \(refusal)") }
        } else if ProviderType.withoutAddress.contains(new.type) {
            throw Refusal.invalid("Where a provider of the type \(new.type) is is not known here: give its base_url.")
        }
    }
}

/// What came of asking a provider what it offers.
private enum ProviderSync: Sendable {
    case models([OfferedModel])
    case failed(ChatError)

    func note(in provider: inout StoredProvider, at now: Timestamp) {
        switch self {
        case .models(let models):
            provider.models = models
            provider.lastSynced = now
            provider.syncError = nil
        case .failed(let error): provider.syncError = error.message
        }
    }

    func get() throws -> [OfferedModel] {
        switch self {
        case .models(let models): return models
        case .failed(let error): throw Refusal(error)
        }
    }
}

extension Refusal {
    /// What a caller is told when a model or a provider does not answer.
    package init(_ error: ChatError) {
        let code: Refusal.Code =
            switch error.code {
            case .authentication: .unauthorized
            case .notConfigured, .insufficientCredits, .tooLong, .refused: .invalid
            case .rateLimited, .unavailable, .failed, .timedOut, .unusable: .unavailable
            }
        self.init(code, error.message)
    }
}

extension Engine {
    package var providers: Providers { Providers(engine: self) }
}

extension ReadTransaction {
    fileprivate func provider(_ id: String, organization: String) throws -> StoredProvider {
        guard let provider = try providers.find(id, organization: organization) else {
            throw Refusal.notFound("Provider with id '\(id)' not found")
        }
        return provider
    }

    fileprivate func requireFreeName(_ name: String, organization: String) throws {
        guard try providers.find(name: name, organization: organization) == nil else {
            throw Refusal.conflict(
                "A unique constraint was violated for Provider. Check your input for duplicates: the name '\(name)' is taken."
            )
        }
    }
}
