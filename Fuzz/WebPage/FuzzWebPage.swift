import CFuzzer

@testable import Web

/// The bytes of a page in any encoding: whatever they are, there is a text, and it is UTF-8.
@main enum FuzzWebPage {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = withUnsafeMutablePointer(to: &arguments) { LLVMFuzzerRunDriver(&count, $0, one) }
    }
}

private let one: @Sendable @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32 = { bytes, count in
    let input = Array(UnsafeBufferPointer(start: bytes, count: count))
    let document = Charset.decode(input, named: nil, isMarkup: true)
    precondition(Charset.isUTF8(document), "decoded to something else")
    do {
        let page = try PageText.html(document, at: "https://site.example/dir/page.html")
        precondition(!page.text.utf8.contains(0), "a NUL in the text")
        precondition(!HTMLSieve(document).output.contains(0), "a NUL was let through")
    } catch {
        preconditionFailure("\(error)")
    }
    return 0
}
