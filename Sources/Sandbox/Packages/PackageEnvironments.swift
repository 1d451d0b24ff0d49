import CLinux
package import Domain
import Glibc
package import Platform

/// Folders of Python packages, one for each set of requirements, kept for later calls.
///
/// A folder is made beside its place and moved there when it is whole, so that nobody ever uses half of one, also where
/// several processes make the same one.
package final class PackageEnvironments: Sendable {
    private struct State {
        var builds: [String: Task<String, any Error>] = [:]
        var failures: [String: (error: CodeError, time: ContinuousClock.Instant)] = [:]
        var version: String?
    }

    private let folder: String
    private let installer: PackageInstaller
    private let log: Log
    private let state = Lock(State())

    /// A name that is wrong stays wrong, an index that is down comes back.
    private static let failureLife = Duration.seconds(60)

    /// - Parameters:
    ///   - folder: made when it is first needed.
    ///   - environment: the server's, which says where packages come from.
    package init(folder: String, _ configuration: SandboxConfiguration, environment: [String: String], log: Log) {
        self.folder = folder
        installer = PackageInstaller(configuration, environment: environment)
        self.log = log
    }

    /// The folder with these packages; installs them when it is not there.
    /// - Throws: `CodeError(.requirements)` that names the package, `.unavailable`; `CancellationError`.
    package func folder(_ language: CodeLanguage, _ requirements: [PipRequirement]) async throws -> String {
        guard language == .python else {
            throw CodeError(.requirements, "pip_requirements are for Python; \(language.rawValue) has none.")
        }
        let words = requirements.map(\.requirement).uniqued.sorted()
        let key = SHA256.digits(Array((words + [try await pythonVersion()]).joined(separator: "\n").utf8), count: 32)
        let place = "\(folder)/\(key)"
        if FileText.exists(place) {
            EnvironmentShelf.touch(place)
            return place
        }
        return try await build(key, words, place)
    }

    /// The version of the interpreter: packages with compiled parts fit one only.
    private func pythonVersion() async throws -> String {
        if let version = state.withLock({ $0.version }) { return version }
        let version = try await installer.pythonVersion()
        state.withLock { $0.version = version }
        return version
    }

    /// All who want the same at the same time wait for one build. It goes on when one of them leaves.
    private func build(_ key: String, _ words: [String], _ place: String) async throws -> String {
        let build = try state.withLock { state -> Task<String, any Error> in
            if let build = state.builds[key] { return build }
            if let failure = state.failures[key] {
                if ContinuousClock.now - failure.time < Self.failureLife { throw failure.error }
                state.failures[key] = nil
            }
            let build = Task { try await self.install(key, words, place) }
            state.builds[key] = build
            return build
        }
        let made = try await build.value
        try Task.checkCancellation()
        return made
    }

    private func install(_ key: String, _ words: [String], _ place: String) async throws -> String {
        let start = ContinuousClock.now
        let shown = JSONValue.array(words.map { .string(Self.shown($0)) })
        log.info("packages.install", ("requirements", shown))
        do {
            try await make(words, place)
        } catch {
            let known =
                error as? CodeError ?? CodeError(.requirements, "The packages could not be installed: \(error).")
            state.withLock { state in
                state.failures[key] = (known, .now)
                state.builds[key] = nil
            }
            log.warning("packages.failed", ("requirements", shown), ("error", .string(known.message)))
            throw known
        }
        state.withLock { $0.builds[key] = nil }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        log.info("packages.ready", ("requirements", shown), ("seconds", .double((seconds * 10).rounded() / 10)))
        return place
    }

    /// A requirement may be an address with a password in it.
    private static func shown(_ word: String) -> String {
        word.contains("@") ? String(word.prefix { $0 != "@" }) + "@ …" : word
    }

    private func make(_ words: [String], _ place: String) async throws {
        do { try FileText.makeFolder(folder) } catch {
            throw CodeError(.requirements, "The folder of packages \(folder) cannot be made: \(error).")
        }
        await EnvironmentShelf(folder: folder).clear()
        let building = "\(folder)/.building-\(Identifier.uuid())"
        guard mkdir(building, 0o755) == 0 else {
            throw CodeError(.requirements, "No packages can be installed in \(folder): \(FileText.reason()).")
        }
        do {
            try await installer.install(words, in: building)
            // Another process may have made the same in the meantime; then its folder is there, and whole.
            if rename(building, place) != 0, !FileText.exists(place) {
                throw CodeError(.requirements, "The packages could not be put in \(place): \(FileText.reason()).")
            }
        } catch {
            await EnvironmentShelf.remove(building)
            throw error
        }
        if FileText.exists(building) { await EnvironmentShelf.remove(building) }
    }
}
