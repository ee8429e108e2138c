package list

import (
	"strings"

	"stormglass/internal/intel"
	"stormglass/internal/observable"
)

// guess reads a text whose kind is not stated: any value that observable.Parse knows, a host with
// a port, and a URL without scheme.
func guess(s string) (v observable.Value, port uint16, err error) {
	v, err = observable.Parse(s)
	if err == nil {
		if namesProgram(v) {
			v, err = observable.ParseAs(observable.FileName, s)
		}
		return intel.Single(v), 0, err
	}
	if host, port, ok := observable.SplitPort(observable.Refang(s)); ok {
		if v, err := observable.Parse(host); err == nil {
			return v, port, nil
		}
	}
	if host, _, ok := strings.Cut(observable.Refang(s), "/"); ok {
		if h, _, ok := observable.SplitPort(host); ok {
			host = h
		}
		if h, err := observable.Parse(host); err == nil && (h.Kind() == observable.Domain || h.Kind() == observable.Addr && !allDigits(s)) {
			if v, err := observable.ParseAs(observable.URL, s); err == nil {
				return v, 0, nil
			}
		}
	}
	return observable.Value{}, 0, err
}

// programs are the ends of names that are files and can be no domains.
var programs = map[string]bool{
	"exe": true, "dll": true, "sys": true, "bat": true, "cmd": true, "vbs": true, "vbe": true, "hta": true, "msi": true, "scr": true, "tmp": true,
	"doc": true, "docx": true, "docm": true, "xls": true, "xlsx": true, "xlsm": true, "rtf": true, "pdf": true, "lnk": true, "jar": true, "bin": true,
	"dat": true, "elf": true, "pcap": true, "tcl": true, "conf": true, "iso": true, "img": true, "rar": true,
}

// namesProgram reports whether a bare word that reads like a domain is the name of a file.
func namesProgram(v observable.Value) bool {
	text := v.String()
	return v.Kind() == observable.Domain && strings.Count(text, ".") == 1 && programs[text[strings.LastIndexByte(text, '.')+1:]]
}

// allDigits reports whether a text after the slash can only be a prefix length that is wrong.
func allDigits(s string) bool {
	_, rest, _ := strings.Cut(s, "/")
	return rest != "" && strings.Trim(rest, "0123456789") == ""
}

// takeGuess adds a text whose kind is not stated.
func takeGuess(acc *intel.Item, s string, i intel.Indicator) {
	v, port, err := guess(s)
	if err != nil {
		acc.Lose(intel.Reported, intel.ParseReason(observable.Unknown, err), observable.Unknown, s)
		return
	}
	i.Value = v
	if port != 0 {
		i.Port = port
	}
	acc.Add(i)
}
