import Domain
import Platform
import Sandbox
import Testing

/// What this machine can do.
enum SandboxMachine {
    /// Skips what needs bubblewrap where it does not run, and says so.
    static let requirement = ConditionTrait.enabled("bubblewrap runs here") {
        let sandbox = LocalSandbox(TestRunner.configuration(), log: .silent)
        guard let obstacle = await sandbox.obstacle(to: .python) else { return true }
        print("SKIPPED, bubblewrap does not run here: \(obstacle)")
        return false
    }
}
