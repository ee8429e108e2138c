package imports

import "strings"

// routerModels are names by which Oxidized and RANCID are told what a device runs. Where columns are guessed, a word that is none of
// these is not shown: on a line with a column too few a password stands in this place.
//
//nolint:misspell // routeros is a name
var routerModels = words2set(`
	acos adva airos aos aos7 aosw arbor arista asa asyncos awplus bdcom bigip boss brocade casa catos checkpoint ciena cisco cisco-nx
	cisco-xr ciscosmb comware cumulus dell dellx dlink dnos edgeos edgeswitch eos ericsson exa extreme f5 fabricos fastiron
	force10 fortigate fortios foundry fsos fujitsu gaia hp hpe huawei infinera ios iosxe iosxr ironware isam juniper junos
	junos-evolved mikrotik mrv netgear netscaler nokia nokiasros nos nxos oneos openbsd opengear opnsense paloalto panos pfsense
	powerconnect procurve quantaos redback riverstone routeros saos screenos siklu smartedge sonicos srl sros srosmd
	timos tmos ubiquiti vrp vyatta vyos wlc xos xr zte ztezxr zxros zynos
`)

// knownModel reports whether a word names what a device runs.
func knownModel(s string) bool { return routerModels[strings.ToLower(strings.TrimSpace(s))] }
