/// A compiled file of the tz database: TZif, RFC 8536.
struct TimeZoneFile: Sendable {
    /// Seconds since 1970, ascending: from `times[i]` on, `types[indices[i]]` is in force.
    let times: [Int64]
    let indices: [Int]
    let types: [TimeZone.Offset]
    /// What holds after the last of `times`; nil when the file does not say.
    let rule: TimeZoneRule?

    /// Nil when the bytes are no TZif file, or one that counts leap seconds.
    init?(_ bytes: [UInt8]) {
        guard let first = Header(bytes, at: 0) else { return nil }
        var header = first
        var wide = false
        if first.version > 0 {
            // Newer versions repeat everything with times of 64 bits behind the old part.
            guard let second = Header(bytes, at: first.end(timeSize: 4)) else { return nil }
            header = second
            wide = true
        }
        let size = wide ? 8 : 4
        guard header.leaps == 0, header.types > 0, header.end(timeSize: size) <= bytes.count else { return nil }
        var place = header.start
        times = (0..<header.times).map { Self.integer(bytes, place + $0 * size, size) }
        place += header.times * size
        indices = bytes[place..<place + header.times].map(Int.init)
        place += header.times
        let names = place + header.types * 6
        types = (0..<header.types).map { number in
            let start = place + number * 6
            let name = names + Int(bytes[start + 5])
            let letters = bytes[min(name, names + header.letters)..<names + header.letters].prefix { $0 != 0 }
            return TimeZone.Offset(
                seconds: Int(Self.integer(bytes, start, 4)), abbreviation: String(decoding: letters, as: UTF8.self),
                isDaylight: bytes[start + 4] != 0)
        }
        guard indices.allSatisfy({ $0 < header.types }) else { return nil }
        rule = wide ? Self.footer(bytes, from: header.end(timeSize: size)).flatMap(TimeZoneRule.init) : nil
    }

    private struct Header {
        let version: UInt8
        let leaps: Int, times: Int, types: Int, letters: Int, standard: Int, universal: Int
        /// Where its data begin.
        let start: Int

        init?(_ bytes: [UInt8], at place: Int) {
            guard place >= 0, place + 44 <= bytes.count, bytes[place..<place + 4].elementsEqual("TZif".utf8) else {
                return nil
            }
            let counts = (0..<6).map { Int(TimeZoneFile.integer(bytes, place + 20 + $0 * 4, 4)) }
            guard counts.allSatisfy({ (0...100_000).contains($0) }) else { return nil }
            version = bytes[place + 4]
            (universal, standard, leaps) = (counts[0], counts[1], counts[2])
            (times, types, letters) = (counts[3], counts[4], counts[5])
            start = place + 44
        }

        func end(timeSize: Int) -> Int {
            start + times * (timeSize + 1) + types * 6 + letters + leaps * (timeSize + 4) + standard + universal
        }
    }

    /// The text between the two line feeds at the end.
    private static func footer(_ bytes: [UInt8], from place: Int) -> String? {
        guard place < bytes.count, bytes[place] == 0x0A else { return nil }
        let text = bytes[(place + 1)...].prefix { $0 != 0x0A }
        return text.isEmpty ? nil : String(decoding: text, as: UTF8.self)
    }

    private static func integer(_ bytes: [UInt8], _ place: Int, _ size: Int) -> Int64 {
        let value = bytes[place..<place + size].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return size == 4 ? Int64(Int32(truncatingIfNeeded: value)) : Int64(bitPattern: value)
    }
}
