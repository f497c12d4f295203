"""HTTP only: pages and JSON. No SQL, no rule, no formula."""
