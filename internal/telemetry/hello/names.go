package hello

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// VersionName names a version as Zeek does: "TLSv12".
func VersionName(v uint16) string {
	switch v {
	case 0x0002:
		return "SSLv2"
	case 0x0300:
		return "SSLv3"
	case 0x0301:
		return "TLSv10"
	case 0x0302:
		return "TLSv11"
	case 0x0303:
		return "TLSv12"
	case 0x0304:
		return "TLSv13"
	}
	if v>>8 == 0x7f {
		return "TLSv13-draft" + strconv.Itoa(int(v&0xff))
	}
	return fmt.Sprintf("unknown-%d", v)
}

//go:embed ciphers.txt
var cipherList string

var ciphers = sync.OnceValue(func() map[uint16]string {
	m := map[uint16]string{}
	for line := range strings.Lines(cipherList) {
		number, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		if v, err := strconv.ParseUint(number, 16, 16); err == nil {
			m[uint16(v)] = name
		}
	}
	return m
})

// CipherName gives the name of a cipher suite in IANA's registry, "unknown-65000" for one without.
func CipherName(v uint16) string {
	if name, ok := ciphers()[v]; ok {
		return name
	}
	return fmt.Sprintf("unknown-%d", v)
}
