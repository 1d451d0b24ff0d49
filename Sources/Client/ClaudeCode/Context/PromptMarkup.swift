/// The parts of a prompt that are not the user's words for everybody: what is private, and what programs put in.
enum PromptMarkup {
    /// What a person wrote, without `<private>…</private>` and without the elements of programs.
    static func peoplesWords(_ prompt: String) -> String {
        withoutPlaceholders(withoutPrograms(PrivateText.removed(from: prompt, mark: " ")))
    }

    /// A prompt without the elements of programs; empty when a program wrote all of it.
    static func withoutPrograms(_ prompt: String) -> String {
        let start = prompt.drop(while: \.isWhitespace)
        if machineBeginnings.contains(where: start.hasPrefix) { return "" }
        return removing(machineElements, from: prompt)
    }

    /// Elements with these names and all they hold; one without an end reaches to the end of the text.
    private static func removing(_ names: [String], from text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "<")) else { return text }
        let bytes = Array(text.utf8)
        let opening = names.map { Array("<\($0)".utf8) }
        let closing = names.map { Array("</\($0)".utf8) }
        var kept: [UInt8] = []
        var at = 0
        while at < bytes.count {
            guard bytes[at] == UInt8(ascii: "<"), let found = opening.firstIndex(where: { begins($0, bytes, at) })
            else {
                kept.append(bytes[at])
                at += 1
                continue
            }
            kept.append(UInt8(ascii: " "))
            at = end(of: opening[found], closing[found], bytes, at)
        }
        return String(decoding: kept, as: UTF8.self)
    }

    /// The place behind an element that begins at `start`. Elements of the same name nest.
    private static func end(of opening: [UInt8], _ closing: [UInt8], _ bytes: [UInt8], _ start: Int) -> Int {
        var depth = 0
        var at = start
        while at < bytes.count {
            if bytes[at] == UInt8(ascii: "<") {
                if begins(opening, bytes, at) { depth += 1 }
                if begins(closing, bytes, at) {
                    depth -= 1
                    if depth == 0 { return (bytes[at...].firstIndex(of: UInt8(ascii: ">")) ?? bytes.count - 1) + 1 }
                }
            }
            at += 1
        }
        return bytes.count
    }

    /// Whether a tag of this name begins here, whatever the case of its letters.
    private static func begins(_ tag: [UInt8], _ bytes: [UInt8], _ at: Int) -> Bool {
        guard at + tag.count < bytes.count else { return false }
        for (offset, wanted) in tag.enumerated() where lower(bytes[at + offset]) != wanted { return false }
        let next = bytes[at + tag.count]
        return next == UInt8(ascii: ">") || next == UInt8(ascii: "/") || next <= UInt8(ascii: " ")
    }

    private static func lower(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte + 32 : byte }

    private static let machineElements = [
        "task-notification", "system-reminder", "command-name", "command-message", "command-args",
        "local-command-stdout",
        "local-command-stderr", "local-command-caveat", "bash-input", "bash-stdout", "bash-stderr", "ide_opened_file",
        "ide_selection", "ide_diagnostics", "user-prompt-submit-hook", "stored_memory", "stored_notes",
        "teammate-message",
    ]

    /// What stands behind such an element is the program's too.
    private static let machineBeginnings = [
        "<task-notification", "<command-", "<local-command-", "<bash-", "<user-prompt-submit-hook",
        "This session is being continued from a previous conversation", "Caveat: The messages below were generated",
        "[Request interrupted",
    ]

    /// Without `[Image #1]` and `[Pasted text #1 +20 lines]`.
    private static func withoutPlaceholders(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "[")) else { return text }
        return text.split(separator: "[", omittingEmptySubsequences: false).enumerated().map { index, part in
            if index == 0 { return String(part) }
            guard part.hasPrefix("Image #") || part.hasPrefix("Pasted text #"), let end = part.firstIndex(of: "]")
            else { return "[" + part }
            return " " + part[part.index(after: end)...]
        }.joined()
    }
}
