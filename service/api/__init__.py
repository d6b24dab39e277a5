"""The API: reads the store, and computes no statistics of its own."""
