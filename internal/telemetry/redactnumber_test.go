package telemetry

import (
	"strings"
	"testing"
)

// numberTexts are texts that hold a number of a subscriber or a device, and what becomes of them.
var numberTexts = []struct{ in, want string }{
	{"caller_msisdn=4915112345678 x", "caller_msisdn=49151******78 x"},
	{"calling_party_number=4915112345678 x", "calling_party_number=49151******78 x"},
	{"msisdn1=4915112345678 x", "msisdn1=49151******78 x"},
	{"callingPartyNumber: 4915112345678", "callingPartyNumber: 49151******78"},
	{"Calling Party Number: 4915112345678", "Calling Party Number: 49151******78"},
	{"calling number 4915112345678 x", "calling number 49151******78 x"},
	{"subscriber.msisdn=4915112345678", "subscriber.msisdn=49151******78"},
	{"phone number 4915112345678", "phone number 49151******78"},
	{"A-Number=4915112345678", "A-Number=49151******78"},
	{"B-Number: 4915112345678", "B-Number: 49151******78"},
	{"aNumber=4915112345678", "aNumber=49151******78"},
	{"dial +4915112345678 x", "dial +4915*******78 x"},
	{"+491511234", "+4915***34"},
	{"dial 0049 151 12345678 x", "dial 0049 *** ******78 x"},
	{"0049 15112345678", "0049 *********78"},
	{"from 001 202 555 0123.", "from 001 2** *** **23."},
	{"00353 86 123 4567 called", "00353 ** *** **67 called"},
	{"(+4915112345678)", "(+4915*******78)"},
	{"dial +49 170 1234567 x", "dial +49 1** *****67 x"},
	{"dial +1-202-555-0123 x", "dial +1-20*-***-**23 x"},
	{"tel:+4915112345678;x", "tel:+4915*******78;x"},
	{"tel:015112345678", "tel:01511*****78"},
	{"sip:4915112345678@ims.example", "sip:49151******78@ims.example"},
	{"<sip:+4915112345678@ims.example>", "<sip:+4915*******78@ims.example>"},
	{"MSISDN +49 170 1234567 x", "MSISDN +49 1** *****67 x"},
	{"MSISDN 0170-1234567 x", "MSISDN 0170-*****67 x"},
	{"msisdn: 49151123", "msisdn: 49******"},
	{"imei 35-209900-176148-1", "imei 35-20****-******-1"},
	{"saw 35-209900-176148-1 x", "saw 35-20****-******-1 x"},
	{"saw 001-01-0123456789 x", "saw 001-0*-********89 x"},
	{"imsi=001-01-0123456789", "imsi=001-0*-********89"},
	{"imeisv=3520990017614801", "imeisv=35209*********01"},
	{"IMEISV: 3520990017614801", "IMEISV: 35209*********01"},
	{"id 0001010123456789@nai.epc.mnc001.mcc001.3gppnetwork.org", "id 00010*********89@nai.epc.mnc001.mcc001.3gppnetwork.org"},
	{"suci-0-001-01-0000-0-0-0000000001 x", "suci-0-001-01-*** x"},
	{"imsi-001010123456789 x", "imsi-00101********89 x"},
	{"supi=imsi-001010123456789", "supi=imsi-00101********89"},
	{"imsi001010123456789 x", "imsi00101********89 x"},
	{"sim 8949010123456789012 x", "sim 89490************12 x"},
	{"sim 89490101234567890123 x", "sim 89490*************23 x"},
	{"iccid=8949010123456789012F", "iccid=89490************12F"},
	{`{"imsi":"001010123456789","x":1}`, `{"imsi":"00101********89","x":1}`},
	{`{"msisdn":4915112345678,"x":1}`, `{"msisdn":49151******78,"x":1}`},
	{`"msisdns":["4915112345678","4915112345679"]`, `"msisdns":["49151******78","49151******79"]`},
	{"<msisdn>4915112345678</msisdn>", "<msisdn>49151******78</msisdn>"},
	{"msisdn%3D4915112345678&x", "msisdn%3D49151******78&x"},
	{`\"msisdn\":\"4915112345678\"`, `\"msisdn\":\"49151******78\"`},
	{`"name":"msisdn","value":"4915112345678"`, `"name":"msisdn","value":"49151******78"`},
	{`User-Name = "4915112345678"`, `User-Name = "49151******78"`},
	{"IMSI[001010123456789]", "IMSI[00101********89]"},
	{"id 001010123456789@ims.mnc001.mcc001.3gppnetwork.org", "id 00101********89@ims.mnc001.mcc001.3gppnetwork.org"},
	{"user=4915112345678@example.net", "user=49151******78@example.net"},
}

func TestRedactNumbers(t *testing.T) {
	for _, tt := range numberTexts {
		if got := Redact(tt.in); got != tt.want {
			t.Errorf("%q\n got %q\nwant %q", tt.in, got, tt.want)
		}
		if again := Redact(tt.want); again != tt.want {
			t.Errorf("%q again: %q", tt.want, again)
		}
		if !HoldsSubscriber(tt.in) && !HoldsSecret(tt.in) || HoldsSubscriber(tt.want) {
			t.Errorf("%q: holds subscriber %v, then %v", tt.in, HoldsSubscriber(tt.in), HoldsSubscriber(tt.want))
		}
	}
}

func TestSIMKeys(t *testing.T) {
	const key = "465B5CE8B199B49FAA5F0A2EE238A6BC"
	for _, name := range []string{"Ki=", "OPc=", "OP=", "op: ", "K=0x", `"opc":"`, "K_ASME=", "Ki "} {
		if got, want := Redact(name+key), name+"***"; got != want {
			t.Errorf("%s: %s", got, want)
		}
	}
	if got := Redact("Ki: 46 5B 5C E8 B1 99 B4 9F AA 5F 0A 2E E2 38 A6 BC x"); got != "Ki: *** x" {
		t.Error(got)
	}
}

func TestRedactFields(t *testing.T) {
	const secret, number = "two Sw0rdfish,x", "4915112345678"
	for f := range strings.FieldsSeq(`passphrase pwd pin api_key apiKey private_key secret_key radius.key cookie authorization token client_secret
		refresh_token user.password db.password1 http.request.headers.authorization ftp.password`) {
		if got := RedactField(f, secret); got != "***" {
			t.Errorf("%s: %q", f, got)
		}
	}
	for f := range strings.FieldsSeq("msisdn subscriber.msisdn calling_number imsi imei user.name caller_msisdn a_number") {
		for _, in := range []string{number, "+" + number} {
			if got := RedactField(f, in); strings.Contains(got, "112345") || !strings.HasSuffix(got, "78") {
				t.Errorf("%s: %q", f, got)
			}
		}
	}
	for f, v := range map[string]string{
		"user.name": "op", "bgp.community": "65000:100", "flow_id": "123456789012345", "dns.question.name": "password.example", "source.bytes": "123456789012345",
		"password_length": "12", "file.hash.md5": "d41d8cd98f00b204e9800998ecf8427e", "url.original": "http://a.example/x", "x509.serial_number": "0A1B2C", "event.action": "password-change",
		"TokenElevationType": "%%1936", "tls.cipher": "TLS_AES_128_GCM_SHA256", "public_key": "abc", "host_key": "abc", "zeek.uid": "CHhAvVGS1DHFjwGM9", "number": "4915112", "key": "abc",
	} {
		if got := RedactField(f, v); got != v {
			t.Errorf("%s=%s: %q", f, v, got)
		}
	}
}

func TestRedactName(t *testing.T) {
	for in, want := range map[string]string{
		"GW1-core.example": "GW1-core.example", "password=hunter2": "password=***", "ue-001010123456789": "ue-00101********89",
		strings.Repeat("ä", 200): strings.Repeat("ä", 128), strings.Repeat("a", 5000): strings.Repeat("a", 256),
	} {
		if got := RedactName(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
	long := strings.Repeat("Gateway-", 60)
	if n := testing.AllocsPerRun(100, func() { RedactName("GW1-core.example"); RedactName(long) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkRedact(b *testing.B) {
	const line = "Jan  2 03:04:05 gw1.example sshd[7]: Accepted password for op from 192.0.2.1 port 22 ssh2; session 12345 opened by (uid=0), bytes=1234567"
	b.SetBytes(int64(len(line)))
	b.ReportAllocs()
	for b.Loop() {
		Redact(line)
	}
}
