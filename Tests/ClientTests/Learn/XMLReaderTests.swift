import Testing

@testable import Client

@Suite struct XMLReaderTests {
    private func events(_ text: String, limits: XMLReader.Limits = XMLReader.Limits()) throws -> [XMLEvent] {
        var reader = try XMLReader(Array(text.utf8), limits: limits)
        var events: [XMLEvent] = []
        while let event = try reader.next() { events.append(event) }
        return events
    }

    @Test func `elements, attributes, text and CDATA come in their order`() throws {
        let found = try events(
            "\u{FEFF}<?xml version='1.0' encoding=\"UTF-8\"?><!-- a > b --><x:a q='1' p:r=\"&lt;&#65;&#x42;\">t&amp;u<b/>"
                + "<![CDATA[<c> & ]] ]]></x:a>\n<!-- end -->")
        #expect(
            found == [
                .start(name: "a", attributes: ["q": "1", "r": "<AB"]), .text("t&u"), .start(name: "b", attributes: [:]),
                .end(name: "b"), .text("<c> & ]] "), .end(name: "a"),
            ])
    }

    @Test(arguments: [
        "", "text", "<a>", "<a", "<a b", "<a b=>", "<a b=c/>", "<a b='1' b='2'/>", "<a></b>", "<a/><b/>", "<a>&x;</a>",
        "<a>&#0;</a>", "<a>&#xD800;</a>", "<a>& b</a>", "<a b='<'/>", "<a/>text", "<1/>", "</a>", "<a b='1'c='2'/>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<a><![CDATA[x</a>", "<a><!-- </a>",
        "<?xml encoding='latin1'?><a/>",
    ])
    func `what is not sound, or could do harm, is refused`(_ text: String) {
        #expect(throws: XMLError.self) { try events(text) }
    }

    @Test func `an error names the line`() {
        let error = #expect(throws: XMLError.self) { try events("<a>\n<b>\n</a>") }
        #expect(error?.line == 3)
    }

    @Test func `nesting, elements and size have limits`() throws {
        var limits = XMLReader.Limits()
        limits.depth = 3
        limits.elements = 5
        limits.bytes = 60
        #expect(try events("<a><b><c/></b></a>", limits: limits).count == 6)
        #expect(throws: XMLError.self) { try events("<a><b><c><d></d></c></b></a>", limits: limits) }
        #expect(throws: XMLError.self) { try events("<a><b/><b/><b/><b/><b/></a>", limits: limits) }
        #expect(throws: XMLError.self) { try events("<a>\(String(repeating: " ", count: 60))</a>", limits: limits) }
    }

    @Test func `a report cut off anywhere is refused, never taken for a whole one`() throws {
        let whole = "<a b='&amp;'><!--x--><c>t<![CDATA[u]]></c></a>"
        for count in 0..<whole.utf8.count {
            #expect(throws: XMLError.self) { try events(String(whole.prefix(count))) }
        }
    }
}
