import Client
import Glibc
import Platform

/// One line on a terminal that says how far an import is: `1,200 read, 1,180 added, 24 %, 310/s, 12 s left`.
final class ProgressLine: Sendable {
    private let terminal: Terminal
    private let started: Double
    private let last = Lock(0.0)

    init(_ terminal: Terminal) {
        self.terminal = terminal
        started = Self.seconds()
    }

    /// Seconds between two lines: more often nobody can read them.
    private static let pause = 0.2

    /// - Parameter part: 0 to 1 of the source; nil when its size is not known.
    func show(_ text: String, done: Int, part: Double?) {
        guard terminal.isErrorTerminal else { return }
        let now = Self.seconds()
        let isDue = last.withLock { last in
            guard now - last >= Self.pause || part == 1 else { return false }
            last = now
            return true
        }
        guard isDue else { return }
        terminal.writeError("\r\u{1B}[K" + Self.text(text, done: done, part: part, seconds: now - started))
    }

    /// Takes the line away, so that what follows stands alone.
    func clear() {
        if terminal.isErrorTerminal { terminal.writeError("\r\u{1B}[K") }
    }

    static func text(_ text: String, done: Int, part: Double?, seconds: Double) -> String {
        var words = [text]
        if let part { words.append("\(Int(part * 100)) %") }
        if seconds >= 1, done > 0 { words.append("\(Int(Double(done) / seconds))/s") }
        if let part, part > 0.01, part < 1, seconds >= 1 { words.append("\(remaining(part, seconds)) left") }
        return words.joined(separator: ", ")
    }

    private static func remaining(_ part: Double, _ seconds: Double) -> String {
        let rest = Int((seconds / part - seconds).rounded(.up))
        return rest < 120 ? "\(rest) s" : rest < 7200 ? "\(rest / 60) min" : "\(rest / 3600) h"
    }

    static func seconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
