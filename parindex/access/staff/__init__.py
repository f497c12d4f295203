"""The people of a tenant as its office manages them."""
