"""`lntx train`: one training, its weights beside those expected, and what it cost."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lntx.cli import options, ranks
from lntx.cli.blame import blamed
from lntx.cli.loop_request import LoopRequest
from lntx.cli.problem_options import ProblemOptions
from lntx.cli.progress import bar, watched, working
from lntx.cli.terminal import say, show, show_json
from lntx.cli.train_view import Outcome
from lntx.errors import Disagreement, Refused, Unprovable

if TYPE_CHECKING:
    from lntx.training.fit import Fit
    from lntx.training.linear.problem import Problem
    from lntx.training.recipe import Recipe

EXAMPLE = "lntx train --backend manual --save model.safetensors"
_TICKS = 100  # times that a progress bar moves

_PROBLEM, _RECIPE, _RUN = "What to learn", "How (as torch.optim.SGD means it)", "With what"


def _option(panel: str, text: str, *flags: str, metavar: str | None = None) -> Any:
    return typer.Option(*flags, help=text, metavar=metavar, rich_help_panel=panel)


def command(
    context: typer.Context,
    file: options.LoopFile = None,
    as_published: Annotated[
        bool, _option(_PROBLEM, "The tutorial as its code is: x in 1..50, three outputs.", "--as-published")
    ] = False,
    one_weight: Annotated[bool, _option(_PROBLEM, "The tutorial with one weight.", "--one-weight")] = False,
    data: Annotated[Path | None, _option(_PROBLEM, f"{options.TABLE}, or X as .npy.", metavar="FILE")] = None,
    target: Annotated[
        list[str] | None, _option(_PROBLEM, "The table's target column, again for more; or Y as .npy.", metavar="COL")
    ] = None,
    standardize: options.Standardize = False,
    drop: options.Drop = None,
    fill: options.Fill = None,
    encode: options.Encode = None,
    separator: options.Separator = None,
    decimal: options.Decimal = None,
    thousands: options.Thousands = None,
    header: options.Header = None,
    encoding: options.Encoding = None,
    keep_index: options.KeepIndex = False,
    sheet: options.Sheet = None,
    samples: Annotated[int | None, _option(_PROBLEM, "Samples of a synthetic problem.")] = None,
    features: Annotated[int | None, _option(_PROBLEM, "Its features.")] = None,
    outputs: Annotated[int | None, _option(_PROBLEM, "Its outputs.")] = None,
    noise: Annotated[float | None, _option(_PROBLEM, "Standard deviation of its noise.")] = None,
    seed: Annotated[int, _option(_PROBLEM, "Draws the data, the initial weights and the order.")] = 0,
    lr: Annotated[
        str, _option(_RECIPE, "Learning rate, or auto: half of the largest stable one.", metavar="RATE|auto")
    ] = "0.0005",
    epochs: Annotated[int, _option(_RECIPE, "Times over all samples.")] = 1000,
    batch_size: Annotated[str, _option(_RECIPE, "Samples of one step, or full.", metavar="N|full")] = "1",
    shuffle: Annotated[bool, _option(_RECIPE, "A new order each epoch.", "--shuffle")] = False,
    momentum: Annotated[float, _option(_RECIPE, "Momentum.")] = 0.0,
    dampening: Annotated[float, _option(_RECIPE, "Dampening of the momentum.")] = 0.0,
    nesterov: Annotated[bool, _option(_RECIPE, "Nesterov's momentum.", "--nesterov")] = False,
    weight_decay: Annotated[float, _option(_RECIPE, "Weight decay, on the bias too.")] = 0.0,
    dtype: Annotated[
        str | None, _option(_RECIPE, "What to compute in; bfloat16 is for loops.", metavar="DTYPE")
    ] = None,
    log_every: Annotated[int, _option(_RECIPE, "Epochs between two entries of the loss history; 0 for none.")] = 0,
    way: options.Way = "",
    axis: options.AxisValue = None,
    backend: Annotated[
        str, _option(_RUN, "One of those that lntx backends shows, or a file of your own.", metavar="NAME|FILE.py")
    ] = "eager",
    device: Annotated[str, _option(_RUN, "cpu, cuda or cuda:N.")] = "cpu",
    save: Annotated[Path | None, _option(_RUN, "Save the model (safetensors).", metavar="FILE")] = None,
    snapshots: ranks.Snapshots = None,
    snapshot_every: ranks.Every = 30.0,
    no_verify: Annotated[bool, _option(_RUN, "Don't hold the weights against the reference.", "--no-verify")] = False,
    as_json: options.Json = False,
) -> None:
    """Train the linear model, by default on the tutorial's problem, step by step, with plain PyTorch; or a loop of your own."""
    if save:
        options.writable_file(save)
    if file:
        ranks.outside("train FILE.py")
        taken = "file", "way", "axis", "epochs", "dtype", "device", "save", "no_verify", "as_json"
        options.for_a_loop(context, *taken)
        asked = context.get_parameter_source("epochs")
        LoopRequest(file, tuple(axis or ()), dtype, device).train(
            way,
            epochs if asked is not None and asked.name == "COMMANDLINE" else None,
            save=save,
            verify=not no_verify,
            as_json=as_json,
        )
        return
    options.for_the_linear_model(way=way, axis=axis)
    chosen = ProblemOptions(
        as_published=as_published,
        one_weight=one_weight,
        samples=samples,
        features=features,
        outputs=outputs,
        noise=noise,
        data=data,
        target=tuple(target or ()),
        standardize=standardize,
        reading=options.given(
            drop=drop,
            fill=fill,
            encode=encode,
            separator=separator,
            decimal=decimal,
            thousands=thousands,
            header=header,
            encoding=encoding,
            keep_index=keep_index,
            sheet=sheet,
        ),
        seed=seed,
        dtype=dtype,
    )
    rate, rows = options.learning_rate(lr), options.batch_size(batch_size)
    from lntx.training.backends import added
    from lntx.training.recipe import Recipe, precision

    backend = added(backend)
    recipe = Recipe(
        **{} if rate is None else {"lr": rate},  # auto is found below, when the data is there
        epochs=epochs,
        batch_size=rows,
        shuffle=shuffle,
        momentum=momentum,
        dampening=dampening,
        nesterov=nesterov,
        weight_decay=weight_decay,
        dtype=None if dtype is None else precision(dtype),
        seed=seed,
        log_every=log_every,
    )
    problem = ranks.problem(chosen, backend)
    if lr == "auto":
        recipe = recipe.but(lr=_stable_rate(problem, recipe))
    with ranks.keeping(snapshots, snapshot_every, backend):
        if ranks.follows(backend):
            ranks.follow(problem, recipe, backend, device)
            return
        result = Outcome(problem, recipe, backend, device, _train(problem, recipe, backend, device))
    if not no_verify:
        with working(f"holding {backend} against the reference"):
            result = _held(result)
    wrong = result.agreement is not None and not result.agreement.ok
    try:
        if save and not wrong:
            result.fit.model.save(save)
            say(f"saved to {save}" + ", in the format of safetensors" * (save.suffix != ".safetensors"))
    finally:  # neither is lost where the other can't be had
        _print(result.placed(), as_json=as_json)
    if wrong:
        raise Disagreement(
            f"the weights of {backend} are not those of the reference" + " and were not saved" * bool(save)
        )


def _held(result: Outcome) -> Outcome:
    """Hold the weights, as they were trained, against the float64 reference, where that can prove something."""
    from lntx.training.backends import find
    from lntx.training.linear import parity

    fit, work = result.fit.trained or result.fit, find(result.backend).work
    try:
        return replace(result, agreement=parity.agreement(result.problem, result.recipe, fit, work))
    except (Unprovable, Refused) as error:  # Refused: a solution whose optimum has many weights
        say(str(error))
        return result


def _stable_rate(problem: "Problem", recipe: "Recipe") -> float:
    """Half of the largest stable learning rate, said on stderr."""
    from lntx.training.linear.stability import automatic

    found = automatic(problem, recipe)
    known = {
        "exact": "the largest stable one for this data",
        "estimate": "an estimate of the largest stable one for this data",
        "bound": "one that is sure to be stable on this data in any order, where a larger one may be",
    }[found.known]
    say(f"lr {found.rate / 2:.4g}, half of {known} (from {found.ground})")
    return found.rate / 2


def _train(problem: "Problem", recipe: "Recipe", backend: str, device: str) -> "Fit":
    import lntx

    if not watched():
        with blamed(backend):
            return lntx.train(problem, recipe, backend, device)
    ticking = recipe.but(log_every=recipe.log_every or max(1, recipe.epochs // _TICKS))
    with bar(f"epochs of {backend}", recipe.epochs) as update, blamed(backend):
        return lntx.train(problem, ticking, backend, device, progress=update)


def _print(result: Outcome, *, as_json: bool) -> None:
    if as_json:
        show_json(result.document())
    else:
        show(*result.view())
