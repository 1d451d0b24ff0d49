import Platform

/// Reads values of foreign records leniently.
enum ImportFields {
    /// A time as ISO 8601, or as a number of seconds or milliseconds since 1970.
    static func time(_ value: JSONValue) -> Timestamp? {
        if let text = value.string { return Timestamp(iso8601: text) }
        guard let number = value.double, number > 0, number < 1e14 else { return nil }
        // Seconds reach this number in the year 5138, milliseconds passed it in 1973.
        return Timestamp(microseconds: Int64(number < 1e11 ? number * 1e6 : number * 1e3))
    }

    /// Tags as a list, or as a text with commas. Nil when it is neither.
    static func tags(_ value: JSONValue) -> [String]? {
        let parts = value.strings ?? value.string.map { $0.split(separator: ",").map(String.init) }
        return parts?.map(\.trimmed).filter { !$0.isEmpty }
    }
}
