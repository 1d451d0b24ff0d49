import Platform
import Testing

@Suite struct Base64Tests {
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy"), ("Größe", "R3LDtsOfZQ=="),
    ])
    func `bytes survive both ways`(text: String, encoded: String) {
        #expect(Base64.encode(Array(text.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(text.utf8))
    }

    @Test(arguments: ["Z", "Zg=", "Zg===", "Z=g=", "Zm9v Zm9v", "Zm-v"])
    func `what is not base64 is nothing`(text: String) { #expect(Base64.decode(text) == nil) }
}
