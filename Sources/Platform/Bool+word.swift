extension Bool {
    /// `true`, `1`, `yes`, `on` and their opposites, in any case; nil for anything else.
    package init?(word: String) {
        switch word.lowercased() {
        case "true", "1", "yes", "on": self = true
        case "false", "0", "no", "off": self = false
        default: return nil
        }
    }
}
