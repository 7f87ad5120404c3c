"""The optimizer's own implementation in one kernel."""

from lntx.training.loop.way import Ground, Step

NAME = "fused"
LABEL = "the optimizer in one kernel (fused=True)"


def refuses(ground: Ground) -> str | None:
    """Refuse where the optimizer has none, or takes it already."""
    optimizer = ground.made.optimizer
    if not all("fused" in group for group in optimizer.param_groups):
        return f"{type(optimizer).__name__} has no implementation that is called fused"
    if any(group["fused"] for group in optimizer.param_groups):
        return "the optimizer takes it already"
    if any(group.get("differentiable") or group.get("capturable") for group in optimizer.param_groups):
        return "the optimizer is asked to be differentiable or capturable, which its fused kernel isn't everywhere"
    return None


def arrange(ground: Ground) -> None:
    """Ask the optimizer for it."""
    for group in ground.made.optimizer.param_groups:
        group.update({"fused": True, **({"foreach": None} if "foreach" in group else {})})


def finish(step: Step, _ground: Ground) -> Step:
    """Take the step as it is."""
    return step
