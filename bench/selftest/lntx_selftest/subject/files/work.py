"""Twelve small pieces of work: each repeats one unit, 100 times unless a commit says otherwise."""

import numpy as np
import torch

_generator = np.random.default_rng(0)
_ROW, _OTHER = _generator.normal(size=512), _generator.normal(size=512)
_SQUARE = _generator.normal(size=(8, 8))
_PLACES = _generator.permutation(512)

_X, _Y = torch.linspace(-1, 1, 64).reshape(16, 4), torch.linspace(-2, 2, 16).reshape(16, 1)
_WEIGHTS, _BIAS = torch.tensor([[0.5, -0.25, 0.125, 1.0]]), torch.tensor([0.75])
_LR = 0.01


def arithmetic(units=100):
    total = 0.0
    for unit in range(units):
        total += (unit * 3 + 1) % 7 / 2
        total -= (unit * 5 + 2) % 11 / 4
        total += (unit * 7 + 3) % 13 / 8
        total -= (unit * 9 + 4) % 17 / 16
        total += (unit * 11 + 5) % 19 / 32
        total -= (unit * 13 + 6) % 23 / 64
        total += (unit * 15 + 7) % 29 / 128
    return total


def text(units=100):
    length = 0
    for _ in range(units):
        length += len("-".join("a b c d e f g h i j k l m n o p q r s t".split(" ")).upper().lower().title())
    return length


def mapping(units=100):
    total = 0
    for _ in range(units):
        table = {"a": 1, "b": 2, "c": 3, "d": 4}
        table["e"] = table["a"] + table["d"]
        total += sum(table.values()) + len(dict.fromkeys("abcdefghijklm"))
    return total


def sorting(units=100):
    first = 0
    for _ in range(units):
        first += sorted((5, 3, 9, 1, 7, 2, 8, 4, 15, 13, 19, 11, 17, 12, 18), key=abs)[0]
    return first


def numpy_add(units=100):
    total = _ROW
    for _ in range(units):
        total = _ROW + _OTHER
    return float(total[0])


def numpy_dot(units=100):
    product = _SQUARE
    for _ in range(units):
        product = _SQUARE @ _SQUARE
    return float(product[0, 0])


def numpy_sum(units=100):
    total = 0.0
    for _ in range(units):
        total += float(_ROW.sum())
    return total


def numpy_index(units=100):
    picked = _ROW
    for _ in range(units):
        picked = _ROW[_PLACES]
    return float(picked[0])


def torch_add(units=100):
    total = _X
    for _ in range(units):
        total = torch.add(_X, 1.5)
    return total


def torch_linear(units=100):
    output = _Y
    with torch.no_grad():
        for _ in range(units):
            output = torch.nn.functional.linear(_X, _WEIGHTS, _BIAS)
    return output


def torch_autograd(units=100):
    weights = _WEIGHTS.clone().requires_grad_()
    for _ in range(units):
        loss = (_X @ weights.T - _Y).square().mean()
        loss.backward()
        with torch.no_grad():
            weights -= _LR * weights.grad
        weights.grad = None
    return weights.detach()


def torch_manual(units=100):
    weights = _WEIGHTS.clone()
    for _ in range(units):
        error = _X @ weights.T - _Y
        weights -= _LR * 2 / len(_X) * error.T @ _X
    return weights
