import Domain
import Platform
import Sandbox

extension Setting {
    static let sandbox: [Setting] = [
        Setting(
            .sandbox, "sandbox", ["ROOST_SANDBOX"], .choice(SandboxConfiguration.Policy.allCases.map(\.rawValue)),
            SandboxConfiguration.Policy.required.rawValue,
            "Where the code of tools runs: in bubblewrap or not at all (required), as the server's own user without a "
                + "sandbox (unsandboxed, only for tools you trust), nowhere (off)"),
        Setting(
            .sandbox, "sandbox-network", ["ROOST_SANDBOX_NETWORK"], .toggle, "false",
            "Give tools that ask for the network that of this machine: the internet, the private network and what listens "
                + "on localhost, this server too"),
        Setting(
            .sandbox, "sandbox-memory", ["ROOST_SANDBOX_MEMORY"], .size, "1GB",
            "The most memory of one call, all its processes together"),
        Setting(
            .sandbox, "sandbox-files", ["ROOST_SANDBOX_FILES"], .size, "256MB",
            "The most that one call may keep in files, which are memory too and gone afterwards"),
        Setting(
            .sandbox, "sandbox-seconds", ["ROOST_SANDBOX_SECONDS"], .seconds, "180",
            "The longest that one call may take"),
        Setting(
            .sandbox, "sandbox-processor-seconds", ["ROOST_SANDBOX_PROCESSOR_SECONDS"], .seconds, "120",
            "The most processor time of each process of a call"),
        Setting(
            .sandbox, "sandbox-processes", ["ROOST_SANDBOX_PROCESSES"], .integer(4...4096), "64",
            "The most processes and threads of one call"),
        Setting(
            .sandbox, "sandbox-calls", ["ROOST_SANDBOX_CALLS"], .integer(1...1000), "8",
            "Calls that run at one time; eight times as many wait, more are refused"),
        Setting(
            .sandbox, "sandbox-ready", ["ROOST_SANDBOX_READY"], .integer(0...64), "2",
            "Interpreters started ahead, after the first call, for each language; 0: every call starts its own"),
    ]

    static func sandboxConfiguration(_ read: SettingReader) throws -> SandboxConfiguration {
        var configuration = SandboxConfiguration()
        configuration.policy = try read.choice("sandbox").flatMap(SandboxConfiguration.Policy.init) ?? .required
        configuration.allowsNetwork = try read.toggle("sandbox-network")
        configuration.most.allowsNetwork = configuration.allowsNetwork
        configuration.most.memory = try read.size("sandbox-memory")
        configuration.most.files = try read.size("sandbox-files")
        configuration.most.seconds = try read.seconds("sandbox-seconds")
        configuration.most.processorSeconds = try read.seconds("sandbox-processor-seconds")
        configuration.most.processes = try read.number("sandbox-processes")
        configuration.callsAtOnce = try read.number("sandbox-calls")
        configuration.callsWaiting = 8 * configuration.callsAtOnce
        configuration.readyWorkers = try read.number("sandbox-ready")
        return configuration
    }
}

extension Assembly {
    /// What runs the code of tools. Starts nothing yet.
    static func sandbox(_ settings: Settings, _ log: Log) -> LocalSandbox {
        var configuration = settings.sandbox
        configuration.runners = RunnerSource.all
        let packages = PackageEnvironments(
            folder: settings.home + "/environments", configuration, environment: ProcessEnvironment.variables, log: log)
        configuration.packages = { try await packages.folder($0, $1) }
        return LocalSandbox(configuration, log: log)
    }
}
