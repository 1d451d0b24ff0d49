import Platform
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        ("2026-11-20T20:30:16.904552Z", "2026-11-20T20:30:16.904552Z"),
        ("2026-11-20", "2026-11-20T00:00:00.000000Z"),
        ("2026-11-20 20:30", "2026-11-20T20:30:00.000000Z"),
        ("2026-11-20T20:30:16+02:00", "2026-11-20T18:30:16.000000Z"),
        ("2026-11-20T20:30:16 02:00", "2026-11-20T18:30:16.000000Z"),
        ("2026-11-20T20:30:16.1-0530", "2026-11-21T02:00:16.100000Z"),
        ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500000Z"),
        ("2024-02-29", "2024-02-29T00:00:00.000000Z"),
        ("0001-01-01", "0001-01-01T00:00:00.000000Z"),
        ("9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999999Z"),
    ])
    func `ISO 8601 is read in its common forms`(_ text: String, _ expected: String) {
        #expect(Timestamp(iso8601: text)?.iso8601 == expected)
    }

    @Test(arguments: [
        "", "2026", "2026-13-01", "2026-02-30", "2023-02-29", "2026-11-20T", "2026-11-20T25:00", "2026-11-20T10:61",
        "2026-11-20T10:00:00.", "2026-11-20T10:00:00X", "yesterday", "2026-11-20T10:00:00+25:00", "20261120",
        "-001-01-01",
    ])
    func `other texts are refused`(_ text: String) {
        #expect(Timestamp(iso8601: text) == nil)
    }

    @Test func `every day of eight centuries survives a round trip`() {
        let day: Int64 = 86_400_000_000
        for number in stride(from: Int64(-150_000), to: 150_000, by: 7) {
            let time = Timestamp(microseconds: number * day + 1)
            #expect(Timestamp(time.civil) == time)
            #expect(Timestamp(iso8601: time.iso8601) == time)
        }
    }

    @Test(arguments: [
        ("2026-11-20", "2026-11-20T23:59:59.999999Z"), ("2026-11-20T00:00", "2026-11-20T00:00:00.000000Z"),
        ("2026-11-20T20:30:16Z", "2026-11-20T20:30:16.000000Z"),
    ])
    func `a date without a time, as an upper bound, means its whole day`(_ text: String, _ expected: String) {
        #expect(Timestamp(endOf: text)?.iso8601 == expected)
        #expect(Timestamp(endOf: text + "?") == nil)
    }

    @Test func `a message's date has seconds and an offset`() {
        #expect(Timestamp(iso8601: "2026-11-20T20:30:17.9Z")?.messageDate == "2026-11-20T20:30:17+00:00")
    }
}
