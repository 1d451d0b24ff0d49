import CFuzzer
import Platform

/// Any bytes as a settings file: every edit leaves JSON, says what it was asked to say, leaves the other members alone, and is
/// undone to the byte.
@main enum FuzzJSONEdit {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = withUnsafeMutablePointer(to: &arguments) { LLVMFuzzerRunDriver(&count, $0, one) }
    }
}

private let one: @Sendable @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32 = { bytes, count in
    let input = Array(UnsafeBufferPointer(start: bytes, count: count))
    // What is no JSON is refused.
    guard var edit = try? JSONEdit(input) else { return 0 }
    // It may hold what only the editor can read, such as half of a surrogate pair.
    let others = edit.tree.members(of: edit.tree.root).filter { !["hooks", "env"].contains($0.name) }
        .map { Array(edit.tree.bytes[$0.keyRange.lowerBound..<$0.value.range.upperBound]) }
    let isObject = if case .object = edit.tree.root.kind { true } else { false }
    let value: JSONValue = [["matcher": "Edit|Write", "hooks": [["type": "command", "command": "roost hook Stop"]]]]
    do {
        try edit.set(["hooks", "Stop"], value)
        precondition(edit.value(["hooks", "Stop"]) == value, "the value is not there")
        try edit.append(["hooks", "Start"], "one")
        precondition(edit.value(["hooks", "Start"])?.array?.last == "one", "the element is not there")
        try edit.rename(["hooks", "Start"], to: "a\"b")
        precondition(edit.tree.node(["hooks", "a\"b"]) != nil, "the new name is not there")
        try edit.set(["env", "A"], "b")
        try edit.remove(["hooks", "Stop"])
        try edit.remove(["hooks"])
        try edit.remove(["env"])
    } catch { fatalError("an edit failed: \(error)") }
    if isObject {
        let left = edit.tree.members(of: edit.tree.root).filter { !["hooks", "env"].contains($0.name) }
            .map { Array(edit.tree.bytes[$0.keyRange.lowerBound..<$0.value.range.upperBound]) }
        precondition(left == others, "another member changed")
    }
    precondition(EditedText.undo(edit.text.edits, in: edit.text.bytes) == input, "not undone to the byte")
    return 0
}
