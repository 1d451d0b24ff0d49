import Platform
import Testing

@Suite struct JSONTests {
    private func rejects(_ text: String) -> Bool { (try? JSONValue(parsing: text)) == nil }

    @Test func `values of every kind are read and written back the same`() throws {
        let text = #"{"a":[1,-2,3.5,true,false,null],"b":{"c":"d"},"e":""}"#
        #expect(try JSONValue(parsing: text).text == text)
    }

    @Test func `escapes and surrogate pairs become characters`() throws {
        let value = try JSONValue(parsing: #""\u00e9\ud83d\ude00\n\"\\\/""#)
        #expect(value == .string("é😀\n\"\\/"))
    }

    @Test(arguments: [
        "", " ", "{", "[", "[1,]", "{\"a\":}", "{\"a\" 1}", "{a:1}", "01", "-", "1.", ".5", "1e", "+1", "nul", "truE",
        "\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\u{1}\"", "[1] 2", "1e999",
        "{\"a\":1,}", "'a'", "NaN", "Infinity", "//x\n1",
    ])
    func `text that is not JSON is refused`(_ text: String) {
        #expect(rejects(text))
    }

    @Test func `names that Unicode takes for the same are different members when their bytes differ`() throws {
        let object = try JSONValue(parsing: #"{";":1,"\u037e":2,"e":3,";":4}"#).object
        #expect(object?.members.map { Array($0.name.utf8) } == [[0xCD, 0xBE], [0x65], [0x3B]])
        #expect(object?.members.map(\.value) == [2, 3, 4])
    }

    @Test func `invalid UTF-8 is refused`() {
        let texts: [[UInt8]] = [[0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22]]
        for bytes in texts { #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) } }
    }

    @Test func `nesting is limited, so that no input exhausts the stack`() throws {
        let deep = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
        #expect(throws: Never.self) { try JSONValue(parsing: deep) }
        #expect(rejects("[" + deep + "]"))
        #expect(rejects(String(repeating: "{\"a\":", count: 100_000)))
    }

    @Test func `whole numbers keep their digits and beyond 64 bits become doubles`() throws {
        #expect(try JSONValue(parsing: "9223372036854775807") == .int(.max))
        #expect(try JSONValue(parsing: "-9223372036854775808") == .int(.min))
        #expect(try JSONValue(parsing: "9223372036854775808") == .double(9_223_372_036_854_775_808))
        #expect(try JSONValue(parsing: "5.0").int == 5)
        #expect(try JSONValue(parsing: "5.5").int == nil)
    }

    @Test func `the last of repeated members wins`() throws {
        let value = try JSONValue(parsing: #"{"a":1,"b":2,"a":3}"#)
        #expect(value["a"] == .int(3))
        #expect(value.text == #"{"b":2,"a":3}"#)
    }

    @Test func `control characters and quotes are escaped when written`() throws {
        let nasty = "a\"\\\u{0}\u{1F}\n\t\u{8}\u{C}\r é 😀"
        let text = JSONValue.string(nasty).text
        #expect(text.hasPrefix(#""a\"\\\u0000\u001f\n\t\b\f\r é"#))
        #expect(try JSONValue(parsing: text) == .string(nasty))
    }

    @Test func `numbers without a JSON form are written as null`() {
        #expect(JSONValue.array([.double(.nan), .double(.infinity), .double(0.1)]).text == "[null,null,0.1]")
    }

    @Test func `the writer places commas between members and elements only`() {
        var json = JSONWriter()
        json.object { json in
            json.field("a", 1)
            json.array("b") { json in
                json.element("x")
                json.object { _ in }
                json.array { _ in }
            }
            json.field("c", raw: nil)
            json.field("d", JSONText.emptyObject)
        }
        #expect(json.text == #"{"a":1,"b":["x",{},[]],"c":null,"d":{}}"#)
    }

    @Test func `a truncated document is refused at every byte`() {
        let text = Array(#"{"a":[1,"é\n",{"b":null}],"c":-1.5e3}"#.utf8)
        for end in 0..<text.count {
            #expect(throws: JSONError.self, "cut at \(end)") { try JSONValue(parsing: Array(text[..<end])) }
        }
    }

    @Test func `a text may be limited in how many values it has`() throws {
        let text = Array("[[0],{\"a\":1}]".utf8)
        #expect(throws: Never.self) { try JSONValue(parsing: text, maximumValues: 5) }
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text, maximumValues: 4) }
        #expect(error?.message == "more than 4 values")
    }
}
