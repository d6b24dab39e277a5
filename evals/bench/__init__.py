"""The bench: measures detectors on seeded endpoints of known truth, and on recorded answers."""
