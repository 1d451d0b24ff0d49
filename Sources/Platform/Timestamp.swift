import CLinux
import Glibc

/// A moment in microseconds since 1970-01-01T00:00:00Z, the unit of every time we store.
package struct Timestamp: Sendable, Hashable, Comparable {
    package var microseconds: Int64

    package init(microseconds: Int64) { self.microseconds = microseconds }

    package static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

    package func adding(seconds: Double) -> Timestamp {
        Timestamp(microseconds: microseconds + Int64(seconds * 1_000_000))
    }
}

extension Timestamp {
    /// The date of a moment in UTC, proleptic Gregorian (Hinnant's `civil_from_days`).
    package struct Civil: Sendable, Equatable {
        package var year: Int, month: Int, day: Int
        package var hour: Int, minute: Int, second: Int, microsecond: Int
    }

    /// Midnight of a day in UTC; a day beyond the end of the month is one of the next.
    package init(year: Int, month: Int, day: Int) {
        self.init(Civil(year: year, month: month, day: day, hour: 0, minute: 0, second: 0, microsecond: 0))
    }

    package var civil: Civil {
        let day = Self.floorDivide(microseconds, 86_400_000_000)
        let rest = Int(microseconds - day * 86_400_000_000)
        let shifted = Int(day) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let seconds = rest / 1_000_000
        return Civil(
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
            day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1,
            hour: seconds / 3600, minute: seconds / 60 % 60, second: seconds % 60, microsecond: rest % 1_000_000)
    }

    package init(_ civil: Civil) {
        let year = civil.month <= 2 ? civil.year - 1 : civil.year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (civil.month > 2 ? civil.month - 3 : civil.month + 9) + 2) / 5 + civil.day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        let seconds = days * 86_400 + civil.hour * 3600 + civil.minute * 60 + civil.second
        self.init(microseconds: Int64(seconds) * 1_000_000 + Int64(civil.microsecond))
    }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        value >= 0 ? value / divisor : (value - divisor + 1) / divisor
    }

    /// `2026-11-20T20:30:16.904552Z`, the form of every resource field (wire notes, section 3).
    package var iso8601: String {
        var bytes: [UInt8] = []
        appendISO8601(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    package func appendISO8601(to bytes: inout [UInt8]) {
        let date = civil
        Self.append(date.year, digits: 4, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        Self.append(date.month, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        Self.append(date.day, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: "T"))
        Self.append(date.hour, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        Self.append(date.minute, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        Self.append(date.second, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: "."))
        Self.append(date.microsecond, digits: 6, to: &bytes)
        bytes.append(UInt8(ascii: "Z"))
    }

    /// `2026-11-20`: the day in UTC.
    package var day: String { String(iso8601.prefix(10)) }

    /// `2026-11-20T20:30:17+00:00`, the form of a message's date.
    package var messageDate: String { String(iso8601.prefix(19)) + "+00:00" }

    private static func append(_ value: Int, digits: Int, to bytes: inout [UInt8]) {
        var divisor = 1
        for _ in 1..<digits { divisor *= 10 }
        var rest = max(0, value)
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(rest / divisor % 10))
            rest %= divisor
            divisor /= 10
        }
    }
}

extension Timestamp {
    /// Reads ISO 8601: a date, or a date and a time (`T` or a space between), with up to nine decimals and an optional
    /// `Z` or `±hh:mm`. Without a zone it is UTC. Nil when the text is anything else.
    package init?(iso8601 text: String) {
        guard let read = Self.read(text) else { return nil }
        self = read.time
    }

    /// - Returns: the time, in UTC where the text names no zone.
    static func read(_ text: String) -> (time: Timestamp, hasZone: Bool, isDateOnly: Bool)? {
        var reader = Reader(bytes: Array(text.utf8))
        guard let time = reader.timestamp() else { return nil }
        return (time, reader.hasZone, reader.isDateOnly)
    }

    /// A time as an inclusive upper bound: a date without a time means its whole day.
    package init?(endOf text: String) {
        guard let read = Self.read(text) else { return nil }
        self = read.isDateOnly ? Timestamp(microseconds: read.time.microseconds + 86_400_000_000 - 1) : read.time
    }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0
        private(set) var hasZone = false
        private(set) var isDateOnly = false

        mutating func timestamp() -> Timestamp? {
            guard let year = number(4), take("-"), let month = number(2), take("-"), let day = number(2),
                year >= 1, (1...12).contains(month), (1...Self.days(in: month, of: year)).contains(day)
            else { return nil }
            var civil = Civil(year: year, month: month, day: day, hour: 0, minute: 0, second: 0, microsecond: 0)
            isDateOnly = position == bytes.count
            if isDateOnly { return Timestamp(civil) }
            guard take("T") || take("t") || take(" ") else { return nil }
            guard let hour = number(2), take(":"), let minute = number(2), hour < 24, minute < 60 else { return nil }
            civil.hour = hour
            civil.minute = minute
            if take(":") {
                guard let second = number(2), second < 61 else { return nil }
                civil.second = min(second, 59)
                if take(".") || take(",") {
                    guard let micro = fraction() else { return nil }
                    civil.microsecond = micro
                }
            }
            guard let offset = zone(), position == bytes.count else { return nil }
            return Timestamp(microseconds: Timestamp(civil).microseconds - Int64(offset) * 60_000_000)
        }

        static func days(in month: Int, of year: Int) -> Int {
            switch month {
            case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
            case 4, 6, 9, 11: 30
            default: 31
            }
        }

        mutating func zone() -> Int? {
            if position == bytes.count { return 0 }
            hasZone = true
            if take("Z") || take("z") { return 0 }
            // A '+' in a query string arrives as a space when a client forgot to encode it.
            let sign = take("-") ? -1 : take("+") || take(" ") ? 1 : 0
            guard sign != 0, let hours = number(2), hours < 24 else { return nil }
            _ = take(":")
            if position == bytes.count { return sign * hours * 60 }
            guard let minutes = number(2), minutes < 60 else { return nil }
            return sign * (hours * 60 + minutes)
        }

        mutating func fraction() -> Int? {
            var value = 0
            var digits = 0
            while position < bytes.count, bytes[position] &- 0x30 < 10, digits < 9 {
                if digits < 6 { value = value * 10 + Int(bytes[position] - 0x30) }
                digits += 1
                position += 1
            }
            guard digits > 0 else { return nil }
            for _ in min(digits, 6)..<6 { value *= 10 }
            return value
        }

        mutating func number(_ digits: Int) -> Int? {
            guard position + digits <= bytes.count else { return nil }
            var value = 0
            for index in position..<position + digits {
                guard bytes[index] &- 0x30 < 10 else { return nil }
                value = value * 10 + Int(bytes[index] - 0x30)
            }
            position += digits
            return value
        }

        mutating func take(_ character: Character) -> Bool {
            guard position < bytes.count, bytes[position] == character.asciiValue else { return false }
            position += 1
            return true
        }
    }
}
