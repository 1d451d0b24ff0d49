import CLinux
import Domain
import Glibc
import Platform

/// Starts workers.
struct WorkerStart: Sendable {
    let configuration: SandboxConfiguration
    /// Nil: no sandbox (`unsandboxed`).
    let bubblewrap: Bubblewrap?
    /// Nil where there are none.
    var groups: ControlGroups?

    /// Limits that are the same for every call; the others come with the call. A core limit of 1 is none, and also keeps the
    /// kernel from starting the program that collects crashes, which 0 does not (core(5)).
    private static let fixedLimits: [ResourceLimit] = [
        .coreSize(1), .openFiles(512), .messageQueues(0), .lockedMemory(64 << 10),
    ]

    /// Whom root becomes, for whom limits and permissions do not hold, in a namespace of users either.
    private static var user: (id: UInt32, group: UInt32)? { getuid() == 0 ? (65_534, 65_534) : nil }

    /// A folder that every system has and nobody needs in a sandbox.
    static let mountPlace = "/mnt"

    /// Whether root is one that may mount (CAP_SYS_ADMIN), which in containers it often is not.
    static let canMount: Bool = {
        let status = ProcessTree.text("/proc/self/status") ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("CapEff:") }
        let rights = line?.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) } ?? 0
        return rights & 1 << 21 != 0 && access(mountPlace, F_OK) == 0
    }()

    /// Returns when it runs, which is before its modules are loaded; a call may be given to it at once.
    /// - Throws: `CodeError(.unavailable)`.
    func worker(_ place: WorkerPlace) async throws -> Worker {
        guard let runner = configuration.runners[place.language] else {
            throw CodeError(.unavailable, "This version does not run \(place.language.rawValue).")
        }
        guard let interpreter = interpreter(of: runner) else { throw Self.noInterpreter(place.language, runner) }
        do {
            guard let bubblewrap else { return try await unsandboxed(place, runner, interpreter) }
            return try await sandboxed(place, runner, interpreter, bubblewrap)
        } catch let error as ChildProcessError {
            throw CodeError(.unavailable, "Code cannot be run: \(error.description).")
        }
    }

    /// Nil when none of them is there, or none that the sandbox shows.
    func interpreter(of runner: RunnerSource) -> String? {
        runner.interpreters.lazy.compactMap { ChildProgram.path(of: $0, in: configuration.searchPath) }
            .first { bubblewrap == nil || $0.hasPrefix("/usr/") || $0.hasPrefix("/bin/") }
    }

    static func noInterpreter(_ language: CodeLanguage, _ runner: RunnerSource) -> CodeError {
        CodeError(
            .unavailable,
            "There is no \(language.rawValue) interpreter: install \(runner.interpreters.joined(separator: " or ")) "
                + "(in the sandbox those under /usr are seen).")
    }

    private func sandboxed(
        _ place: WorkerPlace, _ runner: RunnerSource, _ interpreter: String, _ bubblewrap: Bubblewrap
    ) async throws -> Worker {
        let command =
            [interpreter] + runner.arguments + ["\(Bubblewrap.runnerFolder)/\(runner.fileName)"] + runner.preload
        var given = GivenDescriptors()
        // 3 is the answer's, as docs/design/sandbox.md has it.
        let answer = try given.addPipe()
        let (process, facts) = try await start(command, in: place, runner, bubblewrap, &given)
        let root = try await Self.firstProcess(facts, of: process)
        return try Worker(process: process, answer: answer, root: root, user: Self.user, files: place.files)
    }

    /// Runs a program in the sandbox to its end, to see whether there can be one.
    /// - Returns: what it said on standard error; nil when it succeeded.
    func complaint(of command: [String], _ bubblewrap: Bubblewrap) async throws -> String? {
        var given = GivenDescriptors()
        let place = WorkerPlace(language: .python, files: 1 << 20)
        let runner = RunnerSource(interpreters: [], fileName: "nothing", script: [])
        let answer = try given.addPipe()
        let (process, facts) = try await start(command, in: place, runner, bubblewrap, &given)
        let said = try await BubblewrapCheck.complaint(of: process)
        answer.close()
        facts.close()
        return await process.ended() == .exited(0) ? nil : said
    }

    /// - Parameter given: what it gets beside what is for bubblewrap itself.
    private func start(
        _ command: [String], in place: WorkerPlace, _ runner: RunnerSource, _ bubblewrap: Bubblewrap,
        _ given: inout GivenDescriptors
    ) async throws -> (ChildProcess, facts: PipeEnd) {
        let filter = try (place.hasNetwork ? SystemCallFilter.withNetwork : SystemCallFilter.withoutNetwork).get()
        var descriptors = Bubblewrap.Descriptors(
            filter: try given.add(filter.program), script: try given.add(runner.script),
            users: try given.add(Array("tool:x:1000:1000:tool:/tmp:/bin/sh\n".utf8)),
            groups: try given.add(Array("tool:x:1000:\n".utf8)), facts: 0)
        let facts = try given.addPipe()
        descriptors.facts = given.last
        var place = place
        var mount: (folder: String, place: String)?
        // The way to it may lead through folders that the sandbox's user may not read.
        if let packages = place.packages, getuid() == 0, Self.canMount {
            mount = (packages, Self.mountPlace)
            place.packages = Self.mountPlace
        }
        var program = ChildProgram(
            bubblewrap.path, bubblewrap.arguments(for: place, scriptName: runner.fileName, descriptors) + command)
        program.environment = Bubblewrap.environment + variables(runner, Bubblewrap.packagesFolder, place)
        program.directory = "/"
        program.hasOwnSession = true
        program.mount = mount
        program.user = Self.user
        return (try await start(program, &given), facts)
    }

    private func unsandboxed(_ place: WorkerPlace, _ runner: RunnerSource, _ interpreter: String) async throws -> Worker
    {
        var given = GivenDescriptors()
        let answer = try given.addPipe()
        let folder = try TemporaryFolder()
        let script = "\(folder.path)/\(runner.fileName)"
        try folder.write(runner.script, to: script)
        var program = ChildProgram(interpreter, runner.arguments + [script] + runner.preload)
        let home = folder.path
        program.environment =
            Bubblewrap.environment.map { ["HOME", "TMPDIR"].contains($0.name) ? ($0.name, home) : $0 }
            + variables(runner, place.packages ?? "", place)
        program.directory = home
        program.hasOwnSession = true
        program.gainsNoPrivileges = true
        let process = try await start(program, &given)
        Task {
            await process.ended()
            await folder.remove()
        }
        return try Worker(process: process, answer: answer, root: nil)
    }

    private func start(_ program: ChildProgram, _ given: inout GivenDescriptors) async throws -> ChildProcess {
        var program = program
        program.descriptors = given.theirs
        program.limits = Self.fixedLimits
        program.isFirstToDie = true
        defer { given.close() }
        return try await ChildProcess.start(program)
    }

    private func variables(
        _ runner: RunnerSource, _ packages: String, _ place: WorkerPlace
    ) -> [(name: String, value: String)] {
        guard place.packages != nil, let name = runner.packagesVariable else { return [] }
        return [(name, packages)]
    }

    /// The number of the sandbox's first process, `{"child-pid": 42}`.
    private static func firstProcess(_ facts: PipeEnd, of process: ChildProcess) async throws -> Int32 {
        var bytes: [UInt8] = []
        while !bytes.contains(UInt8(ascii: "}")), bytes.count < 4096 {
            let part = try await facts.read()
            if part.isEmpty { break }
            bytes += part
        }
        // What is not JSON is the same as nothing: bubblewrap says on standard error what was wrong.
        if let number = (try? JSONValue(parsing: bytes))?["child-pid"]?.int { return Int32(number) }
        let said = try await BubblewrapCheck.complaint(of: process)
        throw CodeError(.unavailable, BubblewrapCheck.advice(on: said))
    }
}
