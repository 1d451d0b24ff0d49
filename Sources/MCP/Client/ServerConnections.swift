package import Platform

/// The connections to servers, kept between calls: one to each server and configuration, shared by all its callers.
///
/// A server that hangs fails its own calls only; then it is asked whether it lives, and when it does not, its connection is
/// ended and the next call makes another. One that fails again and again is left alone for a while.
package actor ServerConnections {
    /// A server under one configuration: agents whose secrets differ have connections of their own.
    private struct Key: Hashable {
        let id: String
        let server: RemoteServer
    }

    private struct Kept {
        let number: Int
        let session = Promise<ClientSession>()
        var users = 0
        var lastUsed = ContinuousClock.now
    }

    private struct Failures {
        var count = 0
        var until = ContinuousClock.now
        var error: MCPClientError
    }

    private let http: ServerHTTP
    private let limits: ClientLimits
    private let log: Log
    private var kept: [Key: Kept] = [:]
    private var failures: [Key: Failures] = [:]
    private var number = 0
    private var isSweeping = false
    private var isClosed = false

    package init(_ http: ServerHTTP, limits: ClientLimits = ClientLimits(), log: Log) {
        self.http = http
        self.limits = limits
        self.log = log
    }

    // MARK: Requests

    /// What a server offers. Somebody asked for it just now: a server that failed before is tried at once.
    /// - Throws: `MCPClientError`, `CancellationError`.
    package func tools(of server: RemoteServer, id: String) async throws -> [RemoteTool] {
        let key = Key(id: id, server: server)
        failures[key] = nil
        return try await use(key) { session in
            _ = session.takeToolsChanged()
            return try await session.tools()
        }
    }

    /// - Throws: `MCPClientError`, `CancellationError`, of which the server is told.
    package func call(
        _ tool: String, _ arguments: JSONObject, on server: RemoteServer, id: String
    ) async throws -> RemoteResult {
        try await use(Key(id: id, server: server)) { try await $0.call(tool, arguments, server.maskedResult) }
    }

    private func use<Value: Sendable>(
        _ key: Key, _ body: @Sendable (ClientSession) async throws -> Value
    ) async throws -> Value {
        do {
            do { return try await useOnce(key, body) } catch let error as MCPClientError
                where error.code == .sessionLost
            {
                // Nothing was carried out, so it may be sent once more.
                return try await useOnce(key, body)
            }
        } catch let error as MCPClientError {
            throw MCPClientError(error.code, key.server.maskedError(error.message))
        }
    }

    private func useOnce<Value: Sendable>(
        _ key: Key, _ body: @Sendable (ClientSession) async throws -> Value
    ) async throws -> Value {
        let connection = try await connection(key)
        defer { release(key, connection.number) }
        let session = try await connection.session.value()
        do {
            let value = try await body(session)
            failures[key] = nil
            if session.takeToolsChanged() { log.info("mcp_tools_changed", ("server", .string(key.id))) }
            return value
        } catch let error as MCPClientError {
            await note(error, key, connection.number, session)
            throw error
        }
    }

    // MARK: Connections

    /// The connection, counted as used; made when there is none. It may still be opening.
    private func connection(_ key: Key) async throws -> Kept {
        if let current = kept[key] {
            if current.session.current?.isOpen ?? true {
                kept[key]?.users += 1
                return current
            }
            await drop(key, current.number)
        }
        try checkMayOpen(key)
        try await makeRoom()
        // Another task may have been faster while room was made.
        if kept[key] != nil { return try await connection(key) }
        number += 1
        var new = Kept(number: number)
        new.users = 1
        kept[key] = new
        open(key, new)
        sweepLater()
        return new
    }

    private func open(_ key: Key, _ connection: Kept) {
        // Not a part of the task that asked first: others wait for it too.
        Task { [http, limits] in
            do {
                let session = try await ClientSession.open(key.server, http, limits)
                connection.session.fulfil(.success(session))
                if kept[key]?.number != connection.number { await session.close() }
            } catch {
                if kept[key]?.number == connection.number { kept[key] = nil }
                let shown =
                    error as? MCPClientError ?? MCPClientError(.ended, "The connection to the server was closed.")
                fail(key, shown)
                connection.session.fulfil(.failure(shown))
            }
        }
    }

    private func checkMayOpen(_ key: Key) throws {
        if isClosed { throw MCPClientError(.unreachable, "The server that calls MCP servers is stopping.") }
        guard let failure = failures[key], failure.until > .now else { return }
        let seconds = Int((failure.until - .now) / .seconds(1)) + 1
        throw MCPClientError(
            failure.error.code,
            "It failed \(failure.count) times and is tried again in \(seconds) seconds. \(failure.error.message)")
    }

    private func makeRoom() async throws {
        guard kept.count >= limits.connections else { return }
        guard let idlest = kept.filter({ $0.value.users == 0 }).min(by: { $0.value.lastUsed < $1.value.lastUsed })
        else {
            throw MCPClientError(
                .unreachable, "All \(limits.connections) connections to MCP servers are in use. Try again.")
        }
        await drop(idlest.key, idlest.value.number)
    }

    private func release(_ key: Key, _ number: Int) {
        guard kept[key]?.number == number else { return }
        kept[key]?.users -= 1
        kept[key]?.lastUsed = .now
    }

    private func drop(_ key: Key, _ number: Int) async {
        guard let connection = kept[key], connection.number == number else { return }
        kept[key] = nil
        connection.session.fulfil(.failure(MCPClientError(.ended, "The connection to the server was closed.")))
        await connection.session.current?.close()
    }

    // MARK: Failures

    private func note(_ error: MCPClientError, _ key: Key, _ number: Int, _ session: ClientSession) async {
        switch error.code {
        case .refused, .unauthorized, .unreachable: break
        case .sessionLost: await drop(key, number)
        case .ended, .protocolBroken:
            fail(key, error)
            await drop(key, number)
        case .timedOut:
            // Not the caller's time: it has waited long enough.
            Task {
                guard await !session.ping() else { return }
                log.info("mcp_server_hangs", ("server", .string(key.id)))
                fail(key, error)
                await drop(key, number)
            }
        }
    }

    /// The next try waits, longer each time.
    private func fail(_ key: Key, _ error: MCPClientError) {
        if failures.count > 1000 { failures = failures.filter { $0.value.until > .now } }
        var failure = failures[key] ?? Failures(error: error)
        failure.count += 1
        failure.error = error
        failure.until = .now + .seconds(min(60, 1 << min(failure.count - 1, 6)))
        failures[key] = failure
    }

    // MARK: Ends

    /// Ends the connections to a server: it changed, or is deleted.
    package func forget(_ id: String) async {
        failures = failures.filter { $0.key.id != id }
        for (key, connection) in kept where key.id == id { await drop(key, connection.number) }
    }

    /// Ends everything, for good.
    package func close() async {
        isClosed = true
        let all = kept
        await withTaskGroup(of: Void.self) { group in
            for (key, connection) in all { group.addTask { await self.drop(key, connection.number) } }
        }
    }

    private func sweepLater() {
        guard !isSweeping else { return }
        isSweeping = true
        Task { [weak self, seconds = min(30, limits.idleSeconds / 2)] in
            repeat {
                // Nobody cancels this.
                try? await Task.sleep(for: .seconds(seconds))
            } while await self?.sweep() == true
        }
    }

    /// Lets go of what is idle or has ended. False when nothing is kept any more.
    private func sweep() async -> Bool {
        let due = ContinuousClock.now - .seconds(limits.idleSeconds)
        for (key, connection) in kept where connection.users == 0 {
            if connection.lastUsed < due || connection.session.current?.isOpen == false {
                await drop(key, connection.number)
            }
        }
        if kept.isEmpty { isSweeping = false }
        return !kept.isEmpty
    }

    /// How many there are now.
    package var count: Int { kept.count }
}
