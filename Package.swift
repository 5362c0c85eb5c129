// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target is compiled alike: Swift 6 mode, strict memory safety, warnings are errors.
let swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

/// Compiling a model of a hundred dialects takes seconds without optimisation, at every start of a daemon under test.
let optimisedSettings = swiftSettings + [.unsafeFlags(["-O"], .when(configuration: .debug))]

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let certificates: Target.Dependency = .product(name: "X509", package: "swift-certificates")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let swiftASN1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")

/// The rooms, lowest floor first. A room imports only rooms of lower floors, never a sibling.
let rooms: [Target] = [
    // Floor 0: foreign headers, and the nouns everybody shares.
    .target(
        name: "CMilter",
        linkerSettings: [
            .linkedLibrary("milter"),
            // libmilter has a reader of packets of its own: the linker must be told that the program's is to be found first.
            .unsafeFlags(["-Xlinker", "--export-dynamic-symbol=mi_rd_cmd"]),
        ]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
    .systemLibrary(name: "CIDN2", pkgConfig: "libidn2", providers: [.apt(["libidn2-dev"])]),
    .systemLibrary(name: "CPcap", pkgConfig: "libpcap", providers: [.apt(["libpcap-dev"])]),
    .target(name: "CZlib", linkerSettings: [.linkedLibrary("z")]),
    .systemLibrary(name: "CEigen", pkgConfig: "eigen3", providers: [.apt(["libeigen3-dev", "libspectra-dev"])]),
    .target(name: "CSpectra", dependencies: ["CEigen"]),
    .target(name: "SMTP", dependencies: ["CIDN2"], swiftSettings: swiftSettings),
    .target(name: "Sockets", swiftSettings: swiftSettings),
    .target(name: "Threads", swiftSettings: swiftSettings),
    .target(name: "Processes", swiftSettings: swiftSettings),
    .target(name: "Spectral", dependencies: ["CSpectra"], swiftSettings: swiftSettings),

    // Floor 1: one face per foreign library, and the four rooms of the decision.
    .target(name: "Milter", dependencies: ["SMTP"], swiftSettings: swiftSettings),
    .target(
        name: "MilterLib", dependencies: ["CMilter", "Milter", "SMTP", "Sockets", "Threads"],
        path: "Sources/Listening/MilterLib", swiftSettings: swiftSettings),
    .target(name: "SQLite", dependencies: ["CSQLite"], swiftSettings: swiftSettings),
    .target(name: "KeyedHashing", dependencies: ["CSodium", "SMTP"], swiftSettings: swiftSettings),
    .target(name: "Wire", dependencies: ["SMTP"], path: "Sources/Listening/Wire", swiftSettings: swiftSettings),
    .target(name: "Sessions", dependencies: ["SMTP", "Wire"], swiftSettings: swiftSettings),
    .target(
        name: "Dialects", dependencies: ["SMTP"], resources: [.embedInCode("Resources/starter.dialects")],
        swiftSettings: optimisedSettings),
    .target(name: "Envelopes", dependencies: ["SMTP"], swiftSettings: swiftSettings),
    .target(name: "SpamTracker", dependencies: ["SMTP", "Spectral"], swiftSettings: swiftSettings),
    .target(
        name: "Policy", dependencies: ["SMTP"], resources: [.embedInCode("Resources/retries-badly")],
        swiftSettings: swiftSettings),
    .target(
        name: "Memory", dependencies: ["Policy", "SMTP"], path: "Sources/Deciding/Memory", swiftSettings: swiftSettings),
    .target(name: "AdminHTTP", dependencies: ["Sockets"], swiftSettings: swiftSettings),
    .target(name: "PolicyDelegation", dependencies: ["SMTP", "Sockets"], swiftSettings: swiftSettings),
    .target(name: "LogLines", dependencies: ["SMTP"], swiftSettings: swiftSettings),
    .target(name: "Files", dependencies: ["CZlib", "SMTP"], swiftSettings: swiftSettings),

    // Floor 2: what needs several of them.
    .target(
        name: "Captures", dependencies: ["CPcap", "CZlib", "LogLines", "SMTP", "Wire"], swiftSettings: swiftSettings),
    .target(name: "MailLogs", dependencies: ["LogLines", "SMTP"], swiftSettings: swiftSettings),
    .target(
        name: "Decision",
        dependencies: ["Dialects", "Envelopes", "KeyedHashing", "Memory", "Policy", "Sessions", "SMTP", "SpamTracker"],
        swiftSettings: swiftSettings),
    .target(
        name: "Keeping", dependencies: ["Decision", "Memory", "Policy", "SMTP", "SpamTracker"],
        path: "Sources/Keeping/Keeping",
        swiftSettings: swiftSettings),
    .target(
        name: "SQLiteStore",
        dependencies: ["Keeping", "KeyedHashing", "Memory", "Policy", "SMTP", "SQLite", "Threads"],
        path: "Sources/Keeping/SQLiteStore", swiftSettings: swiftSettings),

    // Teaching: what learns, judges itself and simulates. The daemon links none of it.
    .target(
        name: "DialectLearning", dependencies: ["Dialects", "Files", "Sessions", "SMTP"],
        path: "Sources/Teaching/DialectLearning",
        swiftSettings: swiftSettings),
    .target(
        name: "EnvelopeTraining", dependencies: ["Envelopes", "Files", "SMTP"],
        path: "Sources/Teaching/EnvelopeTraining",
        swiftSettings: swiftSettings),
    .target(
        name: "Evaluation",
        dependencies: ["DialectLearning", "Dialects", "EnvelopeTraining", "Envelopes", "Sessions", "SMTP"],
        path: "Sources/Teaching/Evaluation", swiftSettings: swiftSettings),
    .target(
        name: "Importing",
        dependencies: [
            "Captures", "Files", "Keeping", "LogLines", "MailLogs", "SenderLab", "Sessions", "SMTP", "SpamTracker",
            "Wire",
        ],
        path: "Sources/Teaching/Importing", swiftSettings: swiftSettings),
    .target(
        name: "ProbeSink",
        dependencies: [
            "DialectLearning", "Dialects", "Files", "Sessions", "SMTP", "Wire", nioCore, nioPosix, nioTLS, nioSSL,
            certificates, cryptoExtras, swiftASN1,
        ],
        swiftSettings: swiftSettings),
    .target(
        name: "SenderLab", dependencies: ["Files", "SMTP", "SpamTracker", "Spectral"],
        path: "Sources/Teaching/SenderLab",
        swiftSettings: swiftSettings),

    // Floor 3: the administrator's file.
    .target(
        name: "Configuration", dependencies: ["Keeping", "KeyedHashing", "Memory", "Policy", "SMTP", "SQLiteStore"],
        swiftSettings: swiftSettings),

    // Floor 4: composition, and how commands print.
    .target(
        name: "Terminal", dependencies: ["Processes", "SMTP", system], path: "Sources/Speaking/Terminal",
        swiftSettings: swiftSettings),
    .target(
        name: "Daemon",
        dependencies: [
            "AdminHTTP", "Configuration", "Decision", "Dialects", "Envelopes", "Files", "Keeping", "KeyedHashing",
            "Milter", "MilterLib",
            "Memory", "Policy",
            "PolicyDelegation", "Sessions", "SMTP", "Sockets", "SpamTracker", "Spectral", "Threads", logging,
            system,
        ],
        swiftSettings: swiftSettings),
    .target(
        name: "Diagnosis",
        dependencies: [
            "AdminHTTP", "Configuration", "Decision", "Dialects", "Envelopes", "Keeping", "KeyedHashing", "Memory",
            "Policy",
            "Processes", "SMTP", "Sockets",
        ],
        swiftSettings: swiftSettings),
    .target(
        name: "Commands",
        dependencies: [
            "AdminHTTP", "Captures", "Configuration", "Decision", "Diagnosis", "DialectLearning", "Dialects",
            "EnvelopeTraining", "Envelopes", "Evaluation", "Files", "Importing", "Keeping", "KeyedHashing", "LogLines",
            "MailLogs", "Memory", "Policy", "ProbeSink", "Processes", "SenderLab", "Sessions", "SMTP", "Sockets",
            "SpamTracker",
            "Spectral", "Terminal", argumentParser, system,
        ],
        swiftSettings: swiftSettings),

    // Floor 5: mains only.
    .executableTarget(
        name: "argotd", dependencies: ["Configuration", "Daemon", "SMTP", "Sockets", argumentParser],
        swiftSettings: swiftSettings),
    .executableTarget(name: "argot", dependencies: ["Commands"], swiftSettings: swiftSettings),
]

/// Test code talks to sockets and processes directly, so it is not held to strict memory safety.
let testSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

func testTarget(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: testSettings)
}

/// What the tests stand on: a milter-protocol peer, client personas, a probe filter and libmilter itself in C.
let support: [Target] = [
    .target(
        name: "Seeded", dependencies: ["Spectral"], path: "Tests/Support/Seeded", swiftSettings: testSettings),
    .target(name: "ScratchFiles", path: "Tests/Support/ScratchFiles", swiftSettings: testSettings),
    .target(name: "FakeMTA", dependencies: ["Seeded"], path: "Tests/Support/FakeMTA", swiftSettings: testSettings),
    .target(name: "ClientLab", dependencies: ["Seeded"], path: "Tests/Support/ClientLab", swiftSettings: testSettings),
    .target(
        name: "DaemonLab", dependencies: ["ClientLab", "DialectLearning", "FakeMTA", "Sessions", "SMTP", "Wire"],
        path: "Tests/Support/DaemonLab",
        swiftSettings: testSettings),
    .target(
        name: "MemoryStore", dependencies: ["Keeping", "KeyedHashing", "Memory", "Policy", "SMTP"],
        path: "Tests/Support/MemoryStore", swiftSettings: testSettings),
    .target(
        name: "SiteLab", dependencies: ["Decision", "Dialects", "KeyedHashing", "Memory", "Policy", "Seeded", "SMTP"],
        path: "Tests/Support/SiteLab", swiftSettings: testSettings),
    .executableTarget(
        name: "fault-lab",
        dependencies: [
            "AdminHTTP", "ClientLab", "Configuration", "DaemonLab", "Decision", "FakeMTA", "Memory", "Policy", "Seeded",
            "SiteLab",
            "SMTP", "Sockets",
        ],
        path: "Tests/Support/FaultLab", swiftSettings: testSettings),
    .executableTarget(
        name: "argot-lab", dependencies: ["ClientLab"], path: "Tests/Support/LabRunner", swiftSettings: testSettings),
    .executableTarget(
        name: "verdict-lab", dependencies: ["ClientLab", "DaemonLab", "FakeMTA"], path: "Tests/Support/VerdictLab",
        swiftSettings: testSettings),
    .executableTarget(
        name: "milter-probe", dependencies: ["Milter", "MilterLib", "SMTP", "Sockets", "Threads"],
        path: "Tests/Support/MilterProbe",
        swiftSettings: testSettings),
    .executableTarget(
        name: "reference-filter", path: "Tests/Support/ReferenceFilter", linkerSettings: [.linkedLibrary("milter")]),
    .executableTarget(name: "milter-load", path: "Tests/Benchmarks/MilterLoad"),
    .systemLibrary(
        name: "CARPACK", path: "Tests/Support/CARPACK", pkgConfig: "arpack", providers: [.apt(["libarpack2-dev"])]),
    .executableTarget(
        name: "clustering-benchmark", dependencies: ["Seeded", "Spectral"], path: "Tests/Benchmarks/Clustering",
        swiftSettings: testSettings),
    .executableTarget(
        name: "dialects-benchmark", dependencies: ["Dialects", "SMTP"], path: "Tests/Benchmarks/Dialects",
        swiftSettings: testSettings),
    .executableTarget(
        name: "envelopes-benchmark", dependencies: ["Envelopes", "SMTP"], path: "Tests/Benchmarks/Envelopes",
        swiftSettings: testSettings),
    .executableTarget(
        name: "senders-benchmark", dependencies: ["Seeded", "SMTP", "SpamTracker"], path: "Tests/Benchmarks/Senders",
        swiftSettings: testSettings),
]

let tests: [Target] = [
    testTarget("SMTPTests", ["Seeded", "SMTP"]),
    testTarget("WireTests", ["Seeded", "SMTP", "Wire"]),
    testTarget("ThreadsTests", ["Seeded", "Threads"]),
    testTarget(
        "MilterTests",
        ["CMilter", "Milter", "MilterLib", "SMTP", "Sockets", "FakeMTA", "milter-probe", "reference-filter"]),
    testTarget("SessionsTests", ["Seeded", "Sessions", "SMTP"]),
    testTarget("DialectsTests", ["DialectLearning", "Dialects", "Seeded", "SMTP"]),
    .testTarget(
        name: "SpectralTests", dependencies: ["CARPACK", "Seeded", "Spectral"],
        resources: [.embedInCode("Fixtures/planted.txt"), .embedInCode("Fixtures/bipartite.txt")],
        swiftSettings: testSettings),
    testTarget("SpamTrackerTests", ["Seeded", "SenderLab", "SMTP", "SpamTracker", "Spectral"]),
    testTarget("EnvelopesTests", ["EnvelopeTraining", "Envelopes", "Seeded", "SMTP"]),
    testTarget("CapturesTests", ["Captures", "LogLines", "Seeded", "SMTP"]),
    testTarget("FilesTests", ["Files", "Seeded", "SMTP"]),
    testTarget("LogLinesTests", ["LogLines", "Seeded", "SMTP"]),
    testTarget("MailLogsTests", ["LogLines", "MailLogs", "Seeded", "SMTP"]),
    testTarget("DialectLearningTests", ["DialectLearning", "Dialects", "Seeded", "SMTP"]),
    testTarget("EnvelopeTrainingTests", ["EnvelopeTraining", "Envelopes", "Seeded", "SMTP"]),
    testTarget("EvaluationTests", ["Dialects", "Evaluation", "ScratchFiles", "SMTP"]),
    testTarget("ImportingTests", ["Files", "Importing", "Keeping", "LogLines", "ScratchFiles", "SMTP", "Sessions"]),
    testTarget("SenderLabTests", ["Files", "ScratchFiles", "Seeded", "SenderLab", "SMTP", "SpamTracker"]),
    testTarget("ProbeSinkTests", ["ClientLab", "Dialects", "ProbeSink", "Seeded", "Sessions", "SMTP"]),
    testTarget("AdminHTTPTests", ["AdminHTTP", "Seeded", "Sockets"]),
    testTarget("DiagnosisTests", ["Diagnosis", "Keeping", "Processes", "SMTP", "Sockets"]),
    testTarget("PolicyDelegationTests", ["PolicyDelegation", "Seeded", "SMTP", "Sockets"]),
    testTarget("MemoryTests", ["Memory", "Policy", "Seeded", "SMTP"]),
    testTarget("PolicyTests", ["Policy", "Seeded", "SMTP"]),
    testTarget(
        "DecisionTests",
        ["Decision", "Dialects", "KeyedHashing", "Memory", "Policy", "Sessions", "SMTP", "SpamTracker"]),
    testTarget("SiteTests", ["Policy", "SiteLab", "SMTP"]),
    testTarget(
        "KeepingTests",
        [
            "Configuration", "Decision", "Keeping", "KeyedHashing", "MemoryStore", "Memory", "Policy", "Seeded", "SMTP",
            "SpamTracker",
        ]),
    testTarget("SQLiteStoreTests", ["Keeping", "KeyedHashing", "Memory", "Policy", "SMTP", "SQLite", "SQLiteStore"]),
    testTarget("ConfigurationTests", ["Configuration", "Policy", "Seeded", "SMTP", "Sockets"]),
    testTarget(
        "DaemonTests",
        [
            "Configuration", "Daemon", "Decision", "Dialects", "Keeping", "KeyedHashing", "Milter", "Memory", "Policy",
            "Seeded",
            "SMTP", "SpamTracker", "SQLiteStore", logging,
        ]),
    testTarget(
        "CommandsTests",
        [
            "AdminHTTP", "Commands", "Configuration", "Decision", "Keeping", "KeyedHashing", "Memory", "Policy",
            "ScratchFiles",
            "Sessions", "SMTP", "SpamTracker", "SQLiteStore", "argot",
        ]),
    testTarget("TerminalTests", ["SMTP", "Terminal"]),
    testTarget("FakeMTATests", ["FakeMTA", "reference-filter"]),
    testTarget(
        "PackagingTests",
        [
            "argot", "argotd", "ClientLab", "Commands", "Configuration", "Daemon", "DaemonLab", "FakeMTA", "Sockets",
            argumentParser, logging,
        ]),
    testTarget(
        "EndToEndTests", ["argot", "argotd", "ClientLab", "DaemonLab", "FakeMTA", "Seeded", "SMTP"]),
    testTarget("MailServerTests", ["ClientLab", "DaemonLab", "argot", "argotd", "Seeded"]),
    testTarget(
        "PostfixTests",
        [
            "ClientLab", "DaemonLab", "FakeMTA", "argot", "argot-lab", "argotd", "milter-probe", "reference-filter",
            "Seeded",
        ]),
    testTarget(
        "SendmailTests",
        ["ClientLab", "DaemonLab", "FakeMTA", "argot", "argotd", "milter-probe", "reference-filter", "Seeded"]),
]

let package = Package(
    name: "argot",
    products: [
        .executable(name: "argotd", targets: ["argotd"]),
        .executable(name: "argot", targets: ["argot"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
        // Documentation only: swift package generate-documentation --target Daemon
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
    ],
    targets: rooms + support + tests,
    cLanguageStandard: .gnu17,
    cxxLanguageStandard: .gnucxx17
)
