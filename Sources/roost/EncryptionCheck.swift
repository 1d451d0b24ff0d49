import Domain
import Platform
import Storage

/// What `roost doctor` says about the key that stored provider keys are encrypted with.
struct EncryptionCheck: Sendable {
    let settings: Settings

    private typealias Finding = Examination.Finding

    func findings() async -> [Examination.Finding] {
        let source = Assembly.encryption(settings)
        let place = settings.encryptionKey == nil ? source.file : source.setting
        do {
            guard try source.check() else {
                return [
                    Finding(
                        check: "encryption", state: .ok,
                        message: "\(place) is not there yet; the first provider that is stored makes it.")
                ] + (await unreadable())
            }
        } catch {
            return [Finding(check: "encryption", state: .error, message: "\(error)", advice: advice(error))]
        }
        let problems = await unreadable()
        if !problems.isEmpty { return problems }
        let keep = settings.encryptionKey == nil ? " Backups of the database need it: keep a copy elsewhere." : ""
        return [Finding(check: "encryption", state: .ok, message: "The key is \(place).\(keep)")]
    }

    /// Stored keys that the key does not open.
    private func unreadable() async -> [Finding] {
        guard FileText.exists(settings.database) else { return [] }
        do {
            let store = try Store.open(Assembly.storage(settings), log: .silent)
            let found: Result<[Finding], any Error>
            do { found = .success(try await store.read { try Self.problems($0, store.secrets) }) } catch {
                found = .failure(error)
            }
            await store.close()
            return try found.get()
        } catch {
            // The check of the database says what is wrong with it.
            return []
        }
    }

    private static func problems(_ transaction: ReadTransaction, _ box: SecretBox) throws -> [Finding] {
        let organization = Actor.default.organizationID
        let all = PageRequest(limit: PageRequest.maximumLimit, ascending: true)
        return try transaction.providers.list(ProviderFilter(), all, organization: organization).compactMap {
            provider in
            guard let sealed = provider.sealedKey else { return nil }
            do {
                _ = try box.open(sealed, at: provider.place("api_key", organization: organization))
                return nil
            } catch {
                return Finding(
                    check: "encryption", state: .error, message: "The key of the provider '\(provider.name)': \(error)")
            }
        }
    }

    private func advice(_ error: any Error) -> String? {
        guard let error = error as? EncryptionError else { return nil }
        return error.code == .noLibrary ? "Install libsodium: apt-get install libsodium23" : nil
    }
}
