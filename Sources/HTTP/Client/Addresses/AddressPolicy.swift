/// Where a request may go. It is held on the address that a connection leads to, not on what the URL looks like.
package struct AddressPolicy: Sendable, Equatable {
    /// Anywhere: for addresses that the operator set.
    package static let unguarded = AddressPolicy(allowed: nil)
    /// Public hosts alone.
    package static let publicHosts = AddressPolicy(allowing: AllowedHosts())

    /// The setting that errors name.
    package static let setting = "outgoing-hosts"

    /// Nil: everything.
    private let allowed: AllowedHosts?

    private init(allowed: AllowedHosts?) { self.allowed = allowed }

    /// Public hosts, and those that are named.
    package init(allowing hosts: AllowedHosts) { allowed = hosts }

    package var isGuarded: Bool { allowed != nil }

    /// Allows the host and port of an address that the operator set as well; redirects elsewhere stay guarded.
    package func allowing(_ url: String) -> AddressPolicy {
        // What is no URL allows nothing.
        guard let allowed, let url = try? RequestURL(url) else { return self }
        return AddressPolicy(allowing: allowed.adding(host: url.host, port: url.port))
    }

    /// Why a URL cannot be called, as far as it shows: an address or a name of this machine is written in it. Nil for a name
    /// that has to be resolved.
    package func refusal(of url: String) -> String? {
        // What is no URL is refused by who calls it.
        guard allowed != nil, let url = try? RequestURL(url) else { return nil }
        let host = url.host.hasSuffix(".") ? String(url.host.dropLast()) : url.host
        if let address = IPAddress(host) { return refusal(address, host: url.host, port: url.port) }
        let name = host.lowercased()
        guard name == "localhost" || name.hasSuffix(".localhost") else { return nil }
        return refusal(IPAddress("127.0.0.1"), host: url.host, port: url.port)
    }

    /// - Parameter address: nil for what is no address of the internet.
    func refusal(_ address: IPAddress?, host: String, port: Int) -> String? {
        guard let allowed, !allowed.contains(host: host, address: address, port: port) else { return nil }
        let kind: String
        if let address {
            guard let special = SpecialAddresses.kind(of: address) else { return nil }
            kind = special
        } else {
            kind = "no address of the internet"
        }
        // The address itself is not told: it is nobody's business what the names of a network mean.
        return
            "\(host) leads to \(kind), which is not called from here. The operator of the server can allow it with the "
            + "setting \(Self.setting): \(host)"
    }
}
