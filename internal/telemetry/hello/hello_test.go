package hello_test

import (
	"slices"
	"testing"

	"stormglass/internal/telemetry/hello"
)

// TestPublished holds the fingerprints against the examples in their descriptions.
func TestPublished(t *testing.T) {
	old := hello.Client{
		Version: 769, Ciphers: []uint16{47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4},
		Extensions: []uint16{0, 10, 11}, Groups: []uint16{23, 24, 25}, PointFormats: []uint8{0},
	}
	if got := old.JA3(); got != "ada70206e40642a3e4461f35503241d5" {
		t.Errorf("JA3 %s", got)
	}
	bare := hello.Client{Version: 769, Ciphers: []uint16{4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99}}
	if got := bare.JA3(); got != "de350869b8c85de67a350c8d186f11e6" {
		t.Errorf("JA3 without extensions %s", got)
	}
	chrome := hello.Client{
		Version: 0x0303, Versions: []uint16{0x0304, 0x0303}, ALPN: "h2",
		Ciphers:    []uint16{0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035},
		Extensions: []uint16{0x001b, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002d, 0x000d, 0x0005, 0x0023, 0x0012, 0x002b, 0xff01, 0x000b, 0x000a, 0x0015},
		Signatures: []uint16{0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601},
	}
	if got := chrome.JA4(hello.OverTCP); got != "t13d1516h2_8daaf6152771_e5627efa2ab1" {
		t.Errorf("JA4 %s", got)
	}
}

func TestJA4Ends(t *testing.T) {
	for alpn, want := range map[string]string{"": "00", "h2": "h2", "http/1.1": "h1", "x": "xx", "\xab": "ab", "\xab\xcd": "ad", "0\xab": "3b"} {
		c := hello.Client{ALPN: alpn}
		if got := c.JA4(hello.OverQUIC); got != "q00i0000"+want+"_000000000000_000000000000" {
			t.Errorf("%q: %s", alpn, got)
		}
	}
}

// clientHello is the body of a made-up hello, with GREASE in all its lists.
func clientHello(name string) []byte {
	b := append([]byte{3, 3}, make([]byte, 32)...)
	b = append(b, 0, 0, 6, 0x1a, 0x1a, 0x13, 0x01, 0xc0, 0x2f, 1, 0)
	server := append([]byte{0, byte(len(name) + 3), 0, 0, byte(len(name))}, name...)
	var e []byte
	for _, x := range []struct {
		kind uint16
		data []byte
	}{
		{0x2a2a, nil},
		{0, server},
		{10, []byte{0, 4, 0x3a, 0x3a, 0, 29}},
		{11, []byte{1, 0}},
		{13, []byte{0, 2, 4, 3}},
		{16, []byte{0, 3, 2, 'h', '2'}},
		{43, []byte{6, 0x4a, 0x4a, 3, 4, 3, 3}},
	} {
		e = append(e, byte(x.kind>>8), byte(x.kind), byte(len(x.data)>>8), byte(len(x.data)))
		e = append(e, x.data...)
	}
	return append(append(b, byte(len(e)>>8), byte(len(e))), e...)
}

func TestParse(t *testing.T) {
	var c hello.Client
	body := clientHello("www.example.com")
	if err := c.Parse(body); err != nil {
		t.Fatal(err)
	}
	if c.ServerName != "www.example.com" || c.ALPN != "h2" || !slices.Equal(c.Ciphers, []uint16{0x1301, 0xc02f}) || !slices.Equal(c.Groups, []uint16{29}) ||
		!slices.Equal(c.Extensions, []uint16{0, 10, 11, 13, 16, 43}) || !slices.Equal(c.Versions, []uint16{0x0304, 0x0303}) {
		t.Errorf("%+v", c)
	}
	if got := c.JA4(hello.OverTCP); got[:10] != "t13d0206h2" {
		t.Errorf("JA4 %s", got)
	}
	for n := range body {
		if err := c.Parse(body[:n]); err == nil && n != 45 { // there its extensions would begin
			t.Errorf("%d of %d octets are taken for a hello", n, len(body))
		}
	}
	if err := c.Parse(clientHello("a b\x01\xff")); err != nil || c.ServerName != `a\x20b\x01\xff` {
		t.Errorf("%q, %v", c.ServerName, err)
	}
}

func TestNames(t *testing.T) {
	for v, want := range map[uint16]string{0x1301: "TLS_AES_128_GCM_SHA256", 0xc02f: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", 0x000a: "TLS_RSA_WITH_3DES_EDE_CBC_SHA", 0xfefe: "unknown-65278"} {
		if got := hello.CipherName(v); got != want {
			t.Errorf("%#x is %s", v, got)
		}
	}
	for v, want := range map[uint16]string{0x0300: "SSLv3", 0x0304: "TLSv13", 0x7f17: "TLSv13-draft23", 0x0909: "unknown-2313"} {
		if got := hello.VersionName(v); got != want {
			t.Errorf("%#x is %s", v, got)
		}
	}
}
