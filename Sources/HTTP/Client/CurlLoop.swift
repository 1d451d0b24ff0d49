import CCurl
import Glibc

/// Drives libcurl on its thread.
final class CurlLoop {
    private let channel: CurlChannel
    private var active: [UInt64: CurlHandle] = [:]
    private var spare: [UnsafeMutableRawPointer] = []

    /// Seconds between looks for transfers that are silent for too long; nil when none is watched.
    private var watch: Double?
    private var nextLook = 0.0

    private static let maximumSpare = 16
    private static let longestWatch = 0.25

    init(_ channel: CurlChannel) { self.channel = channel }

    func run() {
        var isStopped = false
        while !isStopped {
            for command in channel.take() {
                switch command {
                case .start(let transfer): start(transfer)
                case .cancel(let id): release(id)
                case .resume(let id):
                    if let handle = active[id] { _ = roost_curl_easy_pause(handle.easy, CURLPAUSE_CONT) }
                case .stop: isStopped = true
                }
            }
            var running: Int32 = 0
            _ = roost_curl_multi_perform(channel.multi, &running)
            takeResults()
            endSilent()
            if !isStopped { _ = roost_curl_multi_poll(channel.multi, watch.map { Int32($0 * 1000) } ?? 60_000) }
        }
        for (id, handle) in active {
            handle.transfer.finish(.failure(CancellationError()))
            release(id)
        }
        for easy in spare { roost_curl_easy_free(easy) }
    }

    private func start(_ transfer: Transfer) {
        guard let easy = spare.popLast() ?? roost_curl_easy_new() else {
            transfer.finish(.failure(HTTPClientError(.other, "libcurl: no memory")))
            return
        }
        let handle = CurlHandle(easy: easy, transfer: transfer)
        guard handle.configure() else {
            transfer.finish(
                .failure(HTTPClientError(.invalidRequest, "the request cannot be made: \(handle.errorText)")))
            handle.free()
            roost_curl_easy_free(easy)
            return
        }
        active[transfer.id] = handle
        watch(transfer)
        let code = roost_curl_multi_add(channel.multi, easy)
        if code != CURLM_OK {
            transfer.finish(.failure(HTTPClientError(.other, "libcurl: error \(code.rawValue)")))
            release(transfer.id)
        }
    }

    private func watch(_ transfer: Transfer) {
        guard transfer.isWatched else { return }
        transfer.begin()
        let shortest = [transfer.request.firstByteTimeout, transfer.request.idleTimeout].compactMap { $0 }.min() ?? 0
        watch = max(0.01, min(watch ?? Self.longestWatch, shortest / 4))
    }

    /// Ends what is silent for too long. A look costs a lock for every transfer, so there are few.
    private func endSilent() {
        guard watch != nil else { return }
        let now = Transfer.now()
        guard now >= nextLook else { return }
        var isWatching = false
        for (id, handle) in active where handle.transfer.isWatched {
            guard let seconds = handle.transfer.silence(at: now) else {
                isWatching = true
                continue
            }
            handle.transfer.finish(.failure(HTTPClientError(.timedOut, "nothing came for \(seconds) seconds")))
            release(id)
        }
        if !isWatching { watch = nil }
        nextLook = now + (watch ?? 0)
    }

    private func takeResults() {
        var result = CURLE_OK
        while let easy = roost_curl_multi_done(channel.multi, &result) {
            // By id, not by address: addresses are used again.
            let id = UInt64(UInt(bitPattern: roost_curl_private(easy)))
            guard let handle = active[id] else { continue }
            handle.transfer.finish(handle.outcome(result))
            release(id)
        }
    }

    private func release(_ id: UInt64) {
        guard let handle = active.removeValue(forKey: id) else { return }
        _ = roost_curl_multi_remove(channel.multi, handle.easy)
        handle.free()
        if spare.count < Self.maximumSpare {
            roost_curl_easy_reset(handle.easy)
            spare.append(handle.easy)
        } else {
            roost_curl_easy_free(handle.easy)
        }
    }
}
