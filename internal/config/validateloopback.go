package config

// loopback wants roles that any user of the machine may have: one who takes intelligence out blinds the service.
func (v *validator) loopback() {
	for i, role := range v.HTTP.Loopback {
		switch role {
		case "read", "ingest":
		case "intel", "admin":
			v.complain(index("http.loopback", i), "%s is not for everybody on this machine: read and ingest may be given, the rest needs a token or the local socket", role)
		default:
			v.complain(index("http.loopback", i), "is %s: want read or ingest", quoted(role))
		}
	}
}
