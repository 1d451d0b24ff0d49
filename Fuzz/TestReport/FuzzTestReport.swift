import CFuzzer
import Platform

@testable import Client

/// Any bytes as a report of tests: XML that opens and closes in pairs or a refusal with a line of the text, and the readers of
/// other reports take whatever comes.
@main enum FuzzTestReport {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = withUnsafeMutablePointer(to: &arguments) { LLVMFuzzerRunDriver(&count, $0, one) }
    }
}

private let one: @Sendable @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32 = { bytes, count in
    let input = Array(UnsafeBufferPointer(start: bytes, count: count))
    do throws(XMLError) {
        var reader = try XMLReader(input)
        var depth = 0
        while let event = try reader.next() {
            switch event {
            case .start: depth += 1
            case .end: depth -= 1
            case .text: precondition(depth > 0, "text outside of the document's element")
            }
            precondition(depth >= 0 && depth <= 65, "more is closed than was opened")
        }
        precondition(depth == 0, "an element is not closed")
    } catch {
        precondition(error.line >= 1 && error.line <= count + 1, "the line of the error is outside")
    }
    _ = try? JUnitReport.read(input, folder: "/home/mia/shop")
    let text = String(decoding: input, as: UTF8.self)
    _ = PytestOutput.read(text, folder: "/home/mia/shop")
    _ = SwiftTestOutput.read(text, folder: "/home/mia/shop")
    return 0
}
