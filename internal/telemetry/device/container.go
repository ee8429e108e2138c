package device

import "strings"

// containerParsers read the life of containers: guest shells, virtual services, applications hosted by IOx.
var containerParsers = map[key]parser{
	{"VMAN", "ACTIVATION_STATE"}:   virtualService,
	{"VMAN", "INSTALL_STATE"}:      virtualService,
	{"VMAN", "GUESTSHELL_ENABLED"}: guestShell,
	{"IM", "IOX_INST_INFO"}:        ioxInstance,
	{"IM", "IOX_INST_NOTICE"}:      ioxInstance,
	{"IM", "ACTIVATE_MSG"}:         ioxHosting("container-activate"),
	{"IM", "START_MSG"}:            ioxHosting("container-activate"),
	{"IM", "DEACTIVATE_MSG"}:       ioxHosting("container-deactivate"),
	{"IM", "STOP_MSG"}:             ioxHosting("container-deactivate"),
	{"IM", "INSTALL_MSG"}:          ioxHosting("container-install"),
	{"IM", "UNINSTALL_MSG"}:        ioxHosting("container-uninstall"),
}

// virtualService reads: Successfully activated virtual service 'guestshell+', Deactivating virtual service 'X', Installing virtual
// service 'X', Successfully uninstalled virtual service 'X', Failed to activate virtual service 'X'.
func virtualService(r *reader, s string) {
	what, rest, ok := strings.Cut(r.place(s), "irtual service '")
	name, _, ok2 := cutLast(rest, "'")
	what, ok3 := cutVirtual(what)
	if !ok || !ok2 || !ok3 {
		return
	}
	failed := strings.HasPrefix(what, "Failed to ")
	done := strings.HasPrefix(what, "Successfully ")
	what = strings.TrimPrefix(strings.TrimPrefix(what, "Failed to "), "Successfully ")
	action := lifeOf(what)
	if action == "" {
		return
	}
	r.action(action)
	if done || failed {
		r.outcome(done)
	}
	r.name(fieldContainer, name)
}

// cutVirtual takes the V of "virtual" off the end.
func cutVirtual(s string) (string, bool) {
	if rest, ok := strings.CutSuffix(s, "v"); ok {
		return rest, true
	}
	return strings.CutSuffix(s, "V")
}

// lifeOf gives the step of a container's life that a verb names, in any of its forms.
func lifeOf(verb string) string {
	verb, _ = word(verb)
	switch {
	case hasFold(verb, "activat"), hasFold(verb, "start"):
		return "container-activate"
	case hasFold(verb, "deactivat"), hasFold(verb, "stop"):
		return "container-deactivate"
	case hasFold(verb, "install"):
		return "container-install"
	case hasFold(verb, "uninstall"), hasFold(verb, "destroy"), hasFold(verb, "delet"):
		return "container-uninstall"
	}
	return ""
}

// hasFold reports whether s begins with a prefix in lower case, whatever the case of s.
func hasFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

func guestShell(r *reader, s string) {
	if strings.HasPrefix(r.place(s), "The guest shell has been enabled") {
		r.action("container-activate")
		r.add(fieldContainer, "guestshell+")
	}
}

// ioxInstance reads: R0/0: ioxman: IOX SERVICE guestshell LOG: Guestshell is up at TIME.
func ioxInstance(r *reader, s string) {
	s, ok := strings.CutPrefix(r.place(s), "IOX SERVICE ")
	name, log, ok2 := strings.Cut(s, " LOG: ")
	if !ok || !ok2 {
		return
	}
	_, state, _ := strings.Cut(log, " is ")
	state, _ = word(state)
	switch {
	case state == "up", strings.Contains(log, "started"), strings.Contains(log, "activated") && !strings.Contains(log, "deactivated"):
		r.action("container-activate")
	case state == "down", strings.Contains(log, "stopped"), strings.Contains(log, "deactivated"):
		r.action("container-deactivate")
	case strings.Contains(log, "destroyed"), strings.Contains(log, "uninstalled"):
		r.action("container-uninstall")
	default:
		return
	}
	r.name(fieldContainer, name)
}

// ioxHosting reads: R0/0: ioxman: app-hosting: Activate succeeded: X activated successfully Current state is in ACTIVATED.
func ioxHosting(action string) parser {
	return func(r *reader, s string) {
		s, ok := strings.CutPrefix(r.place(s), "app-hosting: ")
		what, rest, ok2 := strings.Cut(s, ": ")
		if !ok || !ok2 {
			return
		}
		name, _ := word(rest)
		r.action(action)
		r.outcome(strings.HasSuffix(what, " succeeded"))
		r.name(fieldContainer, name)
	}
}
