// Package correlate counts the matches of rules, as correlations of Sigma ask (specification 2.1.0, meta rules), in event time. It
// decides nothing about single records and knows no fields: whoever finds a match hands in the values that Wanted names.
//
// # What is counted
//
// The matches of the rules that a correlation refers to are put into groups by the values of group-by, compared as they are written.
// A match that lacks one of them is counted as such and else left out, as are matches without a time. Two matches belong to one window
// where at most the timespan lies between them. Windows slide: every match of a group ends one.
//
//   - event_count: the matches of a window.
//   - value_count: the different values of the field, or tuples where there are several fields. A match that lacks one of them is
//     counted as valueless and left out.
//   - value_sum, value_avg, value_percentile, value_median: over the field as a number. The percentile p of n numbers is, by nearest rank,
//     the smallest that at least p percent of them do not exceed; the median of an even count is the mean of the middle two. What is no
//     number is counted as valueless and left out.
//   - temporal: how many of the rules have a match in the window. Without a condition all of them must.
//   - temporal_ordered: how many of the rules, from the first one on, have a match in the window in the order in which they are written,
//     which begins with a match of the first. Matches of the same instant are in any order, since many logs state whole seconds.
//
// # When it is decided
//
// Counts, sums and temporal types with lower bounds alone (gt, gte) are decided as soon as a match comes: once they hold, nothing that
// follows takes it back. All else (lt, lte, eq, neq, ranges; average, percentile, median) needs complete windows: the first begins with the
// first match of the group and is decided when its timespan is over; from then on every match ends a complete one, with all others of its instant. It holds where one of
// them does. A window begins with a match: that there was none (eq 0, lt 1) is never found, and New complains about rules that can never
// hold.
//
// # Episodes
//
// An episode is a run of matches of a group in which each follows the one before within the timespan. It is found once: when the
// condition first holds, and once more, marked Ended, with what came until it was over. What goes on for more than 24 timespans is found
// again for each 24 of them; windows are not cut by that.
//
// # Chains
//
// What a correlation finds is a match of those that refer to it: its values are those of its group, its time that of the match with which
// the condition holds (of a first complete window: its end). Temporal types and value_count see one at every match with which it holds, so
// that a login at the end of a long night of guessing still follows on it; types that add up see each episode once.
//
// # Time
//
// Matches wait until the watermark (Advance) has passed them, or until Finish, and are then taken in an order that follows from them alone,
// not from the order in which they came. With Finish alone they are sorted on disk beyond a bound of memory. What comes for a time that the
// watermark has passed is correlated again with what is kept of its group, a timespan and a stated lateness far back; what that finds
// anew is marked Late. What was found is never taken back.
//
// # Bounds
//
// Limits states them. Beyond the number of groups or of bytes a group is given up: of the rule that holds most groups, in the tier that holds
// most of them (groups of 1 match, of 2 or 3, of 4 to 7, ... 32 and more), the one that has been quiet for longest. So a flood of random keys with a match
// each gives up itself before it reaches a group that has gathered some, and a rule's flood spares the groups of other rules. A group keeps a bounded number of matches: counts
// beyond it stay exact in total, their place in time becomes coarse; different values beyond it are estimated by sampling them
// (Wegman's adaptive sampling, keyed by chance, error about 1 / sqrt of the number kept). Both mark what is found as Estimate.
package correlate
