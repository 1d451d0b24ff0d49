import Platform

/// How far a long command is: a bar on a terminal, nothing in a pipe.
struct ProgressBar {
    private let terminal: Terminal
    private var isShown = false

    init(_ terminal: Terminal) { self.terminal = terminal }

    mutating func show(done: Int, of total: Int) {
        guard terminal.isErrorTerminal, total > 0 else { return }
        let cells = 30
        let filled = min(cells, done * cells / total)
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: cells - filled)
        terminal.writeError("\r\(bar) \(done) of \(total) (\(min(100, done * 100 / total)) %)\u{1B}[K")
        isShown = true
    }

    /// Clears the line.
    mutating func end() {
        if isShown { terminal.writeError("\r\u{1B}[K") }
        isShown = false
    }
}
