// Package list reads indicators that come as lines: plain lists, CSV with a header, hosts files,
// and the input files of Zeek's intelligence framework (docs.zeek.org, "Intelligence Framework").
// Every line that is neither empty nor a comment, and every CSV record, is an item.
//
// It reads values that stand alone; values inside running text are the business of another package.
package list
