package import Domain
package import Platform

/// Runs code on this machine: each call in a process of its own, which nothing is left of afterwards. How, and what is
/// promised: docs/design/sandbox.md.
package final class LocalSandbox: CodeSandbox {
    private let configuration: SandboxConfiguration
    private let log: Log
    private let queue: CallQueue
    private let ground: Ground
    private let pool: WorkerPool

    /// Starts nothing: the first call does.
    package init(_ configuration: SandboxConfiguration, log: Log) {
        self.configuration = configuration
        self.log = log
        queue = CallQueue(atOnce: configuration.callsAtOnce, waiting: configuration.callsWaiting)
        let ground = Ground(configuration)
        self.ground = ground
        if configuration.policy == .unsandboxed {
            log.warning(
                "sandbox.unsandboxed",
                (
                    "note",
                    "The code of tools runs without a sandbox and may do all that this server may: --sandbox required"
                ))
        }
        pool = WorkerPool(
            size: configuration.readyWorkers, idle: .seconds(configuration.idleSeconds), log: log,
            start: { try await ground.workers().worker($0) })
    }

    package func obstacle(to language: CodeLanguage) async -> String? {
        do {
            guard let runner = configuration.runners[language] else {
                return "This version does not run \(language.rawValue)."
            }
            let workers = try await ground.workers()
            return workers.interpreter(of: runner) == nil ? WorkerStart.noInterpreter(language, runner).message : nil
        } catch { return (error as? CodeError)?.message ?? "\(error)" }
    }

    package func run(_ call: CodeCall) async throws -> CodeResult {
        try await queue.run {
            let limits = call.limits.within(configuration.most)
            var place = WorkerPlace(language: call.language, files: limits.files)
            place.hasNetwork = limits.allowsNetwork && configuration.allowsNetwork
            if !call.requirements.isEmpty {
                place.packages = try await packages(call.language, call.requirements)
            }
            let began = ContinuousClock.now
            let outcome = try await perform(WorkerRequest.call(call), place, limits)
            var report = CallReport(outcome: outcome, limits: limits, mask: SecretMask(call.environment))
            report.lacksNetwork = limits.allowsNetwork && !configuration.allowsNetwork
            var result = report.result()
            result.milliseconds = (ContinuousClock.now - began) / .milliseconds(1)
            return result
        }
    }

    package func schema(of source: String, in language: CodeLanguage) async throws -> JSONObject {
        try await schema(WorkerRequest.schema(source), in: language)
    }

    package func summary(of source: String, in language: CodeLanguage) async throws -> JSONObject {
        try await schema(WorkerRequest.schema(source, hasParameters: true), in: language)
    }

    private func schema(_ request: [UInt8], in language: CodeLanguage) async throws -> JSONObject {
        try await queue.run {
            var limits = CodeLimits()
            limits.seconds = 20
            limits.memory = 256 << 20
            limits = limits.within(configuration.most)
            let place = WorkerPlace(language: language, files: CodeLimits().within(configuration.most).files)
            let outcome: WorkerCall.Outcome
            do {
                outcome = try await perform(request, place, limits)
            } catch let error as CodeError where error.code == .unavailable {
                outcome = try await read(request, place, limits, instead: error)
            }
            return try CallReport(outcome: outcome, limits: limits, mask: SecretMask([])).schema()
        }
    }

    /// Reads a source where no code can be run: it is parsed, and nothing of it is executed.
    /// - Parameter reason: why there is no sandbox; thrown when there is no interpreter either.
    private func read(
        _ request: [UInt8], _ place: WorkerPlace, _ limits: CodeLimits, instead reason: CodeError
    ) async throws -> WorkerCall.Outcome {
        let start = WorkerStart(configuration: configuration, bubblewrap: nil)
        let worker: Worker
        do { worker = try await start.worker(place) } catch is CodeError { throw reason }
        let reserves = configuration.runners[place.language]?.reservesAddressSpace ?? false
        try worker.limit(limits.resources(reservesAddressSpace: reserves, isSandboxed: false))
        let outcome = await WorkerCall(worker: worker, limits: limits, watchesProcesses: true).run(request)
        if outcome.end == .cancelled { throw CancellationError() }
        return outcome
    }

    /// Ends the workers that wait, and waits until they have. Calls that still run end with the process; no new ones are taken.
    package func close() async { await pool.close() }

    private func perform(
        _ request: [UInt8], _ place: WorkerPlace, _ limits: CodeLimits
    ) async throws -> WorkerCall.Outcome {
        let isSandboxed = configuration.policy == .required
        let worker = try await pool.take(place)
        defer { pool.refill(place) }
        let reserves = configuration.runners[place.language]?.reservesAddressSpace ?? false
        try worker.limit(limits.resources(reservesAddressSpace: reserves, isSandboxed: isSandboxed))
        let call = WorkerCall(worker: worker, limits: limits, watchesProcesses: !isSandboxed)
        let outcome = await grouped(worker, limits) { await call.run(request) }
        if outcome.end == .cancelled { throw CancellationError() }
        return outcome
    }

    /// Runs a call in a control group of its own, where there are some.
    private func grouped(
        _ worker: Worker, _ limits: CodeLimits, _ call: () async -> WorkerCall.Outcome
    ) async -> WorkerCall.Outcome {
        // Found before: a worker was started.
        let groups = try? await ground.workers().groups
        let group = groups?.group(
            named: "call-\(worker.root)", memory: limits.memory + limits.files, processes: limits.processes + 2)
        guard let group, worker.join(group) else {
            await group?.remove()
            return await call()
        }
        var outcome = await call()
        if case .ended = outcome.end, group.ranOutOfMemory {
            outcome.end = .stopped(WorkerCall.tooMuchMemory(limits))
        }
        await group.remove()
        return outcome
    }

    private func packages(_ language: CodeLanguage, _ requirements: [PipRequirement]) async throws -> String {
        guard let packages = configuration.packages else {
            throw CodeError(.requirements, "This server installs no packages: use code that requires none.")
        }
        return try await packages(language, requirements)
    }
}
