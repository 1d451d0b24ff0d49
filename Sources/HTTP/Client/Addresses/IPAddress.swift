import Glibc

/// An address of the internet, IPv4 or IPv6. An IPv4 address and its form in IPv6 (`::ffff:a.b.c.d`) are the same one.
package struct IPAddress: Sendable, Hashable {
    /// The 128 bits of the IPv6 form.
    let bits: UInt128

    init(bits: UInt128) { self.bits = bits }

    init(v4: UInt32) { bits = Self.mapped | UInt128(v4) }

    /// 4 or 16 bytes in network order.
    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        let number = bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        switch bytes.count {
        case 4: bits = Self.mapped | number
        case 16: bits = number
        default: return nil
        }
    }

    /// `192.0.2.1`, `2001:db8::1` or the same in brackets; nothing else, no zone and no other spelling.
    package init?(_ text: String) {
        let inner = text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
        var bytes = [UInt8](repeating: 0, count: 16)
        if inner.contains(":") {
            guard inet_pton(AF_INET6, inner, &bytes) == 1 else { return nil }
        } else {
            guard inet_pton(AF_INET, inner, &bytes) == 1 else { return nil }
            bytes.removeLast(12)
        }
        guard let address = bytes.withUnsafeBufferPointer({ IPAddress($0) }) else { return nil }
        self = address
    }

    private static let mapped: UInt128 = 0xFFFF_0000_0000

    var isIPv4: Bool { bits >> 32 == 0xFFFF }
}

/// Addresses that begin with the same bits.
package struct IPNetwork: Sendable, Hashable {
    private let first: IPAddress
    /// Of 128: 96 more than is written for IPv4.
    private let prefix: Int

    /// `10.0.0.0/8`, `fd00::/8`; an address alone is a network of one. Bits behind the prefix do not count.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(String(parts[0])) else { return nil }
        let most = address.isIPv4 && !parts[0].contains(":") ? 32 : 128
        guard parts.count == 2 else {
            self.init(address, prefix: 128)
            return
        }
        guard parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(parts[1]), length <= most
        else { return nil }
        self.init(address, prefix: 128 - most + length)
    }

    private init(_ address: IPAddress, prefix: Int) {
        self.prefix = prefix
        first = IPAddress(bits: Self.cut(address, prefix))
    }

    func contains(_ address: IPAddress) -> Bool { Self.cut(address, prefix) == first.bits }

    private static func cut(_ address: IPAddress, _ prefix: Int) -> UInt128 {
        prefix == 0 ? 0 : (address.bits >> (128 - prefix)) << (128 - prefix)
    }
}
