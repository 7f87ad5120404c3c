"""Training scripts of the kinds that people have, carried over: each runs without lntx as it was, and with it trains the same."""

import difflib
from pathlib import Path

import pytest
import torch
from support.commandline import lntx_says

import lntx
from lntx.training import user_files
from lntx.training.loop.file import load

EXAMPLES = Path(__file__).parents[1] / "examples"
CHANGED = 25
"""Lines that carrying a script over may change or add, blank ones among them."""

PLAIN = {  # what a script trains by itself, in little time, the values of its loop's axes for the same, and the epochs
    "digits": (
        lambda script: script.main(script.get_args_parser().parse_args(["--width=4", "--epochs=1"])),
        {"width": 4},
        1,
    ),
    "gpt": (lambda script: script.main(iters=6), {"iters": 6}, 1),
    "autoencoder": (lambda script: script.main(max_epochs=2), {}, 2),
}


def carried(name):
    return EXAMPLES / name / f"{name}.py"


def test_every_example_is_tried():
    assert {path.name for path in EXAMPLES.iterdir() if path.is_dir()} == PLAIN.keys()


@pytest.mark.parametrize("name", PLAIN)
def test_few_lines_carry_a_script_over(name):
    before, after = (
        path.read_text(encoding="utf-8").splitlines() for path in (EXAMPLES / name / "plain.py", carried(name))
    )
    assert not any("lntx" in line for line in before)
    changes = [
        line for line in difflib.unified_diff(before, after, n=0) if line[0] in "+-" and line[:3] not in {"+++", "---"}
    ]
    assert 0 < len(changes) <= CHANGED


@pytest.mark.parametrize("name", PLAIN)
def test_the_script_alone_and_its_loop_train_the_same_weights_bit_for_bit(name):
    run, axes, epochs = PLAIN[name]
    model = run(user_files.imported(EXAMPLES / name / "plain.py"))
    fit = load(carried(name)).at(**axes).train(epochs=epochs)
    weights = dict(model.named_parameters())
    assert weights.keys() <= fit.tensors.keys()
    for key, value in weights.items():
        assert torch.equal(value.detach(), fit.tensors[key]), key
    assert len(fit.losses) == epochs
    assert fit.metric is not None


@pytest.mark.parametrize(("name", "axes"), [("digits", {"width": 4}), ("gpt", {"width": 16}), ("autoencoder", {})])
def test_its_ways_are_proved(name, axes):
    loop = load(carried(name)).at(**axes)
    found = loop.verify("foreach", steps=4)
    assert found.ok, found.note
    assert all(tensor.ok for tensor in found.tensors)


def test_the_gpt_has_about_a_hundred_thousand_parameters():
    loop = load(carried("gpt"))
    assert 90_000 < loop.facts().parameters < 110_000


@pytest.mark.end_to_end
@pytest.mark.parametrize("name", PLAIN)
def test_no_way_of_an_example_is_another_training(name):
    if lntx.backends()["compiled"].refuses(None, None, "cpu"):
        pytest.skip("no C++ compiler here")
    said = lntx_says("verify", carried(name), "--json")
    assert said.code == 0, said.err
    found = {row["way"]: row["ok"] for row in said.json}
    assert found["compiled"]
    assert found["foreach"]
    assert all(ok is not False for ok in found.values())
