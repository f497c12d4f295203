"""What the office itself needs: its first administrator, what the tenant decides, the review of rights."""
