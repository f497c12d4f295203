"""Survey rounds at work: sample, invitations, progress, lock, estimates."""
