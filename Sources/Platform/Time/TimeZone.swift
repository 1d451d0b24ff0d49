/// A time zone of the system's tz database, by its IANA name.
package struct TimeZone: Sendable {
    package let name: String
    private let file: TimeZoneFile?

    /// What a clock in the zone shows at some moment.
    package struct Offset: Sendable, Equatable {
        /// East of Greenwich.
        package let seconds: Int
        /// `CET`, or digits where a zone has no letters of its own.
        package let abbreviation: String
        package let isDaylight: Bool

        /// `+0100`; with seconds where they are not zero.
        package var digits: String {
            func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
            let size = abs(seconds)
            return (seconds < 0 ? "-" : "+") + two(size / 3600) + two(size / 60 % 60)
                + (size % 60 == 0 ? "" : two(size % 60))
        }
    }

    package static let utc = TimeZone(name: "UTC", file: nil)

    /// The name of a zone, such as `Europe/Oslo`, is a path below this folder.
    private static let folder = "/usr/share/zoneinfo/"

    private static let known = Lock<[String: TimeZone]>([:])

    /// Nil for a name that the system's tz database does not have. A zone's file, a few kilobytes, is read once in a process.
    package static func named(_ name: String) -> TimeZone? {
        if name == "UTC" { return utc }
        if let zone = known.withLock({ $0[name] }) { return zone }
        guard isName(name), let bytes = FileText.readPlain(folder + name), let file = TimeZoneFile(bytes) else {
            return nil
        }
        let zone = TimeZone(name: name, file: file)
        known.withLock { $0[name] = zone }
        return zone
    }

    /// Nothing that leaves the folder; `right/` counts leap seconds.
    private static func isName(_ name: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        return name.utf8.count <= 100 && parts.allSatisfy { !$0.isEmpty && !$0.hasPrefix(".") }
            && name.utf8.allSatisfy { byte in
                byte | 0x20 &- 0x61 < 26 || byte &- 0x30 < 10 || "/_+-".utf8.contains(byte)
            }
    }

    package func offset(at time: Timestamp) -> Offset {
        guard let file else { return Offset(seconds: 0, abbreviation: "UTC", isDaylight: false) }
        // Rounded down: before 1970 a division alone rounds up.
        let seconds = Int64((Double(time.microseconds) / 1_000_000).rounded(.down))
        if let rule = file.rule, file.times.last.map({ $0 <= seconds }) ?? true { return rule.offset(at: seconds) }
        var (low, high) = (0, file.times.count)
        while low < high {
            let middle = (low + high) / 2
            if file.times[middle] <= seconds { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? file.types[0] : file.types[file.indices[low - 1]]
    }

    /// What a clock in the zone shows.
    package func civil(_ time: Timestamp) -> Timestamp.Civil {
        Timestamp(microseconds: time.microseconds + Int64(offset(at: time).seconds) * 1_000_000).civil
    }

    /// The moment when a clock in the zone shows a date and time: the first one where it shows them twice; where clocks
    /// skip them, as many minutes after the gap as it is after the gap's beginning.
    package func timestamp(_ civil: Timestamp.Civil) -> Timestamp {
        let local = Timestamp(civil)
        let day: Int64 = 86_400_000_000
        let before = offset(at: Timestamp(microseconds: local.microseconds - day))
        let after = offset(at: Timestamp(microseconds: local.microseconds + day))
        let candidates = [before, after].map { offset in
            (offset, Timestamp(microseconds: local.microseconds - Int64(offset.seconds) * 1_000_000))
        }
        let shown = candidates.filter { offset(at: $0.1).seconds == $0.0.seconds }.map(\.1)
        return shown.min() ?? candidates[0].1
    }
}

extension Timestamp {
    /// `2026-11-20T21:30:17+01:00`: the time in a zone, to the second.
    package func iso8601(in zone: TimeZone) -> String {
        let offset = zone.offset(at: self)
        let local = Timestamp(microseconds: microseconds + Int64(offset.seconds) * 1_000_000)
        let digits = offset.digits
        let seconds = digits.utf8.count > 5 ? ":\(digits.suffix(2))" : ""
        return "\(local.iso8601.prefix(19))\(digits.prefix(3)):\(digits.dropFirst(3).prefix(2))\(seconds)"
    }

    /// `2026-11-20 08:30:17 PM UTC+0000`, the form of times that a model reads (wire notes, section 3).
    package func modelText(in zone: TimeZone) -> String {
        let offset = zone.offset(at: self)
        let date = Timestamp(microseconds: microseconds + Int64(offset.seconds) * 1_000_000).civil
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
        let hour = date.hour % 12 == 0 ? 12 : date.hour % 12
        return "\(date.year)-\(two(date.month))-\(two(date.day)) \(two(hour)):\(two(date.minute)):\(two(date.second)) "
            + "\(date.hour < 12 ? "AM" : "PM") \(offset.abbreviation)\(offset.digits)"
    }

    /// As `init(iso8601:)`; a text without a zone is a time in `zone`.
    package init?(iso8601 text: String, in zone: TimeZone) {
        guard let read = Timestamp.read(text) else { return nil }
        self = read.hasZone ? read.time : zone.timestamp(read.time.civil)
    }

    /// As `init(iso8601:in:)`, as an inclusive upper bound: a date without a time means its whole day in the zone.
    package init?(endOf text: String, in zone: TimeZone) {
        guard let read = Timestamp.read(text) else { return nil }
        if read.hasZone {
            self = read.time
        } else if read.isDateOnly {
            let next = Timestamp(microseconds: read.time.microseconds + 86_400_000_000)
            self.init(microseconds: zone.timestamp(next.civil).microseconds - 1)
        } else {
            self = zone.timestamp(read.time.civil)
        }
    }
}
