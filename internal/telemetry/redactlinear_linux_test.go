package telemetry

import (
	"math"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestRedactIsLinear redacts hostile texts of one length and of eight times that; a form that looks at
// the rest of the text again and again takes sixty-four times as long, not eight.
func TestRedactIsLinear(t *testing.T) {
	const size, times, most = 1 << 14, 8, 40
	for _, unit := range []string{
		"password ", "password=", `password="`, "password", `\`, `"`, "[", "{", "password={", "<password ", "<password>", "://", "a://", "a:", "a:b@", "@", "http://a/@", "imsi ", "imsi=", "imsi-", "1", "1-", "+1 ", "+1",
		"snmp-server user auth ", "community ", "match community ", "cookie=", "cookie: a; ", "Authorization: ", "-u a:", "-----BEGIN ", "-----BEGIN PRIVATE KEY-----", "$1$", "%3D", "password%25", "&quot;", "x&", ",a", "password=a,a",
		"a.", "a-", "aA", "A", "/pass:", "pass:/", "eyJ", "eyJ.eyJ", "key 7 ", "radius key ", "calling number ", "K=ab ", "K=", "sip:a@", "password 7 md5 ", " ", "\n", "'", `\"password\":`, "user:x@h ", "secret=for ", "“", "password=“", "tel:1-", "12-",
		"net user ", "net use x /user:a", "net use x ", "/user:", `"--pass",`, "--token ", "0049 ", "0049 1 ", "00", "plink -pw ", "psexec -p a", "psexec -p", "smbclient -U a%", "reg.py a:b@", "reg.py ", "-AsPlainText ", "convertto-securestring -AsPlainText ", "echo a|sudo -S ", "echo a:|chpasswd ", "htpasswd -b ", "-p ", "-p'", "docker login -p ", "standby 1 authentication ", "import a pkcs12 ", "pkcs12 a ", "pre-shared-key local ", "pre-shared-key address ", "isis authentication key ",
	} {
		if small, large := redactTime(unit, size), redactTime(unit, size*times); large > most*max(small, time.Millisecond) {
			t.Errorf("%q: %d times the text took %v after %v", unit, times, large, small)
		}
	}
}

// redactTime is the shortest of a few tries: what else the machine does only adds.
func redactTime(unit string, size int) time.Duration {
	text := strings.Repeat(unit, size/len(unit))
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	least := time.Duration(math.MaxInt64)
	for range 3 {
		start := threadTime()
		Redact(text)
		Redact(text + "@h/")
		Redact("password=" + text)
		Redact(`"password=` + text)
		least = min(least, threadTime()-start)
	}
	return least
}

// threadTime is the processor time of this thread: what other work does to the clock does not count.
func threadTime() time.Duration {
	var t unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t)
	return time.Duration(t.Nano())
}
