/// The rule of a POSIX `TZ` text, such as `CET-1CEST,M3.5.0,M10.5.0/3` (POSIX 8.3; RFC 8536 lets the times be negative and
/// longer than a day).
struct TimeZoneRule: Sendable {
    let standard: TimeZone.Offset
    /// Nil for a zone without daylight saving time.
    let daylight: Daylight?

    struct Daylight: Sendable {
        let offset: TimeZone.Offset
        let start: Day
        let end: Day
    }

    /// A day of every year and a time on it.
    struct Day: Sendable {
        enum Form: Sendable {
            /// The week 5 is the last one of the month; the weekday 0 is Sunday.
            case weekday(month: Int, week: Int, weekday: Int)
            /// 1 to 365, 29 February is never counted.
            case julian(Int)
            /// 0 to 365, 29 February is counted.
            case zeroBased(Int)
        }

        let form: Form
        /// After midnight.
        let seconds: Int
    }

    init?(_ text: String) {
        var reader = Reader(bytes: Array(text.utf8))
        guard let rule = reader.rule() else { return nil }
        self = rule
    }

    private init(standard: TimeZone.Offset, daylight: Daylight?) {
        self.standard = standard
        self.daylight = daylight
    }

    func offset(at seconds: Int64) -> TimeZone.Offset {
        guard let daylight else { return standard }
        let local = Timestamp(microseconds: (seconds + Int64(standard.seconds)) * 1_000_000).civil
        let start = daylight.start.seconds(in: local.year) - Int64(standard.seconds)
        let end = daylight.end.seconds(in: local.year) - Int64(daylight.offset.seconds)
        let isDaylight = start < end ? start <= seconds && seconds < end : !(end <= seconds && seconds < start)
        return isDaylight ? daylight.offset : standard
    }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0

        mutating func rule() -> TimeZoneRule? {
            guard let name = name(), let west = time() else { return nil }
            let standard = TimeZone.Offset(seconds: -west, abbreviation: name, isDaylight: false)
            if position == bytes.count { return TimeZoneRule(standard: standard, daylight: nil) }
            guard let other = self.name() else { return nil }
            let given = peek == UInt8(ascii: ",") ? nil : time()
            let offset = TimeZone.Offset(
                seconds: given.map { -$0 } ?? standard.seconds + 3600, abbreviation: other, isDaylight: true)
            guard take(","), let start = day(), take(","), let end = day(), position == bytes.count else { return nil }
            return TimeZoneRule(standard: standard, daylight: Daylight(offset: offset, start: start, end: end))
        }

        private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

        private mutating func take(_ sign: Unicode.Scalar) -> Bool {
            guard peek == UInt8(ascii: sign) else { return false }
            position += 1
            return true
        }

        /// Letters, or anything between angle brackets.
        private mutating func name() -> String? {
            let isQuoted = take("<")
            let start = position
            while let byte = peek, isQuoted ? byte != UInt8(ascii: ">") : byte | 0x20 &- 0x61 < 26 { position += 1 }
            let name = String(decoding: bytes[start..<position], as: UTF8.self)
            if isQuoted, !take(">") { return nil }
            return name.isEmpty ? nil : name
        }

        /// `[+-]h[:m[:s]]` in seconds.
        private mutating func time() -> Int? {
            let sign = take("-") ? -1 : 1
            if sign == 1 { _ = take("+") }
            guard let hours = number(), hours <= 167 else { return nil }
            var seconds = hours * 3600
            if take(":") {
                guard let minutes = number(), minutes < 60 else { return nil }
                seconds += minutes * 60
                if take(":") {
                    guard let rest = number(), rest < 60 else { return nil }
                    seconds += rest
                }
            }
            return sign * seconds
        }

        private mutating func day() -> Day? {
            guard let form = form() else { return nil }
            guard take("/") else { return Day(form: form, seconds: 7200) }
            return time().map { Day(form: form, seconds: $0) }
        }

        private mutating func form() -> Day.Form? {
            if take("M") {
                guard let month = number(), take("."), let week = number(), take("."), let weekday = number(),
                    (1...12).contains(month), (1...5).contains(week), weekday < 7
                else { return nil }
                return .weekday(month: month, week: week, weekday: weekday)
            }
            if take("J") { return number().flatMap { (1...365).contains($0) ? .julian($0) : nil } }
            return number().flatMap { $0 <= 365 ? .zeroBased($0) : nil }
        }

        private mutating func number() -> Int? {
            var value: Int?
            while let byte = peek, byte &- 0x30 < 10, (value ?? 0) < 10_000 {
                value = (value ?? 0) * 10 + Int(byte - 0x30)
                position += 1
            }
            return value
        }
    }
}

extension TimeZoneRule.Day {
    /// Seconds since 1970 of this day and time in a year, as if the zone were UTC.
    fileprivate func seconds(in year: Int) -> Int64 {
        Timestamp(year: year, month: 1, day: 1).microseconds / 1_000_000 + Int64(dayOfYear(year)) * 86_400
            + Int64(seconds)
    }

    /// Counted from 0.
    private func dayOfYear(_ year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        switch form {
        case .zeroBased(let day): return day
        case .julian(let day): return isLeap && day >= 60 ? day : day - 1
        case .weekday(let month, let week, let weekday):
            let day: Int64 = 86_400_000_000
            let newYear = Timestamp(year: year, month: 1, day: 1).microseconds / day
            let first = Int(Timestamp(year: year, month: month, day: 1).microseconds / day)
            let next = Timestamp(year: month == 12 ? year + 1 : year, month: month % 12 + 1, day: 1).microseconds / day
            // 1970-01-01 was a Thursday.
            let firstWeekday = ((first + 4) % 7 + 7) % 7
            var place = first + (weekday - firstWeekday + 7) % 7 + (week - 1) * 7
            while place >= Int(next) { place -= 7 }
            return place - Int(newYear)
        }
    }
}
