import Client
import Engine
import Platform

/// What the tools of MCP clients work on: the server that `LETTA_BASE_URL` names, else the local file, which is opened by the
/// first call: until then a client has its lists, and one that never calls costs nothing.
actor MCPBackend {
    private let settings: Settings
    private let log: Log
    private let place: String?
    private var opened: Task<Opened, any Error>?

    private struct Opened: Sendable {
        let client: RoostClient
        /// Nil for a server elsewhere.
        var assembly: Assembly?
        /// Makes the vectors that could not be made at once.
        var worker: EmbeddingWorker?
    }

    /// - Parameter place: what texts call the local file; clients elsewhere are not to hear of its path.
    init(settings: Settings, log: Log, place: String? = nil) {
        self.settings = settings
        self.log = log
        self.place = place
    }

    /// Throws `ClientError` that says why the memory cannot be opened; the next call tries again.
    func client() async throws -> RoostClient {
        let opening = opened ?? Task { [settings, log, place] in try await Self.open(settings, log, place) }
        opened = opening
        do { return try await opening.value.client } catch {
            // Another call may have begun anew meanwhile.
            if opened == opening { opened = nil }
            throw ClientError("\(error)")
        }
    }

    private static func open(_ settings: Settings, _ log: Log, _ place: String?) async throws -> Opened {
        if let client = try RoostClient.elsewhere(settings) { return Opened(client: client) }
        let assembly = try Assembly(settings: settings, log: log, isLongLived: true)
        do { try await assembly.prepare() } catch {
            await assembly.close()
            throw error
        }
        let worker = EmbeddingWorker(engine: assembly.engine)
        worker.start()
        let client = RoostClient(
            transport: assembly.transport(place: place), project: settings.project, user: settings.author)
        return Opened(client: client, assembly: assembly, worker: worker)
    }

    /// Writes what is under way and closes the file.
    func close() async {
        // One that could not be opened has nothing to close.
        if let opened = try? await opened?.value {
            await opened.worker?.stop()
            await opened.assembly?.close()
        }
        opened = nil
    }
}
