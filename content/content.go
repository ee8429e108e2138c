// Package content holds the data that the program comes with: pipelines, rules, what the catalogue of detections covers, and what
// operators copy and change.
package content

import (
	"embed"
	"io/fs"
)

//go:embed pipelines/*.yaml rules/*/*.yml logging/*.yaml campaigns/*.yaml
var files embed.FS

// Pipelines gives the files that say where the log sources of Sigma rules are found, for pipeline.Load.
func Pipelines() fs.FS { return sub("pipelines") }

// Rules gives our own detections, a folder for each group of the catalogue ("aaa/aaa-01.yml"), for rule.Read.
func Rules() fs.FS { return sub("rules") }

// Logging gives what switches logs on, a file for each platform, for coverage.ReadAdvice.
func Logging() fs.FS { return sub("logging") }

// sub gives a folder of what is embedded.
func sub(name string) fs.FS {
	folder, err := fs.Sub(files, name)
	if err != nil {
		panic(err) // the name of a folder is always valid
	}
	return folder
}
