/// Cuts a stream of bytes into lines. A line over the limit is not kept: it is told once, when its end comes.
package struct LineSplitter: Sendable {
    package enum Line: Sendable, Equatable {
        case complete([UInt8])
        case tooLong
    }

    private let limit: Int
    private var rest: [UInt8] = []
    private var isSkipping = false

    package init(limit: Int) { self.limit = limit }

    /// The lines that end in these bytes, without their line ends and without empty ones.
    package mutating func lines(in bytes: some Collection<UInt8>) -> [Line] {
        var found: [Line] = []
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            keep(bytes[start..<end])
            finish(&found)
            start = bytes.index(after: end)
        }
        keep(bytes[start...])
        return found
    }

    /// What stands after the last line end, once nothing more comes.
    package mutating func last() -> [Line] {
        var found: [Line] = []
        finish(&found)
        return found
    }

    private mutating func keep(_ bytes: some Collection<UInt8>) {
        guard !isSkipping else { return }
        guard rest.count + bytes.count <= limit else {
            rest = []
            isSkipping = true
            return
        }
        rest.append(contentsOf: bytes)
    }

    private mutating func finish(_ found: inout [Line]) {
        defer {
            rest = []
            isSkipping = false
        }
        if isSkipping { return found.append(.tooLong) }
        if rest.last == UInt8(ascii: "\r") { rest.removeLast() }
        if rest.contains(where: { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }) {
            found.append(.complete(rest))
        }
    }
}
