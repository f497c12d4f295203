"""Who stands in for whom: a right lent for some days, in the name of whoever uses it."""
