"""What one person drafts and another approves before it is published for ever: criteria sets and questionnaires."""
