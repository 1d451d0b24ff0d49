import Platform

/// A date as people write it, who may leave out the year or the day.
struct CalendarDate: Sendable, Equatable {
    var year: Int?
    var month: Int?
    var day: Int?

    init(year: Int? = nil, month: Int? = nil, day: Int? = nil) {
        self.year = year
        self.month = month
        self.day = day
    }

    init(_ time: Timestamp) {
        let civil = time.civil
        self.init(year: civil.year, month: civil.month, day: civil.day)
    }

    /// Midnight of the day; nil when a part is missing.
    var start: Timestamp? {
        guard let year, let month, let day else { return nil }
        return Timestamp(year: year, month: month, day: day)
    }
}

extension CalendarDate {
    /// The dates in a text: `2026-05-07`, `2026-05`, `7 May 2026`, `7th of May`, `May 7, 2026`, `may 2026`; years alone are
    /// none. English names of months, also their first three letters.
    static func find(in words: [DateWord], most: Int = 8) -> [CalendarDate] {
        var found: [CalendarDate] = []
        var index = 0
        while index < words.count, found.count < most {
            if let (date, count) = date(at: index, words) {
                found.append(date)
                index += count
            } else {
                index += 1
            }
        }
        return found
    }

    /// After these, `may` and `march` are months also in small letters.
    private static let opening: Set<String> = [
        "in", "of", "since", "before", "after", "until", "till", "during", "by", "early", "late", "mid",
    ]

    /// The date that begins at a word, and how many words it takes.
    static func date(at index: Int, _ words: [DateWord]) -> (CalendarDate, Int)? {
        func word(_ offset: Int) -> DateWord? { index + offset < words.count ? words[index + offset] : nil }
        let first = words[index]
        if let year = first.year, first.joinsNext, let month = word(1)?.twoDigits, (1...12).contains(month) {
            if word(1)?.joinsNext == true, let day = word(2)?.twoDigits, (1...31).contains(day) {
                return (CalendarDate(year: year, month: month, day: day), 3)
            }
            return (CalendarDate(year: year, month: month), 2)
        }
        if let day = first.day {
            let of = word(1)?.text == "of" ? 1 : 0
            if let month = word(1 + of)?.month {
                let year = word(2 + of)?.year
                return (CalendarDate(year: year, month: month, day: day), 2 + of + (year == nil ? 0 : 1))
            }
        }
        guard let month = first.month else { return nil }
        if first.isAmbiguousMonth, !first.isCapitalised, word(1)?.year == nil, word(1)?.day == nil {
            guard index > 0, opening.contains(words[index - 1].text) else { return nil }
        }
        if let day = word(1)?.day, !(word(1)?.opensTime ?? false) {
            let year = word(2)?.year
            return (CalendarDate(year: year, month: month, day: day), year == nil ? 2 : 3)
        }
        let of = word(1)?.text == "of" ? 1 : 0
        if let year = word(1 + of)?.year { return (CalendarDate(year: year, month: month), 2 + of) }
        return (CalendarDate(month: month), 1)
    }
}

/// A word of ASCII letters and digits, as far as dates are concerned.
struct DateWord: Sendable {
    /// In small letters.
    let text: String
    let isCapitalised: Bool
    /// Followed by a hyphen and a digit, as the parts of `2026-05-07`.
    let joinsNext: Bool
    /// Followed by a colon, as the hour of `7:30`.
    let opensTime: Bool

    var year: Int? { text.utf8.count == 4 ? number.flatMap { (1900...2099).contains($0) ? $0 : nil } : nil }
    var twoDigits: Int? { text.utf8.count == 2 ? number : nil }
    var number: Int? { text.utf8.count <= 6 ? Int(text) : nil }

    /// `7`, `07`, `7th`.
    var day: Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let day = Int(digits), (1...31).contains(day), digits.utf8.count <= 2 else { return nil }
        return ["", "st", "nd", "rd", "th"].contains(String(text.dropFirst(digits.count))) ? day : nil
    }

    var month: Int? { Self.months[text] }

    /// Words of the language that are months only with a capital letter.
    var isAmbiguousMonth: Bool { text == "may" || text == "march" || text == "mar" || text == "dec" || text == "sep" }

    private static let months: [String: Int] = {
        let names = [
            "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
            "november", "december",
        ]
        var result = ["sept": 9]
        for (index, name) in names.enumerated() {
            result[name] = index + 1
            result[String(name.prefix(3))] = index + 1
        }
        return result
    }()

    /// The words of a text, in order.
    static func words(of text: String) -> [DateWord] {
        let bytes = Array(text.utf8)
        var words: [DateWord] = []
        var start = 0
        for index in 0...bytes.count where index == bytes.count || !FoldedWord.isWordPart(bytes[index]) {
            if index > start {
                let next = index + 1 < bytes.count ? bytes[index + 1] : 0
                words.append(
                    DateWord(
                        text: String(decoding: bytes[start..<index].map(FoldedWord.lowered), as: UTF8.self),
                        isCapitalised: bytes[start] &- 0x41 < 26,
                        joinsNext: index < bytes.count && bytes[index] == UInt8(ascii: "-") && next &- 0x30 < 10,
                        opensTime: index < bytes.count && bytes[index] == UInt8(ascii: ":") && next &- 0x30 < 10))
            }
            start = index + 1
        }
        return words
    }
}
