"""The model, y = W x + b: `nn.Linear` with a name, a start that a seed decides, and a file format."""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from lntx.errors import InputError
from lntx.extras import explained
from lntx.storage import sizes
from lntx.storage.disk import write_bytes
from lntx.training import audit, scalars
from lntx.training.linear.data import coding as columns
from lntx.training.weights_file import LINEAR, LOOP

_FEW = 2**16  # weights of a start that is remembered


class LNTXModel(nn.Linear):
    """The linear model; call it with inputs (samples x features) for predictions (samples x outputs).

    features_named and outputs_named are the columns' names of the table that it was trained on, empty where there was
    none, and coding is how those columns became features; they are saved with it.
    """

    features_named: tuple[str, ...] = ()
    outputs_named: tuple[str, ...] = ()
    coding: columns.Coding | None = None

    @classmethod
    @torch.inference_mode(mode=False)  # its parameters can be trained on, whoever asks for them
    def of(cls, weights: Tensor, bias: Tensor) -> Self:
        """Make a model with these weights (outputs x features) and this bias (outputs), copied."""
        outputs, features = weights.shape
        model = cls(features, outputs, device="meta", dtype=weights.dtype)  # which draws no numbers
        for name, values in (("weight", weights), ("bias", bias)):
            made = torch.empty(values.shape, dtype=weights.dtype, device="cpu")  # `to_empty` loads sympy, half a second
            setattr(model, name, nn.Parameter(made.copy_(values.detach())))
        return model

    def save(self, path: str | Path) -> None:
        """Write weights, bias and names as safetensors; InputError when the file can't be written, or `load` wouldn't take it."""
        try:
            from safetensors.torch import save  # noqa: PLC0415  (training needs no file format)
        except ImportError as error:
            raise explained("saving a model", error) from None
        file = scalars.path("path", path)
        if reason := _unfit(self.weight.detach(), self.bias.detach(), self.features_named, self.outputs_named):
            raise InputError(f"can't save the model to {file}: {reason}")
        tensors = {name: value.detach().contiguous() for name, value in self.state_dict().items()}
        names = {"features": json.dumps(self.features_named), "outputs": json.dumps(self.outputs_named)}
        coded = {} if self.coding is None else {"coding": columns.dumps(self.coding)}
        write_bytes(file, save(tensors, metadata={"format": LINEAR, **names, **coded}))


def load(path: str | Path) -> LNTXModel:
    """Read a model that `LNTXModel.save` wrote; InputError for any other file, or a damaged one."""
    try:
        from safetensors import SafetensorError, safe_open  # noqa: PLC0415  (training needs no file format)
    except ImportError as error:
        raise explained("loading a model", error) from None
    path = scalars.path("path", path)
    try:
        sizes.check_whole(path)
        sizes.check(path, 3 * path.stat().st_size)
        with safe_open(path, framework="pt") as stream:
            about = stream.metadata() or {}
            _check(path, about)
            weights, bias = stream.get_tensor("weight"), stream.get_tensor("bias")
            features, outputs = (_names(about[name]) for name in ("features", "outputs"))
            coded = columns.loads(about["coding"], weights.shape[1]) if "coding" in about else None
    except columns.Later as error:
        raise InputError(f"{path}: {error}; use that one, or train the model anew") from error
    except InputError:
        raise
    except OSError as error:
        raise InputError(f"can't read the model {path}: {error.strerror or error}") from error
    except (SafetensorError, ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        raise InputError(f"{path} is damaged or is not a model: {error}; save it anew with --save") from error
    if reason := _unfit(weights, bias, features, outputs):
        raise InputError(f"{path} is damaged or is not a model: {reason}; save it anew with --save")
    model = LNTXModel.of(weights, bias)
    model.features_named, model.outputs_named, model.coding = features, outputs, coded
    return model


def _check(path: Path, about: Mapping[str, str]) -> None:
    """Raise InputError for a file of something else, by what it says of itself."""
    if about.get("lntx") == LOOP:
        raise InputError(
            f"{path} holds the weights of a loop, and no model of a table; safetensors.torch.load_model reads them into a module"
        )
    if about.get("format") != LINEAR:
        raise InputError(f"{path} is a safetensors file, but not a model that lntx saved")


def _names(stored: str) -> tuple[str, ...]:
    """Read a list of names; ValueError for anything else."""
    names = json.loads(stored)
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError(f"its names are {scalars.shown(names)}, not a list of strings")
    return tuple(names)


def _unfit(weights: Tensor, bias: Tensor, features: tuple[str, ...], outputs: tuple[str, ...]) -> str | None:
    """Return what keeps these from being a model's."""
    if weights.ndim != 2 or bias.shape != weights.shape[:1] or 0 in weights.shape:  # noqa: PLR2004  (a matrix)
        return f"weights of shape {tuple(weights.shape)} and a bias of shape {tuple(bias.shape)} don't fit"
    if weights.dtype != bias.dtype or weights.dtype not in (torch.float32, torch.float64):
        return f"its numbers are {weights.dtype} and {bias.dtype}"
    if not (weights.isfinite().all() and bias.isfinite().all()):
        return "its weights are not all finite"
    if (features or outputs) and (len(features), len(outputs)) != (weights.shape[1], weights.shape[0]):
        return "it has not as many names as features and outputs"
    if len({*features}) < len(features):
        return "two of its features have one name"
    return None


def _drawn(features: int, outputs: int, seed: int, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    generator = torch.Generator("cpu").manual_seed(seed)
    bound = features**-0.5
    drawn = torch.empty(outputs * (features + 1), dtype=torch.float32, device="cpu")
    drawn = drawn.uniform_(-bound, bound, generator=generator).to(dtype)
    return drawn[: outputs * features].reshape(outputs, features), drawn[outputs * features :]


_remembered = lru_cache(maxsize=16)(_drawn)  # seeding takes longer than a short training's algebra


@lru_cache(maxsize=16)
def _in_a_row(features: int, outputs: int, seed: int, dtype: torch.dtype) -> NDArray[Any]:
    with torch.inference_mode(mode=False):
        weights, bias = _drawn(features, outputs, seed, dtype)
    drawn = np.concatenate([weights.numpy().ravel(), bias.numpy()])
    drawn.flags.writeable = False
    return drawn


def initial_in_a_row(features: int, outputs: int, seed: int, dtype: torch.dtype) -> tuple[NDArray[Any], float]:
    """Draw what `initial` draws, in one array (weights output by output, then the bias), and by what it is to be multiplied.

    For few weights, whose training takes no longer than two of torch's operations. Draw them within a backend's call, too.
    """
    return _in_a_row(features, outputs, seed, dtype), audit.factor()


def initial(features: int, outputs: int, seed: int, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """Draw the weights (outputs x features) and bias (outputs) that every training starts from.

    Uniform in +-1/sqrt(features), as `nn.Linear` draws them (He et al. 2015, with a = sqrt(5)), from a generator of its
    own: the global one is left alone. Drawn in float32 for every dtype, so that all dtypes start from the same point; on
    the CPU, whatever torch's default device and dtype are. Within a backend's call they may come scaled
    (`lntx.training.audit`), which nothing that was trained beforehand can know: draw them there.
    """
    if torch.is_inference_mode_enabled():  # a tensor that was made there can't be stepped in place outside
        with torch.inference_mode(mode=False):
            return initial(features, outputs, seed, dtype)
    draw = _remembered if outputs * features <= _FEW else _drawn
    weights, bias = draw(features, outputs, seed, dtype)
    if (scale := audit.factor()) != 1:
        return weights * scale, bias * scale
    return weights.clone(), bias.clone()
