"""What would be: the best next steps of an agency, and many draws at once."""
