require ["vnd.dovecot.pipe", "copy", "imapsieve", "environment", "variables"];

# Who throws spam away says nothing in favour of it.
if environment :is "imap.mailbox" ["Trash", "Deleted Messages", "Deleted Items", "Spam", "Junk"] {
  stop;
}
# The move stands whatever comes of it.
pipe :copy :try "argot-judge" ["honest"];
