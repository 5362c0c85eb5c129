require ["vnd.dovecot.pipe", "copy", "imapsieve"];

# The move stands whatever comes of it.
pipe :copy :try "argot-judge" ["spam"];
