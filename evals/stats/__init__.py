"""Statistics: arrays and an explicit rng in, frozen results out; numpy and scipy only."""
