"""Documents for programs: results, responses, reference, health."""
