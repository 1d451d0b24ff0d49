import Platform
import Testing

@testable import Engine

@Suite struct QuestionDatesTests {
    /// A Thursday.
    private static let now = Timestamp(year: 2026, month: 8, day: 20)

    /// The question, a day, and how well it fits.
    @Test(arguments: [
        ("what was decided last May", "2026-05-03", 0.5), ("what was decided last May", "2025-05-03", 0),
        ("last October", "2025-10-31", 0.5), ("last week", "2026-08-10", 0.75), ("last week", "2026-08-17", 0),
        ("this week", "2026-08-17", 0.75), ("what broke last weekend?", "2026-08-16", 0.75),
        ("what broke last weekend?", "2026-08-14", 0), ("last month", "2026-07-31", 0.5),
        ("this month", "2026-08-02", 0.5),
        ("last year", "2025-01-01", 0.5), ("last year", "2026-01-01", 0), ("this year", "2026-01-01", 0.5),
        ("yesterday", "2026-08-19", 0.75), ("last night", "2026-08-19", 0.75), ("this morning", "2026-08-20", 0.75),
        ("on Monday", "2026-08-17", 0.75), ("on Thursday", "2026-08-13", 0.75), ("last Friday", "2026-08-14", 0.75),
        ("two weeks ago", "2026-08-06", 0.75), ("two weeks ago", "2026-08-19", 0), ("3 days ago", "2026-08-17", 0.75),
        ("a couple of months ago", "2026-06-15", 0.5), ("a year ago", "2025-06-15", 0.5),
        ("in 2023", "2023-04-05", 0.5), ("in 2023", "2024-04-05", 0), ("on 7 May 2023", "2023-05-07", 1),
        ("on May 7th, 2023", "2023-05-07", 1), ("on 7 May", "2021-05-07", 1), ("on 7 May", "2021-05-09", 0.5),
        ("on 7 May", "2021-05-01", 0.25), ("the meeting of 2023-05-07", "2023-05-07", 1),
        ("in May 2023", "2023-05-20", 0.5),
        ("in May 2023", "2022-05-20", 0), ("in may", "2022-05-20", 0.5), ("in May", "2022-06-10", 0.25),
        ("in May", "2022-06-20", 0), ("in December", "2022-01-10", 0.25), ("since March", "2026-04-01", 0.5),
        ("since March", "2026-02-27", 0), ("since October", "2025-11-01", 0.5),
        ("before 7 May 2026", "2026-05-06", 0.5),
        ("before 7 May 2026", "2026-05-07", 0), ("after June 2026", "2026-07-01", 0.5),
        ("after June 2026", "2026-06-30", 0),
        ("until 2020", "2019-12-31", 0.5), ("Q1 2026", "2026-03-31", 0.5), ("Q1 2026", "2026-04-01", 0),
        ("in Q4", "2025-12-01", 0.5),
    ])
    func `dates and periods are understood relative to now`(question: String, day: String, fit: Double) throws {
        let date = CalendarDate(try #require(Timestamp(iso8601: day)))
        let dates = QuestionDates.find(in: question, now: Self.now)
        #expect(Double(dates.map { $0.fit(date) }.max() ?? 0) == fit)
    }

    @Test(arguments: [
        "", "what may I do", "May I ask", "who will march in front", "the second option", "error 500", "version 2.1",
        "does it last", "last", "on", "ago", "two ago", "9999 weeks ago", "how do I use it today", "12", "this is it",
    ])
    func `what is no date stays none`(question: String) {
        #expect(QuestionDates.find(in: question, now: Self.now) == [])
    }

    @Test func `the explanation says what the question said`() {
        let dates = QuestionDates.find(in: "What happened last week, and since 3 May?", now: Self.now)
        #expect(dates.map(\.text) == ["last week", "since 3 may"])
    }

    @Test(arguments: ["7 May 2023 ", "in 2023 "])
    func `a pasted text has a few dates`(date: String) {
        let found = QuestionDates.find(in: String(repeating: date, count: 1000), now: Self.now)
        #expect(found.count == 8)
    }
}

@Suite struct CalendarDateTests {
    @Test(arguments: [
        ("[1:56 pm on 8 May, 2023] hello", [CalendarDate(year: 2023, month: 5, day: 8)]),
        ("incidents/2026-04-06.md", [CalendarDate(year: 2026, month: 4, day: 6)]),
        ("since 2026-04", [CalendarDate(year: 2026, month: 4)]), ("the 3rd of July", [CalendarDate(month: 7, day: 3)]),
        ("Sept 9 and Oct. 2021", [CalendarDate(month: 9, day: 9), CalendarDate(year: 2021, month: 10)]),
        ("it may rain, we march on, 31.12.", []), ("May 7:30", [CalendarDate(month: 5)]), ("", []),
    ])
    func `dates in texts`(text: String, dates: [CalendarDate]) {
        #expect(CalendarDate.find(in: DateWord.words(of: text)) == dates)
    }
}
