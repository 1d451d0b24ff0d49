import CFuzzer
import Platform

@testable import Client

/// Any bytes as the lines of a transcript: nothing traps, a record is read again as it was written, a planted secret and what
/// was private do not come out, and what is without secrets stays so.
@main enum FuzzTranscript {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = withUnsafeMutablePointer(to: &arguments) { LLVMFuzzerRunDriver(&count, $0, one) }
    }
}

private let key = "sk-" + "ant-api03-Zx9Qw8Er7Ty6Ui5Op4As3Df2Gh1"
private let rules = IgnoreRules(folder: "/home/mia/shop", text: "*.secret\n")

private let one: @Sendable @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32 = { bytes, count in
    let input = Array(UnsafeBufferPointer(start: bytes, count: count))
    var reading = TranscriptReading(SessionRecord(), rules: rules, hidden: PrivateText())
    var offset = 0
    for line in input.split(separator: UInt8(ascii: "\n")) {
        reading.add(Array(line), at: offset)
        offset += line.count + 1
    }
    reading.add(answer: String(decoding: input, as: UTF8.self), at: Timestamp(year: 2026, month: 11, day: 20))
    let json = reading.record.json
    precondition(SessionRecord(json).json == json, "a record is not read as it was written")
    _ = SessionRecord(try? JSONValue(parsing: input))

    let text = String(decoding: input, as: UTF8.self)
    let clean = Redaction.redacted(text + " " + key + " end")
    precondition(!clean.contains(key), "a key stays")
    let prompt = PrivateText.removed(from: text + "<private>my own words 7391</private>")
    precondition(!prompt.contains("my own words 7391"), "private words stay")
    _ = StoredText.line(text, 80)
    precondition(!StoredText.harmless(text).contains("<"), "a tag can be made")
    return 0
}
