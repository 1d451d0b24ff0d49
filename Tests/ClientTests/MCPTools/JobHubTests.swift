import Client
import HTTP
import Platform
import RoostTesting
import Testing

@Suite struct JobHubTests {
    private static let hub = "letta_job_monitor"
    private static let job: JSONValue = [
        "id": "job-1", "status": "running", "job_type": "job", "created_at": "2026-01-01T00:00:00Z",
        "callback_url": nil, "metadata": ["type": "embedding"],
    ]
    private static let run: JSONValue = [
        "id": "run-1", "status": "completed", "agent_id": .string(Known.agent), "stop_reason": "end_turn",
        "created_at": "2026-01-02T00:00:00Z", "background": nil,
    ]

    @Test func `jobs and runs are one list, newest first`() async throws {
        let tools = ScriptedTools(["GET /v1/jobs/": [Self.job], "GET /v1/runs/": [Self.run]])
        let value = try await tools.value(Self.hub, ["operation": "list", "limit": 10])
        #expect(value["data"]?.array?.compactMap { $0["id"]?.string } == ["run-1", "job-1"])
        #expect(
            value["data"]?.array?.last == [
                "id": "job-1", "status": "running", "job_type": "job", "created_at": "2026-01-01T00:00:00Z",
            ])
        _ = try await tools.value(Self.hub, ["operation": "list_active"])
        #expect(tools.calls.last == "GET /v1/runs/?active=true&limit=50")
        #expect(try await tools.value(Self.hub, ["operation": "list", "limit": 1])["count"] == 1)
    }

    @Test func `what is a job and a run to its server is one line`() async throws {
        try await withTools { tools in
            let agent = try await tools.server.post("/v1/agents/", ["name": "demo"]).id
            let run = try await tools.server.addRun(ofAgent: agent)
            for operation in ["list", "list_active"] {
                let listed = try await tools.value(Self.hub, ["operation": .string(operation)])
                #expect(listed["data"]?.array?.compactMap { $0["id"]?.string } == [run])
            }
            let job = run.replacing("run-", with: "job-")
            for id in [run, job] {
                let shown = try await tools.value(Self.hub, ["operation": "get", "job_id": .string(id)])
                #expect(shown["data"]?["id"] == .string(run))
            }
            let ended = try await tools.value(Self.hub, ["operation": "cancel", "job_id": .string(job)])
            #expect(ended["data"]?["status"] == "cancelled")
        }
    }

    @Test func `a server that has only runs lists them, and says so`() async throws {
        let tools = ScriptedTools([
            "GET /v1/jobs/": .detail(501, "Jobs are not served yet."), "GET /v1/runs/": .v1([Self.run]),
        ])
        let value = try await tools.value(Self.hub, ["operation": "list"])
        #expect(value["count"] == 1)
        #expect(value["hints"] == ["Jobs are not served yet."])
    }

    @Test func `a job or run is shown and cancelled`() async throws {
        let tools = ScriptedTools([
            "GET /v1/jobs/job-1": Self.job, "GET /v1/runs/run-1": Self.run, "PATCH /v1/jobs/job-1/cancel": Self.job,
            "POST /v1/runs/run-1/cancel": Self.run,
        ])
        let job = try await tools.value(Self.hub, ["operation": "get", "job_id": "job-1"])
        #expect(job["data"]?["metadata"] == ["type": "embedding"])
        #expect(job["data"]?.object?.members.contains { $0.value.isNull } == false)
        #expect(job["message"] == "Status: running.")
        let run = try await tools.value(Self.hub, ["operation": "get", "job_id": "run-1"])
        #expect(run["data"]?["stop_reason"] == "end_turn")
        for id in ["job-1", "run-1"] {
            let value = try await tools.value(Self.hub, ["operation": "cancel", "job_id": .string(id)])
            #expect(value["data"]?["id"] == .string(id))
        }
    }

    @Test func `what is missing or unknown is an error`() async throws {
        let tools = ScriptedTools(["GET /v1/jobs/job-2": .detail(404, "Job not found")])
        for operation in ["get", "cancel"] {
            let value = try await tools.failure(Self.hub, ["operation": .string(operation)])
            #expect(value["message"] == "'job_id' is missing.")
        }
        let unknown = try await tools.failure(Self.hub, ["operation": "get", "job_id": "job-2"])
        #expect(unknown["message"] == "Job not found")
        for operation in ["list", "list_active"] {
            let value = try await tools.failure(Self.hub, ["operation": .string(operation), "limit": 0])
            #expect(value["message"]?.string?.contains("1 to 1000") == true)
        }
    }
}
