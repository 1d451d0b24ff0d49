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
    /// Up to here the output has what it needs; it stays empty while nothing is found.
    private var copied = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// False when nothing was found.
    mutating func run() -> Bool {
        while at < bytes.count {
            if let end = privateKeyEnd() {
                replace(to: end)
            } else if isAtStart, let end = knownKeyEnd() {
                replace(to: end)
            } else if let range = urlPassword() ?? urlPath() ?? commandPassword() ?? tag() ?? assigned() {
                at = range.lowerBound
                replace(to: range.upperBound)
            } else {
                at += 1
            }
        }
        if copied == 0 { return false }
        output += bytes[copied...]
        return true
    }

    private mutating func replace(to end: Int) {
        output += bytes[copied..<at]
        output += Redaction.mark.utf8
        at = end
        copied = end
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
        if bytes[at] == UInt8(ascii: "P"), starts("Private-Lines:", at) {
            let end = bytes[at...].firstRange(of: Array("\nPrivate-MAC".utf8))?.lowerBound
            return end ?? bytes.count
        }
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
        for form in KeyForm.beginning(with: bytes[at]) where starts(form.prefix, at) {
            if let end = form.end(in: bytes, from: at + form.prefix.utf8CodeUnitCount) { return end }
        }
        return UnnamedKey.end(in: bytes, from: at)
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

    /// What stands in the address of a hook, and lets anybody post there.
    private func urlPath() -> Range<Int>? {
        guard bytes[at] == UInt8(ascii: "/"), at > 0, bytes[at - 1].isLetter else { return nil }
        for path in ["/services/T", "/api/webhooks/"] as [StaticString] where starts(path, at) {
            let before = bytes[max(0, at - 24)..<at]
            let isHook =
                before.ends(with: "hooks.slack.com") || before.ends(with: "discord.com")
                || before.ends(with: "discordapp.com")
            guard isHook else { continue }
            let start = at + (path.utf8CodeUnitCount == 11 ? 10 : 14)
            let end = bytes[start...].firstIndex { !($0.isWord || $0 == UInt8(ascii: "/")) } ?? bytes.count
            return end - start >= 20 ? start..<end : nil
        }
        return nil
    }

    // MARK: Options of commands

    /// The password in `curl -u name:password`, `mysql -ppassword`, `sshpass -p password`, `redis-cli -a password`.
    private func commandPassword() -> Range<Int>? {
        guard bytes[at] == UInt8(ascii: "-"), at > 0, bytes[at - 1].isBlank, at + 2 < bytes.count else { return nil }
        let isUser = starts("-u ", at) || starts("--user ", at)
        guard isUser || bytes[at + 1] == UInt8(ascii: "p") || starts("-a ", at) else { return nil }
        let line = bytes[max(0, at - 200)..<at]
        let command = line[
            ((line.lastIndex { $0 == 0x0A || $0 == UInt8(ascii: "|") || $0 == UInt8(ascii: ";") })
                .map { $0 + 1 } ?? line.startIndex)...]
        func runs(_ program: String) -> Bool { command.contains(Array(program.utf8)) }
        var start = at + 2
        if isUser {
            guard runs("curl") || runs("wget") || runs("http ") else { return nil }
            start = bytes[start...].firstIndex(of: 0x20) ?? bytes.count
            let end = bytes[min(start + 1, bytes.count)...].firstIndex { $0 <= 0x20 } ?? bytes.count
            guard let colon = bytes[start..<end].firstIndex(of: UInt8(ascii: ":")) else { return nil }
            let quote = end > colon + 1 && bytes[end - 1].isQuote ? end - 1 : end
            return quote - colon >= 4 && ![UInt8(ascii: "$"), UInt8(ascii: "/")].contains(bytes[colon + 1])
                ? colon + 1..<quote : nil
        }
        if starts("-a ", at) {
            guard runs("redis-cli") else { return nil }
        } else if bytes[start] == 0x20 {
            guard runs("sshpass") || runs("login ") else { return nil }
        } else {
            guard runs("sshpass") || runs("mysql") || runs("mariadb") else { return nil }
        }
        if bytes[start] == 0x20 { start += 1 }
        if start < bytes.count, bytes[start].isQuote { start += 1 }
        guard start < bytes.count, bytes[start] != UInt8(ascii: "$"), bytes[start] != UInt8(ascii: "-") else {
            return nil
        }
        let end = bytes[start...].firstIndex { $0 <= 0x20 || $0.isQuote } ?? bytes.count
        return end - start >= 4 ? start..<end : nil
    }

    /// The text of an element such as `<password>`.
    private func tag() -> Range<Int>? {
        guard bytes[at] == UInt8(ascii: ">"), at > 0, bytes[at - 1].isLetter else { return nil }
        var start = at
        while start > 0, at - start < 40, bytes[start - 1].isWord { start -= 1 }
        guard start > 0, bytes[start - 1] == UInt8(ascii: "<"),
            SecretKind(Array(SecretKind.plain(bytes[start..<at]))) != nil,
            let end = bytes[(at + 1)...].firstIndex(where: { $0 == UInt8(ascii: "<") || $0 == 0x0A }),
            end - at > 4, bytes[end] == UInt8(ascii: "<"), !bytes[(at + 1)..<end].contains(UInt8(ascii: "$"))
        else { return nil }
        return at + 1..<end
    }

    // MARK: Names and their values

    /// The value that a name such as `password` or `api_key` is given here.
    private func assigned() -> Range<Int>? {
        // Names may begin with underscores.
        guard bytes[at].isLetter,
            isAtStart || bytes[at - 1] == UInt8(ascii: "-") || bytes[at - 1] == UInt8(ascii: "_")
        else { return nil }
        // Inside of a name that was looked at from its beginning.
        if at > 0, bytes[at - 1] == UInt8(ascii: "_"), let head = bytes[..<at].last(where: { $0 != UInt8(ascii: "_") }),
            head.isWord
        {
            return nil
        }
        var end = at
        while end < bytes.count, bytes[end].isWord, end - at < 64 { end += 1 }
        let raw = bytes[at..<end]
        guard SecretKind.mayBe(raw) else { return nil }
        let name = SecretKind.plain(raw)
        if name == Array("bearer".utf8)
            || (["basic", "token"].contains { name == Array($0.utf8) } && isAfterAuthorization)
        {
            return value(after: end, [.space], isStrict: !isAfterAuthorization)
        }
        if name == Array("cookie".utf8) || name == Array("setcookie".utf8) { return cookie(after: end) }
        guard let kind = SecretKind(name) ?? SecretKind(abbreviated: raw, behind: at > 0 ? bytes[at - 1] : 0) else {
            return nil
        }
        let isFlag = at >= 2 && bytes[at - 1] == UInt8(ascii: "-") && bytes[at - 2] == UInt8(ascii: "-")
        let isCompound = kind == .password && name.count >= 10
        if let found = value(
            after: end, isFlag ? [.sign, .space] : [.sign, .word], isStrict: kind == .token, isCompound: isCompound)
        {
            return found
        }
        return loose(after: end, raw, kind)
    }

    /// Values that a blank or a few words part from their name: `setx API_KEY …`, `login mia password …`, `the password for
    /// the stage is …`. Only what looks made up.
    private func loose(after end: Int, _ raw: ArraySlice<UInt8>, _ kind: SecretKind) -> Range<Int>? {
        guard end < bytes.count, bytes[end].isBlank else { return nil }
        let line = bytes[end...].prefix { $0 != 0x0A }
        func found(_ start: Int, least: Int) -> Range<Int>? {
            guard let range = SecretValue(bytes, at: start).range(isStrict: true, least: least) else { return nil }
            return bytes[range].contains(where: \.isDigit) && bytes[range].contains(where: \.isLetter) ? range : nil
        }
        var start = end
        while start < bytes.count, bytes[start].isBlank { start += 1 }
        if kind == .token {
            let isConstant = raw.contains(UInt8(ascii: "_")) && !raw.contains { $0.isLetter && !$0.isUpper }
            guard isConstant || raw.ends(with: "authtoken") else { return nil }
            return found(start, least: 16)
        }
        if bytes[max(0, at - 60)..<at].contains(Array("login ".utf8)) { return found(start, least: 4) }
        // Only words up to it: no other sentence begins.
        guard let verb = line.prefix(48).firstRange(of: Array(" is ".utf8)),
            line[..<verb.lowerBound].allSatisfy({ $0.isWord || $0.isBlank })
        else { return nil }
        return found(verb.upperBound, least: 6)
    }

    /// What a header says of cookies.
    private func cookie(after end: Int) -> Range<Int>? {
        guard end < bytes.count, bytes[end] == UInt8(ascii: ":") else { return nil }
        let stop = bytes[end...].firstIndex { $0 == 0x0A || $0.isQuote } ?? bytes.count
        guard let sign = bytes[end..<stop].firstIndex(of: UInt8(ascii: "=")), stop - sign > 12,
            bytes[sign..<stop].contains(where: \.isDigit)
        else { return nil }
        return min(end + 2, sign)..<stop
    }

    private var isAfterAuthorization: Bool {
        let before = bytes[max(0, at - 24)..<at].map(\.lowercased)
        return before.contains(Array("authorization".utf8))
    }

    private enum Separator { case sign, space, word }

    private func value(
        after end: Int, _ separators: [Separator], isStrict: Bool, isCompound: Bool = false
    ) -> Range<Int>? {
        var place = end
        func skipSpaces() { while place < bytes.count, bytes[place].isBlank { place += 1 } }
        // The end of a quoted name: "password": "x".
        if starts("\\\"", place) { place += 1 }
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
            isStrict: isStrict, mayBeWord: !isColon && !isWord, isCompound: isCompound)
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
        // In JSON that is quoted itself, quotes have a backslash before them.
        let isEscaped = place + 1 < bytes.count && bytes[place] == UInt8(ascii: "\\") && bytes[place + 1].isQuote
        let place = isEscaped ? place + 1 : place
        isQuoted = place < bytes.count && bytes[place].isQuote
        start = isQuoted ? place + 1 : place
        var end = start
        let quote = isQuoted ? bytes[place] : 0
        while end < bytes.count, bytes[end] != UInt8(ascii: "\n") {
            if isQuoted ? bytes[end] == quote : bytes[end].endsValue { break }
            end += 1
        }
        if isEscaped, end > start, bytes[end - 1] == UInt8(ascii: "\\") { end -= 1 }
        while !isQuoted, end > start, [UInt8(ascii: "."), UInt8(ascii: ":")].contains(bytes[end - 1]) { end -= 1 }
        self.end = end
    }

    /// Nil when this is code, a placeholder, or a word of a sentence.
    func range(
        isStrict: Bool, mayBeWord: Bool = false, isCompound: Bool = false, least: Int? = nil
    ) -> Range<Int>? {
        let value = bytes[start..<end]
        guard value.count >= (least ?? (isStrict ? 12 : 4)), let first = value.first, !isCode(value, first) else {
            return nil
        }
        let hasDigit = value.contains(where: \.isDigit)
        let hasLetter = value.contains(where: \.isLetter)
        let isPlainWord = value.allSatisfy { $0.isLetter || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }
        if isStrict {
            guard hasDigit, hasLetter else { return isQuoted && value.count >= 20 && !isPlainWord ? start..<end : nil }
            return start..<end
        }
        // A name such as `db_password` is given values, not described.
        let mayBeWord = (mayBeWord && value.count >= 6) || (isCompound && value.count >= 12)
        if isPlainWord, !(isQuoted || mayBeWord) { return nil }
        return Self.placeholders.contains(String(decoding: value, as: UTF8.self).lowercased()) ? nil : start..<end
    }

    private func isCode(_ value: ArraySlice<UInt8>, _ first: UInt8) -> Bool {
        let rest = value.dropFirst()
        switch first {
        case UInt8(ascii: "$"):
            // A variable, or something to be put in; `$` begins passwords too.
            if rest.allSatisfy(\.isWord) { return true }
            return rest.first.map { [UInt8(ascii: "{"), UInt8(ascii: "("), UInt8(ascii: "$")].contains($0) } ?? true
        case UInt8(ascii: "/"):
            // A path, unless it is a key in base64.
            let isMixed = rest.contains(where: \.isDigit) && rest.contains(where: \.isUpper)
            let hasParts = rest.contains(UInt8(ascii: ".")) || (rest.contains(UInt8(ascii: "/")) && value.count != 40)
            return !isMixed || hasParts
        case UInt8(ascii: "<"), UInt8(ascii: "{"), UInt8(ascii: "*"), UInt8(ascii: "["), UInt8(ascii: "%"),
            UInt8(ascii: "."):
            return true
        default: break
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
