package text_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/telemetrytest"
	"stormglass/internal/telemetry/text"
)

func TestPairs(t *testing.T) {
	tests := []struct {
		name, line string
		want       string // without what every line has
	}{
		{
			"auditd", `type=SYSCALL msg=audit(1704164645.678:42): arch=c000003e syscall=59 success=yes exe="/usr/sbin/useradd" key=(null)`,
			`type=SYSCALL arch=c000003e syscall=59 success=yes exe=/usr/sbin/useradd key=(null)`,
		},
		{
			"through a relay", `<86>Jan  2 03:04:05 gw1 audispd: node=gw1 type=EXECVE msg=audit(1704164645.678:42): argc=3 a0="grep" a1=70617373 a2=2F6574632F78207963`,
			`type=EXECVE argc=3 a0=grep a1=pass a2=/etc/x yc`,
		},
		{
			"pairs within", `type=USER_LOGIN msg=audit(1704164645.678:42): pid=5 uid=0 msg='op=login acct="root" exe="/usr/sbin/sshd" addr=192.0.2.1 res=failed'`,
			`type=USER_LOGIN pid=5 uid=0 op=login acct=root exe=/usr/sbin/sshd addr=192.0.2.1 res=failed`,
		},
		{
			"a title", `type=PROCTITLE msg=audit(1704164645.678:42): proctitle=6361740061`,
			`type=PROCTITLE proctitle=cat a`,
		},
		{
			"fortigate", `<189>date=2024-01-02 time=03:04:05 devname="gw1" devid="FG1" logid="0100044547" type="event" subtype="system" user="admin" ui="GUI(192.0.2.1)" action="Add" cfgpath="system.admin" cfgobj="a \"b\" c" odd="x" msg="Add system.admin x"`,
			`devid=FG1 logid=0100044547 type=event subtype=system user=admin ui=GUI(192.0.2.1) action=Add cfgpath=system.admin cfgobj=a "b" c msg=Add system.admin x`,
		},
		{"cut off", `logid=1 action="Ad`, `logid=1 action=Ad`},
		{"neither", `level=info action=add exe=/bin/x`, ``},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := telemetrytest.Read(text.New(nil, ""), []byte(tt.line))[0].Batch(telemetry.KindEvent)
			var got []string
			for _, p := range b.PairsOf(b.Event[0].Pairs) {
				name := p.Field.String()
				if name != "message" && name != "devname" && !strings.Contains(name, ".") {
					got = append(got, name+"="+p.Text)
				}
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// TestPairsBounded: a line cannot make names of its own, nor pairs without end.
func TestPairsBounded(t *testing.T) {
	line := "logid=1 " + strings.Repeat("mine=1 action=x ", 500)
	set := telemetrytest.Read(text.New(nil, ""), []byte(line))[0]
	b := set.Batch(telemetry.KindEvent)
	pairs := b.PairsOf(b.Event[0].Pairs)
	if len(pairs) > 140 {
		t.Errorf("%d pairs", len(pairs))
	}
	if p := set.Problems.List; len(p) != 1 || !p[0].Notice || p[0].Count != 1 || !strings.HasPrefix(p[0].Reason, "values after the first 128") {
		t.Errorf("of the others it says %+v", p)
	}
	whole := telemetrytest.Read(text.New(nil, ""), []byte("logid=1 "+strings.Repeat("action=x ", 127)))[0]
	if p := whole.Problems.List; len(p) != 0 {
		t.Errorf("of 128 it says %+v", p)
	}
	if slices.ContainsFunc(pairs, func(p telemetry.Pair) bool { return p.Field.String() == "mine" }) {
		t.Error("a name that is not known became a field")
	}
}
