import Glibc
import HTTP
import Platform

/// A listening socket on every address of this machine that must never be connected to.
final class SilentPort: @unchecked Sendable {
    // SAFETY: set once; the kernel's calls on a descriptor may come from any thread.
    private let descriptor: Int32
    let port: Int

    init() throws {
        // IPv6 with IPv4 in it, or IPv4 alone on a machine without.
        let six = socket(AF_INET6, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        descriptor = six >= 0 ? six : socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        var no: Int32 = 0
        setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &no, socklen_t(MemoryLayout<Int32>.size))
        var storage = sockaddr_storage()
        storage.ss_family = sa_family_t(six >= 0 ? AF_INET6 : AF_INET)
        var size = socklen_t(six >= 0 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size)
        let fd = descriptor
        let isListening = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(fd, $0, size) == 0 && listen(fd, 64) == 0 && getsockname(fd, $0, &size) == 0
            }
        }
        guard isListening else { throw TestFailure("cannot listen") }
        // The port is at the same place in both forms.
        port = withUnsafeBytes(of: &storage) { Int($0[2]) << 8 | Int($0[3]) }
    }

    deinit { close(descriptor) }

    /// How many connections were made since the last look.
    func connections() -> Int {
        var count = 0
        while true {
            let connection = accept(descriptor, nil, nil)
            if connection < 0 { return count }
            close(connection)
            count += 1
        }
    }
}

extension AddressPolicy {
    static func allowing(_ hosts: String...) throws -> AddressPolicy {
        var wrong = ""
        guard let allowed = AllowedHosts(hosts, wrong: &wrong) else { throw TestFailure("not allowed: \(wrong)") }
        return AddressPolicy(allowing: allowed)
    }
}
