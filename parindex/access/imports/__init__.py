"""Many people from one sheet: looked at row by row before anything is written."""
