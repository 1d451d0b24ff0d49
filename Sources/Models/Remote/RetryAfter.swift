import HTTP
import Platform

/// How long a service asks to be left alone (RFC 9110, section 10.2.3; `retry-after-ms` is OpenAI's and Azure's).
enum RetryAfter {
    /// Seconds, 0 for a time that has passed; nil when the answer does not say.
    static func seconds(_ headers: Headers, now: Timestamp) -> Double? {
        if let text = headers["retry-after-ms"], let milliseconds = Double(text), milliseconds >= 0,
            milliseconds.isFinite
        {
            return milliseconds / 1000
        }
        guard let text = headers["retry-after"] else { return nil }
        if let seconds = Double(text) { return seconds.isFinite ? max(0, seconds) : nil }
        guard let time = time(text) else { return nil }
        return max(0, Double(time.microseconds - now.microseconds) / 1_000_000)
    }

    /// What Google says in the body: `{"error": {"details": [{"@type": "…RetryInfo", "retryDelay": "34s"}]}}`.
    static func seconds(in body: JSONValue) -> Double? {
        for detail in (body.array?.first ?? body)["error"]?["details"]?.array ?? [] {
            guard let text = detail["retryDelay"]?.string, text.hasSuffix("s") else { continue }
            return Double(text.dropLast()).flatMap { $0 >= 0 && $0.isFinite ? $0 : nil }
        }
        return nil
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// `Sun, 06 Nov 1994 08:49:37 GMT`, the only form that may be sent today.
    static func time(_ text: String) -> Timestamp? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[0].hasSuffix(","), words[5] == "GMT",
            let month = months.firstIndex(of: String(words[2]))
        else { return nil }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        return Timestamp(iso8601: "\(words[3])-\(number)-\(words[1])T\(words[4])Z")
    }
}
