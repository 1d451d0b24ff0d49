import Platform
import Testing

@Suite struct JSONIndentTests {
    @Test func `members stand on lines of their own, empty containers on their name's`() {
        let value: JSONValue = ["a": [1, "x,{\"y"], "b": [], "c": ["d": nil], "e": [:]]
        let text = String(decoding: JSONIndent.indented(Array(value.text.utf8)), as: UTF8.self)
        #expect(
            text == """
                {
                  "a": [
                    1,
                    "x,{\\"y"
                  ],
                  "b": [],
                  "c": {
                    "d": null
                  },
                  "e": {}
                }
                """)
    }

    @Test func `the value stays the same`() throws {
        let value: JSONValue = ["text": "line\n\\ end\\", "list": [[["deep": true]]], "n": -1.5]
        let indented = JSONIndent.indented(Array(value.text.utf8))
        #expect(try JSONValue(parsing: indented) == value)
    }
}
