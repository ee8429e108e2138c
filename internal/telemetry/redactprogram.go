package telemetry

import "strings"

// program is a program that is given a secret on its command line.
type program struct {
	options  string // options whose next word is a secret, " -p -pw "
	attached string // those that may stand together with it, " -P "
	login    string // those before user%secret
	comma    string // those before user,secret
	needs    string // a word that must come before them: "login" of docker
	remote   bool   // takes domain/user:secret@host
	slash    bool   // takes /p:secret
	percent  bool   // takes user=user%secret
}

// impacket's programs share their way to log in.
const impacket = `psexec.py smbexec.py wmiexec.py atexec.py dcomexec.py secretsdump.py smbclient.py getuserspns.py getnpusers.py getadusers.py
	gettgt.py getst.py mssqlclient.py reg.py services.py lookupsid.py samrdump.py rpcdump.py ticketer.py addcomputer.py findDelegation.py
	impacket-psexec impacket-smbexec impacket-wmiexec impacket-atexec impacket-dcomexec impacket-secretsdump impacket-smbclient
	impacket-getuserspns impacket-getnpusers impacket-gettgt impacket-getst impacket-mssqlclient impacket-reg impacket-services impacket-lookupsid`

// programs are known by the last part of their path, in lower case and without .exe.
var programs = programTable(map[string]program{
	"plink putty pscp psftp kitty klink":              {options: " -pw "},
	"psexec psexec64 paexec csexec":                   {options: " -p "},
	"crackmapexec cme nxc netexec evil-winrm smbmap":  {options: " -p --password -H "},
	"smbclient rpcclient smbget smbcacls nmblookup":   {login: " -U --user "},
	"sqlcmd osql bcp isql":                            {options: " -P ", attached: " -P "},
	"rdesktop":                                        {options: " -p ", attached: " -p "},
	"useradd usermod adduser":                         {options: " -p "},
	"docker podman nerdctl buildah skopeo oras crane": {options: " -p ", needs: "login"},
	"ipmitool ipmiutil ipmi-console bmc-info":         {options: " -P ", attached: " -P "},
	"zip unzip zipcloak":                              {options: " -P "},
	"7z 7za 7zr 7zz":                                  {attached: " -p "},
	"mongo mongosh mongodump mongorestore mongoexport mongoimport mongostat mongotop": {options: " -p "},
	"ncftp ncftpput ncftpget ncftpls":                                                 {options: " -p ", attached: " -p "},
	"racadm hydra medusa":                                                             {options: " -p "},
	"openssl":                                                                         {options: " -k -K "},
	"ldapsearch ldapmodify ldapadd ldapwhoami ldapdelete":                             {options: " -xw "},
	"lftp open": {comma: " -u --user "},
	"xfreerdp wfreerdp freerdp xfreerdp3 sdl-freerdp mstsc": {slash: true},
	"mount.cifs mount":            {percent: true},
	"mail-server":                 {remote: true},
	"ssh telnet":                  {remote: true},
	impacket:                      {options: " -hashes -aesKey ", remote: true},
	"convertto-securestring sudo": {},
	"net net1":                    {},
	"scp sftp mkdir cp install tar tee nmap netstat psql": {},
})

func programTable(groups map[string]program) map[string]*program {
	out := map[string]*program{}
	for names, p := range groups {
		for name := range strings.FieldsSeq(names) {
			out[strings.ToLower(name)] = &p
		}
	}
	return out
}

// maxProgramName is the length of the longest name that is looked up, in bytes.
const maxProgramName = 32

// commandScan knows the program whose command line holds a place. It is asked only where an option or
// the like stands, and goes over a text once.
type commandScan struct {
	pos        int
	program    *program
	start, end int  // of the program's name
	ready      bool // the word that it needs was met
}

// to goes on to a place and gives the program there, nil when it is not one of the table.
func (q *commandScan) to(s string, at int) *program {
	for q.pos < at {
		switch c := s[q.pos]; {
		case c == '\n' || c == '|' || c == ';' || c == '&' && q.pos+1 < len(s) && s[q.pos+1] == '&':
			q.program = nil
			q.pos++
		case isAlnum(c) || c == '_':
			q.word(s)
		default:
			q.pos++
		}
	}
	if q.program != nil && !q.ready {
		return nil
	}
	return q.program
}

// word takes in the word that begins here.
func (q *commandScan) word(s string) {
	i := q.pos
	j := i
	for j < len(s) && isName(s[j]) {
		j++
	}
	q.pos = j
	if j-i > maxProgramName || j < len(s) && !isSpace(s[j]) && !isQuote(s[j]) && s[j] != '\\' || i > 0 && s[i-1] == '-' {
		return
	}
	if p := programNamed(s[i:j]); p != nil {
		q.program, q.start, q.end, q.ready = p, i, j, p.needs == ""
	} else if q.program != nil && strings.EqualFold(q.program.needs, s[i:j]) {
		q.ready = true
	}
}

// isProgram reports whether the command's program has this name.
func (q *commandScan) isProgram(s, name string) bool {
	return q.program != nil && len(s[q.start:q.end]) >= len(name) && strings.EqualFold(s[q.start:q.start+len(name)], name)
}

// programNamed gives the program of a name of at most maxProgramName bytes, nil when the table lacks it.
func programNamed(s string) *program {
	var buf [maxNameLooked]byte
	name := lowered(s, &buf)
	if n := len(name) - len(".exe"); n > 0 && string(name[n:]) == ".exe" {
		name = name[:n]
	}
	return programs[string(name)]
}
