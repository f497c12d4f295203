"""Tables as files from values given: CSV and XLSX."""
