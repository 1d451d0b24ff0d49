package import Platform

/// Takes secrets out of text before it is stored: docs/design/hooks.md, "Secrets". What stays says that something was there.
package enum Redaction {
    static let mark = "[redacted]"

    /// The text without keys of known forms, private keys, passwords in URLs, bearer tokens, and values of names such as
    /// `password`. Hashes of commits, UUIDs and paths stay.
    package static func redacted(_ text: String) -> String {
        var scan = SecretScan(Array(text.utf8))
        return scan.run() ? String(decoding: scan.output, as: UTF8.self) : text
    }

    /// Members with texts, or lists of texts, are cleaned; names of members stay.
    package static func redacted(_ object: JSONObject) -> JSONObject {
        var cleaned = object
        for member in object.members { cleaned[member.name] = redacted(member.value) }
        return cleaned
    }

    private static func redacted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): .string(redacted(text))
        case .array(let items): .array(items.map(redacted))
        case .object(let object): .object(redacted(object))
        default: value
        }
    }
}

/// One pass over a text: at each place the longest secret that begins there is replaced.
private struct SecretScan {
    private let bytes: [UInt8]
    private(set) var output: [UInt8] = []
    private var at = 0
    private var isChanged = false

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// False when nothing was found.
    mutating func run() -> Bool {
        output.reserveCapacity(bytes.count)
        while at < bytes.count {
            if let end = privateKeyEnd() {
                replace(to: end)
            } else if isAtStart, let end = knownKeyEnd() {
                replace(to: end)
            } else if let range = urlPassword() ?? assigned() {
                output += bytes[at..<range.lowerBound]
                at = range.lowerBound
                replace(to: range.upperBound)
            } else {
                output.append(bytes[at])
                at += 1
            }
        }
        return isChanged
    }

    private mutating func replace(to end: Int) {
        output += Redaction.mark.utf8
        at = end
        isChanged = true
    }

    /// Whether no word goes on here.
    private var isAtStart: Bool { at == 0 || !bytes[at - 1].isWord }

    private func starts(_ text: StaticString, _ place: Int) -> Bool {
        let count = text.utf8CodeUnitCount
        guard place + count <= bytes.count else { return false }
        for index in 0..<count where bytes[place + index] != text.utf8Start[index] { return false }
        return true
    }

    // MARK: Private keys

    private func privateKeyEnd() -> Int? {
        guard bytes[at] == UInt8(ascii: "-"), starts("-----BEGIN ", at) else { return nil }
        let line = bytes[at...].prefix(60)
        guard line.contains(Array("PRIVATE KEY".utf8)) else { return nil }
        var place = at + 10
        while place < bytes.count {
            if starts("-----END ", place) {
                // Behind the dashes that close the last line.
                var end = place + 9
                while end < bytes.count, bytes[end] != UInt8(ascii: "\n"), !starts("-----", end) { end += 1 }
                return min(bytes.count, starts("-----", end) ? end + 5 : end)
            }
            place += 1
        }
        return bytes.count
    }

    // MARK: Keys of known forms

    private func knownKeyEnd() -> Int? {
        for form in KeyForm.all where starts(form.prefix, at) {
            var end = at + form.prefix.utf8CodeUnitCount
            let start = end
            while end < bytes.count, bytes[end].isWord || (bytes[end] == UInt8(ascii: ".") && form.hasDots) { end += 1 }
            while end > start, bytes[end - 1] == UInt8(ascii: ".") { end -= 1 }
            let value = bytes[start..<end]
            let parts = value.split(separator: UInt8(ascii: ".")).count
            guard value.count >= form.least, !form.hasDots || parts >= 2 else { continue }
            if form.isUpperCase, !value.allSatisfy({ $0.isUpper || $0.isDigit }) { continue }
            if form.needsDigit, !value.contains(where: \.isDigit) { continue }
            return end
        }
        return nil
    }

    // MARK: Passwords in URLs

    /// Of `scheme://user:password@host` the password.
    private func urlPassword() -> Range<Int>? {
        guard bytes[at] == UInt8(ascii: ":"), starts("://", at), at > 0, bytes[at - 1].isWord else { return nil }
        var end = at + 3
        var colon: Int?
        while end < bytes.count, !bytes[end].endsAuthority {
            if bytes[end] == UInt8(ascii: "@") {
                if let colon, end > colon + 1, bytes[colon + 1] != UInt8(ascii: "$") { return colon + 1..<end }
                // A user's name that is as long as a token is one.
                let name = bytes[at + 3..<end]
                return colon == nil && name.count >= 20 && name.contains(where: \.isDigit) ? at + 3..<end : nil
            }
            if bytes[end] == UInt8(ascii: ":"), colon == nil { colon = end }
            end += 1
        }
        return nil
    }

    // MARK: Names and their values

    /// The value that a name such as `password` or `api_key` is given here.
    private func assigned() -> Range<Int>? {
        guard bytes[at].isLetter, isAtStart || bytes[at - 1] == UInt8(ascii: "-") else { return nil }
        var end = at
        while end < bytes.count, bytes[end].isWord, end - at < 64 { end += 1 }
        let name = bytes[at..<end].map(\.lowercased).filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") }
        if name == Array("bearer".utf8) || (name == Array("basic".utf8) && isAfterAuthorization) {
            return value(after: end, [.space], isStrict: !isAfterAuthorization)
        }
        guard let kind = SecretKind(name) else { return nil }
        let isFlag = at >= 2 && bytes[at - 1] == UInt8(ascii: "-") && bytes[at - 2] == UInt8(ascii: "-")
        return value(after: end, isFlag ? [.sign, .space] : [.sign, .word], isStrict: kind == .token)
    }

    private var isAfterAuthorization: Bool {
        let before = bytes[max(0, at - 24)..<at].map(\.lowercased)
        return before.contains(Array("authorization".utf8))
    }

    private enum Separator { case sign, space, word }

    private func value(after end: Int, _ separators: [Separator], isStrict: Bool) -> Range<Int>? {
        var place = end
        func skipSpaces() { while place < bytes.count, bytes[place].isBlank { place += 1 } }
        // The end of a quoted name: "password": "x".
        if place < bytes.count, bytes[place].isQuote { place += 1 }
        skipSpaces()
        var isColon = false
        var isWord = false
        if separators.contains(.sign), place < bytes.count, bytes[place].isAssignment {
            isColon = bytes[place] == UInt8(ascii: ":") && !starts(":=", place)
            while place < bytes.count, bytes[place].isAssignment || bytes[place] == UInt8(ascii: ">") { place += 1 }
            skipSpaces()
        } else if separators.contains(.word), place > end, starts("is ", place) {
            place += 3
            isWord = true
            skipSpaces()
        } else if !separators.contains(.space) || place == end {
            return nil
        }
        return SecretValue(bytes, at: place).range(
            isStrict: isStrict, mayBeWord: !isColon && !isWord)
    }
}

/// A name that secrets are given, without `_` and `-`.
private enum SecretKind {
    /// What a person chose: anything may be one.
    case password
    /// What a program made: long, letters and digits.
    case token

    init?(_ name: [UInt8]) {
        func ends(_ suffix: String) -> Bool {
            name.count >= suffix.utf8.count && name.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
        }
        if ["password", "passwd", "passphrase", "pwd", "pgpassword"].contains(where: ends) {
            self = .password
        } else if [
            "secret", "token", "apikey", "accesskey", "secretkey", "privatekey", "credential", "authkey",
            "encryptionkey", "signingkey", "accesskeyid", "connectionstring", "sessionkey",
        ].contains(where: ends) {
            self = .token
        } else {
            return nil
        }
    }
}

/// What stands where the value of a secret name would.
private struct SecretValue {
    private let bytes: [UInt8]
    private let start: Int
    private let end: Int
    private let isQuoted: Bool

    init(_ bytes: [UInt8], at place: Int) {
        self.bytes = bytes
        isQuoted = place < bytes.count && bytes[place].isQuote
        start = isQuoted ? place + 1 : place
        var end = start
        let quote = isQuoted ? bytes[place] : 0
        while end < bytes.count, bytes[end] != UInt8(ascii: "\n") {
            if isQuoted ? bytes[end] == quote : bytes[end].endsValue { break }
            end += 1
        }
        while !isQuoted, end > start, [UInt8(ascii: "."), UInt8(ascii: ":")].contains(bytes[end - 1]) { end -= 1 }
        self.end = end
    }

    /// Nil when this is code, a placeholder, or a word of a sentence.
    func range(isStrict: Bool, mayBeWord: Bool) -> Range<Int>? {
        let value = bytes[start..<end]
        guard value.count >= (isStrict ? 12 : 4), let first = value.first, !isCode(value, first) else { return nil }
        let hasDigit = value.contains(where: \.isDigit)
        let hasLetter = value.contains(where: \.isLetter)
        let isPlainWord = value.allSatisfy { $0.isLetter || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }
        if isStrict {
            guard hasDigit, hasLetter else { return isQuoted && value.count >= 20 && !isPlainWord ? start..<end : nil }
            return start..<end
        }
        if isPlainWord, !(isQuoted || (mayBeWord && value.count >= 6)) { return nil }
        return Self.placeholders.contains(String(decoding: value, as: UTF8.self).lowercased()) ? nil : start..<end
    }

    private func isCode(_ value: ArraySlice<UInt8>, _ first: UInt8) -> Bool {
        if [
            UInt8(ascii: "$"), UInt8(ascii: "<"), UInt8(ascii: "{"), UInt8(ascii: "*"), UInt8(ascii: "["),
            UInt8(ascii: "%"), UInt8(ascii: "/"), UInt8(ascii: "."),
        ].contains(first) {
            return true
        }
        if isQuoted { return value.contains(UInt8(ascii: " ")) && value.count > 60 }
        // A call, a member of something, a type.
        return value.contains(UInt8(ascii: "(")) || value.contains(Array("process.env".utf8))
            || value.contains(Array("environ".utf8)) || value.contains(Array("self.".utf8))
            || (value.contains(UInt8(ascii: ".")) && value.allSatisfy { $0.isLetter || $0 == UInt8(ascii: ".") })
    }

    private static let placeholders: Set = [
        "password", "passwd", "secret", "string", "none", "null", "true", "false", "undefined", "required", "optional",
        "changeme", "example", "redacted", "hidden", "your-password", "your_password", "missing", "invalid", "wrong",
    ]
}

/// The form of the keys that one issuer makes.
private struct KeyForm {
    let prefix: StaticString
    /// Bytes behind the prefix.
    let least: Int
    var needsDigit = true
    var isUpperCase = false
    /// Parts with dots between them, as those of a JWT.
    var hasDots = false

    static let all: [KeyForm] = [
        KeyForm(prefix: "sk-", least: 20), KeyForm(prefix: "sk_live_", least: 10),
        KeyForm(prefix: "sk_test_", least: 10),
        KeyForm(prefix: "rk_live_", least: 10), KeyForm(prefix: "whsec_", least: 16),
        KeyForm(prefix: "ghp_", least: 20), KeyForm(prefix: "gho_", least: 20), KeyForm(prefix: "ghu_", least: 20),
        KeyForm(prefix: "ghs_", least: 20), KeyForm(prefix: "ghr_", least: 20),
        KeyForm(prefix: "github_pat_", least: 20), KeyForm(prefix: "glpat-", least: 16),
        KeyForm(prefix: "xoxa-", least: 10), KeyForm(prefix: "xoxb-", least: 10), KeyForm(prefix: "xoxp-", least: 10),
        KeyForm(prefix: "xoxr-", least: 10), KeyForm(prefix: "xoxs-", least: 10), KeyForm(prefix: "xapp-", least: 10),
        KeyForm(prefix: "AKIA", least: 16, needsDigit: false, isUpperCase: true),
        KeyForm(prefix: "ASIA", least: 16, needsDigit: false, isUpperCase: true),
        KeyForm(prefix: "AIza", least: 30), KeyForm(prefix: "ya29.", least: 20), KeyForm(prefix: "npm_", least: 30),
        KeyForm(prefix: "hf_", least: 20, needsDigit: false), KeyForm(prefix: "pypi-", least: 30),
        KeyForm(prefix: "gsk_", least: 20), KeyForm(prefix: "xai-", least: 20), KeyForm(prefix: "r8_", least: 20),
        KeyForm(prefix: "dop_v1_", least: 30), KeyForm(prefix: "shpat_", least: 20), KeyForm(prefix: "dapi", least: 32),
        KeyForm(prefix: "lin_api_", least: 20), KeyForm(prefix: "sntrys_", least: 20),
        KeyForm(prefix: "nvapi-", least: 20),
        KeyForm(prefix: "pplx-", least: 20), KeyForm(prefix: "AGE-SECRET-KEY-1", least: 20),
        KeyForm(prefix: "SG.", least: 30, hasDots: true), KeyForm(prefix: "eyJ", least: 20, hasDots: true),
    ]
}

extension UInt8 {
    fileprivate var isDigit: Bool { self >= 0x30 && self <= 0x39 }
    fileprivate var isUpper: Bool { self >= 0x41 && self <= 0x5A }
    fileprivate var isLetter: Bool { isUpper || (self >= 0x61 && self <= 0x7A) }
    fileprivate var isWord: Bool { isLetter || isDigit || self == UInt8(ascii: "_") || self == UInt8(ascii: "-") }
    fileprivate var isBlank: Bool { self == 0x20 || self == 0x09 }
    fileprivate var isQuote: Bool {
        self == UInt8(ascii: "\"") || self == UInt8(ascii: "'") || self == UInt8(ascii: "`")
    }
    fileprivate var isAssignment: Bool { self == UInt8(ascii: ":") || self == UInt8(ascii: "=") }
    fileprivate var lowercased: UInt8 { isUpper ? self + 32 : self }
    fileprivate var endsAuthority: Bool {
        self <= 0x20 || isQuote || self == UInt8(ascii: "/") || self == UInt8(ascii: "<") || self == UInt8(ascii: ">")
    }
    fileprivate var endsValue: Bool {
        self <= 0x20 || isQuote
            || [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ")"), UInt8(ascii: "&")].contains(self)
    }
}
