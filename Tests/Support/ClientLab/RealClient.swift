/// An installed mail program that can hand a message to an SMTP server.
public enum RealClient: String, CaseIterable, Sendable {
    /// The test tool swaks.
    case swaks
    /// curl.
    case curl
    /// Python's smtplib.
    case python
    /// msmtp, a sendmail replacement that hands mail to a smart host.
    case msmtp
    /// s-nail, the mailx of Debian.
    case sNail = "s-nail"
    /// Perl's Net::SMTP.
    case perl

    /// The Debian package it comes in.
    public var package: String {
        switch self {
        case .python: "python3"
        case .swaks, .curl, .msmtp, .sNail, .perl: rawValue
        }
    }

    /// The name of its executable.
    public var executable: String {
        self == .python ? "python3" : rawValue
    }

    /// Its address and host name in the laboratory unless a run gives others: an honest host with a name.
    public var identity: ClientIdentity {
        switch self {
        case .swaks: ClientIdentity("192.0.2.101", name: "mail.oak.example")
        case .curl: ClientIdentity("192.0.2.102", name: "mail.ash.example")
        case .python: ClientIdentity("198.51.100.103", name: "mail.elm.example")
        case .msmtp: ClientIdentity("198.51.100.104", name: "mail.fir.example")
        case .sNail: ClientIdentity("203.0.113.105", name: "mail.yew.example")
        case .perl: ClientIdentity("203.0.113.106", name: "mail.box.example")
        }
    }

    /// The arguments that send the file `message` to `recipients` through `port`, greeting as `name`.
    func arguments(
        port: UInt16, name: String, sender: String, recipients: [String], message: String
    ) -> [String] {
        switch self {
        case .swaks:
            ["--server", "127.0.0.1:\(port)", "--helo", name, "--from", sender]
                + ["--to", recipients.joined(separator: ","), "--data", "@\(message)"]
        case .curl:
            ["--silent", "--show-error", "--disable", "--url", "smtp://127.0.0.1:\(port)/\(name)"]
                + ["--mail-from", sender] + recipients.flatMap { ["--mail-rcpt", $0] } + ["--upload-file", message]
        case .python:
            ["-I", "-c", Self.pythonScript, "\(port)", name, sender, message] + recipients
        case .msmtp:
            ["--file=/dev/null", "--host=127.0.0.1", "--port=\(port)", "--domain=\(name)", "--from=\(sender)"]
                + ["--tls=off", "--auth=off", "--"] + recipients
        case .sNail:
            ["-:/"]
                + ["v15-compat", "mta=smtp://127.0.0.1:\(port)", "smtp-auth=none", "nosave", "sendwait"]
                .flatMap { ["-S", $0] }
                + ["-S", "hostname=\(name)", "-S", "from=\(sender)", "-s", "A note from the laboratory"] + recipients
        case .perl:
            ["-MNet::SMTP", "-e", Self.perlScript, "\(port)", name, sender, message] + recipients
        }
    }

    /// Whether it reads the message from standard input, and whether only its body: s-nail writes the header itself.
    var input: (isMessage: Bool, isBodyOnly: Bool) {
        switch self {
        case .msmtp: (true, false)
        case .sNail: (true, true)
        case .swaks, .curl, .python, .perl: (false, false)
        }
    }

    private static let pythonScript = """
        import smtplib, sys
        port, name, sender, message = sys.argv[1:5]
        with smtplib.SMTP("127.0.0.1", int(port), local_hostname=name, timeout=20) as server:
            server.sendmail(sender, sys.argv[5:], open(message, "rb").read())
        """

    private static let perlScript = """
        my ($port, $name, $sender, $file, @to) = @ARGV;
        my $smtp = Net::SMTP->new("127.0.0.1", Port => $port, Hello => $name, Timeout => 20) or die "no connection\\n";
        open(my $in, "<", $file) or die "$file: $!\\n";
        my $sent = $smtp->mail($sender) && $smtp->to(@to) && $smtp->data(join("", <$in>));
        my $reply = $smtp->message;
        $smtp->quit;
        $sent or die $reply;
        """
}
