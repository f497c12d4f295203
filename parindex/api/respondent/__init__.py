"""The citizen's pages: a visit from a link to a receipt."""
