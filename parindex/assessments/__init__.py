"""A cycle of assessment: sheets, evidence, appraisal and deadlines; alone moves the state of a cycle."""
