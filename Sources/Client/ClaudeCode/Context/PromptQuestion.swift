import Platform

/// What to ask the memory because of a prompt.
struct PromptQuestion: Sendable, Equatable {
    /// One, or two for a long prompt: what it says, and the lines in it that are meant letter by letter.
    let questions: [String]

    /// Nil when the prompt asks for nothing that memory could know: greetings, a yes, commands, what programs write.
    /// - Parameter folder: paths in it are stored relative to it.
    init?(_ prompt: String, folder: String) {
        guard !Self.isCommand(prompt) else { return nil }
        var text = PromptMarkup.peoplesWords(prompt)
        if folder.count > 1 { text = text.split(separator: folder + "/", omittingEmptySubsequences: false).joined() }
        guard Self.isWorthAsking(text) else { return nil }
        questions = ShortText.size(of: text) <= Self.longest ? [text] : Self.condensed(text)
        if questions.isEmpty { return nil }
    }

    /// Longer prompts hold more than the question.
    private static let longest = 600

    /// `/memory-save now`, `!ls`: not `/etc/hosts is wrong`.
    private static func isCommand(_ prompt: String) -> Bool {
        let text = prompt.drop { $0.isWhitespace }
        guard let first = text.first else { return true }
        if first == "!" { return true }
        guard first == "/" else { return false }
        let word = text.dropFirst().prefix { !$0.isWhitespace }
        return !word.contains("/") && !word.contains(".")
    }

    // MARK: Trivial ones

    private static func isWorthAsking(_ text: String) -> Bool {
        var weight = 0
        for word in text.split(whereSeparator: { $0.isWhitespace }) {
            if isExact(word) { return true }
            for part in word.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "'" && $0 != "’" }) {
                let plain = part.lowercased().filter { $0 != "'" && $0 != "’" }
                if plain.count < 2 && plain.unicodeScalars.allSatisfy(\.isASCII) { continue }
                if fillers.contains(plain) { continue }
                // Scripts without spaces say more in one run of letters.
                weight += plain.unicodeScalars.contains { $0.value >= 0x2E80 } ? (plain.count + 2) / 3 : 1
            }
            if weight >= 2 { return true }
        }
        return false
    }

    /// Something meant letter by letter: `ERR_CERT`, `src/main.c`, `camelCase`, `E4021`.
    static func isExact(_ word: Substring) -> Bool {
        let word = word.drop { "\"'`([{".contains($0) }
        guard word.count >= 4 else { return false }
        let inner = word.dropFirst().dropLast()
        if inner.contains(where: { $0 == "_" || $0 == "/" || $0 == "\\" }) { return true }
        // A dot, but not one that ends a sentence.
        if zip(word, word.dropFirst()).contains(where: { $0 == "." && ($1.isLetter || $1.isNumber) }) { return true }
        if word.contains(where: \.isLetter), word.contains(where: \.isNumber) { return true }
        return zip(word, word.dropFirst()).contains { $0.isLowercase && $1.isUppercase }
    }

    /// What people say to go on, to agree, to thank and to greet, and words that mean nothing without others.
    private static let fillers = Set(
        """
        a about absolutely ahead alright again all also amazing an and any are as at awesome be bye can cheers commit continue \
        cool correct could do done exactly excellent fine fix for go going good great have hello help here hey hi how i if im \
        in is it its just keep let lets like looks looking lgtm love make me more morning my need nice next no nope not now of \
        off ok okay on one or perfect please pls proceed push really resume retry right run same see should show so sounds start \
        stop super sure test tests thank thanks that thats the them then there these they thing things this those thx to today try \
        tysm up us very wait want was we well what whats when which why will with wonderful work works would wow yeah yep yes you \
        your yup yay evening afternoon undo
        ja nein danke bitte weiter mach gut super hallo moin genau passt klar doch okay prima los nochmal das ist so und
        oui non merci continue bonjour salut daccord parfait bien vas si no gracias hola vale sigue perfecto bueno claro dale
        sì grazie ciao va bene avanti sim não obrigado obrigada olá tak dzięki да нет спасибо привет продолжай хорошо ок
        はい いいえ ありがとう 続けて 好的 好 是 谢谢 继续 你好 可以
        """.split(whereSeparator: \.isWhitespace).map(String.init))

    // MARK: Long ones

    /// The beginning and the end, where people say what they want, and the lines that tell of an error.
    private static func condensed(_ text: String) -> [String] {
        let lines = text.split(whereSeparator: \.isNewline)
            .map { ShortText.preview(String($0), 300) }.filter { $0.contains(where: \.isLetter) }
        guard let first = lines.first, let last = lines.last else { return [] }
        var said = [ShortText.preview(text, 300)]
        if last != first { said.append(last) }
        let telling = lines.filter(tellsOfError).map { ShortText.preview($0, 160) }.uniqued
        // Of a trace the last error is the cause, and the first what was seen.
        let errors = ([telling.first] + telling.suffix(2)).compactMap { $0 }.uniqued.joined(separator: " ")
        return [said.joined(separator: " ")] + (errors.isEmpty ? [] : [errors])
    }

    private static func tellsOfError(_ line: String) -> Bool {
        let small = line.lowercased()
        return [
            "error", "exception", "failed", "failure", "fatal", "panic", "cannot ", "undefined", "denied", "refused",
        ]
        .contains { small.contains($0) }
    }
}
