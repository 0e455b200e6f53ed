"""Reports that arrive by themselves: which are wanted and when, one process each, one record a run."""
