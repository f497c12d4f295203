"""Who declares which leaf of a sheet within an agency, and what they have handed in."""
