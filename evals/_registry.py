"""What Inspect finds of ours by itself: ``inspect eval pinwatch/golden -T name=arithmetic``."""

from inspect_ai._util.registry import RegistryInfo, registry_add, registry_info

from evals.probes.registry import known_probes
from evals.tasks.registered import golden, probe_task

__all__ = ["golden"]

# Inspect names a task after its import package (`evals`), or not at all in a checkout; ours goes by
# the name of the distribution, wherever it is installed.
for name, ours in {"golden": golden, **{name: probe_task(name) for name in known_probes()}}.items():
    metadata = registry_info(ours).metadata
    registry_add(ours, RegistryInfo(type="task", name=f"pinwatch/{name}", metadata=metadata))
