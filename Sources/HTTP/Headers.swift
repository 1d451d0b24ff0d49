/// The header fields of a message, in order; names are lowercase. Kept as one run of bytes, because most fields of
/// most requests are never looked at.
package struct Headers: Sendable {
    private(set) var bytes: [UInt8] = []
    private(set) var entries: [Entry] = []

    /// A field: its name begins at `start`, its value follows the name.
    struct Entry: Sendable {
        let start: Int32
        let nameCount: Int32
        let valueCount: Int32

        var name: Range<Int> { Int(start)..<Int(start + nameCount) }
        var value: Range<Int> { Int(start + nameCount)..<Int(start + nameCount + valueCount) }
    }

    package init() {}

    package var count: Int { entries.count }
    package var isEmpty: Bool { entries.isEmpty }

    /// The first value of a field, nil when there is none. Bytes that are not UTF-8 read as U+FFFD.
    package subscript(_ name: String) -> String? {
        guard let entry = first(name) else { return nil }
        return String(decoding: bytes[entry.value], as: UTF8.self)
    }

    /// Every value of a field, in order; a list in one value (`a, b`) stays one value.
    package func all(_ name: String) -> [String] {
        entries.filter { matches($0, name) }.map { String(decoding: bytes[$0.value], as: UTF8.self) }
    }

    /// Adds a field after the others. Bytes that cannot be sent in a header (line ends, NUL) become spaces in the value
    /// and `-` in the name, so a value from outside cannot start a header of its own.
    package mutating func append(_ name: String, _ value: String) {
        var name = name
        var value = value
        name.withUTF8 { name in
            value.withUTF8 { value in append(name: name, value: value) }
        }
    }

    /// Replaces every field of that name by one.
    package mutating func set(_ name: String, _ value: String) {
        remove(name)
        append(name, value)
    }

    package mutating func remove(_ name: String) {
        guard first(name) != nil else { return }
        entries = entries.filter { !matches($0, name) }
    }

    mutating func append(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) {
        let start = bytes.count
        for byte in name { bytes.append(ByteClass.isToken(byte) ? ByteClass.lowercased(byte) : UInt8(ascii: "-")) }
        for byte in value { bytes.append(ByteClass.isFieldValue(byte) ? byte : UInt8(ascii: " ")) }
        entries.append(
            Entry(start: Int32(start), nameCount: Int32(name.count), valueCount: Int32(value.count)))
    }

    mutating func reserve(bytes count: Int, fields: Int) {
        bytes.reserveCapacity(count)
        entries.reserveCapacity(fields)
    }

    func first(_ name: String) -> Entry? {
        for entry in entries where matches(entry, name) { return entry }
        return nil
    }

    func contains(_ name: String) -> Bool { first(name) != nil }

    func occurrences(_ name: String) -> Int {
        var count = 0
        for entry in entries where matches(entry, name) { count += 1 }
        return count
    }

    /// Whether a comma-separated field (`Connection`, `Accept-Encoding` without weights) holds a word.
    func listContains(_ name: String, _ word: String) -> Bool {
        for entry in entries where matches(entry, name) {
            let value = bytes[entry.value]
            for part in value.split(separator: UInt8(ascii: ",")) where ByteClass.equal(ByteClass.trimmed(part), word) {
                return true
            }
        }
        return false
    }

    func matches(_ entry: Entry, _ name: String) -> Bool {
        guard Int(entry.nameCount) == name.utf8.count else { return false }
        var index = Int(entry.start)
        for byte in name.utf8 {
            if bytes[index] != ByteClass.lowercased(byte) { return false }
            index += 1
        }
        return true
    }
}

extension Headers: Sequence {
    package func makeIterator() -> AnyIterator<(name: String, value: String)> {
        var rest = entries.makeIterator()
        let bytes = bytes
        return AnyIterator {
            guard let entry = rest.next() else { return nil }
            return (
                String(decoding: bytes[entry.name], as: UTF8.self),
                String(decoding: bytes[entry.value], as: UTF8.self)
            )
        }
    }
}

extension Headers: Equatable {
    package static func == (left: Headers, right: Headers) -> Bool {
        left.count == right.count
            && zip(left.entries, right.entries).allSatisfy { a, b in
                left.bytes[a.name] == right.bytes[b.name] && left.bytes[a.value] == right.bytes[b.value]
            }
    }
}

extension Headers: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { append(name, value) }
    }
}
