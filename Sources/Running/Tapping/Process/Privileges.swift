private import CPcap

/// What the calling thread, and those that it starts, may do.
enum Privileges {
    /// Gives up, for good, every capability and every way to get one back, and all system calls but the few that are needed
    /// once everything is open (CPcap/seccomp.h): no file can be opened, no other kind of socket be made, nothing be sent
    /// through the socket that captures.
    ///
    /// - Parameter packets: the socket that captures, if there is one.
    static func giveUp(packets: Int32?) throws(TapFault) {
        guard argot_give_up_privileges() == 0 else {
            throw TapFault("cannot give up privileges", remedy: "let argot-tap call capset(2) and prctl(2)")
        }
        guard argot_restrict_system_calls(packets ?? -1) == 0 else {
            throw TapFault(
                "cannot restrict system calls",
                remedy: "let argot-tap call prctl(2), on a kernel with CONFIG_SECCOMP_FILTER")
        }
    }
}
