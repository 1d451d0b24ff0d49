import Domain
import Foundation
import Platform

@testable import Storage

/// A database in a folder of its own, removed with it.
final class TemporaryFolder: Sendable {
    let path = NSTemporaryDirectory() + "roost-storage-" + Identifier.uuid()

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            print("left behind: \(path)")
        }
    }

    var database: String { path + "/data/roost.db" }

    func open(_ change: (inout StoreConfiguration) -> Void = { _ in }) throws -> Store {
        var configuration = StoreConfiguration(path: database)
        change(&configuration)
        return try Store.open(configuration, log: .silent)
    }
}

/// Runs a test on a fresh database.
func withStore<T>(
    _ change: (inout StoreConfiguration) -> Void = { _ in }, _ body: (Store, TemporaryFolder) async throws -> T
) async throws -> T {
    let folder = try TemporaryFolder()
    let store = try folder.open(change)
    do {
        let result = try await body(store, folder)
        await store.close()
        return result
    } catch {
        await store.close()
        throw error
    }
}

extension WriteTransaction {
    /// A setting, the smallest row there is.
    func set(_ name: String, _ value: String) throws {
        _ = try connection.execute("INSERT INTO settings (name, value) VALUES (\(name), \(value))")
    }
}

extension ReadTransaction {
    func settings() throws -> Int { try connection.count("SELECT count(*) FROM settings") }

    func setting(_ name: String) throws -> String? {
        try connection.first("SELECT value FROM settings WHERE name = \(name)") { $0.text(0) }
    }
}

extension Store {
    func settings() async throws -> Int { try await read { try $0.settings() } }
    func setting(_ name: String) async throws -> String? { try await read { try $0.setting(name) } }
    func count(_ sql: SQL) async throws -> Int { try await read { try $0.connection.count(sql) } }
}
