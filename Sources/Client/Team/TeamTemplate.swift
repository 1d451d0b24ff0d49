/// What shared blocks begin with when `--template` is given.
package struct TeamTemplate: Sendable {
    package let label: String
    package let description: String
    package let value: String

    package static let all = [standards, decisions]

    package static func named(_ label: String) -> TeamTemplate? { all.first { $0.label == label } }

    package static let standards = TeamTemplate(
        label: "team_standards",
        description: "How this team works. Follow it; change it only when the team has agreed.",
        value: """
            # Team standards
            One rule a line; say why where it is not plain.

            ## Code
            -

            ## Reviews
            -

            ## Tests
            -

            ## Releases
            -

            ## Never
            - Secrets, keys or personal data in code, logs or memory.

            """)

    package static let decisions = TeamTemplate(
        label: DecisionLog.label,
        description: "Decisions about the architecture, numbered. What is accepted holds until another decision "
            + "supersedes it.",
        value: DecisionLog().text)
}
