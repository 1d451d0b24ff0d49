import Glibc

/// A text with the little understanding of Python that finding calls and their arguments takes.
struct SourceText: Sendable {
    struct Call: Sendable {
        /// Where the name begins.
        let start: Int
        /// Behind the opening parenthesis.
        let open: Int
    }

    private let bytes: [UInt8]
    private let lineStarts: [Int]

    init(_ text: String, isPython: Bool) {
        var bytes = Array(text.utf8)
        if isPython { Self.blankComments(&bytes) }
        self.bytes = bytes
        lineStarts = [0] + bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
    }

    /// From 1.
    func line(at offset: Int) -> Int {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return low + 1
    }

    func calls(_ name: String) -> [Call] {
        let name = Array(name.utf8)
        return occurrences(of: name).compactMap { start in
            if name[0] != UInt8(ascii: "."), start > 0, Self.isName(bytes[start - 1]) { return nil }
            var next = start + name.count
            while next < bytes.count, bytes[next] == UInt8(ascii: " ") { next += 1 }
            guard next < bytes.count, bytes[next] == UInt8(ascii: "(") else { return nil }
            return Call(start: start, open: next + 1)
        }
    }

    /// The arguments of a call that are given by name, with the places of their names.
    func arguments(of call: Call) -> [String: Int] {
        var found: [String: Int] = [:]
        var depth = 0
        var at = call.open
        var isAtStart = true
        while at < bytes.count, at - call.open < 20_000 {
            let byte = bytes[at]
            switch byte {
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth -= 1
                if depth < 0 { return found }
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                at = endOfString(at)
                isAtStart = false
                continue
            case UInt8(ascii: ",") where depth == 0:
                isAtStart = true
                at += 1
                continue
            default:
                if depth == 0, isAtStart, Self.isName(byte) {
                    let end = endOfName(at)
                    if isEquals(after: end) { found[String(decoding: bytes[at..<end], as: UTF8.self)] = at }
                    isAtStart = false
                    at = end
                    continue
                }
            }
            if byte > UInt8(ascii: " ") { isAtStart = false }
            at += 1
        }
        return found
    }

    func lines(with words: [String]) -> [Int] {
        lineStarts.indices.compactMap { index in
            let end = index + 1 < lineStarts.count ? lineStarts[index + 1] : bytes.count
            var at = lineStarts[index]
            for word in words {
                guard let found = first(Array(word.utf8), from: at, to: end) else { return nil }
                at = found + word.utf8.count
            }
            return index + 1
        }
    }

    // MARK: Reading

    private func occurrences(of word: [UInt8]) -> [Int] {
        var found: [Int] = []
        var at = 0
        while let next = first(word, from: at, to: bytes.count) {
            found.append(next)
            at = next + word.count
        }
        return found
    }

    private func first(_ word: [UInt8], from start: Int, to end: Int) -> Int? {
        guard !word.isEmpty, end - start >= word.count else { return nil }
        return bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return nil }
            var at = start
            while at <= end - word.count {
                guard let found = memchr(base + at, Int32(word[0]), end - word.count - at + 1) else { return nil }
                at = UnsafeRawPointer(found) - base
                if memcmp(base + at, word, word.count) == 0 { return at }
                at += 1
            }
            return nil
        }
    }

    private func endOfName(_ start: Int) -> Int {
        var at = start
        while at < bytes.count, Self.isName(bytes[at]) { at += 1 }
        return at
    }

    /// A single `=` behind a name.
    private func isEquals(after end: Int) -> Bool {
        var at = end
        while at < bytes.count, bytes[at] == UInt8(ascii: " ") { at += 1 }
        return at < bytes.count && bytes[at] == UInt8(ascii: "=")
            && (at + 1 >= bytes.count || bytes[at + 1] != UInt8(ascii: "="))
    }

    /// Behind a string that begins here, single or triple quoted.
    private func endOfString(_ start: Int) -> Int { Self.endOfString(bytes, start) }

    private static func endOfString(_ bytes: [UInt8], _ start: Int) -> Int {
        let quote = bytes[start]
        let isTriple = start + 2 < bytes.count && bytes[start + 1] == quote && bytes[start + 2] == quote
        var at = start + (isTriple ? 3 : 1)
        while at < bytes.count {
            if bytes[at] == UInt8(ascii: "\\") {
                at += 2
            } else if bytes[at] == quote {
                guard isTriple else { return at + 1 }
                if at + 2 < bytes.count, bytes[at + 1] == quote, bytes[at + 2] == quote { return at + 3 }
                at += 1
            } else if bytes[at] == UInt8(ascii: "\n"), !isTriple {
                return at
            } else {
                at += 1
            }
        }
        return bytes.count
    }

    private static func isName(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || byte >= 0x80 || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    /// Python's comments become spaces; places stay what they were.
    private static func blankComments(_ bytes: inout [UInt8]) {
        var at = 0
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\""), UInt8(ascii: "'"): at = endOfString(bytes, at)
            case UInt8(ascii: "#"):
                while at < bytes.count, bytes[at] != UInt8(ascii: "\n") {
                    bytes[at] = UInt8(ascii: " ")
                    at += 1
                }
            default: at += 1
            }
        }
    }
}
