/// A name that secrets are given, without `_` and `-`.
enum SecretKind {
    /// What a person chose: anything may be one.
    case password
    /// What a program made: long, letters and digits.
    case token

    init?(_ name: [UInt8]) {
        func ends(_ suffix: String) -> Bool {
            name.count >= suffix.utf8.count && name.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
        }
        if Self.passwords.contains(where: ends) {
            self = .password
        } else if Self.tokens.contains(where: ends) {
            self = .token
        } else {
            return nil
        }
    }

    private static let passwords = [
        "password", "passwd", "passphrase", "pwd", "passwort", "kennwort", "motdepasse",
    ]
    private static let tokens = [
        "secret", "token", "apikey", "accesskey", "secretkey", "privatekey", "credential", "authkey", "encryptionkey",
        "signingkey", "accesskeyid", "connectionstring", "sessionkey", "accountkey", "secretkeybase", "npmauth",
    ]

    /// Whether the last three letters are those of a name that is looked for. Every word of a text is asked, and few are.
    static func mayBe(_ name: ArraySlice<UInt8>) -> Bool {
        let letters = name.reversed().lazy.filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") }.prefix(3)
        if endings.contains(letters.reduce(0) { $0 << 8 | UInt32($1.lowercased) }) { return true }
        // The one that has two.
        return name.suffix(3).elementsEqual("_pw".utf8) { $0.lowercased == $1 }
    }

    private static let endings = Set(
        (passwords + tokens + ["bearer", "basic", "cookie", "pass", "auth", "sig"]).map { name in
            name.utf8.reversed().prefix(3).reduce(0) { $0 << 8 | UInt32($1) }
        })

    /// Short names, which are words as well: `SMTP_PASS`, `ADMIN_PW`, `_auth`, and `sig` of an address.
    init?(abbreviated name: ArraySlice<UInt8>, behind byte: UInt8) {
        let name = name.map(\.lowercased)[...]
        if name.ends(with: "_pass") || name.ends(with: "_pw") {
            self = .password
        } else if byte == UInt8(ascii: "_"), name.elementsEqual("auth".utf8) {
            self = .token
        } else if byte == UInt8(ascii: "&") || byte == UInt8(ascii: "?"), name.elementsEqual("sig".utf8) {
            self = .token
        } else {
            return nil
        }
    }

    static func plain(_ name: ArraySlice<UInt8>) -> [UInt8] {
        name.map(\.lowercased).filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") }
    }
}

extension ArraySlice<UInt8> {
    func ends(with suffix: String) -> Bool {
        count >= suffix.utf8.count && self.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
    }
}
