dnl Argot, for sendmail.mc: include(`/etc/mail/m4/argot.m4')dnl at its end, after the flags and filters that it has.
dnl An empty F= lets mail pass when argotd is down, hangs or restarts. Use a unix socket, not inet: over inet every stage
dnl costs about 40 ms.
INPUT_MAIL_FILTER(`argot', `S=unix:/run/argot/argot.sock, F=, T=C:5s;S:5s;R:5s;E:1m')dnl
dnl VRFY and EXPN would reveal that a user who was called unknown exists. Existing flags are kept.
define(`confPRIVACY_FLAGS', ifdef(`confPRIVACY_FLAGS', `defn(`confPRIVACY_FLAGS')`,'', ``authwarnings,'')`novrfy,noexpn')dnl
