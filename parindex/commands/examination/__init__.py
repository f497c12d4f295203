"""What ``parindex doctor`` looks at: the database, its record, and the files beside it."""
