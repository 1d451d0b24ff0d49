import Glibc
import Platform
import Synchronization

/// Serves HTTP/1.1 on one thread of its own; each request is a task on the cooperative pool, cancelled at once when its
/// peer goes away. Design: docs/design/http.md.
package final class HTTPServer: Sendable {
    private let configuration: ServerConfiguration
    private let handler: @Sendable (Request) async -> Response
    private let running = Lock<ServerShared?>(nil)

    package init(_ configuration: ServerConfiguration, handler: @escaping @Sendable (Request) async -> Response) {
        self.configuration = configuration
        self.handler = handler
    }

    deinit {
        running.withLock { shared in _ = shared?.mailbox.post(.drain(milliseconds: 0, nil)) }
    }

    /// Binds every address and begins to serve; once. SIGPIPE is ignored from then on in the whole process, and its limit
    /// of open files is raised as far as allowed.
    /// - Returns: what was bound, as `http://127.0.0.1:8283` or `unix:/path`.
    /// - Throws: `ServerError` when an address cannot be bound or the TLS files cannot be used.
    package func start() throws -> [String] {
        try running.withLock { running in
            guard running == nil else { throw ServerError("the server has been started already") }
            let shared = try ServerShared(configuration, respond: handler)
            let tls = try configuration.tls.map { files throws(ServerError) in try TLSContext(files) }
            var listeners: [Listener] = []
            do {
                for address in configuration.listen {
                    listeners += try Listener.open(address, isTLS: configuration.tls != nil)
                }
                guard !listeners.isEmpty else { throw ServerError("there is no address to listen on") }
                signal(SIGPIPE, SIG_IGN)
                Self.raiseFileLimit(configuration.limits.maximumConnections)
                let loop = try EventLoop(shared: shared, listeners: listeners, tls: tls)
                BlockingThread.start(name: "http") { loop.run() }
            } catch {
                for listener in listeners { listener.close() }
                throw error
            }
            running = shared
            return listeners.map(\.address)
        }
    }

    /// Stops accepting, ends idle connections and subscriptions, lets running requests finish, and cuts what is left
    /// after `seconds`. Returns when no connection is left; the server cannot be started again.
    package func drain(within seconds: Double) async {
        guard let shared = running.withLock({ $0 }) else { return }
        await withCheckedContinuation { waiter in
            let milliseconds = Int(max(0, min(seconds, 86_400)) * 1000)
            if !shared.mailbox.post(.drain(milliseconds: milliseconds, waiter)) { waiter.resume() }
        }
    }

    /// Reads the PEM files again, for new connections.
    /// - Throws: `ServerError` when they cannot be used; the old ones stay in use then.
    package func reloadTLS() throws {
        guard let files = configuration.tls, let shared = running.withLock({ $0 }) else { return }
        shared.mailbox.post(.useTLS(try TLSContext(files)))
    }

    package var openConnections: Int {
        running.withLock { $0?.connectionCount.load(ordering: .relaxed) ?? 0 }
    }

    private static func raiseFileLimit(_ connections: Int) {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        let wanted = rlim_t(connections + 256)
        guard limit.rlim_cur < wanted else { return }
        limit.rlim_cur = min(wanted, limit.rlim_max)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
