"""The registry of agencies: looked through, changed under a document, entered from a list and taken out as one."""
