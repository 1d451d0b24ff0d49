import API
import Client
import Engine
import Glibc
import HTTP
import MCP
import Platform
import Sandbox
import Storage

/// Builds the parts of Roost from the settings, bottom to top. The only place that knows all of them.
struct Assembly: Sendable {
    let settings: Settings
    let log: Log
    let store: Store
    let engine: Engine
    let sandbox: LocalSandbox
    let metrics: Metrics
    let toolServers: RemoteToolServers

    /// Opens the database, making it when it is not there.
    /// - Parameters:
    ///   - isLongLived: it will serve for long, so what can wait is done in the background. A command waits for the vectors
    ///     of what it writes: nobody would make them after it.
    ///   - leavesVectors: writes without them, so that nobody waits: a process that lives longer makes them.
    ///   - readers: how many reads may run at once; each costs time to open.
    ///   - busySeconds: how long to wait for another process that holds the database, where that is not long.
    init(
        settings: Settings, log: Log, isLongLived: Bool = false, leavesVectors: Bool = false, readers: Int? = nil,
        busySeconds: Double? = nil
    ) throws {
        try settings.requireLocalFile()
        try FileText.makeFolder(settings.home)
        self.settings = settings
        self.log = log
        do {
            var configuration = Self.storage(settings)
            configuration.isLongLived = isLongLived
            if let readers { configuration.readers = readers }
            if let busySeconds { configuration.busySeconds = busySeconds }
            store = try Store.open(configuration, log: log)
        } catch let error as StoreError {
            let advice = error.code == .notADatabase ? " Name another file with --database, or move this one away." : ""
            throw Failure("Cannot open the database \(settings.database): \(error.message)\(advice)")
        }
        metrics = Metrics()
        var limits = EngineSettings()
        if let limit = settings.blockLimit { limits.defaultBlockLimit = limit }
        limits.defaultModel = settings.defaultModel
        limits.defaultEmbedding = settings.defaultEmbedding
        limits.maximumSearchResults = settings.searchResults
        limits.providerTraces = settings.providerTraces
        limits.toolCalls = settings.toolCalls
        limits.providers = settings.providers
        limits.startsToolServers = settings.startsToolServers
        toolServers = Self.toolServers(settings, log)
        limits.refusalOfAddress = settings.outgoing.refusal(of:)
        if !isLongLived { limits.embeddingSeconds = leavesVectors ? 0 : 86_400 }
        sandbox = Self.sandbox(settings, log)
        engine = Engine(
            store: store, settings: limits, metrics: metrics, log: log,
            embedders: Self.embedders(settings, store, log), chatModels: Self.chatModels(settings), sandbox: sandbox,
            toolServers: toolServers, web: Self.web(settings), announce: RunAnnouncement.overHTTP(settings.outgoing))
    }

    /// Brings the built-in tools up to date; reads a few rows when they are.
    func prepare() async throws { try await engine.tools.ensureBuiltIns(by: Caller()) }

    static func storage(_ settings: Settings) -> StoreConfiguration {
        var configuration = StoreConfiguration(path: settings.database)
        configuration.durability = settings.survivesPowerFailure ? .powerFailure : .processEnd
        configuration.limits.blockVersions = settings.blockVersions
        configuration.limits.blockVersionSeconds = Double(settings.blockVersionDays) * 86_400
        configuration.limits.changes = settings.changes
        configuration.vectorMemory = settings.vectorMemory
        configuration.encryption = encryption(settings)
        return configuration
    }

    static func encryption(_ settings: Settings) -> EncryptionKeySource {
        var source = EncryptionKeySource(file: settings.home + "/encryption.key")
        source.key = settings.encryptionKey
        source.setting = settings.values["encryption-key"].source.shown
        return source
    }

    /// The API for sockets, and MCP over it.
    /// - Parameter password: nil serves everyone who can connect.
    func server(password: String?) -> Server {
        let client = RoostClient(transport: transport(place: "this server"), project: settings.project)
        let features = MCPFeatures(settings: settings, log: log) { client }
        return Server(
            engine: engine, authentication: Authentication(password: password),
            browserGuard: Self.browserGuard(settings), metrics: metrics, log: log,
            mcp: features.endpoints(on: store.executor))
    }

    static func browserGuard(_ settings: Settings) -> BrowserGuard {
        let isLoopbackOnly = settings.hosts.allSatisfy(Loopback.isLoopback)
        let hosts = BrowserGuard.loopbackHosts.union(settings.allowedHosts)
        return BrowserGuard(allowedOrigins: settings.corsOrigins, allowedHosts: isLoopbackOnly ? hosts : nil)
    }

    /// The API for commands in this process, over the same file.
    /// - Parameter place: what texts call it; nil: the file, which people at this machine know.
    func transport(place: String? = nil) -> ClientTransport {
        let server = Server(
            engine: engine, authentication: Authentication(password: nil),
            browserGuard: BrowserGuard(allowedOrigins: [], allowedHosts: nil), metrics: metrics, log: log)
        let executor = store.executor
        return ClientTransport(place: place ?? "the local file \(settings.database)") { request in
            // On a reader's thread, as a server does it: what is read there needs no change of threads.
            await withTaskExecutorPreference(executor) { await server.respond(to: request) }
        }
    }

    /// Ends the workers of tools and the programs of MCP servers, writes what is under way and closes the file.
    func close() async {
        await sandbox.close()
        await toolServers.close()
        await store.close()
    }

    func httpServer(_ server: Server) -> HTTPServer {
        var configuration = Self.listening(settings, log)
        configuration.executor = store.executor
        return HTTPServer(configuration) { await server.respond(to: $0) }
    }

    /// Where and how a server listens, the same for the API and for MCP alone.
    static func listening(_ settings: Settings, _ log: Log) -> ServerConfiguration {
        var listen = settings.hosts.map { ListenAddress.tcp(host: $0, port: settings.port) }
        if let path = settings.unixSocket { listen.append(.unix(path: path)) }
        var limits = Limits()
        limits.maximumBodyBytes = settings.maximumBodyBytes
        limits.maximumConnections = settings.maximumConnections
        return ServerConfiguration(
            listen: listen, limits: limits, tls: settings.tls, compression: settings.compression, log: log)
    }
}
