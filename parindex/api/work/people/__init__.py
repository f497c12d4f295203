"""The people of a tenant: who they are, what they may do, and how they come in."""
