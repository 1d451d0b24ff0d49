import Testing

@testable import roost

struct TerminalTextTests {
    private let plain = Style(isOn: false)
    private let colours = Style(isOn: true)

    @Test func `a text that controls the terminal is shown without`() {
        let text = "a\u{1B}]0;mine\u{07}b\u{1B}[2Jc\rd\u{202E}e\u{9B}f\tg\nh"
        #expect(TerminalText.shown(text, plain) == "a]0;mineb[2Jcdef\tg\nh")
        #expect(TerminalText.shown(text, colours) == "a]0;mineb[2Jcdef\tg\nh")
    }

    @Test func `our own attributes stay where there are colours`() {
        #expect(TerminalText.shown(colours.red("x"), colours) == colours.red("x"))
        #expect(TerminalText.shown(colours.red("x"), plain) == "[31mx[0m")
    }

    @Test func `letters of every script and emoji stay`() {
        let text = "Größe שלום 日本 👩‍💻 naïve"
        #expect(TerminalText.shown(text, colours) == text)
    }
}
