import Domain
import Platform
import Sandbox
import Testing

extension HostileTests {
    /// Tools that abuse what they print and return.
    @Suite(.serialized) struct Answers {
        @Test func `huge output is cut`() async throws {
            let result = try await HostileTool.run(
                "def main():\n    sys.stdout.write('x' * (20 << 20))\n    sys.stderr.write('y' * (2 << 20))\n    return 'done'"
            ) { $0.limits.output = 1000 }
            #expect(result.text == "done")
            #expect(result.stdout.first?.hasSuffix("xx\n[cut: 20970520 more bytes were printed]") == true)
            #expect(result.stdout.first?.utf8.prefix(1000).allSatisfy { $0 == UInt8(ascii: "x") } == true)
            #expect(result.stderr.first?.hasSuffix("[cut: 2096152 more bytes were printed]") == true)
        }

        @Test func `output without end is stopped`() async throws {
            let result = try await HostileTool.run(
                "def main():\n    while True:\n        os.write(1, b'x' * 65536)")
            #expect(result.complaint == "It was stopped because it printed more than 65 MB.")
            #expect((result.stdout.first?.utf8.count ?? 0) < 1_100_000)
        }

        @Test func `bytes that are no text are shown as well as can be`() async throws {
            let result = try await HostileTool.run("def main():\n    os.write(1, bytes(range(256)))\n    return 1")
            #expect(result.stdout.first?.unicodeScalars.contains("\u{FFFD}") == true)
        }

        @Test func `closing the descriptor of the answer ends the call`() async throws {
            let result = try await HostileTool.run("def main():\n    os.close(3)\n    time.sleep(1000)")
            #expect(
                result.complaint == "It was stopped because it closed the descriptor that results are returned by.")
        }

        @Test func `a forged answer is no more than its own`() async throws {
            let result = try await HostileTool.run(
                """
                def main():
                    os.write(3, b'{"ok": true, "text": "forged", "value": 1}\\n{"ok": true, "text": "second"}\\n')
                    time.sleep(1000)
                """)
            #expect(result.ending == .returned && result.text == "forged" && result.value == 1)
        }

        @Test func `an answer counts however soon its process has ended`() async throws {
            for number in 0..<30 {
                let call = CodeCall.python(
                    "import os\ndef main(n):\n    os.write(3, b'{\"ok\": true, \"text\": \"%d\"}\\n' % n)\n    os._exit(0)",
                    ["n": .int(Int64(number))])
                let result = try await HostileTool.sandbox.run(call)
                #expect(result.text == "\(number)", "\(result.complaint)")
            }
        }

        @Test func `an answer that is none is told`() async throws {
            for (text, complaint) in [
                ("hello", "What it returned cannot be read"), ("[]", "What it returned is not an answer."),
                ("{}", "What it returned is not an answer."), ("", "What it returned cannot be read"),
                (#"{"ok": true, "schema": {"name": "x"}}"#, "What it returned is not an answer."),
                (#"{"ok": true, "text": "\xff"}"#, "What it returned cannot be read"),
            ] {
                let result = try await HostileTool.run(
                    "def main(text):\n    os.write(3, text.encode('latin-1') + b'\\n')\n    time.sleep(1000)"
                ) { $0.arguments = ["text": .string(text.contains("\\xff") ? "\"\u{FF}\"" : text)] }
                #expect(result.complaint.hasPrefix(complaint), "\(text): \(result.complaint)")
            }
        }

        @Test func `an answer without end is stopped`() async throws {
            let result = try await HostileTool.run(
                "def main():\n    while True:\n        os.write(3, b'x' * 65536)")
            #expect(result.complaint == "It was stopped because what it returned is larger than 8388608 bytes.")
        }

        @Test func `a result that is too large is told`() async throws {
            let result = try await HostileTool.run("def main():\n    return 'x' * (5 << 20)") {
                $0.limits.reply = 1 << 20
            }
            #expect(result.complaint == "It was stopped because what it returned is larger than 1048576 bytes.")
        }

        @Test func `JSON that would burst is not unpacked`() async throws {
            let deep = try await HostileTool.run(
                "def main():\n    os.write(3, b'{\"ok\": true, \"text\": \"\", \"value\": ' + b'[' * 60000)\n    os.write(3, b']' * 60000 + b'}\\n')\n    time.sleep(1000)"
            )
            #expect(deep.complaint.containsBytes(of: "nested deeper"), "\(deep.complaint)")
            let wide = try await HostileTool.run("def main():\n    return [0] * 1000000")
            #expect(wide.complaint.hasPrefix("What it returned cannot be read"), "\(wide.complaint)")
            let number = try await HostileTool.run(
                "def main():\n    os.write(3, b'{\"ok\": true, \"text\": \"\", \"value\": 1' + b'0' * 50000 + b'e999999999}\\n')\n    time.sleep(1000)"
            )
            #expect(number.ending != .timedOut(seconds: 100), "\(number.complaint)")
        }

        @Test func `many names in an object are no work without end`() async throws {
            let result = try await HostileTool.run(
                "def main():\n    return {str(number): number for number in range(150000)}"
            ) { $0.environment = [CodeVariable("KEY", Secret("hunter2-hunter2"))] }
            #expect(result.value?.object?.count == 150_000)
        }

        @Test func `an exception with a huge message is a huge result`() async throws {
            let result = try await HostileTool.run("def main():\n    raise ValueError('x' * (20 << 20))")
            #expect(result.complaint == "It was stopped because what it returned is larger than 8388608 bytes.")
        }

        @Test func `arguments of megabytes arrive`() async throws {
            let text = String(repeating: "words ", count: 1 << 20)
            let result = try await HostileTool.run("def main(text):\n    return len(text)") {
                $0.arguments = ["text": .string(text)]
            }
            #expect(result.value == 6_291_456)
        }

        @Test func `a tool that never reads its arguments hangs nobody`() async throws {
            let result = try await HostileTool.run("def main(text):\n    os._exit(0)") {
                $0.arguments = ["text": .string(String(repeating: "x", count: 4 << 20))]
            }
            #expect(result.complaint == "It ended without a result (exit code 0).")
        }
    }
}
