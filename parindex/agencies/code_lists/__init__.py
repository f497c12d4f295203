"""Lists of codes that a tenant takes over from whoever issues them: levels, fields, kinds of documents, in versions."""
