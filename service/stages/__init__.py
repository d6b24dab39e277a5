"""The stages of the flow; they never import one another."""
