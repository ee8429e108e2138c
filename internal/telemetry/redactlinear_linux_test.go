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
		"enable sec ", "enable sec “", ";key “", ";key 'a ", "key ", "pac key ", "server-private a ", "server-private a a a a a a a a key ", "address ipv4 a key ", "test aaa group a a “", "test aaa group a a 'b", "aaa ", "radtest a “", "radtest ", "kinit a a a ", "kinit a <<<", "<<<", "sudo -S <<<",
		"sqlplus a/", "sqlplus -a ", "openssl passwd -1 ", "openssl passwd -", "execute backup a ftp ", "md5 ", "message-digest-key 1 md5 ", "authentication-key 1 type a value ", "set private-key “", "cfgattr=\"key[", "key[", "cfgattr=\"", "secret]\" data=\"", "secret] -> ", "secret] \"a\" -> \"", "secret a ",
		": [", "Login OK: [", "Login OK: [a/", "Login OK: [a/b] ", "/p:", "xfreerdp /p:", "// a:b@c ", "ssh a:b@", "mount user=a%", "passwd --stdin ", "echo a|passwd --stdin ", "printf a|sudo -S ", "net use \\\\a ", "use ", "lftp -u a,", "\\nkey ", "key-string ", "snmp com ", "HA_EM-key ",
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
