/// What a text in UTF-8 is asked for without making a text of it.
extension ArraySlice<UInt8> {
    func starts(with text: StaticString) -> Bool {
        count >= text.utf8CodeUnitCount && prefix(text.utf8CodeUnitCount).isEqual(to: text)
    }

    func ends(_ text: StaticString) -> Bool {
        count >= text.utf8CodeUnitCount && suffix(text.utf8CodeUnitCount).isEqual(to: text)
    }

    private func isEqual(to text: StaticString) -> Bool {
        elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Characters as a reader counts them.
    var characters: Int { allSatisfy { $0 < 0x80 && $0 != 0x0D } ? count : String(decoding: self, as: UTF8.self).count }

    /// What it begins with. No character that matters here has more than the bytes that are looked at.
    var firstCharacter: Character? {
        guard let first else { return nil }
        if first < 0x80 { return Character(Unicode.Scalar(first)) }
        return String(decoding: prefix(32), as: UTF8.self).first
    }

    /// Bytes of the white space that a place begins with (Unicode's property White_Space); 0 when it is none.
    func spaceLength(_ place: Int) -> Int {
        let byte = self[place]
        if byte < 0x80 { return byte == 0x20 || (0x09...0x0D).contains(byte) ? 1 : 0 }
        // What begins with another byte is never white space.
        guard byte == 0xC2 || (0xE1...0xE3).contains(byte) else { return 0 }
        let length = byte == 0xC2 ? 2 : 3
        guard place + length <= endIndex else { return 0 }
        let scalar = String(decoding: self[place..<(place + length)], as: UTF8.self).unicodeScalars.first
        return scalar?.properties.isWhitespace == true ? length : 0
    }

    /// Without white space at both ends.
    var trimmedBytes: ArraySlice<UInt8> {
        var rest = self
        while !rest.isEmpty {
            let length = rest.spaceLength(rest.startIndex)
            if length == 0 { break }
            rest = rest.dropFirst(length)
        }
        while let last = rest.indices.last(where: { rest[$0] & 0xC0 != 0x80 }) {
            let length = rest.spaceLength(last)
            if length == 0 || last + length < rest.endIndex { break }
            rest = rest[..<last]
        }
        return rest
    }
}

extension String {
    /// Characters as a reader counts them; of ASCII without looking for where they end.
    var characters: Int { utf8.allSatisfy { $0 < 0x80 && $0 != 0x0D } ? utf8.count : count }
}
