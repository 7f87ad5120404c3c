"""The optimizer's own implementation for many tensors at once."""

from lntx.training.loop.way import Ground, Step

NAME = "foreach"
LABEL = "the optimizer over all parameters at once (foreach=True)"


def refuses(ground: Ground) -> str | None:
    """Refuse where the optimizer has none, or takes it already."""
    optimizer = ground.made.optimizer
    groups = optimizer.param_groups
    if not all("foreach" in group for group in groups):
        return f"{type(optimizer).__name__} has no implementation that is called foreach"
    if any(group["foreach"] for group in groups):
        return "the optimizer takes it already"
    if ground.device.startswith("cuda") and all(
        group["foreach"] is None and not group.get("fused") for group in groups
    ):
        return "it is what torch takes on CUDA already, where nothing else is asked for"
    return None


def arrange(ground: Ground) -> None:
    """Ask the optimizer for it."""
    for group in ground.made.optimizer.param_groups:
        group.update({"foreach": True, **({"fused": None} if "fused" in group else {})})


def finish(step: Step, _ground: Ground) -> Step:
    """Take the step as it is."""
    return step
