import Platform

/// Which paths of a project are not tracked: `.roostignore`, written as a `.gitignore`, after rules that hold everywhere.
package struct IgnoreRules: Sendable {
    private let rules: [IgnoreRule]
    private let folder: String

    /// What no memory needs, and what holds secrets. A project may take a rule back with `!`.
    private static let builtIn = """
        .env
        .env.*
        !.env.example
        !.env.sample
        !.env.template
        *.pem
        *.key
        *.p12
        *.pfx
        *.keystore
        id_rsa*
        id_ed25519*
        id_ecdsa*
        .netrc
        .pgpass
        .npmrc
        .pypirc
        credentials.json
        .aws/
        .ssh/
        .gnupg/
        .git/
        node_modules/
        .venv/
        venv/
        __pycache__/
        .build/
        DerivedData/
        dist/
        target/debug/
        target/release/
        .next/
        .cache/
        *.lock
        package-lock.json
        pnpm-lock.yaml
        npm-shrinkwrap.json
        go.sum
        Package.resolved
        *.min.js
        *.map
        """

    /// - Parameters:
    ///   - folder: the project's, absolute.
    ///   - files: whose lines hold, the later ones before the earlier.
    package init(folder: String, files: [String] = [".roostignore"]) {
        // Without a readable file there are only the rules that hold everywhere.
        let texts = files.compactMap { FileText.readPlain(folder + "/" + $0) }
        self.init(folder: folder, text: texts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n"))
    }

    package init(folder: String, text: String) {
        self.folder = folder
        rules = (Self.builtIn + "\n" + text).split(whereSeparator: \.isNewline).compactMap { IgnoreRule(String($0)) }
    }

    /// A path as memory calls it: relative to the project when it is inside of it.
    package func name(_ path: String) -> String {
        let path = FileText.plain(path)
        return FileText.relative(path, to: folder) ?? path
    }

    /// Whether a path, or a folder that it is in, is not tracked.
    package func ignores(_ path: String, isFolder: Bool = false) -> Bool {
        let parts = name(path).split(separator: "/").map { Array($0.utf8) }
        // What is in an ignored folder cannot be taken back, as in git.
        for count in 1...max(1, parts.count)
        where isIgnored(parts.prefix(count), isFolder: isFolder || count < parts.count) {
            return true
        }
        return false
    }

    private func isIgnored(_ parts: ArraySlice<[UInt8]>, isFolder: Bool) -> Bool {
        for rule in rules.reversed() where rule.matches(parts, isFolder: isFolder) { return !rule.isNegated }
        return false
    }
}

/// One line of a `.gitignore`.
struct IgnoreRule: Sendable {
    private let segments: [[UInt8]]
    let isNegated: Bool
    private let isForFolders: Bool
    /// The only segment of a rule that holds in every folder, as most do.
    private let name: [UInt8]?

    /// Nil for comments and empty lines.
    init?(_ line: String) {
        var bytes = Array(line.utf8)
        while bytes.last == 0x20 || bytes.last == 0x09 {
            if bytes.count > 1, bytes[bytes.count - 2] == UInt8(ascii: "\\") { break }
            bytes.removeLast()
        }
        guard let first = bytes.first, first != UInt8(ascii: "#") else { return nil }
        isNegated = first == UInt8(ascii: "!")
        if isNegated { bytes.removeFirst() }
        isForFolders = bytes.last == UInt8(ascii: "/")
        if isForFolders { bytes.removeLast() }
        let isAnchored = bytes.contains(UInt8(ascii: "/"))
        var segments = bytes.split(separator: UInt8(ascii: "/")).map(Array.init)
        guard !segments.isEmpty else { return nil }
        name = isAnchored ? nil : segments[0]
        if !isAnchored { segments.insert(Self.anything, at: 0) }
        self.segments = segments
    }

    private static let anything = Array("**".utf8)

    func matches(_ parts: ArraySlice<[UInt8]>, isFolder: Bool) -> Bool {
        if isForFolders, !isFolder { return false }
        if let name { return parts.last.map { Self.fits(name[...], $0[...]) } ?? false }
        return Self.matches(segments[...], parts)
    }

    private static func matches(_ segments: ArraySlice<[UInt8]>, _ parts: ArraySlice<[UInt8]>) -> Bool {
        guard let first = segments.first else { return parts.isEmpty }
        let rest = segments.dropFirst()
        if first == anything {
            // At the end it means everything inside, not the folder itself.
            if rest.isEmpty { return !parts.isEmpty }
            return (0...parts.count).contains { matches(rest, parts.dropFirst($0)) }
        }
        guard let part = parts.first, fits(first[...], part[...]) else { return false }
        return matches(rest, parts.dropFirst())
    }

    /// One segment: `*`, `?`, `[a-z]`, and `\` before any of them.
    private static func fits(_ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
        guard let first = pattern.first else { return name.isEmpty }
        switch first {
        case UInt8(ascii: "*"):
            let rest = pattern.drop { $0 == UInt8(ascii: "*") }
            if rest.isEmpty { return true }
            return (0...name.count).contains { fits(rest, name.dropFirst($0)) }
        case UInt8(ascii: "?"): return !name.isEmpty && fits(pattern.dropFirst(), name.dropFirst())
        case UInt8(ascii: "["):
            guard let end = pattern.dropFirst(2).firstIndex(of: UInt8(ascii: "]")), let byte = name.first else { break }
            return isIn(pattern[(pattern.startIndex + 1)..<end], byte)
                && fits(pattern[(end + 1)...], name.dropFirst())
        case UInt8(ascii: "\\") where pattern.count > 1:
            return name.first == pattern.dropFirst().first && fits(pattern.dropFirst(2), name.dropFirst())
        default: break
        }
        return name.first == first && fits(pattern.dropFirst(), name.dropFirst())
    }

    private static func isIn(_ set: ArraySlice<UInt8>, _ byte: UInt8) -> Bool {
        let isNegated = set.first == UInt8(ascii: "!") || set.first == UInt8(ascii: "^")
        var rest = isNegated ? set.dropFirst() : set
        var isFound = false
        while let low = rest.popFirst() {
            if rest.count >= 2, rest.first == UInt8(ascii: "-") {
                let high = rest[rest.startIndex + 1]
                rest = rest.dropFirst(2)
                if low <= byte, byte <= high { isFound = true }
            } else if low == byte {
                isFound = true
            }
        }
        return isFound != isNegated
    }
}
