import CLinux
import Glibc

/// A bound socket that accepts connections.
struct Listener: Sendable {
    let descriptor: Int32
    /// `http://127.0.0.1:8283`, `unix:/run/roost.sock`.
    let address: String
    /// The socket file, when there is one.
    let path: String?

    var isUnix: Bool { path != nil }

    func close() {
        _ = Glibc.close(descriptor)
        if let path { unlink(path) }
    }

    /// Binds every address that `listen` stands for.
    static func open(_ listen: ListenAddress, isTLS: Bool) throws(ServerError) -> [Listener] {
        switch listen {
        case .tcp(let host, let port): try tcp(host, port, scheme: isTLS ? "https" : "http")
        case .unix(let path): [try unix(path)]
        }
    }

    // MARK: TCP

    private static func tcp(_ host: String, _ port: Int, scheme: String) throws(ServerError) -> [Listener] {
        guard (0...65535).contains(port) else { throw ServerError("port \(port) is not between 0 and 65535") }
        let addresses = try resolve(host)
        var listeners: [Listener] = []
        var port = port
        var failure: ServerError?
        for address in addresses {
            do throws(ServerError) {
                let listener = try bind(address, port: port, name: host, scheme: scheme)
                // A free port that was taken for the first address is also asked for on the others.
                if port == 0 { port = Self.port(of: listener.descriptor) }
                listeners.append(listener)
            } catch {
                // A name may stand for an address that this machine does not have (::1 without IPv6).
                if addresses.count > 1, error.number == EADDRNOTAVAIL || error.number == EAFNOSUPPORT { continue }
                failure = error
                break
            }
        }
        if let failure {
            for listener in listeners { listener.close() }
            throw failure
        }
        guard !listeners.isEmpty else {
            throw ServerError("cannot listen on \(host): no address of it is this machine's")
        }
        return listeners
    }

    private static func resolve(_ host: String) throws(ServerError) -> [[UInt8]] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE
        var list: UnsafeMutablePointer<addrinfo>?
        let isLiteral = host.hasPrefix("[") && host.hasSuffix("]")
        let code = getaddrinfo(isLiteral ? String(host.dropFirst().dropLast()) : host, nil, &hints, &list)
        guard code == 0 else {
            throw ServerError("cannot listen on \"\(host)\": \(String(cString: gai_strerror(code)))")
        }
        defer { freeaddrinfo(list) }
        var addresses: [[UInt8]] = []
        var next = list
        while let info = next?.pointee {
            next = info.ai_next
            guard info.ai_family == AF_INET || info.ai_family == AF_INET6, let raw = info.ai_addr else { continue }
            let address = [UInt8](UnsafeRawBufferPointer(start: raw, count: Int(info.ai_addrlen)))
            if !addresses.contains(address) { addresses.append(address) }
        }
        return addresses
    }

    private static func bind(
        _ address: [UInt8], port: Int, name: String, scheme: String
    ) throws(ServerError) -> Listener {
        var storage = sockaddr_storage()
        withUnsafeMutableBytes(of: &storage) { $0.copyBytes(from: address) }
        let isV6 = Int32(storage.ss_family) == AF_INET6
        // The port is at the same place in both families.
        withUnsafeMutableBytes(of: &storage) {
            $0.storeBytes(of: UInt16(port).bigEndian, toByteOffset: 2, as: UInt16.self)
        }
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(isV6 ? AF_INET6 : AF_INET, kind, 0)
        guard descriptor >= 0 else { throw failure(name, port, errno) }
        set(descriptor, SOL_SOCKET, SO_REUSEADDR)
        if isV6 { set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY) }
        let length = socklen_t(address.count)
        let isBound = withUnsafePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.bind(descriptor, $0, length) == 0 }
        }
        guard isBound, listen(descriptor, 1024) == 0 else {
            let code = errno
            _ = Glibc.close(descriptor)
            throw failure(name, port, code)
        }
        let actual = Self.port(of: descriptor)
        withUnsafeMutableBytes(of: &storage) {
            $0.storeBytes(of: UInt16(actual).bigEndian, toByteOffset: 2, as: UInt16.self)
        }
        return Listener(descriptor: descriptor, address: "\(scheme)://\(PeerAddress(storage).text)", path: nil)
    }

    private static func failure(_ name: String, _ port: Int, _ code: Int32) -> ServerError {
        let reason =
            switch code {
            case EADDRINUSE: "the port is in use by another program"
            case EACCES: "ports below 1024 need root or the capability net_bind_service"
            case EADDRNOTAVAIL: "the address is not one of this machine's"
            default: String(cString: strerror(code))
            }
        return ServerError("cannot listen on \(name) port \(port): \(reason)", number: code)
    }

    private static func port(of descriptor: Int32) -> Int {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        _ = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        return withUnsafeBytes(of: &storage) { Int(UInt16(bigEndian: $0.load(fromByteOffset: 2, as: UInt16.self))) }
    }

    private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32) {
        var yes: Int32 = 1
        setsockopt(descriptor, level, option, &yes, socklen_t(MemoryLayout<Int32>.size))
    }

    // MARK: Unix sockets

    private static func unix(_ path: String) throws(ServerError) -> Listener {
        guard let address = unixAddress(path) else {
            throw ServerError("the path of the socket is empty or longer than 107 bytes: \(path)")
        }
        if isStale(path, address) { unlink(path) }
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_UNIX, kind, 0)
        // The file is made by `bind`; nobody can connect before `listen`, so the mode is set in time.
        guard descriptor >= 0, connectOrBind(address, { Glibc.bind(descriptor, $0, $1) }) else {
            let reason =
                errno == EADDRINUSE ? "another server uses it, or it is not a socket" : String(cString: strerror(errno))
            if descriptor >= 0 { _ = Glibc.close(descriptor) }
            throw ServerError("cannot listen on the socket \(path): \(reason)")
        }
        guard chmod(path, 0o600) == 0, listen(descriptor, 1024) == 0 else {
            let reason = String(cString: strerror(errno))
            _ = Glibc.close(descriptor)
            unlink(path)
            throw ServerError("cannot listen on the socket \(path): \(reason)")
        }
        return Listener(descriptor: descriptor, address: "unix:\(path)", path: path)
    }

    private static func unixAddress(_ path: String) -> sockaddr_un? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let isFitting = withUnsafeMutableBytes(of: &address.sun_path) { target in
            guard !bytes.isEmpty, bytes.count < target.count, !bytes.contains(0) else { return false }
            target.copyBytes(from: bytes)
            return true
        }
        return isFitting ? address : nil
    }

    private static func connectOrBind(
        _ address: sockaddr_un, _ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Bool {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                call($0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }

    /// A socket file that a dead server has left: it exists, and nobody accepts connections there.
    private static func isStale(_ path: String, _ address: sockaddr_un) -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return false }
        let probe = socket(
            AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        guard probe >= 0 else { return false }
        defer { _ = Glibc.close(probe) }
        return !connectOrBind(address) { Glibc.connect(probe, $0, $1) } && errno == ECONNREFUSED
    }
}
