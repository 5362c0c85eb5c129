import Foundation

/// What milter-probe, and argotd in tests of it, stand on.
public enum EngineUnderTest: String, CaseIterable, Sendable {
    /// Sendmail's library.
    case libmilter

    /// The package's own.
    case native

    /// The one of the test that runs: of ARGOT_ENGINE in the environment, or libmilter, where nothing is said.
    @TaskLocal public static var current =
        ProcessInfo.processInfo.environment["ARGOT_ENGINE"].flatMap(EngineUnderTest.init(rawValue:)) ?? .libmilter

    /// The options that tell milter-probe.
    public static func options(for name: String) -> [String] {
        name == ScriptedFilter.probe && current != .libmilter ? ["--engine", current.rawValue] : []
    }
}
