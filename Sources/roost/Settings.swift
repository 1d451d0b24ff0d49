import Client
import Domain
import HTTP
import Models
import Platform
import Sandbox

/// Everything the operator decides, read once. `Setting.all` says what each one means and where it may be set.
struct Settings: Sendable {
    // Data
    var home: String
    var database: String
    /// Nil: the key file's.
    var encryptionKey: Secret?
    var survivesPowerFailure: Bool
    var blockVersions: Int
    var blockVersionDays: Int
    var changes: Int
    var providerTraces: Int
    var toolCalls: Int
    // Network
    var hosts: [String]
    var port: Int
    var unixSocket: String?
    var tls: TLSFiles?
    var maximumBodyBytes: Int
    var compression: Compression
    var maximumConnections: Int
    var drainSeconds: Double
    // Access
    var password: String?
    var isSecure: Bool
    var corsOrigins: [String]
    var allowedHosts: [String]
    /// Where addresses may lead that come from users, agents and pages.
    var outgoing: AddressPolicy
    // Memory
    var defaultModel: String?
    var defaultEmbedding: String?
    var blockLimit: Int?
    var searchResults: Int
    var vectorMemory: Int
    var localModel: LocalModelSettings
    // Model providers
    var providers: [ConfiguredProvider]
    var chat: ChatLimits
    /// For the model of `defaultEmbedding`.
    var embedding: RemoteEmbedding.Options
    // Code of tools
    var sandbox: SandboxConfiguration
    // Web
    var web: WebSettings
    // Logs
    var logLevel: Log.Level
    var logsJSON: Bool?
    // Commands and clients
    var baseURL: String?
    var clientPassword: String?
    var certificateAuthorities: String?
    var agent: String?
    var project: String?
    /// Who commands say they are.
    var author: String
    var editor: String
    // MCP
    var toolProfile: ToolProfile
    var mcpPort: Int
    /// Whether MCP servers may be programs that this one starts.
    var startsToolServers: Bool
    /// Seconds.
    var mcpTimeout: Double
    // Hooks
    var hooks: HookOptions
    /// A handle; nil: summaries are made without a model.
    var hookModel: String?

    /// Where each value came from, for `--print-config`, and what to tell the operator.
    let values: SettingValues

    init(_ values: SettingValues, userHome: String) throws {
        self.values = values
        let read = SettingReader(values: values, userHome: userHome)
        home = try read.path("home") ?? userHome + "/.roost"
        database = try read.database(home: home)
        encryptionKey = read.text("encryption-key").map(Secret.init)
        survivesPowerFailure = try read.choice("durability") == "power"
        blockVersions = try read.number("block-versions")
        blockVersionDays = try read.number("block-version-days")
        providerTraces = try read.number("provider-traces")
        toolCalls = try read.number("tool-calls")
        changes = try read.number("changes")

        hosts = values["host"].texts
        port = try read.number("port")
        unixSocket = try read.path("unix-socket")
        tls = try read.tls()
        maximumBodyBytes = try read.size("max-body")
        compression = try read.compression()
        maximumConnections = try read.number("max-connections")
        drainSeconds = try read.seconds("drain")

        password = try read.password()
        isSecure = try read.toggle("secure")
        corsOrigins = values["cors-origin"].texts
        allowedHosts = values["allowed-host"].texts.map { $0.lowercased() }

        outgoing = try read.outgoing()

        defaultModel = try read.handle("default-model")
        defaultEmbedding = try read.handle("default-embedding")
        blockLimit = try read.integer("block-limit")
        searchResults = try read.number("search-results")
        vectorMemory = try read.size("vector-memory")
        localModel = try LocalModelSettings(read)

        providers = ProviderSetting.all.compactMap { $0.provider(read) }
        chat = try Setting.chatLimits(read)
        embedding = try Setting.embeddingOptions(read)

        sandbox = try Setting.sandboxConfiguration(read)
        web = try WebSettings(read)

        logLevel = try read.logLevel()
        logsJSON = try read.logsJSON()

        baseURL = read.text("base-url")
        clientPassword = read.text("client-password")
        certificateAuthorities = try read.path("ca-file")
        agent = read.text("agent")
        project = read.text("project")
        author = read.author()
        editor = read.text("editor") ?? "vi"
        toolProfile = try read.choice("tools").flatMap(ToolProfile.init(rawValue:)) ?? .memory
        mcpPort = try read.number("mcp-port")
        mcpTimeout = max(1, try read.seconds("mcp-timeout"))
        switch try read.choice("mcp-stdio") {
        case "allowed": startsToolServers = true
        case "refused": startsToolServers = false
        default: startsToolServers = password != nil || isSecure || hosts.allSatisfy(Loopback.isLoopback)
        }
        hooks = try read.hooks()
        hookModel = try read.handle("hook-model")
    }

    /// Throws when a database is asked for that this version does not have: keeping the data elsewhere than the operator
    /// believes would lose it.
    func requireLocalFile() throws {
        for name in ["postgres-uri", "postgres-host"] {
            guard let value = values[name].texts.first else { continue }
            let source = values[name].source.shown
            if let variable = Self.unexpanded(value) {
                throw Failure(
                    "\(source) contains \(variable), which was not expanded. Set the variable, or unset \(source).")
            }
            throw Failure(
                "\(source) names a PostgreSQL database, but this version keeps its data in an SQLite file only. Unset "
                    + "\(source) to use \(database).")
        }
    }

    /// The first `$(VAR)` or `${VAR}` in a text.
    static func unexpanded(_ text: String) -> String? {
        for (open, close) in [("$(", ")"), ("${", "}")] {
            guard let start = text.firstRange(of: open), let end = text[start.upperBound...].firstRange(of: close)
            else { continue }
            return String(text[start.lowerBound..<end.upperBound])
        }
        return nil
    }
}

extension Settings {
    /// The log of a command: of nothing less than `level`, unless more was asked for.
    func quietLog(_ call: Invocation, above level: Log.Level) -> Log {
        let isAsked = values["log-level"].source != .fallback || logLevel == .debug
        return Log(level: isAsked ? logLevel : level, isJSON: logsJSON ?? !call.terminal.isErrorTerminal)
    }
}
