import HTTP

/// Password authentication: `Authorization: Bearer <password>` or `X-BARE-PASSWORD: password <password>`; health and
/// readiness are open (wire notes, section 2).
package struct Authentication: Sendable {
    private let password: [UInt8]?

    /// - Parameter password: nil turns authentication off.
    package init(password: String?) { self.password = password.map { Array($0.utf8) } }

    static let openPaths: Set<String> = ["/health", "/v1/health/", "/v1/ready/"]

    func allows(_ request: Request, template: String) -> Bool {
        guard let password, !Self.openPaths.contains(template) else { return true }
        return Self.isEqual(Array(Self.credential(of: request).utf8), password)
    }

    private static func credential(of request: Request) -> Substring {
        if let header = request.headers["authorization"] {
            let words = header.split(separator: " ", maxSplits: 1)
            if words.count == 2, words[0].lowercased() == "bearer" { return words[1] }
        }
        if let header = request.headers["x-bare-password"], header.hasPrefix("password ") {
            return header.dropFirst("password ".count)
        }
        return ""
    }

    /// Compares in a time that depends on the length of what was sent, not on where it differs.
    static func isEqual(_ sent: [UInt8], _ expected: [UInt8]) -> Bool {
        var difference = UInt8(sent.count == expected.count ? 0 : 1)
        for index in sent.indices { difference |= sent[index] ^ expected[index % max(1, expected.count)] }
        return difference == 0
    }
}
