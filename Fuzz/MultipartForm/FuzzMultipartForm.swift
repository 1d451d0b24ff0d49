import API
import CFuzzer
import Domain

/// Any bytes as a form: reading must not trap, and must refuse what it does not take.
@main enum FuzzMultipartForm {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = withUnsafeMutablePointer(to: &arguments) { LLVMFuzzerRunDriver(&count, $0, one) }
    }
}

private let one: @Sendable @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32 = { bytes, count in
    let body = Array(UnsafeBufferPointer(start: bytes, count: count))
    do {
        let form = try MultipartForm(contentType: "multipart/form-data; boundary=b", body: body)
        precondition(form.parts.count <= MultipartForm.mostParts)
        for part in form.parts { precondition(!part.name.isEmpty && part.bytes.count < count) }
        // The body's own head as a content type.
        _ = try MultipartForm(contentType: String(decoding: body.prefix(100), as: UTF8.self), body: body)
    } catch let refusal as Refusal {
        precondition([.invalid, .unprocessable, .tooLarge].contains(refusal.code) && !refusal.message.isEmpty)
    } catch {
        fatalError("another error: \(error)")
    }
    return 0
}
