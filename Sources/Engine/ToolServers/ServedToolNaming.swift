import Domain
import Platform

/// Names of foreign tools among the organization's, where each occurs once.
enum ServedToolNaming {
    /// A server's name for a tool as models take it: letters, digits, `_` and `-`, 64 at most.
    static func plain(_ text: String) -> String {
        var name = ""
        for scalar in text.unicodeScalars {
            let isTaken = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
            name.unicodeScalars.append(isTaken || scalar == "_" || scalar == "-" ? scalar : "_")
        }
        // Some models take no digit in front.
        if let first = name.unicodeScalars.first, ("0"..."9").contains(first) || first == "-" { name = "_" + name }
        if name.isEmpty { name = "tool" }
        return fitting(name, of: text)
    }

    /// The first of: its own name, the server's name before it, that with a number.
    static func free(_ served: String, server: String, isTaken: (String) throws -> Bool) rethrows -> String {
        let own = plain(served)
        if try !isTaken(own) { return own }
        let full = fitting(plain(server) + "_" + own, of: server + "\n" + served)
        if try !isTaken(full) { return full }
        var number = 2
        while true {
            let name = String(full.prefix(Self.longest - 5)) + "_\(number)"
            if try !isTaken(name) { return name }
            number += 1
        }
    }

    private static let longest = 64

    /// What is cut off still tells two names apart.
    private static func fitting(_ name: String, of text: String) -> String {
        guard name.utf8.count > longest else { return name }
        return name.prefix(longest - 9) + "_" + SHA256.digits(Array(text.utf8), count: 8)
    }
}
