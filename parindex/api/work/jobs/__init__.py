"""Pages of jobs: how far one is, and all of them for the administrator."""
