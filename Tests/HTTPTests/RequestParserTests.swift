import Foundation
import Testing

@testable import HTTP

/// What a parser made of some bytes.
enum Parsed: Equatable {
    case more
    case requests([String])
    case failure(Int, after: [String])
}

func parse(_ pieces: [[UInt8]], limits: Limits = Limits()) -> Parsed {
    var parser = RequestParser(limits: limits)
    var requests: [String] = []
    for piece in pieces {
        var rest = piece[...]
        while !rest.isEmpty {
            let (consumed, outcome) = Array(rest).withUnsafeBufferPointer { parser.feed($0) }
            rest = rest.dropFirst(consumed)
            switch outcome {
            case .more: #expect(rest.isEmpty)
            case .request(let head, let body):
                let fields = head.headers.map { "\($0.name)=\($0.value)" }.joined(separator: ";")
                requests.append(
                    "\(head.method) \(head.path) ? \(head.query) [\(fields)] \(head.keepAlive) "
                        + String(decoding: body, as: UTF8.self))
                parser.reset()
            case .failure(let error): return .failure(error.status, after: requests)
            }
        }
    }
    return requests.isEmpty ? .more : .requests(requests)
}

func parse(_ text: String, limits: Limits = Limits()) -> Parsed { parse([Array(text.utf8)], limits: limits) }

@Suite struct RequestParserTests {
    private static let valid = [
        "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
        "\r\nGET /a?b=c HTTP/1.1\r\nhost:h\r\nX:  y z \t\r\n\r\nHEAD /2 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\nhello worldGET / HTTP/1.0\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\nA;n=\"v\"\r\n0123456789\r\n0\r\nT: v\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
        "GET http://example.org:8283/x?y HTTP/1.1\r\nHost: other\r\n\r\n",
        "GET http://example.org?y HTTP/1.1\r\nHost: other\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nEmpty:\r\nName: caf\u{e9}\r\n\r\n",
    ]

    @Test(arguments: valid)
    func `a valid request means the same wherever it is cut`(text: String) {
        let bytes = Array(text.utf8)
        let whole = parse([bytes])
        guard case .requests = whole else {
            Issue.record("\(whole)")
            return
        }
        for cut in 0...bytes.count { #expect(parse([Array(bytes[..<cut]), Array(bytes[cut...])]) == whole) }
        #expect(parse(bytes.map { [$0] }) == whole)
    }

    @Test func `the parts of a request are read`() {
        #expect(
            parse(Self.valid[1])
                == .requests(["get /a ? b=c [host=h;x=y z] true ", "head /2 ?  [host=h;connection=close] false "]))
        #expect(parse(Self.valid[3]) == .requests(["put / ?  [host=h;transfer-encoding=Chunked] true abc0123456789"]))
        #expect(parse(Self.valid[4]) == .requests(["options * ?  [host=[::1]:80] true "]))
        #expect(parse(Self.valid[5]) == .requests(["get /x ? y [host=example.org:8283] true "]))
        #expect(parse(Self.valid[6]) == .requests(["get / ? y [host=example.org] true "]))
        #expect(
            parse("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n")
                == .requests(["get / ?  [connection=Keep-Alive] true "]))
    }

    private static let invalid: [(String, Int)] = [
        // Ambiguous framing.
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3, 4\r\n\r\nabcd", 400),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +1\r\n\r\na", 400),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0x1\r\n\r\na", 400),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length:\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999999\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 999999999999\r\n\r\n", 413),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n", 400),
        ("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        // Chunks.
        (chunked("x\r\n"), 400), (chunked("-1\r\n"), 400), (chunked("\r\n"), 400), (chunked(" 1\r\na\r\n"), 400),
        (chunked("1 \r\na\r\n"), 400), (chunked("1\na\r\n"), 400), (chunked("1\r\nab\r\n"), 400),
        (chunked("0x1\r\na\r\n"), 400), (chunked("1\r\na\n0\r\n\r\n"), 400), (chunked("fffffffffffffffff\r\n"), 400),
        (chunked("fffffffffffff\r\n"), 413), (chunked("1;a\u{1}\r\na\r\n"), 400),
        (chunked("1;" + String(repeating: "e", count: 300) + "\r\n"), 400),
        (chunked("0\r\nbad trailer\r\n\r\n"), 400), (chunked("0\r\nA: b\n\r\n"), 400),
        (chunked("0\r\n folded\r\n\r\n"), 400),
        (chunked("0\r\n" + String(repeating: "A: b\r\n", count: 2000) + "\r\n"), 431),
        // Lines and fields.
        ("GET / HTTP/1.1\nHost: h\n\n", 400), ("GET / HTTP/1.1\r\nHost: h\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost : h\r\n\r\n", 400), ("GET / HTTP/1.1\r\n Host: h\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: h\r\n\tfolded\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: h\r\nX: a\u{0}b\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: h\r\nX: a\rb\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: h\r\nX: a\u{7f}\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: h\r\n: v\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: h\r\nno colon\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: h\r\nX(y): v\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400),
        // The request line.
        ("GET /\r\n\r\n", 400), ("GET  / HTTP/1.1\r\nHost: h\r\n\r\n", 400),
        ("GET / HTTP/1.1 \r\nHost: h\r\n\r\n", 400),
        ("GET / http/1.1\r\nHost: h\r\n\r\n", 400), ("GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505),
        ("GET / HTTP/1.2\r\nHost: h\r\n\r\n", 505), ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        ("GET a HTTP/1.1\r\nHost: h\r\n\r\n", 400), ("GET * HTTP/1.1\r\nHost: h\r\n\r\n", 400),
        ("GET /a b HTTP/1.1\r\nHost: h\r\n\r\n", 400), ("GET /\u{e9} HTTP/1.1\r\nHost: h\r\n\r\n", 400),
        ("GET /a#b HTTP/1.1\r\nHost: h\r\n\r\n", 400), ("GET /\u{1} HTTP/1.1\r\nHost: h\r\n\r\n", 400),
        ("GET http:///x HTTP/1.1\r\nHost: h\r\n\r\n", 400), ("GET ftp://h/x HTTP/1.1\r\nHost: h\r\n\r\n", 400),
        ("GET http://u@h/x HTTP/1.1\r\nHost: h\r\n\r\n", 400),
        ("BREW / HTTP/1.1\r\nHost: h\r\n\r\n", 405), ("get / HTTP/1.1\r\nHost: h\r\n\r\n", 405),
        ("TRACE / HTTP/1.1\r\nHost: h\r\n\r\n", 405), ("CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n", 405),
        ("G(T / HTTP/1.1\r\nHost: h\r\n\r\n", 400), (" GET / HTTP/1.1\r\nHost: h\r\n\r\n", 400),
        ("\u{16}\u{3}\u{1}", 400), ("\n\n", 400), ("\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", 400),
        // Meaning.
        ("GET / HTTP/1.1\r\nHost: h\r\nExpect: tea\r\n\r\n", 417),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Encoding: br\r\nContent-Length: 1\r\n\r\na", 415),
        // Sizes.
        ("GET /" + String(repeating: "a", count: 17_000) + " HTTP/1.1\r\nHost: h\r\n\r\n", 414),
        ("GET /" + String(repeating: "a", count: 40_000), 414),
        ("GET / HTTP/1.1\r\nHost: h\r\nX: " + String(repeating: "a", count: 33_000) + "\r\n\r\n", 431),
        ("GET / HTTP/1.1\r\nHost: h\r\nX: " + String(repeating: "a", count: 33_000), 431),
        ("GET / HTTP/1.1\r\nHost: h\r\n" + String(repeating: "X: a\r\n", count: 300) + "\r\n", 431),
    ]

    private static func chunked(_ body: String) -> String {
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + body
    }

    @Test(arguments: invalid)
    func `what could be read in two ways is refused, wherever it is cut`(text: String, status: Int) {
        let bytes = Array(text.utf8)
        #expect(parse([bytes]) == .failure(status, after: []))
        #expect(parse(bytes.map { [$0] }) == .failure(status, after: []))
        for cut in stride(from: 1, to: bytes.count, by: max(1, bytes.count / 50)) {
            #expect(parse([Array(bytes[..<cut]), Array(bytes[cut...])]) == .failure(status, after: []))
        }
    }

    @Test func `a chunked body is refused as soon as it is over the limit`() {
        var limits = Limits()
        limits.maximumBodyBytes = 10
        #expect(parse(Self.chunked("5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n"), limits: limits) != .more)
        #expect(parse(Self.chunked("5\r\nhello\r\n6\r\n"), limits: limits) == .failure(413, after: []))
    }

    @Test func `an incomplete request is neither accepted nor refused`() {
        let text = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
        for count in 0..<text.utf8.count { #expect(parse([Array(text.utf8.prefix(count))]) == .more) }
    }
}
