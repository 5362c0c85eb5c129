dnl Argot, for sendmail.mc: include(`/etc/mail/m4/argot.m4')dnl at its end, and behind the flags and filters it has.
dnl An empty F= lets mail pass when argotd is down, hangs or restarts. A unix socket, not inet: over inet every stage
dnl costs some 40 ms.
INPUT_MAIL_FILTER(`argot', `S=unix:/run/argot/argot.sock, F=, T=C:5s;S:5s;R:5s;E:1m')dnl
dnl VRFY and EXPN would tell the truth about a user that was called unknown. The flags there are stay.
define(`confPRIVACY_FLAGS', ifdef(`confPRIVACY_FLAGS', `defn(`confPRIVACY_FLAGS')`,'', ``authwarnings,'')`novrfy,noexpn')dnl
