import CLinux
import Domain
import Glibc
import Platform

/// Installs packages with uv or pip: in a sandbox that has the network and may write one folder, because what a package
/// does while it is installed is nobody's promise.
struct PackageInstaller: Sendable {
    let configuration: SandboxConfiguration
    /// What the operator says of the index of packages, proxies and certificates.
    private let environment: [(name: String, value: String)]
    private let home: String

    /// - Parameter environment: the server's.
    init(_ configuration: SandboxConfiguration, environment: [String: String]) {
        self.configuration = configuration
        self.environment = PackageIndex.variables(of: environment)
        home = environment["HOME"] ?? "/root"
    }

    private static let seconds = 300.0
    /// Bytes of what the installer says that are kept.
    private static let longestReport = 256 << 10

    private var python: String? {
        RunnerSource.all[.python]?.interpreters.lazy
            .compactMap { ChildProgram.path(of: $0, in: configuration.searchPath) }
            .first { configuration.policy != .required || $0.hasPrefix("/usr/") || $0.hasPrefix("/bin/") }
    }

    /// - Throws: `CodeError(.unavailable)`.
    func pythonVersion() async throws -> String {
        guard let python else { throw CodeError(.unavailable, "There is no Python interpreter: install python3.") }
        var program = ChildProgram(
            python, ["-I", "-c", "import sys; print(sys.implementation.cache_tag, sys.version)"])
        program.input = .nothing
        program.error = .nothing
        return try await report(of: program, seconds: 20).text
    }

    /// - Throws: `CodeError(.requirements)` that names what could not be installed.
    func install(_ requirements: [String], in folder: String) async throws {
        guard let python else { throw CodeError(.unavailable, "There is no Python interpreter: install python3.") }
        let isSandboxed = configuration.policy == .required
        let target = isSandboxed ? Bubblewrap.packagesFolder : folder
        guard mkdir("\(folder)/.tmp", 0o755) == 0 else {
            throw CodeError(.requirements, "No packages can be installed in \(folder): \(FileText.reason()).")
        }
        let command = command(python, requirements, target: target)
        let end =
            isSandboxed ? try await sandboxed(command, folder) : try await plain(command, folder, target: target)
        guard end.ending == .exited(0) else { throw failure(end, requirements) }
        await EnvironmentShelf.remove("\(folder)/.tmp")
    }

    private func command(_ python: String, _ requirements: [String], target: String) -> [String] {
        let uv = ChildProgram.path(of: "uv", in: configuration.searchPath)
        if let uv, configuration.policy != .required || uv.hasPrefix("/usr/") {
            return [uv, "pip", "install", "--no-progress", "--no-cache", "--python", python, "--target", target]
                + requirements
        }
        return [
            python, "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--no-cache-dir",
            "--progress-bar", "off", "--target", target,
        ] + requirements
    }

    // MARK: Places

    private func sandboxed(_ command: [String], _ folder: String) async throws -> Report {
        let bubblewrap = try await BubblewrapCheck.find(configuration)
        var given = GivenDescriptors()
        let filter = try given.add(try SystemCallFilter.withNetwork.get().program)
        let users = try given.add(Array("tool:x:1000:1000:tool:/tmp:/bin/sh\n".utf8))
        if getuid() == 0 { try Self.give(folder) }
        let files = PackageIndex.files(of: environment, home: home)
        var contents: [(Int32, place: String)] = []
        for file in files.contents { contents.append((try given.add(file.bytes), file.place)) }
        // The way to it may lead through folders that the sandbox's user may not read.
        let mounts = getuid() == 0 && WorkerStart.canMount
        var program = ChildProgram(
            bubblewrap.path,
            bubblewrap.installerArguments(
                filter: filter, users: users, folder: mounts ? WorkerStart.mountPlace : folder, contents: contents,
                folders: files.folders) + command)
        if mounts { program.mount = (folder, WorkerStart.mountPlace) }
        program.environment = Bubblewrap.environment + environment + [("TMPDIR", "\(Bubblewrap.packagesFolder)/.tmp")]
        program.directory = "/"
        program.hasOwnSession = true
        program.descriptors = given.theirs
        if getuid() == 0 { program.user = (65_534, 65_534) }
        return try await report(of: program, seconds: Self.seconds) { given.close() }
    }

    private func plain(_ command: [String], _ folder: String, target: String) async throws -> Report {
        var program = ChildProgram(command[0], Array(command.dropFirst()))
        program.environment =
            Bubblewrap.environment.filter { $0.name != "HOME" } + [("HOME", target)] + environment
            + [("TMPDIR", "\(folder)/.tmp")]
        program.gainsNoPrivileges = true
        return try await report(of: program, seconds: Self.seconds)
    }

    /// To the user that the sandbox runs as.
    private static func give(_ folder: String) throws {
        for path in [folder, "\(folder)/.tmp"] where chown(path, 65_534, 65_534) != 0 {
            throw CodeError(.requirements, "\(path) cannot be handed over: \(FileText.reason()).")
        }
    }

    // MARK: Ends

    private struct Report {
        let ending: ChildProcess.Ending
        let text: String
        let timedOut: Bool
    }

    private func report(
        of program: ChildProgram, seconds: Double, started: () -> Void = {}
    ) async throws -> Report {
        let process: ChildProcess
        do {
            var program = program
            program.input = .nothing
            program.isFirstToDie = true
            process = try await ChildProcess.start(program)
        } catch let error as ChildProcessError {
            throw CodeError(.unavailable, "Packages cannot be installed: \(error.description).")
        }
        started()
        let guardian = Task {
            try await Task.sleep(for: .seconds(seconds))
            process.send(SIGKILL)
            return true
        }
        async let said = Self.text(process.output)
        async let complained = Self.text(process.error)
        let text = try await said + complained
        let ending = await process.ended()
        guardian.cancel()
        // Cancelled: it was in time.
        let timedOut = (try? await guardian.value) ?? false
        return Report(ending: ending, text: text, timedOut: timedOut)
    }

    private static func text(_ stream: PipeEnd?) async throws -> String {
        var bytes: [UInt8] = []
        while let part = try await stream?.read(), !part.isEmpty {
            bytes += part
            // The end says what was wrong.
            if bytes.count > 2 * longestReport { bytes.removeFirst(bytes.count - longestReport) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func failure(_ report: Report, _ requirements: [String]) -> CodeError {
        let names = requirements.joined(separator: ", ")
        if report.timedOut {
            return CodeError(.requirements, "Installing \(names) took more than \(Int(Self.seconds)) seconds.")
        }
        let lines = report.text.split(separator: "\n").map { String($0).trimmed }
        if lines.contains(where: { $0.hasSuffix("No module named pip") }) {
            return CodeError(.requirements, "\(names) cannot be installed: pip is missing. Install python3-pip, or uv.")
        }
        // The first two are pip's, the others uv's.
        let errors = lines.filter { line in ["ERROR:", "error:", "×", "╰"].contains { line.hasPrefix($0) } }
        let told = (errors.isEmpty ? lines.suffix(3) : errors.suffix(2)).joined(separator: " ")
        let short = told.isEmpty ? "no reason was given." : String(told.unicodeScalars.prefix(600))
        return CodeError(.requirements, "\(names) could not be installed: \(short)")
    }
}
