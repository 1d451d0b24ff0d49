import Foundation
import Glibc
import HTTP
import Platform
import Testing

@Suite struct DescriptorTests {
    /// In a process of its own, because the limit is the process's.
    @Test func `without free descriptors the server waits without spinning and goes on later`() async {
        await #expect(processExitsWith: .success) {
            let (lines, feed) = AsyncStream<String>.makeStream()
            let log = Log(level: .warning, isJSON: true) { feed.yield(String(decoding: $0, as: UTF8.self)) }
            let server = try TestServer(log: log, handler: TestServer.echo)
            let address = server.address
            try await blocking {
                // Odd, so that the server's end of a connection is the one that fails. The list counts its own descriptor.
                let used = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count - 1
                var limit = rlimit()
                getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
                limit.rlim_cur = rlim_t(used + 21)
                setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
                var sockets: [TestSocket] = []
                // Both ends are here, so the limit is met at one of them; the last one may wait to be accepted.
                while let socket = try? TestSocket(address) {
                    sockets.append(socket)
                    usleep(2000)
                }
                try sockets.last?.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                let before = clock()
                usleep(600_000)
                let seconds = Double(clock() - before) / Double(CLOCKS_PER_SEC)
                guard seconds < 0.2 else { throw TestFailure("\(seconds) s of CPU while waiting") }
                let last = sockets.removeLast()
                sockets.removeAll()
                guard try last.response().status == 200 else { throw TestFailure("no answer") }
            }
            feed.finish()
            for await line in lines where line.contains("http.accept_paused") { return }
            throw TestFailure("the server never ran out of descriptors")
        }
    }
}
