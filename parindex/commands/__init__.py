"""What the command line does, a module a command; each has ``add`` (its arguments) and ``run`` (its exit code)."""
