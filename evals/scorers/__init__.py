"""Scorers: one file each, behind the treaty in `evals.scorers.scored`."""
