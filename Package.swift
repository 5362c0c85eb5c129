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

/// Compiling a model of a hundred dialects takes seconds without optimisation, at every start of a daemon under test; so
/// does a flood of strangers that tests remember.
let optimisedSettings = swiftSettings + [.unsafeFlags(["-O"], .when(configuration: .debug))]

/// Nothing waits for what these rooms do; what they take in the package counts.
let compactSettings = swiftSettings + [.unsafeFlags(["-Osize"], .when(configuration: .release))]

/// The linker of the toolchain, which is quicker than gold and packs relocations (packaging/debian/rules asks it to): a
/// twentieth less of each program.
let packing: [LinkerSetting] = [.unsafeFlags(["-use-ld=lld"], .when(configuration: .release))]

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")

/// The floors of the house, lowest first. A room imports rooms of lower floors, and of its own floor only the ground: the
/// rooms that the others of the floor stand on.
enum Floor: String, CaseIterable {
    case foundations = "Foundations"
    case listening = "Listening"
    case detecting = "Detecting"
    case deciding = "Deciding"
    case keeping = "Keeping"
    case teaching = "Teaching"
    case running = "Running"
    case speaking = "Speaking"

    /// The floor's ground, lowest first.
    var ground: [String] {
        switch self {
        case .foundations:
            [
                "CMilter", "CSQLite", "CSodium", "CIDN2", "CPcap", "CZlib", "CEigen", "CSpectra", "CEpoll", "CHiredis",
                "SMTP",
            ]
        case .listening: ["Wire", "LogLines", "Milter", "Packets", "Conversations"]
        case .detecting: []
        case .deciding: ["Policy", "Memory"]
        case .keeping: ["Keeping"]
        case .teaching: ["DialectLearning", "EnvelopeTraining", "DialectReputation", "SenderLab"]
        case .running: ["Configuration", "Control"]
        case .speaking: ["Explanations", "Terminal", "Diagnosis", "WebPages"]
        }
    }

    /// The folder of a room.
    func path(_ room: String) -> String { "Sources/\(rawValue)/\(room)" }
}

/// A room: a target in its floor's folder.
func room(
    _ name: String, on floor: Floor, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil,
    settings: [SwiftSetting] = swiftSettings
) -> Target {
    .target(
        name: name, dependencies: dependencies, path: floor.path(name), resources: resources, swiftSettings: settings)
}

/// The headers of a library that Debian has.
func library(_ name: String, pkgConfig: String, _ packages: String...) -> Target {
    .systemLibrary(
        name: name, path: Floor.foundations.path(name), pkgConfig: pkgConfig, providers: [.apt(packages)])
}

/// The rooms, lowest floor first.
let rooms: [Target] = [
    // Foundations: foreign headers and the faces of libraries, the nouns everybody shares, what the kernel offers.
    .target(
        name: "CMilter", path: Floor.foundations.path("CMilter"),
        linkerSettings: [
            .linkedLibrary("milter"),
            // libmilter has a reader of packets of its own: the linker must be told that the program's is to be found first.
            .unsafeFlags(["-Xlinker", "--export-dynamic-symbol=mi_rd_cmd"]),
        ]),
    library("CSQLite", pkgConfig: "sqlite3", "libsqlite3-dev"),
    library("CSodium", pkgConfig: "libsodium", "libsodium-dev"),
    library("CIDN2", pkgConfig: "libidn2", "libidn2-dev"),
    library("CPcap", pkgConfig: "libpcap", "libpcap-dev"),
    // Without pkg-config, whose flags for it SwiftPM does not let through: the headers lie where all headers lie.
    .systemLibrary(
        name: "CHiredis", path: Floor.foundations.path("CHiredis"), providers: [.apt(["libhiredis-dev"])]),
    .target(name: "CZlib", path: Floor.foundations.path("CZlib"), linkerSettings: [.linkedLibrary("z")]),
    library("CEigen", pkgConfig: "eigen3", "libeigen3-dev", "libspectra-dev"),
    .target(name: "CSpectra", dependencies: ["CEigen"], path: Floor.foundations.path("CSpectra")),
    room("SMTP", on: .foundations, ["CIDN2"]),
    .systemLibrary(name: "CEpoll", path: Floor.foundations.path("CEpoll")),
    room("Sockets", on: .foundations, ["CEpoll"]),
    room("Threads", on: .foundations),
    room("Processes", on: .foundations),
    room("Files", on: .foundations, ["CZlib", "SMTP"]),
    room("Documents", on: .foundations, ["SMTP"], settings: optimisedSettings),
    room("Spectral", on: .foundations, ["CSpectra"]),
    room("SQLite", on: .foundations, ["CSQLite"]),
    room("Redis", on: .foundations, ["CHiredis"]),
    room("KeyedHashing", on: .foundations, ["CSodium", "SMTP"]),
    room("Signing", on: .foundations, ["CSodium", "SMTP"]),

    // Listening: bytes become events.
    room("Wire", on: .listening, ["SMTP"]),
    room("LogLines", on: .listening, ["SMTP"]),
    room("Milter", on: .listening, ["SMTP"]),
    room("Packets", on: .listening, ["SMTP"]),
    room("MilterLib", on: .listening, ["CMilter", "Milter", "SMTP", "Sockets", "Threads"]),
    room("MilterNative", on: .listening, ["CEpoll", "Milter", "SMTP", "Sockets", "Threads"]),
    room("PolicyService", on: .listening, ["SMTP", "Sockets"]),
    room("WireHook", on: .listening, ["SMTP", "Sockets"]),
    room("Sessions", on: .listening, ["SMTP", "Wire"]),
    room("Conversations", on: .listening, ["CSodium", "Packets", "SMTP", "Wire"]),
    room("Captures", on: .listening, ["Conversations", "CPcap", "CZlib", "LogLines", "Packets", "SMTP", "Wire"]),
    room("Tap", on: .listening, ["SMTP", "Wire"]),
    room("MailLogs", on: .listening, ["LogLines", "SMTP"]),
    room("StoredMail", on: .listening, ["Files", "SMTP"]),

    // Detecting: events become findings.
    room(
        "Dialects", on: .detecting, ["Documents", "SMTP"], resources: [.embedInCode("Resources/starter.dialects")],
        settings: optimisedSettings),
    room("Envelopes", on: .detecting, ["Documents", "SMTP"]),
    room("Judgements", on: .detecting, ["SMTP"]),
    room("Campaigns", on: .detecting, ["KeyedHashing", "SMTP"], settings: optimisedSettings),
    room("SpamTracker", on: .detecting, ["SMTP", "Spectral"]),

    // Deciding: findings become verdicts.
    room("Policy", on: .deciding, ["SMTP"], resources: [.embedInCode("Resources/retries-badly")]),
    room("Memory", on: .deciding, ["Policy", "SMTP"], settings: optimisedSettings),
    room(
        "Decision", on: .deciding,
        [
            "Dialects", "Documents", "Envelopes", "Judgements", "KeyedHashing", "Memory", "Policy", "Sessions", "SMTP",
            "SpamTracker", "Threads",
        ]),

    // Keeping: what outlives the process.
    room(
        "Keeping", on: .keeping,
        [
            "Campaigns", "Decision", "Dialects", "Documents", "Envelopes", "Judgements", "KeyedHashing", "Memory",
            "Policy", "SMTP", "SpamTracker",
        ]),
    room(
        "SQLiteStore", on: .keeping,
        [
            "Campaigns", "Dialects", "Envelopes", "Judgements", "Keeping", "KeyedHashing", "Memory", "Policy", "SMTP",
            "SpamTracker",
            "SQLite", "Threads",
        ]),

    room(
        "SenderExchange", on: .keeping,
        ["Decision", "Documents", "Files", "Keeping", "Redis", "Signing", "SMTP", "SpamTracker"]),
    room("RedisStore", on: .keeping, ["Judgements", "Keeping", "Memory", "Policy", "Redis", "SMTP", "Threads"]),

    // Teaching: what learns, judges itself and simulates. The daemon links none of it.
    room("DialectLearning", on: .teaching, ["Dialects", "Files", "Sessions", "SMTP", "Tap"]),
    room("Feedback", on: .teaching, ["Campaigns", "Keeping", "Memory", "SMTP"]),
    room(
        "EnvelopeTraining", on: .teaching, ["Envelopes", "Files", "Judgements", "SMTP"], settings: optimisedSettings),
    room("SenderLab", on: .teaching, ["Files", "LogLines", "SMTP", "SpamTracker", "Spectral"]),
    room(
        "LieLab", on: .teaching, ["Decision", "KeyedHashing", "Memory", "Policy", "SMTP", "Spectral"],
        settings: optimisedSettings
    ),
    room(
        "FirstLevel", on: .teaching,
        ["Files", "Redis", "SenderExchange", "Signing", "SMTP", "SpamTracker", "Spectral"]),
    room(
        "DialectReputation", on: .teaching,
        ["DialectLearning", "Dialects", "Envelopes", "Judgements", "Keeping", "SMTP", "Spectral"]),
    room(
        "Promotion", on: .teaching,
        ["DialectReputation", "Dialects", "EnvelopeTraining", "Envelopes", "Files", "Judgements", "Keeping", "SMTP"],
        settings: compactSettings),
    room(
        "Evaluation", on: .teaching,
        [
            "DialectLearning", "Dialects", "EnvelopeTraining", "Envelopes", "Judgements", "Sessions", "SMTP",
            "Spectral",
        ], settings: compactSettings),
    room(
        "Importing", on: .teaching,
        [
            "Captures", "Conversations", "DialectLearning", "EnvelopeTraining", "Files", "Keeping", "LogLines",
            "MailLogs",
            "SenderLab",
            "Sessions", "SMTP", "SpamTracker", "StoredMail", "Wire",
        ], settings: compactSettings),
    room(
        "Sink", on: .teaching,
        [
            "DialectLearning", "Dialects", "Files", "Sessions", "SMTP", "Wire", nioCore, nioPosix, nioTLS, nioSSL,
        ], settings: compactSettings),

    // Running: the administrator's file, the control socket, the daemon.
    room(
        "Configuration", on: .running,
        [
            "Files", "Judgements", "Keeping", "KeyedHashing", "Memory", "Policy", "Redis", "RedisStore", "Signing",
            "SMTP",
            "SQLiteStore",
        ],
        settings: compactSettings),
    room("Control", on: .running, ["Judgements", "SMTP", "Sockets"]),
    room(
        "Tapping", on: .running,
        ["Conversations", "CPcap", "Packets", "SMTP", "Sockets", "Tap", "Threads", "Wire"]),
    room(
        "Following", on: .running, ["Control", "Files", "Judgements", "LogLines", "MailLogs", "Processes", "SMTP"],
        settings: compactSettings),
    room(
        "Daemon", on: .running,
        [
            "Campaigns", "Configuration", "Control", "Decision", "Dialects", "Envelopes", "Files", "Judgements",
            "Keeping",
            "KeyedHashing", "Memory", "Milter", "MilterLib", "MilterNative", "Policy", "PolicyService", "Redis",
            "RedisStore", "SenderExchange", "Sessions", "Signing", "SMTP", "Sockets", "SpamTracker", "Spectral", "Tap",
            "Threads", "WireHook", logging,
            system,
        ]),

    // Speaking: what people are told.
    room("Explanations", on: .speaking, ["Keeping", "Policy", "SMTP"], settings: compactSettings),
    room("Terminal", on: .speaking, ["Processes", "SMTP", system], settings: compactSettings),
    room(
        "Diagnosis", on: .speaking,
        [
            "Configuration", "Control", "Decision", "Dialects", "Documents", "Envelopes", "Keeping", "KeyedHashing",
            "Memory", "Policy", "Processes", "RedisStore", "SMTP", "Sockets", "Terminal",
        ], settings: compactSettings),
    room(
        "Commands", on: .speaking,
        [
            "Campaigns", "Captures", "Configuration", "Control", "Decision", "Diagnosis", "DialectLearning",
            "DialectReputation",
            "Dialects", "Documents", "EnvelopeTraining", "Envelopes", "Evaluation", "Explanations", "Feedback", "Files",
            "FirstLevel",
            "Following",
            "Importing",
            "Judgements",
            "Keeping", "KeyedHashing", "LieLab", "LogLines", "MailLogs", "Memory", "Policy", "Processes", "Promotion",
            "Redis",
            "RedisStore",
            "SenderExchange", "SenderLab", "Sessions", "Signing",
            "Sink", "SMTP", "Sockets", "SpamTracker", "Spectral", "StoredMail", "Terminal", argumentParser, system,
        ], settings: compactSettings),

    // What people are shown in a browser, by a program of its own.
    room(
        "WebPages", on: .speaking, ["Control", "Explanations", "Keeping", "Memory", "Policy", "SMTP", mustache],
        resources: [
            .embedInCode("Resources/argot.css"),
            .embedInCode("Resources/figures.mustache"),
            .embedInCode("Resources/icon.svg"),
            .embedInCode("Resources/layout.mustache"),
            .embedInCode("Resources/lies.mustache"),
            .embedInCode("Resources/live.js"),
            .embedInCode("Resources/login.mustache"),
            .embedInCode("Resources/message.mustache"),
            .embedInCode("Resources/now.mustache"),
            .embedInCode("Resources/report.mustache"),
            .embedInCode("Resources/session.mustache"),
            .embedInCode("Resources/sessions.mustache"),
            .embedInCode("Resources/settings.mustache"),
        ], settings: compactSettings),
    room(
        "WebServer", on: .speaking,
        [
            "Configuration", "Control", "CSodium", "Decision", "Dialects", "EnvelopeTraining", "Envelopes",
            "Explanations", "Keeping", "KeyedHashing", "Memory", "Policy", "Sessions", "SMTP", "Sockets", "Threads",
            "WebPages", nioCore, nioHTTP1, nioPosix,
        ], settings: compactSettings),

    // Mains only.
    .executableTarget(
        name: "argotd", dependencies: ["Configuration", "Daemon", "SMTP", "Sockets", argumentParser],
        swiftSettings: swiftSettings, linkerSettings: packing),
    .executableTarget(
        name: "argot", dependencies: ["Commands"], swiftSettings: swiftSettings, linkerSettings: packing),
    .executableTarget(
        name: "argot-tap", dependencies: ["Tapping"], swiftSettings: swiftSettings, linkerSettings: packing),
    .executableTarget(
        name: "argot-web", dependencies: ["WebServer"], swiftSettings: swiftSettings, linkerSettings: packing),
]

/// The floor of a room; `nil` for a main.
func floor(of room: Target) -> Floor? { Floor.allCases.first { $0.path(room.name) == room.path } }

// The floors are held by the build: with an import of a sibling or of a higher floor there is no package.
for room in rooms {
    guard let home = floor(of: room), let level = Floor.allCases.firstIndex(of: home) else { continue }
    for case .byNameItem(let name, _) in room.dependencies {
        guard let other = rooms.first(where: { $0.name == name }).flatMap(floor(of:)),
            let below = Floor.allCases.firstIndex(of: other)
        else { fatalError("\(room.name) imports \(name), which is not a room of a floor") }
        let isGround = other == home && home.ground.prefix { $0 != room.name }.contains(name)
        guard below < level || isGround else {
            fatalError("\(room.name) (\(home.rawValue)) must not import \(name) (\(other.rawValue)): imports go down")
        }
    }
}

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
    .target(
        name: "PacketLab", dependencies: ["Packets", "SMTP"], path: "Tests/Support/PacketLab",
        swiftSettings: testSettings),
    .target(name: "ScratchFiles", path: "Tests/Support/ScratchFiles", swiftSettings: testSettings),
    .target(name: "FakeMTA", dependencies: ["Seeded"], path: "Tests/Support/FakeMTA", swiftSettings: testSettings),
    .target(
        name: "EngineDuel", dependencies: ["Milter", "MilterLib", "MilterNative", "SMTP", "Sockets"],
        path: "Tests/Support/EngineDuel", swiftSettings: testSettings),
    .target(
        name: "EngineTraits", dependencies: ["FakeMTA"], path: "Tests/Support/EngineTraits", swiftSettings: testSettings
    ),
    .target(name: "ClientLab", dependencies: ["Seeded"], path: "Tests/Support/ClientLab", swiftSettings: testSettings),
    .target(
        name: "DaemonLab",
        dependencies: [
            "ClientLab", "Control", "DialectLearning", "FakeMTA", "Sessions", "SMTP", "Sockets", "Tap", "Wire",
        ],
        path: "Tests/Support/DaemonLab",
        swiftSettings: testSettings),
    .target(
        name: "BrowserLab", dependencies: ["ClientLab", "Sockets"], path: "Tests/Support/BrowserLab",
        swiftSettings: testSettings),
    .target(
        name: "RedisLab", dependencies: ["ClientLab", "Sockets"], path: "Tests/Support/RedisLab",
        swiftSettings: testSettings),
    .target(
        name: "TaughtSite",
        dependencies: [
            "EnvelopeTraining", "Envelopes", "Judgements", "Keeping", "KeyedHashing", "Seeded", "SMTP", "SQLiteStore",
        ],
        path: "Tests/Support/TaughtSite", swiftSettings: testSettings),
    .target(
        name: "SiteLab", dependencies: ["Decision", "Dialects", "KeyedHashing", "Memory", "Policy", "Seeded", "SMTP"],
        path: "Tests/Support/SiteLab", swiftSettings: testSettings),
    .executableTarget(
        name: "fault-lab",
        dependencies: [
            "Control", "ClientLab", "Configuration", "DaemonLab", "Decision", "FakeMTA", "Memory", "Policy", "Seeded",
            "SiteLab",
            "SMTP", "Sockets",
        ],
        path: "Tests/Support/FaultLab", swiftSettings: testSettings),
    .executableTarget(
        name: "argot-lab", dependencies: ["ClientLab", "RedisLab"], path: "Tests/Support/LabRunner",
        swiftSettings: testSettings),
    .executableTarget(
        name: "sharing-lab", dependencies: ["ClientLab", "DaemonLab", "FakeMTA", "RedisLab", "Seeded"],
        path: "Tests/Support/SharingLab", swiftSettings: testSettings),
    .executableTarget(
        name: "verdict-lab", dependencies: ["ClientLab", "DaemonLab", "FakeMTA"], path: "Tests/Support/VerdictLab",
        swiftSettings: testSettings),
    .executableTarget(
        name: "milter-probe", dependencies: ["Milter", "MilterLib", "MilterNative", "SMTP", "Sockets", "Threads"],
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
        name: "imports-benchmark",
        dependencies: [
            "Decision", "Importing", "Keeping", "KeyedHashing", "LogLines", "SMTP", "SQLiteStore", "SpamTracker",
        ],
        path: "Tests/Benchmarks/Imports", swiftSettings: testSettings),
    .executableTarget(
        name: "lie-timing", dependencies: ["ClientLab", "DaemonLab", "Seeded"], path: "Tests/Benchmarks/LieTiming",
        swiftSettings: testSettings),
    .executableTarget(
        name: "memory-benchmark",
        dependencies: [
            "Decision", "Envelopes", "Judgements", "Keeping", "KeyedHashing", "Memory", "Policy", "Seeded", "SMTP",
            "SQLiteStore",
        ],
        path: "Tests/Benchmarks/Memory", swiftSettings: testSettings),
    .executableTarget(
        name: "sites-benchmark",
        dependencies: [
            "FirstLevel", "Seeded", "SenderExchange", "SenderLab", "Signing", "SMTP", "SpamTracker", "Spectral",
        ],
        path: "Tests/Benchmarks/Sites", swiftSettings: testSettings),
    .executableTarget(
        name: "shared-facts-benchmark",
        dependencies: [
            "ClientLab", "Decision", "Keeping", "KeyedHashing", "Memory", "Policy", "Redis", "RedisLab", "RedisStore",
            "Seeded", "SMTP",
        ],
        path: "Tests/Benchmarks/SharedFacts", swiftSettings: testSettings),
    .executableTarget(
        name: "senders-benchmark", dependencies: ["Seeded", "SMTP", "SpamTracker"], path: "Tests/Benchmarks/Senders",
        swiftSettings: testSettings),
]

/// What the articles "Adding a detector, a vantage, a store, an engine, a page" tell of, each in small.
let examples: [Target] = [
    .target(
        name: "Examples",
        dependencies: [
            "Control", "Judgements", "Keeping", "KeyedHashing", "Memory", "Milter", "Policy", "SMTP", "Sockets",
        ],
        path: "Tests/Examples", swiftSettings: testSettings),
    testTarget(
        "ExamplesTests",
        [
            "Control", "Decision", "DialectLearning", "Dialects", "Examples", "FakeMTA", "Keeping", "KeyedHashing",
            "Memory", "Milter", "Policy", "ScratchFiles", "Sessions", "SMTP", "Sockets",
        ]),
]

let tests: [Target] = [
    testTarget("SMTPTests", ["Seeded", "SMTP"]),
    testTarget(
        "FeedbackTests",
        [
            "Campaigns", "Feedback", "Keeping", "KeyedHashing", "Memory", "Policy", "ScratchFiles", "Seeded", "SMTP",
            "SQLiteStore",
        ]),
    testTarget("JudgementsTests", ["Judgements", "SMTP"]),
    testTarget("SigningTests", ["ScratchFiles", "Seeded", "Signing", "SMTP"]),
    testTarget("WireTests", ["Seeded", "SMTP", "Wire"]),
    testTarget("ThreadsTests", ["Seeded", "Threads"]),
    testTarget("RedisTests", ["Redis", "RedisLab", "ScratchFiles"]),
    testTarget(
        "RedisStoreTests",
        [
            "ClientLab", "Decision", "Judgements", "Keeping", "KeyedHashing", "Memory", "Policy", "Redis", "RedisLab",
            "RedisStore",
            "ScratchFiles", "Seeded", "SMTP",
        ]),
    testTarget(
        "MilterTests",
        [
            "CMilter", "EngineDuel", "EngineTraits", "FakeMTA", "Milter", "MilterLib", "SMTP", "Sockets",
            "milter-probe",
            "reference-filter",
        ]),
    testTarget("MilterNativeTests", ["FakeMTA", "Milter", "MilterNative", "Seeded", "SMTP", "Sockets"]),
    testTarget("SessionsTests", ["Seeded", "Sessions", "SMTP"]),
    testTarget("DocumentsTests", ["Documents", "SMTP"]),
    testTarget("DialectsTests", ["DialectLearning", "Dialects", "Documents", "Seeded", "SMTP"]),
    .testTarget(
        name: "SpectralTests", dependencies: ["CARPACK", "Seeded", "Spectral"],
        resources: [.embedInCode("Fixtures/planted.txt"), .embedInCode("Fixtures/bipartite.txt")],
        swiftSettings: testSettings),
    testTarget("SpamTrackerTests", ["Seeded", "SenderLab", "SMTP", "SpamTracker", "Spectral"]),
    testTarget("EnvelopesTests", ["Documents", "EnvelopeTraining", "Envelopes", "Seeded", "SMTP"]),
    testTarget("CapturesTests", ["Captures", "Conversations", "LogLines", "PacketLab", "Packets", "Seeded", "SMTP"]),
    testTarget("PacketsTests", ["PacketLab", "Packets", "Seeded", "SMTP"]),
    testTarget("TapTests", ["Seeded", "SMTP", "Tap"]),
    testTarget(
        "TappingTests",
        [
            "argot-tap", "ClientLab", "Conversations", "Dialects", "FakeMTA", "PacketLab", "Packets", "Seeded",
            "Sessions", "SMTP",
            "Tap", "Tapping",
        ]),
    testTarget("FilesTests", ["Files", "ScratchFiles", "Seeded", "SMTP"]),
    testTarget("LogLinesTests", ["LogLines", "Seeded", "SMTP"]),
    testTarget("MailLogsTests", ["LogLines", "MailLogs", "Seeded", "SMTP"]),
    testTarget("CampaignsTests", ["Campaigns", "KeyedHashing", "Seeded", "SMTP"]),
    testTarget("StoredMailTests", ["Seeded", "SMTP", "StoredMail"]),
    testTarget("DialectLearningTests", ["DialectLearning", "Dialects", "Seeded", "SMTP"]),
    testTarget(
        "DialectReputationTests",
        ["DialectLearning", "DialectReputation", "Dialects", "Envelopes", "Judgements", "Keeping", "Seeded", "SMTP"]),
    testTarget(
        "PromotionTests",
        [
            "DialectReputation", "Dialects", "EnvelopeTraining", "Envelopes", "Judgements", "Keeping", "Promotion",
            "ScratchFiles", "SMTP", "TaughtSite",
        ]),
    testTarget("EnvelopeTrainingTests", ["EnvelopeTraining", "Envelopes", "Judgements", "Seeded", "SMTP"]),
    testTarget(
        "EvaluationTests",
        [
            "DialectLearning", "Dialects", "EnvelopeTraining", "Evaluation", "Judgements", "ScratchFiles", "Sessions",
            "SMTP", "Spectral",
        ]),
    testTarget("ImportingTests", ["Files", "Importing", "Keeping", "LogLines", "ScratchFiles", "SMTP", "Sessions"]),
    testTarget("LieLabTests", ["LieLab"]),
    testTarget("SenderLabTests", ["Files", "ScratchFiles", "Seeded", "SenderLab", "SMTP", "SpamTracker"]),
    testTarget(
        "SenderExchangeTests",
        [
            "Decision", "Keeping", "KeyedHashing", "ScratchFiles", "Seeded", "SenderExchange", "Signing", "SMTP",
            "SpamTracker", "SQLiteStore",
        ]),
    testTarget(
        "FirstLevelTests",
        [
            "Decision", "FirstLevel", "KeyedHashing", "Redis", "RedisLab", "ScratchFiles", "Seeded", "SenderExchange",
            "Signing", "SMTP", "SpamTracker",
        ]),
    testTarget("SinkTests", ["ClientLab", "Dialects", "Sink", "Seeded", "Sessions", "SMTP"]),
    testTarget("ControlTests", ["Control", "Judgements", "Seeded", "SMTP", "Sockets"]),
    testTarget("DiagnosisTests", ["Diagnosis", "Keeping", "Processes", "SMTP", "Sockets"]),
    testTarget(
        "FollowingTests",
        ["Control", "Files", "Following", "LogLines", "MailLogs", "ScratchFiles", "Seeded", "SMTP"]),
    testTarget("PolicyServiceTests", ["PolicyService", "Seeded", "SMTP", "Sockets"]),
    testTarget("WireHookTests", ["ClientLab", "ScratchFiles", "Seeded", "SMTP", "Sockets", "WireHook"]),
    testTarget("MemoryTests", ["Memory", "Policy", "Seeded", "SMTP"]),
    testTarget("PolicyTests", ["Policy", "Seeded", "SMTP"]),
    testTarget(
        "DecisionTests",
        [
            "Decision", "Dialects", "Judgements", "KeyedHashing", "Memory", "Policy", "Sessions", "SMTP", "SpamTracker",
            "Threads",
        ]),
    testTarget("SiteTests", ["Policy", "SiteLab", "SMTP"]),
    testTarget(
        "KeepingTests",
        [
            "Campaigns", "Configuration", "Decision", "Dialects", "Envelopes", "Examples", "Judgements", "Keeping",
            "KeyedHashing",
            "Memory", "Policy", "Seeded", "SMTP", "SpamTracker",
        ]),
    testTarget(
        "SQLiteStoreTests",
        [
            "Campaigns", "Dialects", "Envelopes", "Judgements", "Keeping", "KeyedHashing", "Memory", "Policy", "Seeded",
            "SMTP",
            "SQLite", "SQLiteStore", "SpamTracker",
        ]),
    testTarget("ConfigurationTests", ["Configuration", "Policy", "Seeded", "SMTP", "Sockets"]),
    testTarget(
        "DaemonTests",
        [
            "Campaigns", "Configuration", "Control", "Daemon", "Decision", "Dialects", "Envelopes", "Files",
            "Judgements", "Keeping",
            "KeyedHashing", "Milter", "Memory", "Policy", "Redis", "RedisLab", "RedisStore", "ScratchFiles", "Seeded",
            "SenderExchange", "Signing", "SMTP", "Sockets", "SpamTracker", "SQLiteStore",
            "Tap", "Threads", "WireHook", logging,
        ]),
    testTarget(
        "CommandsTests",
        [
            "Control", "Commands", "Configuration", "Decision", "Dialects", "Envelopes", "Judgements", "Keeping",
            "KeyedHashing",
            "Memory", "Policy", "RedisLab", "ScratchFiles", "Sessions", "SMTP", "SpamTracker", "SQLiteStore", "Signing",
            "argot",
        ]),
    testTarget("TerminalTests", ["SMTP", "Terminal"]),
    testTarget("WebPagesTests", ["Explanations", "Keeping", "Memory", "Policy", "SMTP", "WebPages"]),
    testTarget(
        "WebServerTests",
        [
            "argot-web", "argotd", "BrowserLab", "ClientLab", "DaemonLab", "Decision", "Explanations", "FakeMTA",
            "Keeping",
            "KeyedHashing", "Memory", "Policy", "Sessions", "SMTP", "Sockets", "SQLiteStore", "WebPages", "WebServer",
        ]),
    testTarget("FakeMTATests", ["FakeMTA", "reference-filter"]),
    testTarget(
        "PackagingTests",
        [
            "argot", "argotd", "ClientLab", "Commands", "Configuration", "Daemon", "DaemonLab", "FakeMTA", "Sockets",
            argumentParser, logging,
        ]),
    testTarget(
        "EndToEndTests",
        [
            "argot", "argotd", "ClientLab", "DaemonLab", "Decision", "Dialects", "EngineTraits", "FakeMTA", "Keeping",
            "RedisLab",
            "KeyedHashing", "Redis",
            "Seeded", "SenderExchange", "Signing", "SMTP", "SpamTracker", "TaughtSite",
        ]),
    testTarget("MailServerTests", ["ClientLab", "DaemonLab", "EngineTraits", "argot", "argotd", "Seeded"]),
    testTarget(
        "PostfixTests",
        [
            "ClientLab", "DaemonLab", "Decision", "DialectLearning", "Dialects", "FakeMTA", "KeyedHashing",
            "SenderExchange", "Sessions", "Signing", "SMTP", "SpamTracker", "argot",
            "argot-lab",
            "argotd", "argot-tap", "Control", "milter-probe", "reference-filter", "Seeded", "Sockets",
        ]),
    testTarget(
        "SendmailTests",
        [
            "ClientLab", "Control", "DaemonLab", "DialectLearning", "Dialects", "FakeMTA", "argot", "argot-tap",
            "argotd",
            "milter-probe", "reference-filter", "Seeded", "SMTP",
        ]),
]

let package = Package(
    name: "argot",
    products: [
        .executable(name: "argotd", targets: ["argotd"]),
        .executable(name: "argot", targets: ["argot"]),
        .executable(name: "argot-tap", targets: ["argot-tap"]),
        .executable(name: "argot-web", targets: ["argot-web"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
        // Documentation only: swift package generate-documentation --target Daemon
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
    ],
    targets: rooms + support + examples + tests,
    cLanguageStandard: .gnu17,
    cxxLanguageStandard: .gnucxx17
)
