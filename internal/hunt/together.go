package hunt

// Together is findings of a hunt that belong together: about one device, account or peer, and near in time (docs/incidents.md).
type Together struct {
	Level    Level
	Because  string // why it is higher than that of any of them; "" when it is not
	Findings []*Finding
	Devices  []string // that they are about
	Accounts []string // that join them, or that those medium and above name
	Peers    []string // the same
	Leads    []string // campaigns of which rules are among them
	Near     []int    // which others of the list are about the same devices, near in time
}
