"""Golden sets on disk: folders, manifests, versions, and other people's formats."""
