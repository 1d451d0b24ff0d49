import CFuzzer

@testable import HTTP

/// Any bytes: the parser must not trap, must take the same requests however the bytes are cut, and must let nothing
/// through that it promises to refuse.
@main enum FuzzHTTPParser {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = withUnsafeMutablePointer(to: &arguments) { LLVMFuzzerRunDriver(&count, $0, one) }
    }
}

private let one: @Sendable @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32 = { bytes, count in
    guard let bytes, count > 0 else { return 0 }
    // The first byte chooses how the rest is cut.
    let rest = UnsafeBufferPointer(start: bytes + 1, count: count - 1)
    let whole = outcome(rest, step: rest.count)
    let cut = outcome(rest, step: Int(bytes[0] % 16) + 1)
    precondition(whole == cut, "the cut changes the meaning")
    return 0
}

/// What became of the bytes, as text.
private func outcome(_ bytes: UnsafeBufferPointer<UInt8>, step: Int) -> [String] {
    var limits = Limits()
    // Small, so that short inputs reach them.
    limits.maximumHeaderBytes = 512
    limits.maximumTargetBytes = 128
    limits.maximumBodyBytes = 256
    var parser = RequestParser(limits: limits)
    var found: [String] = []
    var position = 0
    while position < bytes.count {
        let end = min(bytes.count, position + step)
        let (consumed, outcome) = parser.feed(UnsafeBufferPointer(rebasing: bytes[position..<end]))
        precondition(consumed >= 0 && consumed <= end - position)
        position += consumed
        switch outcome {
        case .more: precondition(position == end, "input was left")
        case .request(let head, let body):
            check(head, body, limits)
            found.append("\(head.method) \(head.path) \(head.query) \(head.keepAlive) \(body)")
            found += head.headers.map { "\($0.name): \($0.value)" }
            parser.reset()
        case .failure(let error): return found + ["\(error.status) \(error.detail)"]
        }
    }
    return found + ["more \(parser.isIdle) \(parser.bufferedBodyBytes)"]
}

private func check(_ head: RequestHead, _ body: [UInt8], _ limits: Limits) {
    precondition(body.count <= limits.maximumBodyBytes)
    precondition(head.path.hasPrefix("/") || head.path == "*")
    precondition((head.path + head.query).utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
    precondition(head.isVersion10 || head.headers.occurrences("host") == 1)
    precondition(!head.headers.contains("content-length") || !head.headers.contains("transfer-encoding"))
    for field in head.headers {
        precondition(!field.name.isEmpty && !field.value.utf8.contains { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F })
    }
    _ = Gzip.accepts(head.headers)
    _ = Query(parsing: head.query).map { query in query.names.map { query.all($0) } }
    _ = percentDecoded(head.path, plusIsSpace: false)
}
