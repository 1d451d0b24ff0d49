/// `letta_job_monitor`.
enum JobHub {
    static let tool = Hub(
        name: "letta_job_monitor", title: "Jobs", description: "Jobs.", parameters: [], operations: []
    ).tool
}
