import CFuzzer
import Platform

/// Any bytes: the reader must not trap, and what it reads must be written and read again as the same value, compact and
/// indented.
@main enum FuzzJSONReader {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = withUnsafeMutablePointer(to: &arguments) { LLVMFuzzerRunDriver(&count, $0, one) }
    }
}

private let one: @Sendable @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32 = { bytes, count in
    let input = Array(UnsafeBufferPointer(start: bytes, count: count))
    do {
        let value = try JSONValue(parsing: input, maximumDepth: 64)
        let compact = Array(value.text.utf8)
        let again = try JSONValue(parsing: compact, maximumDepth: 64)
        precondition(again == value, "the compact text means something else")
        let indented = try JSONValue(parsing: JSONIndent.indented(compact), maximumDepth: 64)
        precondition(indented == value, "the indented text means something else")
    } catch let error as JSONError {
        precondition(error.offset >= 0 && error.offset <= count, "the place of the error is outside")
    } catch {
        fatalError("another error: \(error)")
    }
    return 0
}
