import Dialects
import SMTP
import Testing

/// Machines that several tests share; compiling takes a while.
enum Starter {
    static let model = DialectModel.starter()
    static let machines: [Vantage: DecisionMachine] = [
        .milterPostfix: DecisionMachine(model: model, vantage: .milterPostfix),
        .milterSendmail: DecisionMachine(model: model, vantage: .milterSendmail),
    ]

    /// The same, and the vantages that only recorded conversations have.
    static let allMachines = machines.merging([
        .milterPostfixPolicy: DecisionMachine(model: model, vantage: .milterPostfixPolicy),
        .wire: DecisionMachine(model: model, vantage: .wire),
        .milterPostfixWire: DecisionMachine(model: model, vantage: .milterPostfixWire),
        .milterPostfixTap: DecisionMachine(model: model, vantage: .milterPostfixTap),
        .milterSendmailTap: DecisionMachine(model: model, vantage: .milterSendmailTap),
    ]) { one, _ in one }
}

/// The model that a document describes.
func model(_ text: String) throws -> DialectModel {
    try DialectDocument.model(from: "argot-dialects 1\n" + text, file: "f").get()
}

/// A model of dialects that differ in one HELO argument, or in what else `states` says.
func machine(_ dialects: [(name: String, states: String)], at vantage: Vantage = .milterPostfix) throws
    -> DecisionMachine
{
    let text = dialects.map { "dialect \($0.name) tool\n origin test\n \($0.states)\n" }.joined()
    return DecisionMachine(model: try model(text), vantage: vantage)
}

/// The states and transitions of a client that sends these three commands.
func script(helo: String = "EHLO {fqdn}", mail: String = "MAIL FROM:<{addr}>", recipient: String = "RCPT TO:<{addr}>")
    -> String
{
    """
    state helo \(helo)
     state mail \(mail)
     state rcpt \(recipient)
     state data DATA
     on start 220 to helo
     on helo 250 to mail
     on mail 250 to rcpt
     on rcpt 250 to rcpt data
     final good data
    """
}
