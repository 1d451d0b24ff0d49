/// Hosts on addresses that are not public, which may be called all the same.
package struct AllowedHosts: Sendable, Equatable {
    private enum Target: Sendable, Equatable {
        /// As a URL names it, in lower case.
        case name(String)
        /// All names that end so: `.example.lan`.
        case suffix(String)
        case network(IPNetwork)
    }

    private struct Entry: Sendable, Equatable {
        let target: Target
        /// Nil: any.
        let port: Int?
    }

    private var entries: [Entry] = []

    package init() {}

    /// - Parameter texts: `intranet.lan`, `intranet.lan:8080`, `*.lan`, `10.1.2.3`, `[fd00::1]:8080`, `10.0.0.0/8`.
    /// - Returns: nil with the first text that is none of these in `wrong`.
    package init?(_ texts: [String], wrong: inout String) {
        for text in texts {
            guard let entry = Self.entry(text.lowercased()) else {
                wrong = text
                return nil
            }
            entries.append(entry)
        }
    }

    private static func entry(_ text: String) -> Entry? {
        // An IPv6 address without brackets has colons of its own.
        if let network = IPNetwork(text) { return Entry(target: .network(network), port: nil) }
        var host = Substring(text)
        var port: Int?
        if let colon = text.lastIndex(of: ":"), text.last != "]" {
            guard let number = Int(text[text.index(after: colon)...]), (1...65_535).contains(number) else { return nil }
            port = number
            host = text[..<colon]
        }
        if let address = IPNetwork(String(host)), !host.contains("/") {
            return Entry(target: .network(address), port: port)
        }
        let isSuffix = host.hasPrefix("*.")
        let name = normalized(String(isSuffix ? host.dropFirst(1) : host))
        guard !name.isEmpty, name != ".", name.utf8.allSatisfy(isNameByte) else { return nil }
        return Entry(target: isSuffix ? .suffix(name) : .name(name), port: port)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
            UInt8(ascii: "."), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }

    /// A name with a dot at its end is the same name.
    private static func normalized(_ name: String) -> String {
        name.hasSuffix(".") ? String(name.dropLast()).lowercased() : name.lowercased()
    }

    /// With one host more, at one port.
    func adding(host: String, port: Int) -> AllowedHosts {
        var more = self
        let target = IPAddress(host).flatMap { _ in IPNetwork(Self.unbracketed(host)) }.map(Target.network)
        more.entries.append(Entry(target: target ?? .name(Self.normalized(host)), port: port))
        return more
    }

    private static func unbracketed(_ host: String) -> String {
        host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    }

    /// - Parameters:
    ///   - host: as the URL names it.
    ///   - address: where the connection leads.
    func contains(host: String, address: IPAddress?, port: Int) -> Bool {
        let name = Self.normalized(host)
        return entries.contains { entry in
            guard entry.port == nil || entry.port == port else { return false }
            switch entry.target {
            case .name(let allowed): return name == allowed
            case .suffix(let suffix): return name.hasSuffix(suffix) && name.utf8.count > suffix.utf8.count
            case .network(let network): return address.map(network.contains) ?? false
            }
        }
    }
}
