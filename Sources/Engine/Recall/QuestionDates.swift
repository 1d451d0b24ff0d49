import Platform

/// A date or a period that a question names, and how well a date fits it.
struct QuestionDate: Sendable, Equatable {
    enum Meaning: Sendable, Equatable {
        /// `May`, `May 2023`, `7 May`, `2023`.
        case calendar(CalendarDate)
        /// From the first moment up to, and without, the second: `last week`, `since March`.
        case span(Timestamp, Timestamp)
    }

    let meaning: Meaning
    /// As the question says it, for the explanation.
    let text: String

    /// From 0, does not fit, to 1, the very day. A month or a longer period that fits is 0.5: it tells less. People also
    /// write of a time soon after it, so a date a little late fits a little.
    func fit(_ date: CalendarDate) -> Float {
        switch meaning {
        case .calendar(let wanted): Self.fit(date, wanted)
        case .span(let start, let end):
            if let day = date.start, start <= day, day < end {
                end.microseconds - start.microseconds <= 8 * Self.dayLength ? 0.75 : 0.5
            } else {
                0
            }
        }
    }

    private static func fit(_ date: CalendarDate, _ wanted: CalendarDate) -> Float {
        if let year = wanted.year, let other = date.year, year != other { return 0 }
        guard let month = wanted.month else { return date.year == wanted.year ? 0.5 : 0 }
        if month == date.month {
            guard let day = wanted.day, let other = date.day else { return 0.5 }
            return day == other ? 1 : other > day && other <= day + 7 ? 0.5 : 0.25
        }
        let isSoonAfter = date.month == month % 12 + 1 && (date.day ?? 31) <= 14
        return wanted.day == nil && isSoonAfter ? 0.25 : 0
    }

    static let dayLength: Int64 = 86_400_000_000
}

/// The dates and periods in a question, understood at a moment. English; UTC days; weeks begin on Monday.
struct QuestionDates {
    private let words: [DateWord]
    private let now: CalendarDate
    /// Days since 1970.
    private let today: Int
    private var found: [QuestionDate] = []

    /// A question with more dates than this is a pasted text; all candidates are compared with each.
    private static let most = 8

    static func find(in question: String, now: Timestamp) -> [QuestionDate] {
        var reader = QuestionDates(question, now)
        reader.read()
        return reader.found
    }

    private init(_ question: String, _ now: Timestamp) {
        words = DateWord.words(of: question)
        self.now = CalendarDate(now)
        today = Self.dayNumber(CalendarDate(now))
    }

    private mutating func read() {
        var index = 0
        while index < words.count, found.count < Self.most { index += max(1, readDate(at: index)) }
        if found.isEmpty { readYear() }
    }

    /// How many words belong to the date that begins here; none when none does.
    private mutating func readDate(at index: Int) -> Int {
        for reader in [relativeDay, lastOrThis, ago, quarter] {
            if let (span, count) = reader(index) {
                add(.span(Self.moment(span.lowerBound), Self.moment(span.upperBound)), index, count)
                return count
            }
        }
        guard let (date, count) = calendarDate(at: index) else { return 0 }
        if let open = openSpan(before: index, date) {
            add(.span(open.0, open.1), index - 1, count + 1)
        } else {
            add(.calendar(date), index, count)
        }
        return count
    }

    private mutating func add(_ meaning: QuestionDate.Meaning, _ index: Int, _ count: Int) {
        let text = words[index..<index + count].map(\.text).joined(separator: " ")
        found.append(QuestionDate(meaning: meaning, text: text))
    }

    private func word(_ index: Int) -> String? { words.indices.contains(index) ? words[index].text : nil }

    private func calendarDate(at index: Int) -> (CalendarDate, Int)? {
        // `May I …` asks for leave.
        if words[index].text == "may", let next = word(index + 1), ["i", "we", "you", "the", "be"].contains(next) {
            return nil
        }
        return CalendarDate.date(at: index, words)
    }

    /// A year alone counts after a word that makes it a time, where there is no other date.
    private mutating func readYear() {
        for index in words.indices.dropFirst() where found.count < Self.most {
            guard let year = words[index].year,
                Self.beforeYears.contains(words[index - 1].text)
            else { continue }
            let date = CalendarDate(year: year)
            if let open = openSpan(before: index, date) {
                add(.span(open.0, open.1), index - 1, 2)
            } else {
                add(.calendar(date), index, 1)
            }
        }
    }
}

extension QuestionDates {
    private static let beforeYears: Set<String> = [
        "in", "of", "during", "since", "year", "before", "after", "until", "for",
    ]

    /// `since March`, `before 7 May`: all the time after or before.
    private func openSpan(before index: Int, _ date: CalendarDate) -> (Timestamp, Timestamp)? {
        guard let preposition = word(index - 1) else { return nil }
        let first = CalendarDate(
            year: date.year ?? lastYear(of: date), month: date.month ?? 1, day: date.day ?? 1)
        guard let start = first.start else { return nil }
        switch preposition {
        case "since": return (start, Self.moment(today + 1))
        case "after": return (Self.moment(Self.end(of: first, date)), Self.moment(today + 1))
        case "before", "until", "till": return (Self.past, start)
        default: return nil
        }
    }

    /// The year in which a month was last.
    private func lastYear(of date: CalendarDate) -> Int {
        let year = now.year ?? 1970
        return (date.month ?? 1, date.day ?? 1) <= (now.month ?? 12, now.day ?? 31) ? year : year - 1
    }

    private static func end(of first: CalendarDate, _ written: CalendarDate) -> Int {
        guard let year = first.year, let month = first.month else { return 0 }
        if written.month == nil { return dayNumber(CalendarDate(year: year + 1, month: 1, day: 1)) }
        return written.day == nil ? monthStart(year, month + 1) : dayNumber(first) + 1
    }

    /// `yesterday`, `last night`, `this morning`, `on Monday`. `today` is no date: it mostly means nowadays.
    private func relativeDay(at index: Int) -> (Range<Int>, Int)? {
        switch (words[index].text, word(index + 1)) {
        case ("yesterday", _): return (today - 1..<today, 1)
        case ("last", "night"): return (today - 1..<today + 1, 2)
        case ("this", "morning"), ("this", "afternoon"), ("this", "evening"): return (today..<today + 1, 2)
        case ("on", let day?), ("last", let day?), ("this", let day?), ("past", let day?):
            guard let weekday = Self.weekdays.firstIndex(of: day) else { return nil }
            let back = (weekdayOfToday - weekday + 6) % 7 + 1
            return (today - back..<today - back + 1, 2)
        default: return nil
        }
    }

    /// `last week`, `this month`, `previous year`, `last May`.
    private func lastOrThis(at index: Int) -> (Range<Int>, Int)? {
        let isThis = words[index].text == "this"
        guard isThis || ["last", "past", "previous"].contains(words[index].text), let unit = word(index + 1),
            let year = now.year, let month = now.month
        else { return nil }
        let monday = today - weekdayOfToday
        switch unit {
        case "week": return (isThis ? monday..<today + 1 : monday - 7..<monday, 2)
        case "weekend": return (isThis ? monday + 5..<monday + 7 : monday - 2..<monday, 2)
        case "month":
            let start = Self.monthStart(year, month)
            return (isThis ? start..<today + 1 : Self.monthStart(year, month - 1)..<start, 2)
        case "year":
            let start = Self.monthStart(year, 1)
            return (isThis ? start..<today + 1 : Self.monthStart(year - 1, 1)..<start, 2)
        default:
            guard let named = words[index + 1].month else { return nil }
            let then = isThis || named < month ? year : year - 1
            return (Self.monthStart(then, named)..<Self.monthStart(then, named + 1), 2)
        }
    }

    /// `two weeks ago`, `a month ago`.
    private func ago(at index: Int) -> (Range<Int>, Int)? {
        var end = index + 1
        if words[index].text == "couple" || words[index].text == "few", word(end) == "of" { end += 1 }
        guard word(end + 1) == "ago", let unit = word(end),
            let count = Self.numbers[words[index].text] ?? words[index].number, count < 1000, let year = now.year,
            let month = now.month
        else { return nil }
        let length = end + 2 - index
        switch unit {
        case "day", "days": return (today - count..<today - count + 1, length)
        case "week", "weeks": return (today - 7 * count - 4..<today - 7 * count + 4, length)
        case "month", "months":
            return (Self.monthStart(year, month - count)..<Self.monthStart(year, month - count + 1), length)
        case "year", "years": return (Self.monthStart(year - count, 1)..<Self.monthStart(year - count + 1, 1), length)
        default: return nil
        }
    }

    /// `Q3 2025`, `Q3`.
    private func quarter(at index: Int) -> (Range<Int>, Int)? {
        guard let place = ["q1", "q2", "q3", "q4"].firstIndex(of: words[index].text) else { return nil }
        let named = word(index + 1) != nil ? words[index + 1].year : nil
        let year = named ?? lastYear(of: CalendarDate(month: 3 * place + 1))
        return (
            Self.monthStart(year, 3 * place + 1)..<Self.monthStart(year, 3 * place + 4), named == nil ? 1 : 2
        )
    }

    /// Before all dates, and far enough from the ends of the range to be calculated with.
    private static let past = Timestamp(microseconds: -(1 << 61))
    private static let weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    private static let numbers = [
        "a": 1, "an": 1, "one": 1, "two": 2, "couple": 2, "three": 3, "few": 3, "four": 4, "five": 5, "six": 6,
        "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12,
    ]

    /// Monday is 0; the first of January 1970 was a Thursday.
    private var weekdayOfToday: Int { ((today + 3) % 7 + 7) % 7 }

    private static func moment(_ day: Int) -> Timestamp {
        Timestamp(microseconds: Int64(day) * QuestionDate.dayLength)
    }

    private static func dayNumber(_ date: CalendarDate) -> Int {
        let start = date.start?.microseconds ?? 0
        let day = QuestionDate.dayLength
        return Int(start >= 0 ? start / day : (start - day + 1) / day)
    }

    /// The first day of a month; months beyond the year are those of the next years, and back.
    private static func monthStart(_ year: Int, _ month: Int) -> Int {
        let months = year * 12 + month - 1
        return dayNumber(CalendarDate(year: months / 12, month: months % 12 + 1, day: 1))
    }
}
