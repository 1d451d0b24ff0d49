import CFuzzer
import Domain
import Platform

@testable import Models

/// A byte that chooses the service, and the bytes of an answer: its deltas must be the same however they arrive, and what
/// cannot be read is refused in one of two ways.
@main enum FuzzChatAnswer {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = withUnsafeMutablePointer(to: &arguments) { LLVMFuzzerRunDriver(&count, $0, one) }
    }
}

private let one: @Sendable @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32 = { bytes, count in
    let input = Array(UnsafeBufferPointer(start: bytes, count: count))
    guard let service = input.first else { return 0 }
    let answer = input[1...]
    let whole = read(service, answer, pieces: max(count, 1))
    let cut = read(service, answer, pieces: 1 + count / 7)
    precondition(whole.deltas.starts(with: cut.deltas) || cut.deltas.starts(with: whole.deltas), "deltas differ")
    precondition(whole.isWhole == cut.isWhole, "one of them is whole")
    if whole.isWhole { precondition(whole.deltas == cut.deltas, "deltas depend on how they arrive") }
    return 0
}

private func parser(_ service: UInt8) -> any AnswerParser {
    switch service % 4 {
    case 0: OpenAIParser(newID: { "id" })
    case 1: AnthropicParser(newID: { "id" })
    case 2: GoogleParser(newID: { "id" })
    default: ResponsesParser(newID: { "id" })
    }
}

private func read(_ service: UInt8, _ answer: ArraySlice<UInt8>, pieces: Int) -> (deltas: [ChatDelta], isWhole: Bool) {
    var stream = AnswerStream(parser(service))
    var deltas: [ChatDelta] = []
    do {
        var rest = answer
        while !rest.isEmpty {
            deltas += try stream.deltas(in: Array(rest.prefix(pieces)))
            rest = rest.dropFirst(pieces)
        }
        deltas += try stream.finish()
    } catch {
        precondition(error is UnusableAnswer || error is ServiceRefusal, "an error of another kind")
        return (deltas, false)
    }
    var collected = ChatAnswer()
    for delta in deltas { collected.add(delta) }
    precondition(collected.end != nil, "an answer without its end is whole")
    return (deltas, true)
}
