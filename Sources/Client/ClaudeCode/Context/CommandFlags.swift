/// A command's flags, which stand in any order, together or apart, by one letter or by name, and its other words.
struct CommandFlags: Sendable {
    /// `-r`, `-f`, `--no-verify`.
    private(set) var flags: Set<String> = []
    private(set) var words: [String] = []

    init(_ command: some Sequence<some StringProtocol>) {
        var isOver = false
        for word in command.map({ String($0) }) {
            if isOver || !word.hasPrefix("-") || word == "-" {
                words.append(word)
            } else if word == "--" {
                isOver = true
            } else if word.hasPrefix("--") {
                flags.insert(Self.short(word, of: words.first ?? ""))
            } else if isTogether(word) {
                for letter in word.dropFirst() { flags.insert(short(letter)) }
            } else {
                flags.insert(word)
            }
        }
    }

    /// Whether it has all flags of a pattern, and other words that fit the pattern's. False for a pattern without flags, and
    /// for one with stars among them: that is about the letters of the command.
    func fits(_ pattern: String) -> Bool {
        let wanted = CommandFlags(pattern.split(separator: " "))
        return !wanted.flags.isEmpty && !wanted.flags.contains { $0.contains("*") } && wanted.flags.isSubset(of: flags)
            && Glob(wanted.words.joined(separator: " ")).matches(words.joined(separator: " "))
    }

    /// Whether each letter of `-rf` is a flag: not those of `-delete`.
    private func isTogether(_ word: String) -> Bool {
        let letters = word.dropFirst()
        return letters.count <= 6 && letters.allSatisfy { $0.isASCII && $0.isLetter }
            && Set(letters).count == letters.count && !Self.withLongWords.contains(words.first ?? "")
    }

    /// Programs whose flags are words behind one dash.
    private static let withLongWords: Set<String> = ["find", "java", "go", "terraform", "openssl", "ffmpeg"]

    private func short(_ letter: Character) -> String {
        letter == "R" && words.first == "rm" ? "-r" : "-\(letter)"
    }

    /// The letter of a flag's name, which may be cut as long as it means one flag; the name where none is known.
    private static func short(_ word: String, of program: String) -> String {
        let name = word.dropFirst(2).prefix { $0 != "=" }
        let meant = (letters[program] ?? []).filter { $0.name.hasPrefix(name) }
        if let exact = meant.first(where: { $0.name == name }) ?? (meant.count == 1 ? meant.first : nil), !name.isEmpty
        {
            return "-\(exact.letter)"
        }
        return "--" + name
    }

    /// Of programs that can do harm.
    private static let letters: [String: [(name: String, letter: Character)]] = [
        "rm": [("recursive", "r"), ("force", "f"), ("dir", "d"), ("verbose", "v"), ("interactive", "i")],
        "git": [("force", "f")], "cp": [("recursive", "r"), ("force", "f")], "mv": [("force", "f")],
        "ln": [("force", "f"), ("symbolic", "s")], "chmod": [("recursive", "R")], "chown": [("recursive", "R")],
        "chgrp": [("recursive", "R")],
    ]
}
