import CLinux
import Glibc

/// Who is at the other end of a connection.
struct PeerAddress: Sendable {
    /// `127.0.0.1:51234`, `[::1]:5`, `unix`.
    let text: String
    /// On this machine.
    let isLocal: Bool

    let isUnix: Bool

    static let unix = PeerAddress(text: "unix", isLocal: true, isUnix: true)

    init(text: String, isLocal: Bool, isUnix: Bool = false) {
        self.text = text
        self.isLocal = isLocal
        self.isUnix = isUnix
    }

    init(_ storage: sockaddr_storage) {
        var storage = storage
        let family = Int32(storage.ss_family)
        self = withUnsafePointer(to: &storage) { pointer in
            let raw = UnsafeRawPointer(pointer)
            switch family {
            case AF_INET:
                var address = raw.loadUnaligned(as: sockaddr_in.self)
                let text = Self.text(AF_INET, &address.sin_addr)
                let port = UInt16(bigEndian: address.sin_port)
                return PeerAddress(text: "\(text):\(port)", isLocal: text.hasPrefix("127."))
            case AF_INET6:
                var address = raw.loadUnaligned(as: sockaddr_in6.self)
                let text = Self.text(AF_INET6, &address.sin6_addr)
                let port = UInt16(bigEndian: address.sin6_port)
                return PeerAddress(text: "[\(text)]:\(port)", isLocal: text == "::1")
            default: return .unix
            }
        }
    }

    private static func text(_ family: Int32, _ address: UnsafeRawPointer) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { buffer in
            guard let text = inet_ntop(family, address, buffer.baseAddress!, socklen_t(buffer.count)) else {
                return "?"
            }
            return String(cString: text)
        }
    }
}
