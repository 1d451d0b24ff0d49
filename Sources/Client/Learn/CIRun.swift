package import Platform

/// The run of a pipeline that something was learned in, as far as its environment says.
package struct CIRun: Sendable, Equatable {
    package var commit: String?
    package var branch: String?
    /// Which run it is: its id with the number of the try.
    package var run: String?
    package var url: String?
    package var repository: String?
    /// Where the sources are: paths are shown relative to it.
    package var folder: String?
    /// Somebody else's words: a change that comes from a fork.
    package var isForeign = false
    package var time: Timestamp

    package init(time: Timestamp) { self.time = time }

    /// - Parameters:
    ///   - environment: of GitHub Actions, GitLab CI, Jenkins, or of a shell, which says nothing.
    ///   - event: what GitHub says happened, when it is known.
    package init(environment: [String: String], event: JSONValue? = nil, folder: String?, time: Timestamp) {
        let text = { (name: String) -> String? in environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        self.time = time
        self.folder = text("GITHUB_WORKSPACE") ?? text("CI_PROJECT_DIR") ?? text("WORKSPACE") ?? folder
        if text("GITHUB_ACTIONS") != nil {
            // Of a pull request GITHUB_SHA is a merge that nobody has ever seen.
            let head = event?["pull_request"]?["head"]
            commit = head?["sha"]?.string ?? text("GITHUB_SHA")
            branch = text("GITHUB_HEAD_REF") ?? text("GITHUB_REF_NAME")
            repository = text("GITHUB_REPOSITORY")
            run = text("GITHUB_RUN_ID").map { "github-\($0)-\(text("GITHUB_RUN_ATTEMPT") ?? "1")" }
            if let repository, let id = text("GITHUB_RUN_ID") {
                url = "\(text("GITHUB_SERVER_URL") ?? "https://github.com")/\(repository)/actions/runs/\(id)"
            }
            if let head, head["repo"]?["full_name"]?.string != repository {
                isForeign = true
                branch = head["label"]?.string ?? branch.map { "fork:" + $0 }
            }
        } else if text("GITLAB_CI") != nil {
            commit = text("CI_COMMIT_SHA")
            branch = text("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME") ?? text("CI_COMMIT_REF_NAME")
            repository = text("CI_PROJECT_PATH")
            run = text("CI_JOB_ID").map { "gitlab-\($0)" }
            url = text("CI_JOB_URL")
        } else {
            commit = text("GIT_COMMIT")
            branch = text("BRANCH_NAME") ?? text("GIT_BRANCH")
            run = text("BUILD_TAG")
            url = text("BUILD_URL")
        }
    }

    package var trust: Provenance.Trust { isForeign ? .web : .tool }

    /// `commit 1a2b3c4d5e, branch main`.
    var place: String? {
        let parts = [
            commit.map { "commit " + Self.short($0) }, branch.map { "branch " + LearnedText.line($0, 100) },
        ].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    static func short(_ commit: String) -> String { String(LearnedText.line(commit, 100).prefix(10)) }
}
