import Testing

@testable import Platform

/// Zones of the system's tz database. Expected values are from Python's zoneinfo.
@Suite struct TimeZoneTests {
    private func zone(_ name: String) throws -> Platform.TimeZone { try #require(TimeZone.named(name)) }

    private func time(_ text: String) throws -> Timestamp { try #require(Timestamp(iso8601: text)) }

    @Test(arguments: [
        ("UTC", "2026-11-20T20:30:17Z", "2026-11-20 08:30:17 PM UTC+0000"),
        ("Europe/Oslo", "2026-11-20T20:30:17Z", "2026-11-20 09:30:17 PM CET+0100"),
        ("Europe/Oslo", "2026-07-01T00:00:00Z", "2026-07-01 02:00:00 AM CEST+0200"),
        ("America/New_York", "2026-03-08T06:59:59Z", "2026-03-08 01:59:59 AM EST-0500"),
        ("America/New_York", "2026-03-08T07:00:00Z", "2026-03-08 03:00:00 AM EDT-0400"),
        ("America/New_York", "2026-11-01T05:59:59Z", "2026-11-01 01:59:59 AM EDT-0400"),
        ("America/New_York", "2026-11-01T06:00:00Z", "2026-11-01 01:00:00 AM EST-0500"),
        ("Asia/Kolkata", "2026-11-20T18:30:00Z", "2026-11-21 12:00:00 AM IST+0530"),
        ("Asia/Kathmandu", "2026-11-20T18:15:00Z", "2026-11-21 12:00:00 AM +0545+0545"),
        ("Australia/Lord_Howe", "2026-01-01T00:00:00Z", "2026-01-01 11:00:00 AM +11+1100"),
        ("Australia/Lord_Howe", "2026-07-01T00:00:00Z", "2026-07-01 10:30:00 AM +1030+1030"),
        // Beyond the last transition of the file: by its rule, in both hemispheres.
        ("Europe/Oslo", "2100-07-01T00:00:00Z", "2100-07-01 02:00:00 AM CEST+0200"),
        ("Pacific/Auckland", "2100-01-01T00:00:00Z", "2100-01-01 01:00:00 PM NZDT+1300"),
        ("America/Santiago", "2100-01-01T00:00:00Z", "2099-12-31 09:00:00 PM -03-0300"),
        // Winter time is the exception of the law there.
        ("Europe/Dublin", "2100-01-01T00:00:00Z", "2100-01-01 12:00:00 AM GMT+0000"),
        ("Europe/Dublin", "2100-07-01T00:00:00Z", "2100-07-01 01:00:00 AM IST+0100"),
        // Before the first one: the time of the sun.
        ("Europe/Paris", "1880-01-01T00:00:00Z", "1880-01-01 12:09:21 AM LMT+000921"),
        ("Asia/Tokyo", "1969-12-31T23:59:59.5Z", "1970-01-01 08:59:59 AM JST+0900"),
    ])
    func `times are told in a zone`(_ name: String, _ moment: String, _ expected: String) throws {
        #expect(try time(moment).modelText(in: zone(name)) == expected)
    }

    @Test(arguments: [
        ("Europe/Oslo", "2026-11-20T20:30:17Z", "2026-11-20T21:30:17+01:00"),
        ("America/St_Johns", "2026-01-01T00:00:00Z", "2025-12-31T20:30:00-03:30"),
        ("UTC", "2026-11-20T20:30:17.9Z", "2026-11-20T20:30:17+00:00"),
    ])
    func `times are written with the zone's difference`(_ name: String, _ moment: String, _ expected: String) throws {
        #expect(try time(moment).iso8601(in: zone(name)) == expected)
    }

    @Test(arguments: [
        ("Europe/Oslo", "2026-07-01T12:00", "2026-07-01T10:00:00.000000Z"),
        ("Europe/Oslo", "2026-01-01", "2025-12-31T23:00:00.000000Z"),
        // A zone in the text wins.
        ("Europe/Oslo", "2026-07-01T12:00Z", "2026-07-01T12:00:00.000000Z"),
        ("Europe/Oslo", "2026-07-01T12:00+05:00", "2026-07-01T07:00:00.000000Z"),
        // Twice on the clock: the first.
        ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30:00.000000Z"),
        // Never on the clock.
        ("America/New_York", "2026-03-08T02:30", "2026-03-08T07:30:00.000000Z"),
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T22:00:00.000000Z"),
    ])
    func `texts without a zone are times in the given one`(_ name: String, _ text: String, _ expected: String) throws {
        #expect(Timestamp(iso8601: text, in: try zone(name))?.iso8601 == expected)
    }

    @Test(arguments: [
        // A day of 23 hours and one of 25.
        ("Europe/Oslo", "2026-03-29", "2026-03-29T21:59:59.999999Z"),
        ("Europe/Oslo", "2026-10-25", "2026-10-25T22:59:59.999999Z"),
        ("Europe/Oslo", "2026-10-25T12:00", "2026-10-25T11:00:00.000000Z"),
        ("Europe/Oslo", "2026-10-25T12:00Z", "2026-10-25T12:00:00.000000Z"),
        ("UTC", "2026-12-31", "2026-12-31T23:59:59.999999Z"),
    ])
    func `a date as an end is its whole day in the zone`(_ name: String, _ text: String, _ expected: String) throws {
        #expect(Timestamp(endOf: text, in: try zone(name))?.iso8601 == expected)
    }

    @Test func `what a clock shows leads back to the moment, but for the hour that it shows twice`() throws {
        for name in ["Europe/Oslo", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Tehran"] {
            let zone = try zone(name)
            for step in 0..<20_000 {
                let moment = Timestamp(microseconds: 1_700_000_000_000_000 + Int64(step) * 5_000_000_000)
                let back = zone.timestamp(zone.civil(moment))
                if back == moment { continue }
                #expect(zone.civil(back) == zone.civil(moment) && back < moment, "\(name) \(moment.iso8601)")
            }
        }
    }

    @Test(arguments: [
        "", "Mars/Olympus", "../../../etc/passwd", "/etc/passwd", "zone.tab", "Europe", "Europe/", "right/UTC",
        "Europe/Oslo ", "Europe\0", String(repeating: "a", count: 200),
    ])
    func `other names are unknown`(_ name: String) {
        #expect(TimeZone.named(name) == nil)
    }

    @Test(arguments: [
        "", "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0",
        "<CET-1", "CET-1CEST,J366,M10.5.0", "CET-1CEST,M3.5.0,M10.5.0/3x", "CET-200",
    ])
    func `broken rules are refused`(_ text: String) {
        #expect(TimeZoneRule(text) == nil)
    }

    @Test(arguments: [
        ("EST5EDT,J60,J300", "2024-03-01T06:59:59Z", false), ("EST5EDT,J60,J300", "2024-03-01T07:00:00Z", true),
        ("EST5EDT,59,299", "2024-02-29T07:00:00Z", true), ("EST5EDT,59,299", "2023-03-01T06:59:59Z", false),
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2030-03-31T00:59:59Z", false),
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2030-03-31T01:00:00Z", true),
    ])
    func `rules by the day of the year, and at times before midnight`(
        _ text: String, _ moment: String, _ isDaylight: Bool
    ) throws {
        let rule = try #require(TimeZoneRule(text))
        #expect(try rule.offset(at: time(moment).microseconds / 1_000_000).isDaylight == isDaylight)
    }

    @Test func `a file cut short, or of noise, is refused and never read beyond its end`() throws {
        let whole = try #require(FileText.readPlain("/usr/share/zoneinfo/Europe/Oslo"))
        #expect(TimeZoneFile(whole) != nil)
        for count in 0..<whole.count { _ = TimeZoneFile(Array(whole[..<count])) }
        #expect(TimeZoneFile(Array(whole[..<43])) == nil)
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            var bytes = whole
            for _ in 0..<4 {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            _ = TimeZoneFile(bytes)
        }
    }
}
