import Client
import Platform
import Testing

struct GuardRuleTests {
    private func isDenied(_ rule: String, _ tool: String, _ input: JSONObject) async throws -> Bool {
        var options = HookOptions()
        options.guardRules = [try #require(GuardRule(rule))]
        let unreachable = ToolSession(scope: ToolSession.Scope(folder: "/home/dev/demo")) {
            Issue.record("The memory was opened.")
            throw ClientError("no")
        }
        let payload: JSONObject = ["session_id": "s", "tool_name": .string(tool), "tool_input": .object(input)]
        let surroundings = HookSurroundings(
            home: "/nowhere", folder: "/home/dev/demo", memory: unreachable, options: options, now: .now)
        let output = await HookRun(.preToolUse, HookInput(payload), in: surroundings).output()
        #expect(output.context == nil && output.message == nil)
        return output.denial != nil
    }

    private func isDenied(_ rule: String, command: String) async throws -> Bool {
        try await isDenied(rule, "Bash", ["command": .string(command)])
    }

    @Test(arguments: [
        "sudo rm x", "sudo", "cd /tmp && sudo rm x", "true; sudo rm x", "echo a | sudo tee /etc/x", "make & sudo rm x",
        "a\nsudo rm x",
        "FOO=1 sudo rm x", "/usr/bin/sudo rm x", "'sudo' rm x", "s\\udo rm x", "(sudo rm x)", "echo $(sudo cat x)",
        "echo `sudo cat x`",
        "echo \"$(sudo cat x)\"", "echo \"$(date)\" && sudo rm x", "bash -c 'sudo rm x'",
        "bash -lc \"cd x && sudo rm y\"",
        "env A=b sudo rm x", "timeout 5 sudo rm x", "find . -exec sudo rm {} ;", "if true; then sudo rm x; fi",
        "sudo   rm  x",
        "echo \"`date`\" ; sudo rm x", "xargs -n1 sudo < list",
    ])
    func `a denied command is found in`(_ command: String) async throws {
        #expect(try await isDenied("Bash(sudo *)", command: command))
    }

    @Test(arguments: [
        "sudoku", "echo sudo", "grep 'sudo rm' notes.md", "git commit -m 'drop sudo; use doas'", "ls",
        "echo \"a && sudo b\"",
    ])
    func `text is no command in`(_ command: String) async throws {
        #expect(!(try await isDenied("Bash(sudo *)", command: command)))
    }

    @Test func `a pattern is about the words of the command`() async throws {
        #expect(try await isDenied("Bash(rm -rf /*)", command: "cd x && rm -rf /home"))
        #expect(try await isDenied("Bash(rm -rf /*)", command: "sudo rm -rf /"))
        #expect(!(try await isDenied("Bash(rm -rf /*)", command: "rm -rf build")))
        #expect(try await isDenied("Bash(git push:*)", command: "git push"))
        #expect(try await isDenied("Bash(git push:*)", command: "git push --force"))
        #expect(!(try await isDenied("Bash(git push:*)", command: "git pushx")))
        #expect(try await isDenied("Bash(git push *--force*)", command: "git push origin main --force"))
        #expect(!(try await isDenied("Bash(git push *--force*)", command: "git push origin main")))
        #expect(try await isDenied("Bash(npm publish)", command: "npm test && npm publish"))
        #expect(try await isDenied("Bash", command: "ls"))
        #expect(try await isDenied("Bash(*curl*|*)", command: "curl x | sh"))
    }

    @Test(arguments: [
        "rm -rf build", "rm -fr build", "rm -r -f build", "rm -f -r build", "rm --recursive --force build",
        "rm -r --force build", "rm --recurs --for build", "rm -R -f build", "rm build -rf", "rm -rfv build",
        "rm -f --one-file-system -r build", "cd x && rm -r -f -- -old", "sudo rm -f -r build", "/bin/rm -r -f build",
        "rm -r -f",
    ])
    func `flags are the same however they are written`(_ command: String) async throws {
        #expect(try await isDenied("Bash(rm -rf *)", command: command))
        #expect(try await isDenied("Bash(rm --force -r:*)", command: command))
    }

    @Test(arguments: [
        "rm -r build", "rm -f build", "rm -r x; ls -f", "rm -r -- -f", "cp -rf a b", "echo rm -r -f x",
        "git commit -m 'rm -r -f'", "rm --file -r x",
    ])
    func `other flags, and those of other commands, are not meant`(_ command: String) async throws {
        #expect(!(try await isDenied("Bash(rm -rf *)", command: command)))
    }

    @Test func `words beside the flags are still what the pattern says`() async throws {
        #expect(try await isDenied("Bash(rm -rf /*)", command: "rm -r -f /home"))
        #expect(!(try await isDenied("Bash(rm -rf /*)", command: "rm -r -f build")))
        #expect(try await isDenied("Bash(git push -f:*)", command: "git push --force origin main"))
        #expect(!(try await isDenied("Bash(git push -f:*)", command: "git push --force-with-lease origin main")))
        #expect(try await isDenied("Bash(git push --no-verify:*)", command: "git push origin main --no-verify"))
        #expect(!(try await isDenied("Bash(git push --no-verify:*)", command: "git push origin main")))
    }

    @Test(arguments: [
        "cat > notes.md <<EOF\nsudo rm x\nEOF", "cat <<'EOF' > a\nsudo rm x\n$(sudo rm y)\nEOF\nls",
        "cat <<-EOF\n\tsudo rm x\n\tEOF\nls", "git commit -m \"$(cat <<'EOF'\nsudo rm x\nEOF\n)\"",
        "cat <<A <<B\nsudo rm x\nA\nsudo rm y\nB", "cat <<\"E F\"\nit's\nsudo rm x\nE F",
    ])
    func `the body of a heredoc is no command in`(_ command: String) async throws {
        #expect(!(try await isDenied("Bash(sudo *)", command: command)))
    }

    @Test(arguments: [
        "cat <<EOF\ntext\nEOF\nsudo rm x", "cat <<EOF && sudo rm x\ntext\nEOF", "bash <<EOF\nsudo rm x\nEOF",
        "cat <<EOF | sh -s\nsudo rm x\nEOF", "ssh host <<'EOF'\nsudo rm x\nEOF",
        "cat <<EOF\nit's \"now\" $(sudo date)\nEOF", "cat <<< text\nsudo rm x", "echo $((1 << 2))\nsudo rm x",
        "cat <<EOF\nwithout an end\nsudo rm x", "echo '<<EOF'\nsudo rm x\nEOF",
    ])
    func `what a heredoc runs, and what stands around it, is found in`(_ command: String) async throws {
        #expect(try await isDenied("Bash(sudo *)", command: command))
    }

    @Test func `a pattern of files is about the name, the path in the project, or the whole path`() async throws {
        let file: JSONObject = ["file_path": "/home/dev/demo/config/prod.env"]
        #expect(try await isDenied("Edit(*.env)", "Edit", file))
        #expect(try await isDenied("Edit(*.env)", "Write", file))
        #expect(try await isDenied("Edit(*.ipynb)", "NotebookEdit", ["notebook_path": "/home/dev/demo/n.ipynb"]))
        #expect(!(try await isDenied("Edit(*.env)", "Read", file)))
        #expect(try await isDenied("Read(*.env)", "Read", file))
        #expect(try await isDenied("Edit(config/*)", "Edit", file))
        #expect(try await isDenied("Edit(./config/*)", "Edit", file))
        #expect(!(try await isDenied("Edit(other/*)", "Edit", file)))
        #expect(try await isDenied("Write(/etc/*)", "Write", ["file_path": "/home/dev/demo/../../../etc/passwd"]))
        #expect(!(try await isDenied("Write(/etc/*)", "Write", ["file_path": "/home/dev/demo/etc/passwd"])))
    }

    @Test func `other tools are told by their names and their arguments`() async throws {
        #expect(try await isDenied("mcp__prod__*", "mcp__prod__drop", [:]))
        #expect(!(try await isDenied("mcp__prod__*", "mcp__test__drop", [:])))
        #expect(try await isDenied("WebFetch(http://*)", "WebFetch", ["url": "http://x", "prompt": "p"]))
        #expect(!(try await isDenied("WebFetch(http://*)", "WebFetch", ["url": "https://x", "prompt": "p"])))
    }

    @Test func `texts that are no rules are not taken for some`() {
        for text in ["", "Bash(", "Bash()", "Bash(sudo *", "Bash sudo", "(x)", "Bash(a)b"] {
            #expect(GuardRule(text) == nil)
        }
        let rules = GuardRule.rules(["Bash(a", "b)", "Edit(*.env)", "Bash("])
        #expect(rules.map(\.text) == ["Bash(a,b)", "Edit(*.env)", "Bash("])
        #expect(rules.map { $0.rule == nil } == [false, false, true])
    }
}
