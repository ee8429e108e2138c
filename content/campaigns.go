package content

import "io/fs"

// Campaigns gives which rules, vulnerabilities and techniques belong to a campaign, a file for each, for campaign.Read.
func Campaigns() fs.FS { return sub("campaigns") }
