/// The parts of an `http` or `https` address that decide whom a request goes to.
struct ServerURL: Sendable, Equatable {
    /// Scheme, host and port, spelled in one way.
    let origin: String
    /// With the authority as it was written.
    private let root: String
    /// From the first slash on, without a fragment; "/" when there is none.
    private let path: String

    /// Nil for anything else than an address with a host, and for one with a user in it.
    init?(_ text: String) {
        guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else { return nil }
        let scheme = text[..<colon].lowercased()
        guard scheme == "http" || scheme == "https" else { return nil }
        let isClean = text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F && $0 != "\\" }
        guard isClean else { return nil }
        let rest = text[text.index(colon, offsetBy: 3)...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.isEmpty, !authority.contains("@") else { return nil }
        let tail = rest[authority.endIndex...].prefix { $0 != "#" }
        var host = authority.lowercased()
        let isPortDefault = host.hasSuffix(scheme == "http" ? ":80" : ":443")
        if isPortDefault { host = String(host.prefix(upTo: host.lastIndex(of: ":") ?? host.endIndex)) }
        guard !host.isEmpty else { return nil }
        origin = scheme + "://" + host
        root = scheme + "://" + authority
        path = tail.hasPrefix("/") ? String(tail) : "/" + tail
    }

    var text: String { root + path }

    /// What a reference in an answer means (RFC 3986, section 5), as far as servers use it; dots stay as they are. Nil when it
    /// is none.
    func resolving(_ reference: String) -> ServerURL? {
        if reference.contains("://"), let url = ServerURL(reference) { return url }
        if reference.hasPrefix("//") { return ServerURL(String(root.prefix { $0 != ":" }) + ":" + reference) }
        if reference.hasPrefix("/") { return ServerURL(root + reference) }
        let bare = path.prefix { $0 != "?" }
        if reference.hasPrefix("?") { return ServerURL(root + bare + reference) }
        let folder = bare.lastIndex(of: "/").map { bare[...$0] } ?? "/"
        return ServerURL(root + folder + reference)
    }
}
