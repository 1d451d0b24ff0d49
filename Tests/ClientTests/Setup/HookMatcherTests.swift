import Platform
import Testing

@testable import Client

@Suite struct HookMatcherTests {
    @Test func `arguments and tools that do not exist are dead, everything else lives`() {
        #expect(HookMatcher("Bash\\(rm|Bash\\(sudo").living == nil)
        #expect(HookMatcher("Write(*.py)").living == nil)
        #expect(HookMatcher("Edit|Write|str_replace").living == "Edit|Write")
        for text in ["", "*", "Bash", "mcp__(a|b)__.*", "Edit|MultiEdit|Write", ".*"] {
            #expect(HookMatcher(text).living == text)
        }
    }

    @Test(arguments: [
        ("python ~/.claude/hooks/letta-session-start.py", true), ("python3 '/x/letta-a.py' && true", true),
        ("python hooks/format.py", false), ("letta-mcp", false), ("roost hook Stop", false),
    ])
    func `the guides' scripts are known by their names`(_ command: String, _ isTheirs: Bool) {
        #expect(HookEntries.isPredecessor(["type": "command", "command": .string(command)]) == isTheirs)
    }

    @Test func `our hooks are known by whichever path and spelling`() {
        #expect(HookEntries.isOurs(["command": "/usr/local/bin/roost", "args": ["hook", "Stop"]]))
        #expect(HookEntries.isOurs(["command": "roost hook Stop"]))
        #expect(!HookEntries.isOurs(["command": "roost", "args": ["search"]]))
        #expect(!HookEntries.isOurs(["command": "rooster hook Stop"]))
    }
}
