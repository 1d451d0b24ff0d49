import API
import Engine
import Glibc
import HTTP
import Platform
import Storage

/// `roost serve`: the server, until SIGTERM or SIGINT.
enum Serve {
    static var command: Command {
        var command = Command("serve", "Starts the server") { try await run($0) }
        command.aliases = [["server"]]
        command.detail = """
            Serves the Letta V1 API, and MCP at /mcp (/sse and /messages for older clients). Settings come from flags, ROOST_* variables, LETTA_* and plain variables, --env-file,
            --config, defaults, the first that is set wins. Without a password it listens on loopback only.
            SIGTERM and SIGINT finish running requests, then stop; SIGHUP reads the TLS files again.
            """
        command.options =
            Setting.all.filter { $0.hasFlag && $0.section != .client && $0.name != "mcp-port" }.map(\.option)
            + Settings.fileOptions + [
                Option("print-config", nil, "Show the settings and where each came from, then stop; secrets are masked")
            ]
        command.examples = [
            "roost serve", "roost serve --port 9000 --database ./memory.db",
            "ROOST_PASSWORD=… roost serve --host 0.0.0.0", "roost serve --secure --tls-cert cert.pem --tls-key key.pem",
            "roost serve --env-file .env --print-config",
        ]
        return command
    }

    static func run(_ call: Invocation) async throws {
        let settings = try Settings.read(call)
        if call.flag("print-config") { return printConfiguration(settings, call) }
        // Before any work, so that an early Ctrl-C still stops in order.
        let signals = Signals.stream(of: [SIGTERM, SIGINT, SIGHUP])
        let started = ContinuousClock.now
        let isJSON = settings.logsJSON ?? !call.terminal.isErrorTerminal
        let log = Log(level: settings.logLevel, isJSON: isJSON)
        for note in settings.values.notes { log.warning("setting_ignored", ("note", .string(note))) }

        let password = try ServerPassword(settings)
        let assembly = try Assembly(settings: settings, log: log, isLongLived: true)
        do { try await assembly.prepare() } catch {
            await assembly.close()
            throw error
        }
        let server = assembly.httpServer(assembly.server(password: password.value))
        let addresses: [String]
        do { addresses = try server.start() } catch let error as ServerError {
            await assembly.close()
            throw Failure(explain(error, "roost serve --port \(settings.port + 1)"))
        }
        let worker = EmbeddingWorker(engine: assembly.engine)
        worker.start()
        let keeping = Task { await assembly.engine.keeper.work() }
        let embedding = await assembly.engine.embedding.defaultModel()
        let greeting = Greeting(settings: settings, addresses: addresses, password: password, embedding: embedding)
        if isJSON {
            log.info(
                "started", ("version", .string(RoostVersion.product)),
                ("address", .array(addresses.map { .string($0) })),
                ("database", .string(settings.database)), ("authentication", .bool(password.value != nil)),
                ("embedding", embedding.handle.map { .string($0) } ?? .null),
                ("advice", embedding.advice.map { .string($0) } ?? .null),
                ("ms", .int(started.duration(to: .now).milliseconds)), ("pid", .int(Int64(getpid()))))
        } else {
            call.terminal.printError(greeting.text(call.terminal.errorStyle))
        }
        if password.isNew, let value = password.value {
            call.terminal.printError(ServerPassword.shownOnce(value, settings))
        }
        await obey(signals, server, settings, log)
        endOnSecondSignal(signals)
        await server.drain(within: settings.drainSeconds)
        await assembly.engine.keeper.stopAll()
        keeping.cancel()
        await worker.stop()
        await assembly.close()
        log.info("stopped")
    }

    /// Returns when it is time to stop.
    static func obey(
        _ signals: AsyncStream<Int32>, _ server: HTTPServer, _ settings: Settings, _ log: Log
    ) async {
        for await signal in signals {
            guard signal == SIGHUP else {
                log.info("stopping", ("connections", .int(Int64(server.openConnections))))
                return
            }
            guard settings.tls != nil else {
                log.info("nothing_to_reload")
                continue
            }
            do {
                try server.reloadTLS()
                log.info("tls_reloaded")
            } catch {
                log.error("tls_not_reloaded", ("reason", .string("\(error)")))
            }
        }
    }

    /// Somebody who asks again does not want to wait. Supervisors send the first signal to the process and to its group, so
    /// what comes at once is the same request.
    static func endOnSecondSignal(_ signals: AsyncStream<Int32>) {
        let begin = ContinuousClock.now
        Task {
            for await signal in signals where signal != SIGHUP && begin.duration(to: .now) > .seconds(1) { _exit(130) }
        }
    }

    /// - Parameter other: a command that takes another port.
    static func explain(_ error: ServerError, _ other: String) -> String {
        var text = "The server did not start: \(error.description)."
        if error.description.contains("in use") {
            text += " See what it is with 'roost doctor', or choose another: \(other)."
        }
        return text
    }

    private static func printConfiguration(_ settings: Settings, _ call: Invocation) {
        let sections = Setting.Section.allCases.filter { $0 != .client }
        guard call.isJSON else {
            return call.terminal.write(Array(settings.configurationText(sections: sections).utf8))
        }
        var shown = JSONObject()
        for setting in Setting.all where sections.contains(setting.section) {
            let value = settings.values[setting.name]
            shown[setting.name] = .object(
                JSONObject([
                    ("value", settings.shown(setting).map { .string($0) } ?? .null),
                    ("source", .string(value.source.shown)),
                ]))
        }
        call.terminal.print(json: .object(shown))
    }
}

extension Duration {
    var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
