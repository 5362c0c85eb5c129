import FoundationEssentials
import Policy
import SMTP

/// What the administrator has changed over the control socket: kept in a file of its own, beside the store, so that it
/// outlives a restart and never touches the configuration.
///
/// A line is `mode observe`, `mode enforce`, `allow ENTRY` or `deny ENTRY`; `#` begins a comment.
struct RuntimeSettings: Sendable, Hashable {
    /// The mode, if it was changed.
    var mode: EnforcementMode?

    /// Who is let in or kept out.
    var lists = ClientLists()

    /// The settings that a document holds, and what is wrong with it. A faulty line is skipped.
    static func read(_ text: String, file: String) -> (settings: RuntimeSettings, faults: [DocumentFault]) {
        var settings = RuntimeSettings()
        var faults: [DocumentFault] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.split(separator: " ")
            guard let verb = words.first, !verb.hasPrefix("#") else { continue }
            let value = words.count == 2 ? words[1] : ""
            switch verb {
            case "mode":
                if let mode = EnforcementMode(rawValue: String(value)) {
                    settings.mode = mode
                    continue
                }
            case "allow":
                if let entry = ClientLists.Entry(value) {
                    settings.lists.allowed.append(entry)
                    continue
                }
            case "deny":
                if let entry = ClientLists.Entry(value) {
                    settings.lists.denied.append(entry)
                    continue
                }
            default: break
            }
            let problem = "\"\(line)\" is not understood: write mode observe|enforce, allow ENTRY or deny ENTRY"
            faults.append(DocumentFault(file: file, line: index + 1, problem: problem))
        }
        return (settings, faults)
    }

    /// The settings as a document.
    var text: String {
        var lines = ["# Written by argotd: argot mode, argot allow and argot deny change it."]
        if let mode { lines.append("mode \(mode.rawValue)") }
        lines += lists.allowed.map { "allow \($0)" } + lists.denied.map { "deny \($0)" }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The policy with these settings on top.
    func applied(to policy: PolicyConfiguration) -> PolicyConfiguration {
        var policy = policy
        if let mode { policy.mode = mode }
        policy.allowedAddresses += ClientLists.addresses(lists.allowed)
        policy.allowedDomains.formUnion(ClientLists.domains(lists.allowed))
        policy.deniedAddresses += ClientLists.addresses(lists.denied)
        policy.deniedDomains.formUnion(ClientLists.domains(lists.denied))
        return policy
    }
}
