"""What Inspect finds of ours by itself: ``inspect eval pinwatch/golden -T name=arithmetic``."""

from inspect_ai._util.registry import RegistryInfo, registry_add, registry_info

from evals.tasks.registered import golden

__all__ = ["golden"]

# Inspect names a task after its import package (`evals`), or not at all in a checkout; ours goes by
# the name of the distribution, wherever it is installed.
registry_add(
    golden,
    RegistryInfo(type="task", name="pinwatch/golden", metadata=registry_info(golden).metadata),
)
