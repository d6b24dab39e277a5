"""What runs beside or inside the sandbox: standard library only, started as scripts by path."""
