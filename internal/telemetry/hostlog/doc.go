// Package hostlog types messages of Linux hosts: the audit daemon's records, logins (sshd, login, su, PAM, systemd), sudo, changes of
// accounts (shadow's tools), cron, and syslog daemons that start and stop. It is no format itself: package text reads the lines and
// their headers. docs/logs.md says what the fields are.
//
// Who logs in chooses the name that stands in a line. A name that nobody has checked is taken from the right end of sshd's lines, where
// the daemon wrote last; of the audit daemon's pairs the first of a name counts, and what others than the daemon chose is written in
// hexadecimal digits there where it could be taken for more.
package hostlog
