import CCurl
import Platform
import Synchronization

/// Hands transfers to curl's thread, which lives from the first request until the last client is gone.
final class CurlEngine: Sendable {
    private let channel = Lock<CurlChannel?>(nil)
    private let nextID = Atomic<UInt64>(1)

    deinit {
        channel.withLock { channel in channel?.post(.stop) }
    }

    func begin(_ request: ClientRequest) throws(HTTPClientError) -> Transfer {
        let transfer = Transfer(id: nextID.wrappingAdd(1, ordering: .relaxed).oldValue, request: request)
        try started().post(.start(transfer))
        return transfer
    }

    /// Ends a transfer and closes its connection; no effect on one that is complete.
    func cancel(_ transfer: Transfer) {
        guard transfer.finish(.failure(CancellationError())) else { return }
        channel.withLock { channel in channel?.post(.cancel(transfer.id)) }
    }

    func resume(_ transfer: Transfer) {
        channel.withLock { channel in channel?.post(.resume(transfer.id)) }
    }

    /// - Throws: `HTTPClientError(.unavailable)`.
    static func load() throws(HTTPClientError) {
        var error = [CChar](repeating: 0, count: 256)
        guard roost_curl_load(&error, error.count) == 0 else {
            let text = String(decoding: error.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            throw HTTPClientError(.unavailable, text)
        }
    }

    private func started() throws(HTTPClientError) -> CurlChannel {
        let result: Result<CurlChannel, HTTPClientError> = channel.withLock { channel in
            if let channel { return .success(channel) }
            do throws(HTTPClientError) { try Self.load() } catch { return .failure(error) }
            guard let new = CurlChannel() else { return .failure(HTTPClientError(.other, "libcurl: no memory")) }
            channel = new
            BlockingThread.start(name: "http-client") { CurlLoop(new).run() }
            return .success(new)
        }
        return try result.get()
    }
}

/// Commands for curl's thread.
final class CurlChannel: @unchecked Sendable {
    // SAFETY: set once; the thread alone uses the handle, except for `curl_multi_wakeup`, which any thread may call. The
    // handle lives as long as this object, which the thread holds too.
    let multi: UnsafeMutableRawPointer
    private let commands = Lock<[Command]>([])

    enum Command: Sendable {
        case start(Transfer)
        case cancel(UInt64)
        case resume(UInt64)
        case stop
    }

    init?() {
        guard let multi = roost_curl_multi_new() else { return nil }
        self.multi = multi
    }

    deinit { roost_curl_multi_free(multi) }

    func post(_ command: Command) {
        let wakes = commands.withLock { commands in
            commands.append(command)
            return commands.count == 1
        }
        if wakes { roost_curl_multi_wakeup(multi) }
    }

    func take() -> [Command] {
        commands.withLock { commands in
            defer { commands = [] }
            return commands
        }
    }
}
