import Domain
import Platform

/// Tells what a call came to.
struct CallReport: Sendable {
    let outcome: WorkerCall.Outcome
    let limits: CodeLimits
    let mask: SecretMask
    /// It asked for the network, which this server does not give.
    var lacksNetwork = false

    init(outcome: WorkerCall.Outcome, limits: CodeLimits, mask: SecretMask) {
        self.outcome = outcome
        self.limits = limits
        self.mask = mask
    }

    func result() -> CodeResult {
        var stderr = printed(outcome.error)
        let result: CodeResult
        switch answer() {
        case .success(.value(let text, let value)):
            result = CodeResult(
                .returned, text: mask.masked(text), value: value.map(mask.masked), stdout: printed(outcome.output),
                stderr: stderr)
        case .success(.failure(let kind, let message, let traceback, _)):
            if let traceback, !traceback.isEmpty { stderr.append(mask.masked(traceback)) }
            result = failed(.raised(kind: mask.masked(kind), message: mask.masked(message)), stderr)
        case .success(.schema): result = failed(.killed("What it returned is not an answer."), stderr)
        case .failure(let ending): result = failed(ending.ending, stderr)
        }
        return result
    }

    /// - Throws: `CodeError`.
    func schema() throws(CodeError) -> JSONObject {
        switch answer() {
        case .success(.schema(let schema)): return schema
        case .success(.failure(_, let message, _, let line)):
            let place = line.map { " (line \($0))" } ?? ""
            throw CodeError(.invalidSource, message.contains("line") ? message : message + place)
        case .success(.value): throw CodeError(.invalidSource, "The source has no schema.")
        case .failure(let end):
            throw CodeError(.invalidSource, "The source could not be read. \(end.text)")
        }
    }

    private struct NoAnswer: Error {
        let ending: CodeResult.Ending

        var text: String {
            switch ending {
            case .killed(let text): text
            case .timedOut(let seconds): "It took more than \(seconds) seconds."
            case .raised(let kind, let message): "\(kind): \(message)"
            case .returned: ""
            }
        }
    }

    private func answer() -> Result<WorkerAnswer, NoAnswer> {
        switch outcome.end {
        case .answered(let line):
            do throws(WorkerAnswer.Unreadable) {
                return .success(try WorkerAnswer(line))
            } catch { return .failure(NoAnswer(ending: .killed(error.text))) }
        case .timedOut: return .failure(NoAnswer(ending: .timedOut(seconds: limits.seconds)))
        case .stopped(let text): return .failure(NoAnswer(ending: .killed(text)))
        case .ended(let ending): return .failure(NoAnswer(ending: .killed(explanation(of: ending))))
        case .cancelled: return .failure(NoAnswer(ending: .killed("It was cancelled.")))
        }
    }

    private func failed(_ ending: CodeResult.Ending, _ stderr: [String]) -> CodeResult {
        var stderr = stderr
        if lacksNetwork, Self.missesNetwork(ending, stderr) {
            stderr.insert("It asked for the network, which this server does not give (setting sandbox-network).", at: 0)
        }
        return CodeResult(ending, text: "", stdout: printed(outcome.output), stderr: stderr)
    }

    /// Whether it failed as code does that finds no network.
    private static func missesNetwork(_ ending: CodeResult.Ending, _ stderr: [String]) -> Bool {
        var texts = stderr
        if case .raised(let kind, let message) = ending { texts += [kind, message] }
        return texts.contains { text in
            [
                "Network is unreachable", "name resolution", "Name or service not known", "ENETUNREACH", "EAI_AGAIN",
                "gaierror", "fetch failed", "Operation not permitted", "Address family not supported",
            ].contains { text.containsBytes(of: $0) }
        }
    }

    private func printed(_ capture: WorkerCall.Capture) -> [String] {
        guard !capture.bytes.isEmpty || capture.dropped > 0 else { return [] }
        var text = mask.masked(String(decoding: capture.bytes, as: UTF8.self))
        if capture.dropped > 0 { text += "\n[cut: \(capture.dropped) more bytes were printed]" }
        return [text]
    }

    private func explanation(of ending: ChildProcess.Ending) -> String {
        let signal: Int32 =
            switch ending {
            // Bubblewrap and shells tell signals so.
            case .exited(let code): code > 128 ? code - 128 : 0
            case .signalled(let number): number
            }
        switch signal {
        case 0: return "It ended without a result (exit code \(exitCode(ending)))."
        case 24:
            return "It was ended because it used more than \(Int(limits.processorSeconds)) seconds of processor time."
        case 25: return "It was ended because it wrote a file larger than \(limits.files >> 20) MB."
        case 9: return "It was killed (SIGKILL), perhaps because the machine had no memory left."
        case 11, 7: return "It crashed (signal \(signal)), perhaps because it had no memory or stack left."
        default: return "It was ended by signal \(signal)."
        }
    }

    private func exitCode(_ ending: ChildProcess.Ending) -> Int32 {
        if case .exited(let code) = ending { code } else { -1 }
    }
}
