/// What the manual says besides the help texts and the registry of keys.
enum ManualProse {
    static let argot = """
        Commands that control or query the daemon (status, top, reload, mode, allow, deny, purge) reach it over its control \
        socket, which is open to the daemon's own user, to root and to control_group. The others read the daemon's \
        database, or files, and also work while it is stopped; so does purge, and key rotate works only then.
        """

    static let commonOptions = [
        ("-h, --help", "Prints what the command does and which options it has."), ("--version", "Prints the version."),
    ]

    static let exitStatuses = [
        ("0", "Success."),
        ("1", "The command failed; standard error says what is wrong, where, and what to do."),
        ("2", "The command ran and found something wrong (status, doctor)."),
        ("64", "The command line was not understood."),
    ]

    static let exitStatus = "See argot(1), unless the description says otherwise."

    static let argotExamples = """
        argot status                       daemon status
        argot journal --since 1d           the verdicts of the last day
        argot report                       what Argot did in a week, or would have done
                argot explain 4fX1Yb0Z3Fz          why this message got its verdict
        argot mode enforce                 apply verdicts from now on
                argot allow 192.0.2.7 .example.net leave these alone, at once and permanently
        """

    static let argotd = """
        argotd is a milter: Postfix or Sendmail tells it what SMTP clients say, and for each recipient it answers \
        whether to accept, to ask the client to come back later, or to reject. It judges how clients speak SMTP, and \
        whom they write to; it never looks at the content of a message.
        As shipped it observes: verdicts are computed and logged, and mail is left alone. See argotd.conf(5) for what \
        can be enabled, and argot-mode(1) for how to do so at once.
        It always runs in the foreground and writes its log to standard error. Under systemd, argotd.socket holds the \
        socket, so that no connection from a mail server is refused while the daemon is restarted, and argotd.service \
        runs the daemon, which notifies systemd when it is ready, and must show three times a minute that its main \
        loop runs and the filter answers.
        """

    static let sockets = """
        Sockets passed by systemd override those in the configuration. FileDescriptorName= says what each is for: milter, \
        policy, control or metrics; a single socket without such a name is the filter's. On Debian, argotd.socket \
        listens on /run/argot/argot.sock; if Postfix is installed, it listens on /var/spool/postfix/argot/argot.sock, \
        which Debian's chrooted smtpd can reach, with group postfix, and the former is a link to it. \
        argotd-policy.socket listens on /var/spool/postfix/argot/policy.sock. The directories of these sockets belong to \
        root; argotd makes its control socket in /run/argot/control and, without systemd, the others too, in directories \
        that its user owns.
        Because systemd holds the sockets, stopping only argotd.service has no lasting effect: the next connection \
        starts it again. Stop all three: systemctl stop argotd.socket argotd-policy.socket argotd.service.
        """

    static let postfix = """
        In main.cf, after any other filters; the second setting also tells argotd whether a client said HELO or EHLO:
        """

    static let postfixLines = """
        smtpd_milters = (what you have), { unix:argot/argot.sock, connect_timeout=2s,
            command_timeout=5s, content_timeout=10s, default_action=accept }
        smtpd_recipient_restrictions = (what you have),
            check_policy_service { unix:argot/policy.sock, default_action=DUNNO }
        """

    static let sendmail = "In sendmail.mc, then make -C /etc/mail; the empty F= lets mail pass when argotd is down:"

    static let sendmailLines = """
        include(`/etc/mail/m4/argot.m4')dnl
        """

    static let signals = [
        ("HUP, USR1", "Reload configuration and model; a file with an error changes nothing."),
        ("TERM, INT", "Accept no more sessions, serve those in progress for at most drain_timeout, and exit."),
    ]

    static let environment = [
        ("LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES", "The sockets passed by systemd, see sd_listen_fds(3)."),
        ("NOTIFY_SOCKET", "Where to report readiness, reloads and shutdown, see sd_notify(3)."),
        ("WATCHDOG_USEC, WATCHDOG_PID", "How often the daemon must show that it works, see sd_watchdog_enabled(3)."),
    ]

    static let daemonStatuses = [
        ("0", "It was told to exit and did; or --check found nothing wrong."),
        ("1", "It cannot run, or --check found errors; standard error reports them."),
        ("64", "The command line was not understood."),
    ]

    static let files = [
        ("/etc/argot/argotd.conf", "The configuration; it may be absent."),
        ("/etc/argot/argotd.conf.d/*.conf", "Files that are read after it, in the order of their names."),
        ("/var/lib/argot/argot.sqlite", "Verdicts, greylist, history, senders and sightings; addresses are hashed."),
        (
            "/var/lib/argot/hashing.key",
            "The key of these hashes, see argot-key(1). Without it, nothing that was stored can be found again."
        ),
        ("/var/lib/argot/senders.model, senders.base", "What was learned about senders, under pseudonyms."),
        ("/var/lib/argot/runtime.conf", "Changes made by argot mode, allow and deny."),
        ("/run/argot/argot.sock", "Where mail servers reach the filter."),
        ("/run/argot/control/argotd.sock", "Where argot reaches the daemon."),
        ("/run/argot/control/judgements.sock", "Where judgements are handed in after the message."),
    ]

    static let configuration = """
        Without any file the defaults apply, with which argotd observes and leaves mail alone. The file is read first, then \
        the files in the directory in the order of their names; a later setting replaces an earlier one. A key that \
        "needs a restart" keeps its value at a reload.
        The form is "key = value". A line that starts with a blank continues the previous one. Comments begin with # \
        and must be on separate lines. Lists are separated by blanks or commas. Times are whole numbers with s, m, h, \
        d or w, or seconds; sizes are whole numbers with k, m or g, or bytes; fractions are written 0.25 or 25%.
        """

    static let configurationExample = """
        # /etc/argot/argotd.conf.d/50-enforce.conf
        mode = enforce
        enforce = tempfail
        enforce_domains = example.net
        """
}
