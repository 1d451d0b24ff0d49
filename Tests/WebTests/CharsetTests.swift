import Testing

@testable import Web

@Suite struct CharsetTests {
    private func decoded(_ bytes: [UInt8], named: String? = nil, isMarkup: Bool = true) -> String {
        String(decoding: Charset.decode(bytes, named: named, isMarkup: isMarkup), as: UTF8.self)
    }

    @Test func `a mark wins, then the header, then the document`() {
        #expect(decoded([0xEF, 0xBB, 0xBF, 0xC3, 0xA9], named: "iso-8859-1") == "é")
        #expect(decoded([0xFF, 0xFE, 0x41, 0x00, 0xE9, 0x00], named: "utf-8") == "Aé")
        #expect(decoded([0xFE, 0xFF, 0x00, 0x41]) == "A")
        #expect(decoded([0xE9], named: "ISO-8859-1") == "é")
        #expect(decoded([0x80], named: "latin1") == "€")
        #expect(decoded(Array("<meta charset=\"utf-8\">".utf8) + [0xE9], named: "windows-1252").hasSuffix("é"))
        #expect(decoded(Array("<META CHARSET='ISO-8859-2'>".utf8) + [0xB1]).hasSuffix("ą"))
        #expect(decoded(Array("<meta http-equiv=a content='text/html; charset=koi8-r'>".utf8) + [0xC1]).hasSuffix("а"))
        #expect(decoded(Array("<?xml version='1.0' encoding='iso-8859-1'?>".utf8) + [0xE9]).hasSuffix("é"))
    }

    @Test func `a document that says nothing is UTF-8 when it can be`() {
        #expect(decoded([0xC3, 0xA9]) == "é")
        #expect(decoded([0xE9, 0x20, 0x93]) == "é “")
        #expect(decoded([0xE9], named: "no-such-charset") == "é")
        #expect(decoded([0xE9], named: "UTF-8//TRANSLIT") == "é")
        #expect(decoded(Array("<meta charset=utf-16>".utf8) + [0xC3, 0xA9]).hasSuffix("é"))
        #expect(decoded([], named: "shift_jis") == "")
    }

    @Test func `what is no sign becomes a replacement`() {
        #expect(decoded([0x41, 0xFF, 0x42], named: "utf-8") == "A\u{FFFD}B")
        #expect(decoded([0x82, 0xA0, 0x81], named: "shift_jis") == "あ\u{FFFD}")
        #expect(decoded([0xA4, 0xA2], named: "euc-jp") == "あ")
        #expect(decoded([0xC4, 0xE3], named: "gb2312") == "你")
        #expect(decoded([0xB0, 0xA1], named: "euc-kr") == "가")
        #expect(decoded([0xA7, 0x41], named: "big5") == "你")
        let many = [UInt8](repeating: 0xE9, count: 200_000)
        #expect(decoded(many, named: "latin1").unicodeScalars.count == 200_000)
    }

    @Test func `a page is of the type that its header or its beginning says`() {
        func kind(_ field: String?, _ body: String = "x") -> ContentType.Kind {
            ContentType(field, body: Array(body.utf8)).kind
        }
        #expect(kind("text/html; charset=utf-8") == .html)
        #expect(kind("Application/XHTML+XML") == .html)
        for type in [
            "text/plain", "text/markdown", "application/json", "application/ld+json", "application/rss+xml", "text/csv",
        ] {
            #expect(kind(type) == .text, "\(type)")
        }
        for type in ["image/png", "image/svg+xml", "application/zip", "video/mp4", "font/woff2", "application/pdf"] {
            #expect(kind(type) == .other, "\(type)")
        }
        #expect(kind(nil, "<!DOCTYPE html><p>") == .html)
        #expect(kind(nil, "words") == .text)
        #expect(kind(nil, "\u{0}\u{1}") == .other)
        #expect(kind("application/octet-stream", "words") == .text)
        #expect(kind("text/html", "%PDF-1.7") == .other)
        #expect(ContentType("text/html;charset=\"x-sjis\"", body: []).charset == "\"x-sjis\"")
        #expect(ContentType("application/pdf", body: []).shown == "a PDF")
    }
}
