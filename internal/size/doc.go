// Package size estimates what an instance will need: disk for each day and in all, by class of
// record, and memory. It is arithmetic over one table of measured costs (Costs); it measures nothing
// itself and knows no file. What it gives is as good as that table and the growth laws in it, which is why
// an estimate names every number it used.
package size
