"""The secretary's pages: the matrix of agencies and areas, closing a step."""
