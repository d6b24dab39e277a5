"""Rendering: one view of a run, and a file for each form it is shown in."""
