"""Work that changes hands: what somebody holds, who takes it over, and what nobody holds."""
