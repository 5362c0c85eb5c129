/// A command of a mail server, by its letter (`SMFIC_*`).
enum MilterCommand: UInt8 {
    case abort = 0x41
    case body = 0x42
    case connect = 0x43
    case macros = 0x44
    case endOfMessage = 0x45
    case helo = 0x48
    /// The session is over; the connection serves another one.
    case quitForNew = 0x4b
    case header = 0x4c
    case mail = 0x4d
    case endOfHeaders = 0x4e
    case options = 0x4f
    case quit = 0x51
    case recipient = 0x52
    case data = 0x54
    case unknown = 0x55

    /// The stage that a session is at once the command is taken; `nil` for macros, which belong to the next command.
    var stage: CommandOrder.Stage? {
        switch self {
        case .abort: .abort
        case .body: .body
        case .connect: .connect
        case .macros: nil
        case .endOfMessage: .endOfMessage
        case .helo: .helo
        case .quitForNew: .quitForNew
        case .header: .headers
        case .mail: .mail
        case .endOfHeaders: .endOfHeaders
        case .options: .options
        case .quit: .quit
        case .recipient: .recipient
        case .data: .data
        case .unknown: .unknown
        }
    }

    /// Whether the command is nothing without data.
    var needsData: Bool {
        switch self {
        case .abort, .endOfMessage, .quitForNew, .endOfHeaders, .quit, .data: false
        case .body, .connect, .macros, .helo, .header, .mail, .options, .recipient, .unknown: true
        }
    }

    /// Whether the transaction outlives a refusal of the command.
    var outlivesRefusal: Bool { self == .recipient || self == .unknown }
}
