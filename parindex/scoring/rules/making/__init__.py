"""What kinds of rules are made of: names of facts, expressions, scales, verdicts, next steps."""
