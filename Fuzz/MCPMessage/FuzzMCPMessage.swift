import CFuzzer
import MCP
import Platform

/// Any bytes on stdin: lines must be the same however they arrive, and each of them a message or a refusal with one of the
/// protocol's codes.
@main enum FuzzMCPMessage {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = withUnsafeMutablePointer(to: &arguments) { LLVMFuzzerRunDriver(&count, $0, one) }
    }
}

private let one: @Sendable @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32 = { bytes, count in
    let input = Array(UnsafeBufferPointer(start: bytes, count: count))
    let whole = lines(input, pieces: max(count, 1))
    precondition(whole == lines(input, pieces: 1 + count / 7), "lines depend on how they arrive")
    for case .complete(let line) in whole { read(line) }
    return 0
}

private func lines(_ input: [UInt8], pieces: Int) -> [LineSplitter.Line] {
    var splitter = LineSplitter(limit: 256)
    var found: [LineSplitter.Line] = []
    for start in stride(from: 0, to: input.count, by: pieces) {
        found += splitter.lines(in: input[start..<min(start + pieces, input.count)])
    }
    return found + splitter.last()
}

private func read(_ line: [UInt8]) {
    do throws(RPCError) {
        let json = try Message.parse(line)
        guard case .request(let id, let method, let params) = try Message(json) else { return }
        let reply = Outgoing.error(id, .methodNotFound(method))
        precondition((try? JSONValue(parsing: reply))?["id"] == id.json, "the id does not come back as it was")
        if Envelope.isPresent(method: method, params) { _ = try Envelope(method: method, params: params) }
    } catch {
        precondition([-32700, -32600, -32602, -32022].contains(error.code), "a code that is not the protocol's")
    }
}
