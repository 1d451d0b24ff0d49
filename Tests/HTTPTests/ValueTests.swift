import Foundation
import Testing

@testable import HTTP

@Suite struct ValueTests {
    @Test func `headers keep their order and are found in any case`() {
        var headers: Headers = ["Content-Type": "text/plain", "x-a": "1"]
        headers.append("X-A", "2")
        #expect(headers["content-type"] == "text/plain")
        #expect(headers["CONTENT-TYPE"] == "text/plain")
        #expect(headers.all("x-a") == ["1", "2"])
        #expect(headers["x"] == nil)
        #expect(headers.map(\.name) == ["content-type", "x-a", "x-a"])
        headers.set("x-a", "3")
        #expect(headers.all("x-a") == ["3"])
        #expect(headers.map(\.value) == ["text/plain", "3"])
        #expect(headers == ["content-type": "text/plain", "x-a": "3"])
    }

    @Test func `a value cannot start another header`() {
        let headers: Headers = ["x-a: b\r\nset-cookie": "1\r\nx-evil: 2\u{0}"]
        #expect(headers.map(\.value) == ["1  x-evil: 2 "])
        #expect(headers.first { _ in true }?.name == "x-a--b--set-cookie")
    }

    @Test func `percent escapes are decoded or refused`() {
        #expect(percentDecoded("a%20b", plusIsSpace: false) == "a b")
        #expect(percentDecoded("a+b", plusIsSpace: false) == "a+b")
        #expect(percentDecoded("a+b%2B", plusIsSpace: true) == "a b+")
        #expect(percentDecoded("%C3%a9", plusIsSpace: false) == "é")
        for bad in ["%", "%4", "%zz", "%C3", "%ff", "%ED%A0%80"] {
            #expect(percentDecoded(bad, plusIsSpace: false) == nil)
        }
    }

    @Test(arguments: ["", "plain-text_1.~", "a b+c/d?e&f=g#h%", "é👩‍👧\n\u{0}"])
    func `what is encoded is decoded to the same, in paths and in queries`(_ text: String) {
        let encoded = percentEncoded(text)
        #expect(!encoded.contains { " +/?&=#".contains($0) })
        #expect(percentDecoded(encoded, plusIsSpace: false) == text)
        #expect(percentDecoded(encoded, plusIsSpace: true) == text)
    }

    @Test func `a query keeps repeated names`() throws {
        let query = try #require(Query(parsing: "a=1&b=x+y&a=2&tags[]=p&tags%5B%5D=q&empty=&flag&&=v"))
        #expect(query["a"] == "1")
        #expect(query.all("a") == ["1", "2"])
        #expect(query["b"] == "x y")
        #expect(query.all("tags") == ["p", "q"])
        #expect(query["empty"] == "")
        #expect(query["flag"] == "")
        #expect(query["missing"] == nil)
        #expect(query.names == ["a", "b", "tags", "empty", "flag", ""])
        #expect(Query(parsing: "a=%zz") == nil)
        #expect(Query(parsing: "")?.names == [])
    }

    @Test func `dates are written as HTTP wants them`() {
        #expect(DateField.text(784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(DateField.text(0) == "Thu, 01 Jan 1970 00:00:00 GMT")
    }

    @Test func `new request ids are version 4 UUIDs and differ`() {
        var ids = RequestIDs()
        var seen: Set<String> = []
        for _ in 0..<1000 {
            let id = ids.next()
            #expect(id.hasPrefix("req-") && UUID(uuidString: String(id.dropFirst(4))) != nil)
            #expect(Array(id)[18] == "4" && "89ab".contains(Array(id)[23]))
            seen.insert(id)
        }
        #expect(seen.count == 1000)
    }

    @Test(arguments: [
        ("gzip", true), ("gzip, deflate, br", true), ("deflate", false), ("gzip;q=0", false), ("GZIP;q=0.5", true),
        ("*", true), ("*;q=0", false), ("gzip; q=0.000", false), ("*, gzip;q=0", false), ("identity", false),
        ("", false),
        ("x-gzip", true), ("gzipped", false),
    ])
    func `gzip is used when the client takes it`(field: String, isAccepted: Bool) {
        #expect(Gzip.accepts(["accept-encoding": field]) == isAccepted)
    }

    @Test(arguments: [0, 1, 100, 70_000, 3_000_000])
    func `gzip goes both ways`(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
        let budget = BodyBudget(limit: 10 << 20)
        let packed = try #require(Gzip.compress(bytes))
        #expect(try Gzip.decompress(packed, limit: 5 << 20, budget) == bytes)
        #expect(try Gzip.decompress(packed + packed, limit: 6 << 20, budget) == bytes + bytes)
        #expect(budget.bytes == count * 3)
    }

    @Test func `broken gzip is refused and takes no budget`() throws {
        let budget = BodyBudget(limit: 1 << 20)
        let packed = try #require(Gzip.compress([UInt8](repeating: 65, count: 200_000)))
        func status(_ bytes: [UInt8], _ limit: Int = 1 << 20) -> Int? {
            do {
                _ = try Gzip.decompress(bytes, limit: limit, budget)
                return nil
            } catch { return error.status }
        }
        #expect(status(Array("not gzip".utf8)) == 400)
        #expect(status(Array(packed.dropLast(4))) == 400)
        #expect(status(Array(packed.prefix(20))) == 400)
        #expect(status(packed + [1, 2, 3]) == 400)
        #expect(status(packed, 199_999) == 413)
        #expect(budget.bytes == 0)
        let small = BodyBudget(limit: 100_000)
        #expect(throws: BodyBudget.exhausted) { try Gzip.decompress(packed, limit: 1 << 20, small) }
        #expect(small.bytes == 0)
    }

    @Test func `output is written in order whatever the pieces`() {
        var queue = OutputQueue()
        var expected: [UInt8] = []
        var written: [UInt8] = []
        var random = SystemRandomNumberGenerator()
        for round in 0..<2000 {
            let piece = (0..<Int.random(in: 0...300, using: &random)).map { UInt8(truncatingIfNeeded: $0 + round) }
            queue.append(piece)
            expected += piece
            while !queue.isEmpty, Bool.random(using: &random) {
                let count = queue.withFirst { bytes in
                    let count = Int.random(in: 1...bytes.count)
                    written += bytes.prefix(count)
                    return count
                }
                queue.advance(by: count)
            }
            #expect(queue.count == expected.count - written.count)
        }
        while !queue.isEmpty {
            let count = queue.withFirst { bytes in
                written += bytes
                return bytes.count
            }
            queue.advance(by: count)
        }
        #expect(written == expected)
    }
}
