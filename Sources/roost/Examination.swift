import Client
import Domain
import Glibc
import HTTP
import Platform
import Storage

/// The checks of `roost doctor`.
struct Examination: Sendable {
    enum State: String, Sendable { case ok, warning, error }

    struct Finding: Sendable {
        let check: String
        let state: State
        let message: String
        var advice: String?
    }

    let call: Invocation

    func findings() async -> [Finding] {
        var findings = EnvironmentCheck(call.surroundings.environment).findings()
        let settings: Settings
        do { settings = try Settings.read(call) } catch {
            return findings + [
                Finding(check: "settings", state: .error, message: "\(error)", advice: "See docs/configuration.md.")
            ]
        }
        findings += settings.values.notes.map { Finding(check: "environment", state: .warning, message: $0) }
        if findings.isEmpty {
            findings.append(Finding(check: "environment", state: .ok, message: "No mistakes in it."))
        }
        findings.append(home(settings))
        findings += await database(settings)
        findings += await EncryptionCheck(settings: settings).findings()
        findings += await EmbeddingCheck(settings: settings).findings()
        findings += hookModel(settings)
        findings += await WebCheck(settings: settings).findings()
        findings.append(disk(settings))
        findings.append(await port(settings))
        if let url = settings.baseURL { findings.append(await server(url, settings)) }
        findings += await ProjectCheck(settings: settings, environment: call.surroundings.environment).findings()
        return findings
    }

    /// Nothing asks the model here: that would send a text somewhere.
    private func hookModel(_ settings: Settings) -> [Finding] {
        guard let name = settings.hookModel else { return [] }
        do {
            _ = try HookModel(settings)
            return [
                Finding(
                    check: "hook model", state: .ok,
                    message: "Summaries of sessions are worded by \(name), which is sent them.")
            ]
        } catch {
            return [
                Finding(
                    check: "hook model", state: .warning, message: "\(error)",
                    advice: "Until then summaries are made without a model. Or unset hook-model (ROOST_HOOK_MODEL).")
            ]
        }
    }

    // MARK: Files

    private func home(_ settings: Settings) -> Finding {
        guard let mode = FileText.mode(settings.home) else {
            return Finding(
                check: "home", state: .ok, message: "\(settings.home) is not there yet; the first start makes it.")
        }
        guard mode & S_IFMT == S_IFDIR, access(settings.home, W_OK | X_OK) == 0 else {
            return Finding(
                check: "home", state: .error, message: "\(settings.home) is not a folder that you can write to.",
                advice: "Name another with ROOST_HOME, or change its owner.")
        }
        guard mode & 0o077 == 0 else {
            return Finding(
                check: "home", state: .error, message: "Others can look into \(settings.home).",
                advice: "chmod 700 \(settings.home)")
        }
        return Finding(check: "home", state: .ok, message: "\(settings.home), yours alone.")
    }

    private func database(_ settings: Settings) async -> [Finding] {
        do { try settings.requireLocalFile() } catch {
            return [Finding(check: "database", state: .error, message: "\(error)")]
        }
        let path = settings.database
        guard let mode = FileText.mode(path) else {
            return [
                Finding(check: "database", state: .ok, message: "\(path) is not there yet; the first start makes it.")
            ]
        }
        var findings: [Finding] = []
        if mode & 0o077 != 0 {
            findings.append(
                Finding(
                    check: "database", state: .error, message: "Others can read \(path).", advice: "chmod 600 \(path)"))
        }
        do {
            let store = try Store.open(Assembly.storage(settings), log: .silent)
            let report: Result<CheckReport, any Error>
            do { report = .success(try await store.check()) } catch { report = .failure(error) }
            await store.close()
            let found = try report.get()
            let size = "\(ByteCount.text(found.bytes)), schema \(found.schemaVersion)"
            guard found.isHealthy else {
                return findings + [
                    Finding(
                        check: "database", state: .error,
                        message: "\(path) (\(size)): " + found.problems.joined(separator: "; "),
                        advice: "'roost db check --repair', or restore a backup: 'roost db restore FILE'.")
                ]
            }
            findings.append(Finding(check: "database", state: .ok, message: "\(path) is sound (\(size))."))
        } catch {
            let text = (error as? StoreError)?.message ?? "\(error)"
            findings.append(
                Finding(
                    check: "database", state: .error, message: "\(path) cannot be used: \(text)",
                    advice: "Restore a backup with 'roost db restore FILE', or name another file with --database."))
        }
        return findings
    }

    private func disk(_ settings: Settings) -> Finding {
        var folder = settings.database
        // The nearest folder above that exists.
        while FileText.mode(folder).map({ $0 & S_IFMT != S_IFDIR }) ?? true {
            guard let slash = folder.lastIndex(of: "/") else {
                folder = "."
                break
            }
            folder = slash == folder.startIndex ? "/" : String(folder[..<slash])
        }
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else {
            return Finding(check: "disk", state: .warning, message: "Cannot see how much space \(folder) has.")
        }
        let free = Int(status.f_bavail) * Int(status.f_frsize)
        let message = "\(ByteCount.text(free)) free in \(folder)."
        guard free < 512 << 20 else { return Finding(check: "disk", state: .ok, message: message) }
        return Finding(
            check: "disk", state: free < 64 << 20 ? .error : .warning, message: message,
            advice: "Free some space, or give unused space back with 'roost db vacuum'.")
    }

    // MARK: Network

    private func port(_ settings: Settings) async -> Finding {
        let host = settings.hosts.first.map { $0 == "0.0.0.0" || $0 == "::" ? "localhost" : $0 } ?? "localhost"
        let url =
            "\(settings.tls == nil ? "http" : "https")://\(host.contains(":") ? "[\(host)]" : host):\(settings.port)"
        var request = ClientRequest(.get, url + "/v1/health/")
        request.addresses = .unguarded
        request.connectTimeout = 2
        request.timeout = 5
        do {
            let response = try await HTTPClient().send(request)
            // What answers but is not JSON is another program.
            let version = (try? JSONValue(parsing: response.body))?["version"]?.string
            if response.status == 200, let version {
                return Finding(
                    check: "port", state: .ok, message: "A server answers at \(url) (API \(version)).")
            }
            return Finding(
                check: "port", state: .warning, message: "Another program answers at \(url).",
                advice: "Stop it, or choose another port: roost serve --port \(settings.port + 1)")
        } catch let error as HTTPClientError where error.code == .cannotConnect {
            return Finding(
                check: "port", state: .ok,
                message: "\(settings.port) is free. No server runs: 'roost serve' starts one.")
        } catch {
            return Finding(
                check: "port", state: .warning,
                message: "Something at \(url) does not answer as a server should: \(error).",
                advice: "Stop it, or choose another port: roost serve --port \(settings.port + 1)")
        }
    }

    private func server(_ url: String, _ settings: Settings) async -> Finding {
        let source = settings.values["base-url"].source.shown
        do {
            let address = try ServerAddress(url)
            let client = RoostClient(
                transport: .remote(address, certificateAuthorities: settings.certificateAuthorities, timeout: 5),
                password: settings.clientPassword, project: settings.project)
            let health = try await client.get("/v1/health/")
            _ = try await client.get("/v1/agents/", query: [("limit", "1")])
            return Finding(
                check: "server", state: .ok,
                message: "\(source) is \(address.shown): it answers (API \(health["version"]?.string ?? "unknown")).")
        } catch {
            return Finding(check: "server", state: .error, message: "\(source): \(error)")
        }
    }
}

/// Mistakes in environment variables.
struct EnvironmentCheck: Sendable {
    private let environment: [String: String]

    init(_ environment: [String: String]) { self.environment = environment }

    func findings() -> [Examination.Finding] {
        var findings: [Examination.Finding] = []
        let known = Set(Setting.all.flatMap(\.environment)).subtracting(["VISUAL", "EDITOR"])
        for name in environment.keys.sorted() {
            guard known.contains(name) || name.hasPrefix("LETTA_") || name.hasPrefix("ROOST_") else { continue }
            if let variable = Settings.unexpanded(environment[name] ?? "") {
                findings.append(
                    .init(
                        check: "environment", state: .error,
                        message: "\(name) holds \(variable), which was not expanded.",
                        advice: "Set that variable where \(name) is set, or write its value."))
            } else if name.hasPrefix("ROOST_"), !known.contains(name), name != "ROOST_CONFIG" {
                let near = NearMatch.best(for: name, among: known.filter { $0.hasPrefix("ROOST_") }.sorted())
                findings.append(
                    .init(
                        check: "environment", state: .warning, message: "\(name) is not a setting.",
                        advice: near.map { "Did you mean \($0)?" } ?? "See docs/configuration.md."))
            }
        }
        let hasKey = !(environment["LETTA_API_KEY"] ?? "").isEmpty
        if hasKey, (environment["LETTA_BASE_URL"] ?? "").isEmpty {
            findings.append(
                .init(
                    check: "environment", state: .error,
                    message: "LETTA_API_KEY is set without LETTA_BASE_URL: the SDKs then talk to the hosted service.",
                    advice: "export LETTA_BASE_URL=http://localhost:8283"))
        }
        return findings
    }
}
