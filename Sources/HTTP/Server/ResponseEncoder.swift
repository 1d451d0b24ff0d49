import CLinux
import Glibc
import Platform

/// What the response's form depends on besides the response.
struct ExchangeTerms: Sendable {
    var keepAlive: Bool
    var isVersion10: Bool
    var isHead: Bool
    var isGzipped: Bool
    var id: String
}

/// Writes the head of a response.
enum ResponseEncoder {
    enum Framing {
        /// No body and no length, as 204 and 304 require.
        case none
        case length(Int)
        case chunked
        /// The end of the connection ends the body (HTTP/1.0).
        case untilClose
    }

    static func head(
        _ status: Int, _ headers: Headers, _ framing: Framing, _ terms: ExchangeTerms, closes: Bool, reserving: Int = 0
    ) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(256 + headers.bytes.count + reserving)
        out.append(contentsOf: "HTTP/1.1 ".utf8)
        append(status, to: &out)
        out.append(UInt8(ascii: " "))
        out.append(contentsOf: StatusText.of(status).utf8)
        for entry in headers.entries where !isOurs(entry, headers) {
            out.append(contentsOf: "\r\n".utf8)
            out.append(contentsOf: headers.bytes[entry.name])
            out.append(contentsOf: ": ".utf8)
            out.append(contentsOf: headers.bytes[entry.value])
        }
        switch framing {
        case .none, .untilClose: break
        case .length(let count):
            out.append(contentsOf: "\r\ncontent-length: ".utf8)
            append(count, to: &out)
        case .chunked: out.append(contentsOf: "\r\ntransfer-encoding: chunked".utf8)
        }
        if closes {
            out.append(contentsOf: "\r\nconnection: close".utf8)
        } else if terms.isVersion10 {
            out.append(contentsOf: "\r\nconnection: keep-alive".utf8)
        }
        out.append(contentsOf: "\r\nx-request-id: ".utf8)
        out.append(contentsOf: terms.id.utf8)
        out.append(contentsOf: "\r\nserver: roost\r\ndate: ".utf8)
        DateField.shared.append(to: &out)
        out.append(contentsOf: "\r\n\r\n".utf8)
        return out
    }

    /// Fields that the server alone decides.
    private static func isOurs(_ entry: Headers.Entry, _ headers: Headers) -> Bool {
        switch entry.nameCount {
        case 4: headers.matches(entry, "date")
        case 6: headers.matches(entry, "server")
        case 10: headers.matches(entry, "connection")
        case 12: headers.matches(entry, "x-request-id")
        case 14: headers.matches(entry, "content-length")
        case 17: headers.matches(entry, "transfer-encoding")
        default: false
        }
    }

    private static func append(_ number: Int, to out: inout [UInt8]) {
        var divisor = 1
        while number / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            out.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }
}

/// The text of the `date` field, made once a second.
final class DateField: Sendable {
    static let shared = DateField()

    private let cached = Lock<(second: Int, text: [UInt8])>((-1, []))

    func append(to out: inout [UInt8]) {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME_COARSE, &now)
        let second = Int(now.tv_sec)
        let text = cached.withLock { cached in
            if cached.second != second { cached = (second, Array(Self.text(second).utf8)) }
            return cached.text
        }
        out.append(contentsOf: text)
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
    static func text(_ second: Int) -> String {
        let date = Timestamp(microseconds: Int64(second) * 1_000_000).civil
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(days[second / 86_400 % 7]), \(two(date.day)) \(months[date.month - 1]) \(date.year) "
            + "\(two(date.hour)):\(two(date.minute)):\(two(date.second)) GMT"
    }
}

enum StatusText {
    static func of(_ status: Int) -> String { texts[status] ?? "Status" }

    private static let texts: [Int: String] = [
        200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 206: "Partial Content",
        301: "Moved Permanently", 302: "Found", 303: "See Other", 304: "Not Modified", 307: "Temporary Redirect",
        308: "Permanent Redirect", 400: "Bad Request", 401: "Unauthorized", 402: "Payment Required", 403: "Forbidden",
        404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable", 408: "Request Timeout", 409: "Conflict",
        410: "Gone", 411: "Length Required", 412: "Precondition Failed", 413: "Content Too Large",
        414: "URI Too Long", 415: "Unsupported Media Type", 416: "Range Not Satisfiable", 417: "Expectation Failed",
        421: "Misdirected Request", 422: "Unprocessable Content", 423: "Locked", 424: "Failed Dependency",
        428: "Precondition Required", 429: "Too Many Requests", 431: "Request Header Fields Too Large",
        499: "Client Closed Request", 500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway",
        503: "Service Unavailable", 504: "Gateway Timeout", 505: "HTTP Version Not Supported",
        507: "Insufficient Storage",
    ]
}
