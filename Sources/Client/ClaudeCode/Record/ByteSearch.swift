import Platform

/// Looking for bytes where text is not worth parsing, or long.
enum ByteSearch {
    static func has(_ all: UnsafeBufferPointer<UInt8>, _ text: StaticString) -> Bool { place(all, text) != nil }

    /// `contains` by bytes, which is much faster.
    static func has(_ text: String, _ part: String) -> Bool {
        var (text, part) = (text, part)
        return text.withUTF8 { all in part.withUTF8 { place(all, $0) != nil } }
    }

    /// Whether a member of JSON has one of some values, with or without a blank before it.
    /// - Parameters:
    ///   - name: in quotes, and the colon.
    ///   - values: as they are written; the first that is found counts.
    static func value(_ all: UnsafeBufferPointer<UInt8>, of name: StaticString, _ values: [StaticString]) -> Int? {
        var rest = all
        while let place = place(rest, name) {
            rest = UnsafeBufferPointer(rebasing: rest[(place + name.utf8CodeUnitCount)...])
            let value = rest.first == UInt8(ascii: " ") ? rest.dropFirst() : rest[...]
            let found = values.firstIndex {
                value.starts(with: UnsafeBufferPointer(start: $0.utf8Start, count: $0.utf8CodeUnitCount))
            }
            if let found { return found }
        }
        return nil
    }

    static func has(_ all: [UInt8], _ part: [UInt8]) -> Bool {
        all.withUnsafeBufferPointer { all in part.withUnsafeBufferPointer { place(all, $0) != nil } }
    }

    static func place(_ all: UnsafeBufferPointer<UInt8>, _ text: StaticString) -> Int? {
        place(all, UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Horspool's search: most bytes of a long text are not looked at.
    private static func place(_ all: UnsafeBufferPointer<UInt8>, _ wanted: UnsafeBufferPointer<UInt8>) -> Int? {
        let count = wanted.count
        guard count > 0 else { return 0 }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 256) { skips in
            skips.update(repeating: UInt8(clamping: count))
            for index in 0..<(count - 1) { skips[Int(wanted[index])] = UInt8(clamping: count - 1 - index) }
            var place = 0
            while place + count <= all.count {
                var index = count - 1
                while all[place + index] == wanted[index] {
                    if index == 0 { return place }
                    index -= 1
                }
                place += Int(skips[Int(all[place + count - 1])])
            }
            return nil
        }
    }

    /// A plain text that follows something, up to the next quote.
    static func text(_ all: UnsafeBufferPointer<UInt8>, after mark: StaticString) -> String? {
        guard let place = place(all, mark) else { return nil }
        let start = place + mark.utf8CodeUnitCount
        guard let end = all[start...].prefix(200).firstIndex(of: UInt8(ascii: "\"")) else { return nil }
        return String(decoding: all[start..<end], as: UTF8.self)
    }
}
