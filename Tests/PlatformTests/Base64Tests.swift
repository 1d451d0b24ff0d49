import Platform
import Testing

@Suite struct Base64Tests {
    /// The examples of RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"), ("Zm9vYmE=", "fooba"),
        ("Zm9vYmFy", "foobar"),
    ])
    func `base64 is read`(_ text: String, _ bytes: String) {
        #expect(Base64.bytes(text) == Array(bytes.utf8))
    }

    @Test(arguments: ["Zg", "Zg=", "Z===", "Zm9v\n", "Zm-_", "====", "Zg==Zg=="])
    func `what is not base64 is nothing`(_ text: String) {
        #expect(Base64.bytes(text) == nil)
    }
}
