import Platform
import Testing

@Suite struct Base64Tests {
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
    ])
    func `the examples of the standard go both ways`(plain: String, encoded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(plain.utf8))
    }

    @Test func `every byte comes back`() {
        let bytes = (0..<1024).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        #expect(Base64.decode(Base64.encode(bytes)) == bytes)
    }

    @Test func `line ends within are passed over`() { #expect(Base64.decode("Zm9v\r\nYg==\n") == Array("foob".utf8)) }

    @Test(arguments: ["Zg", "Zg=", "Z===", "Zm9*", "Zg==Zg==", "Zm9v Zg=="])
    func `what is no base64 gives nothing`(text: String) { #expect(Base64.decode(text) == nil) }
}
