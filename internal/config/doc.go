// Package config is what an operator writes for the service: one YAML file (stormglass serve --config
// FILE), in which every key has a default. Values come from the defaults, then the file, then the
// environment, then flags; each one remembers where it came from, so that complaints and `config show`
// can name the line.
//
// It reads and judges; it opens no socket and makes no folder. Tokens, keys and certificates are named by
// file and read by those who use them: this package only looks whether such a file is there and whether
// others may read it. docs/config.md is the reference; a test holds it to the keys below.
//
// A key that was released keeps working. A shape that was released is a pair in testdata/config.
package config
