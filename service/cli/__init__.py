"""The command line: a noun a file; heavy imports happen inside the commands."""
