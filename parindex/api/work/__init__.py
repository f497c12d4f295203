"""Pages for those who work on a year; a folder a noun, as in the rooms below and in the templates."""
