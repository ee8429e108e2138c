// Package aaa reads what servers of authentication and accounting write about network devices: accounting files of TACACS+
// (RFC 8907; the daemons tac_plus and tac_plus-ng, Aruba CX), Cisco ISE, and FreeRADIUS's detail files. docs/logs.md says what the
// fields are.
//
// Message types the message of a line of text (package text), since accounting travels by syslog as well as in files of its own:
//
//	192.0.2.1	op1	tty2	198.51.100.7	stop	task_id=3	service=shell	priv-lvl=15	cmd=show version <cr>
//	CISE_TACACS_Accounting 0000000001 1 0 2024-01-02 03:04:05.678 +00:00 0000000007 3300 NOTICE Tacacs-Accounting: TEXT, KEY=VALUE, …
//
// The event is about the device (host.name), and who wrote the line is its observer. Records of accounting are attempts: most devices
// send them before a command has run.
//
// Detail is a format of its own: its records have many lines.
//
// Whoever logs in chooses his name, and whoever types a command its words, so fields are taken from where only the server writes: the
// command comes last, or in brackets; a key that ISE's line states twice with different values gives no field; a line of TACACS+ that
// can be read in two ways names nobody: what was done is kept, in each way that it can be read.
//
// Of those who are no administrators (subscribers of RADIUS) no name, number or station is kept: their values are blanked in the line.
package aaa
