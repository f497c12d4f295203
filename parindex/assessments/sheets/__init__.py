"""A sheet: its entries declared, counted, handed in; what happened to each."""
