dnl Lines for sendmail.mc. An empty F= lets mail pass when the filter is down.
dnl A unix socket: over inet every stage costs some 40 ms.
INPUT_MAIL_FILTER(`argot', `S=unix:/run/argot/argot.sock, F=, T=S:5s;R:5s;E:1m')dnl
define(`confPRIVACY_FLAGS', `novrfy,noexpn')dnl
