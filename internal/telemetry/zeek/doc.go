// Package zeek reads the logs of Zeek, in its tab separated form with a header and as JSON lines,
// into records. The same log in both forms gives the same records.
//
// The logs conn, dns, http, ssl, x509, files and smtp, and the open_ variants of the first four
// that some sensors write while a connection lasts, become records of their kinds. Every other
// log becomes events: dataset "zeek.PATH", a pair "zeek.PATH.COLUMN" for every column that is set
// (save ts, which is the record's time), and the line itself as Raw. Columns of typed logs without
// a field of their own are pairs in Head.Extra under the same names. Of notice.log the sort, the text and what is under it are
// stormglass.zeek.note, message and stormglass.zeek.sub besides, and event.action is notice.
//
// So that both forms agree, values of pairs are written in one way: bool as true or false, time
// as 2006-01-02T15:04:05.000000Z, numbers with decimals (interval, double) rounded to six of them,
// without zeros at their end. A column that holds a set or a vector is one pair per element. Times
// and intervals of records are rounded to microseconds, the precision of Zeek's own.
//
// Answered of a conn record follows conn_state:
//
//	S1 S2 S3 SF RSTO RSTR     Answered: both sides spoke
//	SHR RSTRH                 Answered: the destination spoke, the opening was not seen
//	REJ                       Refused: the opening was met by a reset
//	S0 SH RSTOS0              Unanswered: nothing came back
//	OTH, none, others         Answered when bytes, packets or a lower-case letter of the history
//	                          say that the destination sent something, else AnswerUnknown
//
// Escapes of the tab separated form are resolved. Bytes that are no UTF-8 stay as \xNN, since that
// is what the JSON form holds.
//
// A key that occurs twice in a JSON line: the first value fills the field, later ones become pairs,
// and it is reported.
package zeek
