/// What the addresses are that do not lead to a public host (IANA's registries of special-purpose addresses).
enum SpecialAddresses {
    /// Completes "leads to …"; nil for a public host's.
    static func kind(of address: IPAddress) -> String? {
        if address.isIPv4 { return table4.first { $0.network.contains(address) }?.kind }
        // The form of an IPv4 address in a network that has only IPv6: it leads to that address.
        if nat64?.contains(address) == true { return kind(of: IPAddress(v4: UInt32(truncatingIfNeeded: address.bits))) }
        if let known = table6.first(where: { $0.network.contains(address) }) { return known.kind }
        // All that is given to hosts of the internet.
        return global6?.contains(address) == true ? nil : "a reserved address"
    }

    private typealias Row = (network: IPNetwork, kind: String)

    private static func rows(_ table: [(String, String)]) -> [Row] {
        table.compactMap { text, kind in IPNetwork(text).map { ($0, kind) } }
    }

    /// A row that could not be read would be missing: a test compares the numbers.
    static var rowCount: Int { table4.count + table6.count }
    static var textCount: Int { texts4.count + texts6.count }

    private static let table4 = rows(texts4)
    private static let table6 = rows(texts6)
    private static let nat64 = IPNetwork("64:ff9b::/96")
    private static let global6 = IPNetwork("2000::/3")

    private static let texts4: [(String, String)] = [
        // Before the networks that they are part of.
        ("169.254.169.254/32", "an address of a cloud's metadata"),
        ("169.254.170.0/24", "an address of a cloud's metadata"),
        ("100.100.100.200/32", "an address of a cloud's metadata"),
        ("192.0.0.192/32", "an address of a cloud's metadata"),
        ("168.63.129.16/32", "an address of a cloud's metadata"),
        ("0.0.0.0/8", "an unspecified address"),
        ("10.0.0.0/8", "a private address"),
        ("100.64.0.0/10", "a shared address"),
        ("127.0.0.0/8", "a loopback address"),
        ("169.254.0.0/16", "a link-local address"),
        ("172.16.0.0/12", "a private address"),
        ("192.0.0.0/24", "a reserved address"),
        ("192.0.2.0/24", "an address for documentation"),
        ("192.88.99.0/24", "a reserved address"),
        ("192.168.0.0/16", "a private address"),
        ("198.18.0.0/15", "an address for benchmarks"),
        ("198.51.100.0/24", "an address for documentation"),
        ("203.0.113.0/24", "an address for documentation"),
        ("224.0.0.0/4", "a multicast address"),
        ("255.255.255.255/32", "the broadcast address"),
        ("240.0.0.0/4", "a reserved address"),
    ]

    private static let texts6: [(String, String)] = [
        ("::/128", "an unspecified address"),
        ("::1/128", "a loopback address"),
        // IPv4 in forms of its own: compatible, translated, NAT64 of one's own.
        ("::/96", "a reserved address"),
        ("::ffff:0:0:0/96", "a reserved address"),
        ("64:ff9b:1::/48", "a private address"),
        ("100::/64", "a reserved address"),
        // Protocols: Teredo, ORCHID, benchmarks.
        ("2001::/23", "a reserved address"),
        ("2001:db8::/32", "an address for documentation"),
        // 6to4: any IPv4 address can be in it.
        ("2002::/16", "a reserved address"),
        ("3fff::/20", "an address for documentation"),
        ("fd00:ec2::254/128", "an address of a cloud's metadata"),
        ("fd20:ce::254/128", "an address of a cloud's metadata"),
        ("fc00::/7", "a private address"),
        ("fe80::/10", "a link-local address"),
        ("fec0::/10", "a private address"),
        ("ff00::/8", "a multicast address"),
    ]
}
