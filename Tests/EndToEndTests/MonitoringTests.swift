import ClientLab
import DaemonLab
import FakeMTA
import Foundation
import Testing

/// What monitoring is given: metrics that promtool finds nothing wrong with, and rules and a dashboard that ask for
/// nothing else.
@Suite("Monitoring")
struct MonitoringTests {
    /// The repository's root.
    private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: repository.appending(path: path), encoding: .utf8)
    }

    /// A program's exit status and all that it wrote.
    private func run(_ program: String, _ arguments: [String], input: String = "/dev/null") throws -> (
        status: Int32, text: String
    ) {
        let directory = try ScratchDirectory(prefix: "argot")
        let file = directory.path + "/out"
        let child = try ChildProcess(program, arguments, input: input, output: file, errors: file)
        guard case .exited(let status) = child.wait(until: .after(.seconds(300))) else {
            throw LabError(.timedOut, "\(program) \(arguments)")
        }
        return (status, (try? String(contentsOfFile: file, encoding: .utf8)) ?? "")
    }

    private func metrics(_ daemon: ArgotDaemon) throws -> String {
        let curl = try Executable.require("curl", package: "curl")
        let address = ["--unix-socket", daemon.path("control.sock"), "http://argotd/metrics"]
        return try run(curl, ["-s", "-S", "--max-time", "60"] + address).text
    }

    /// The names of the metrics that a text asks for.
    private func names(in text: String) -> Set<String> {
        Set(text.matches(of: /\b(?:argot|process)_[a-z_]+[a-z]\b/).map { String($0.output) })
    }

    @Test(arguments: [
        "contrib/prometheus/argot.rules.yml", "contrib/prometheus/argot.rules.test.yml", "contrib/grafana/argot.json",
    ])
    func whatIsAskedForExists(_ file: String) throws {
        // Those of a group of sites are there where one is listened to.
        let daemon = try ArgotDaemon.started(["senders_snapshot": "DIRECTORY/group.snapshot"])
        let page = try metrics(daemon)
        var known = Set<String>()
        for line in page.split(separator: "\n") where line.hasPrefix("# TYPE ") {
            let words = line.split(separator: " ")
            let name = String(words[2])
            known.formUnion(words[3] == "histogram" ? ["_bucket", "_sum", "_count"].map { name + $0 } : [name])
        }
        #expect(known.count > 30)
        let asked = names(in: try Self.text(file))
        #expect(asked.count > 5)
        #expect(asked.subtracting(known) == [])
    }

    /// What the issue of a metric's absence would hide: each of these is there from the start.
    @Test func theListIsComplete() throws {
        let page = try metrics(ArgotDaemon.started())
        for name in [
            "argot_verdicts_total", "argot_reasons_total", "argot_callback_duration_seconds", "argot_sessions",
            "argot_journal_dropped_total", "argot_store_dropped_total", "argot_journal_waiting", "argot_store_pending",
            "argot_model_age_seconds", "argot_snapshot_age_seconds", "argot_sender_scores_age_seconds",
            "argot_breaker_tripped", "argot_breaker_suspended", "argot_store_up", "argot_log_dropped_total",
            "process_resident_memory_bytes",
        ] {
            #expect(page.contains("# HELP \(name) "), "\(name)")
        }
    }

    private static let promtool = Executable.path(of: "promtool")
    private static let isInCI = ProcessInfo.processInfo.environment["CI"] != nil

    @Test(.enabled(if: isInCI || promtool != nil, "needs Debian's prometheus"))
    func promtoolFindsNothingWrong() throws {
        let promtool = try Executable.require("promtool", package: "prometheus")
        let daemon = try ArgotDaemon.started()
        _ = try daemon.botReply()
        #expect(daemon.awaitVerdicts(1).count == 1)
        try daemon.write(try metrics(daemon), to: "metrics")
        let check = try run(promtool, ["check", "metrics"], input: daemon.path("metrics"))
        #expect(check.status == 0 && check.text == "", "\(check.text)")
        let directory = Self.repository.appending(path: "contrib/prometheus").path
        for arguments in [
            ["check", "config", directory + "/prometheus.yml"], ["check", "rules", directory + "/argot.rules.yml"],
            ["test", "rules", directory + "/argot.rules.test.yml"],
        ] {
            let result = try run(promtool, arguments)
            #expect(result.status == 0, "\(result.text)")
        }
        // Every alert has a test that it fires.
        let alerts = try Self.text("contrib/prometheus/argot.rules.yml").matches(of: /alert: (\w+)/).map(\.output.1)
        let tests = try Self.text("contrib/prometheus/argot.rules.test.yml")
        #expect(alerts.count > 5)
        for alert in alerts { #expect(tests.contains("alertname: \(alert)\n        exp_alerts:"), "\(alert)") }
    }

    private struct Dashboard: Decodable {
        struct Panel: Decodable {
            struct Target: Decodable { var expr: String }
            var title: String
            var targets: [Target]
        }
        var panels: [Panel]
    }

    private struct Answer: Decodable {
        struct Data: Decodable { var result: [Result] }
        struct Result: Decodable {}
        var status: String
        var data: Data?
    }

    /// A real Prometheus reads a real argotd, and answers every query of the dashboard.
    @Test(.enabled(if: isInCI || Executable.path(of: "prometheus") != nil, "needs Debian's prometheus"))
    func prometheusAnswersEveryPanel() throws {
        let prometheus = try Executable.require("prometheus", package: "prometheus")
        let port = try LoopbackPort.free()
        let daemon = try ArgotDaemon.started(["metrics_socket": "inet:\(port)@127.0.0.1"])
        let own = try LoopbackPort.free()
        try daemon.write(
            """
            scrape_configs:
              - job_name: argot
                scrape_interval: 1s
                static_configs: [{targets: ["127.0.0.1:\(port)"]}]
            """, to: "prometheus.yml")
        let process = try ChildProcess(
            prometheus,
            [
                "--config.file=\(daemon.path("prometheus.yml"))", "--storage.tsdb.path=\(daemon.path("tsdb"))",
                "--web.listen-address=127.0.0.1:\(own)",
            ], output: daemon.path("prometheus.log"), errors: daemon.path("prometheus.log"))
        defer { process.stop() }
        func ask(_ query: String) throws -> Answer? {
            let text = try run(
                Executable.require("curl", package: "curl"),
                [
                    "-s", "--max-time", "60", "-G", "http://127.0.0.1:\(own)/api/v1/query", "--data-urlencode",
                    "query=\(query)",
                ]
            ).text
            return try? JSONDecoder().decode(Answer.self, from: Data(text.utf8))
        }
        // Rates need two readings of everything, verdicts of a bot among it.
        _ = try daemon.botReply()
        #expect(daemon.awaitVerdicts(1).count == 1)
        let isRead = try Poll.until(.after(.seconds(240))) {
            try ask("count_over_time(argot_verdicts_total[1m]) >= 3")?.data?.result.isEmpty == false
        }
        #expect(isRead, "\(daemon.contents(of: "prometheus.log").suffix(2_000))")
        let dashboard = try JSONDecoder().decode(
            Dashboard.self, from: Data(try Self.text("contrib/grafana/argot.json").utf8))
        #expect(dashboard.panels.count > 10)
        // Neither a model's file, nor scores, nor a group's snapshot are there in this laboratory.
        let mayBeEmpty = ["argot_model_age_seconds", "argot_sender_scores_age_seconds", "argot_sender_snapshot_"]
        for panel in dashboard.panels {
            for target in panel.targets {
                let query = target.expr.replacing("$__rate_interval", with: "1m").replacing("$instance", with: ".*")
                let answer = try ask(query)
                #expect(answer?.status == "success", "\(panel.title): \(query)")
                if !mayBeEmpty.contains(where: query.contains) {
                    #expect(answer?.data?.result.isEmpty == false, "\(panel.title): \(query)")
                }
            }
        }
    }
}
