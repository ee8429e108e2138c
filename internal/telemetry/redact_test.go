package telemetry

import (
	"strings"
	"testing"
)

func TestRedactBlanksSecretsAndKeepsTheRest(t *testing.T) {
	for in, want := range map[string]string{
		"username op password 7 0822455D0A16":                                "username op password 7 ***",
		"enable secret 9 $9$abc$def":                                         "enable secret 9 ***",
		"snmp-server community s3cret RO 10":                                 "snmp-server community *** RO 10",
		"snmp-server host 192.0.2.1 version 2c s3cret":                       "snmp-server host 192.0.2.1 version 2c ***",
		"snmp-server host outside 192.0.2.1 community s3cret version 2c":     "snmp-server host outside 192.0.2.1 community *** version 2c",
		"snmp-server host inside 192.0.2.1 poll community 8 s3cret":          "snmp-server host inside 192.0.2.1 poll community 8 ***",
		"snmp-server host outside 192.0.2.1 version 2c s3cret":               "snmp-server host outside 192.0.2.1 version 2c ***",
		"snmp-server host 2001:db8::1 traps version 2c s3cret udp-port 162":  "snmp-server host 2001:db8::1 traps version 2c *** udp-port 162",
		"update:192.0.2.7@pts/2:op:key 7 0822455D":                           "update:192.0.2.7@pts/2:op:key 7 ***",
		"get op:hunter2@192.0.2.7/x":                                         "get op:***@192.0.2.7/x",
		"tacacs-server host 192.0.2.1 key 7 0822455D":                        "tacacs-server host 192.0.2.1 key 7 ***",
		"crypto isakmp key s3cret address 192.0.2.1":                         "crypto isakmp key *** address 192.0.2.1",
		`set system login user op authentication-key "s3cret"`:               `set system login user op authentication-key "***"`,
		"Authorization: Basic dXNlcjpwYXNz":                                  "Authorization: Basic ***",
		`{"password":"hunter2","user":"op"}`:                                 `{"password":"***","user":"op"}`,
		"GET http://op:hunter2@web.example/":                                 "GET http://op:***@web.example/",
		"login?user=op&password=hunter2&x=1":                                 "login?user=op&password=***&x=1",
		"Accepted password for op from 192.0.2.1 port 22":                    "Accepted password for op from 192.0.2.1 port 22",
		"password authentication failed":                                     "password authentication failed",
		"attach imsi=001010123456789 ok":                                     "attach imsi=00101********89 ok",
		"Calling-Station-Id = \"4915112345678\"":                             "Calling-Station-Id = \"49151******78\"",
		"msisdn:+4915112345678,":                                             "msisdn:+4915*******78,",
		"it was 001010123456789.":                                            "it was 00101********89.",
		"001010123456789,001010123456790":                                    "00101********89,00101********90",
		"device 352099001761481 seen":                                        "device 35209********81 seen",
		"at 1700000000.123456 nothing 20260101123456 of interest":            "at 1700000000.123456 nothing 20260101123456 of interest",
		"%SYS-5-CONFIG_I: Configured from console by op on vty0 (192.0.2.7)": "%SYS-5-CONFIG_I: Configured from console by op on vty0 (192.0.2.7)",
	} {
		if got := Redact(in); got != want {
			t.Errorf("%q\n got %q\nwant %q", in, got, want)
		}
		if again := Redact(Redact(in)); again != Redact(in) {
			t.Errorf("%q: redacting twice gives %q", in, again)
		}
		if strings.Contains(want, "***") != (HoldsSecret(in) || HoldsSubscriber(in)) {
			t.Errorf("%q: holds secret %v, subscriber %v", in, HoldsSecret(in), HoldsSubscriber(in))
		}
	}
}

func TestRedactFieldBlanksByName(t *testing.T) {
	for field, want := range map[string]string{"zeek.ftp.password": "***", "http.request.method": "GET", "zeek.snmp.community": "***"} {
		if got := RedactField(field, "GET"); got != want {
			t.Errorf("%s: %q", field, got)
		}
	}
}

// FuzzRedact holds that redacting twice changes nothing, and that a secret in any of the forms does
// not survive, whatever stands around it.
func FuzzRedact(f *testing.F) {
	f.Add("username op password 7 0822455D0A16 imsi=001010123456789", "x", "y", uint16(0))
	f.Add(`{"a":"it's \"`, `x"`, `","b":'`, uint16(77))
	for i, tt := range secretTexts {
		f.Add(tt.in, plainTexts[i%len(plainTexts)], "y", uint16(i))
	}
	for i, tt := range numberTexts {
		f.Add(tt.in, tt.in, "y", uint16(3*i))
	}
	f.Fuzz(func(t *testing.T, s, before, secret string, n uint16) {
		if len(s) > 1<<12 || len(before) > 1<<12 {
			return
		}
		once := Redact(s)
		if again := Redact(once); again != once && !strings.Contains(s, "*") {
			t.Errorf("%q: %q then %q", s, once, again)
		}
		hidden := "Zq9" + strings.Map(func(r rune) rune {
			if r < 0x80 && isAlnum(byte(r)) {
				return r
			}
			return 'x'
		}, secret) + "9qZ"
		if strings.Contains(before, hidden) || strings.Contains(s, hidden) {
			return
		}
		before = strings.Map(func(r rune) rune { // what opens a quote or a list takes what follows
			if strings.ContainsRune("\"'`\\&%[]{}()<>“”‘’«»", r) {
				return -1
			}
			return r
		}, before)
		form := secretTexts[int(n)%len(secretTexts)].in
		in := before + " " + planted(form, hidden) + " " + s
		if got := Redact(in); strings.Contains(got, hidden) {
			t.Errorf("%q: %q", in, got)
		}
		command, log := commandTexts[int(n)%len(commandTexts)], commandLogs[int(n>>8)%len(commandLogs)]
		if strings.Contains(command, `"`) && strings.Contains(log, `"`) {
			return
		}
		in = before + "\n" + strings.Replace(log, "{}", planted(command, hidden), 1) + "\n" + s
		if got := Redact(in); strings.Contains(got, hidden) {
			t.Errorf("%q: %q", in, got)
		}
	})
}
