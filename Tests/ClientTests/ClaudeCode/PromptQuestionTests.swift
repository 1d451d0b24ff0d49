import Testing

@testable import Client

struct PromptQuestionTests {
    private func question(_ prompt: String) -> [String]? { PromptQuestion(prompt, folder: "/home/dev/demo")?.questions }

    @Test(arguments: [
        "", "  \n", "yes", "Yes!", "ok", "OK, go ahead", "continue", "Continue please.", "thanks", "Thank you so much!",
        "hi", "Hello there", "good morning", "sounds good, do it", "perfect", "lgtm", "no", "not now", "try again",
        "go on",
        "ja, mach weiter", "danke", "oui merci", "sí, gracias", "да", "はい", "继续", "👍", "1", "y", "k", "...", "why?",
        "/clear", "/memory-save the decision about retries", "!git status", "fix it", "what?",
        "[Request interrupted by user]", "[Image #1]",
        "<task-notification>\n<task-id>b7</task-id><summary>Agent finished the payment search</summary></task-notification>",
        "<command-name>/model</command-name>\n<local-command-stdout>Set model to opus</local-command-stdout>",
        "<system-reminder>The file payments.py was modified by a linter</system-reminder>",
        "This session is being continued from a previous conversation that ran out of context. payments.py broke",
        "<private>the key is sk_live_123 for payments.py</private>", "<PRIVATE>payments.py leaks",
    ])
    func `nothing is asked because of`(_ prompt: String) { #expect(question(prompt) == nil) }

    @Test(arguments: [
        "Why do payments fail on retry?", "run database migration", "E4021", "src/cart.py", "fix ERR_PAYMENT_409",
        "useEffect loops",
        "/etc/hosts is wrong in the container", "支付重试为什么失败", "Warum schlägt die Zahlung fehl?",
        "ok, now the payment tests fail",
        "explain \"connection reset by peer\"",
    ])
    func `a question is made of`(_ prompt: String) { #expect(question(prompt) != nil) }

    @Test func `what is private or a program's does not leave the prompt`() {
        let prompt =
            "Why do payments fail? <private>token tk_9</private> <system-reminder>date</system-reminder> In carts too."
        let asked = question(prompt)?.joined() ?? ""
        #expect(asked.contains("payments fail") && asked.contains("In carts too"))
        #expect(!asked.contains("tk_9") && !asked.contains("date"))
        #expect(
            question("Payments fail <private>a <private>b</private> c</private> in carts")?.joined().contains("c<")
                == false)
        #expect(
            question("Compare Array<Int> with List<private_key> in carts")?.joined().contains("private_key") == true)
    }

    @Test func `paths are asked for as they are stored`() {
        #expect(question("Why is /home/dev/demo/src/cart.py slow?") == ["Why is src/cart.py slow?"])
    }

    @Test func `of a long prompt the ends and the errors are asked for`() throws {
        let lines = (0..<200).map { "at step \($0) the worker did something" }
        let prompt =
            "The build broke since yesterday.\n" + lines.joined(separator: "\n")
            + "\nfatal: ERR_LINK_12 undefined symbol _main\n" + lines.joined(separator: "\n")
            + "\nHow was it fixed last time?"
        let questions = try #require(question(prompt))
        #expect(questions.count == 2)
        #expect(questions[0].hasPrefix("The build broke") && questions[0].hasSuffix("How was it fixed last time?"))
        #expect(questions[1].contains("ERR_LINK_12"))
        #expect(questions.allSatisfy { $0.count < 800 })
    }
}
