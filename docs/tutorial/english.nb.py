# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # The tutorial, retold
#
# lntx began with a tutorial: the first model that one trains with PyTorch. Here it is again, one step after the other,
# with what its text leaves out: why the published code converges and the text's form of it does not. Then the model
# grows, takes other ways to the same weights, and makes room for a loop of your own.
#
# [中文](chinese.nb.py)

# %%
import warnings
from time import perf_counter

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
import torch
from torch import nn

import lntx

EPOCHS = 1000
sns.set_theme(style="whitegrid")

# %% [markdown]
# ## 1. The data
#
# The rule to be learned is `y = W1*x1 + W2*x2 + W3*x3 + b` with `W = [1.3, 2.9, 3.7]` and `b = 0`. There are 100
# samples, each of three whole numbers from 1 to 50. In real life nobody knows W; we do, and so we can tell whether the
# training found it.

# %%
torch.manual_seed(0)
W = torch.tensor([1.3, 2.9, 3.7])
x = torch.randint(1, 51, (100, 3)).float()
y = x @ W
pd.DataFrame(torch.column_stack([x, y]).numpy(), columns=["x1", "x2", "x3", "y"]).head()

# %% [markdown]
# ## 2. Model, loss, optimizer
#
# A model is `nn.Linear`, which holds a weight for each feature, and a bias. The loss is the mean of the squared
# errors, `nn.MSELoss`. The optimizer is stochastic gradient descent, `torch.optim.SGD`, with a learning rate of
# 0.0005. A step takes one sample; an epoch is 100 steps, one for each sample, always in the same order; there are 1000
# epochs.
#
# This is the whole loop:


# %%
def train(model, inputs, targets, epochs):
    """Train sample by sample; return the loss over all samples after each epoch, up to the first that is no number."""
    criterion = nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.0005)
    losses = []
    for _ in range(epochs):
        for sample, target in zip(inputs, targets, strict=True):
            optimizer.zero_grad()
            criterion(model(sample), target).backward()
            optimizer.step()
        with torch.no_grad():
            losses.append(criterion(model(inputs), targets.reshape(len(targets), -1).expand_as(model(inputs))).item())
        if not np.isfinite(losses[-1]):
            break
    return losses


# %% [markdown]
# ## 3. As the text says it: one output
#
# The text speaks of one number y. So the model has one output, `nn.Linear(3, 1)`:

# %%
torch.manual_seed(0)
one = nn.Linear(3, 1)
losses = train(one, x, y[:, None], EPOCHS)
print(f"epochs that were done: {len(losses)} of {EPOCHS}; the loss at last: {losses[-1]}")

# %% [markdown]
# It doesn't converge: each epoch makes the error larger, until it is no number any more. lntx says so before it takes
# a step, and names a learning rate that holds:

# %%
try:
    lntx.train(lntx.Problem(x, y), lntx.Recipe(lr=0.0005, epochs=EPOCHS, batch_size=1))
except lntx.Diverged as error:
    print(error)

# %% [markdown]
# ## 4. As the code was published: three outputs
#
# The published code has three outputs, `nn.Linear(3, 3)`, and compares them with the one number y. PyTorch broadcasts
# y against all three (and warns of it), so the model learns the same rule three times over, and it converges:

# %%
torch.manual_seed(0)
three = nn.Linear(3, 3)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # "Using a target size that is different to the input size"
    losses = train(three, x, y, EPOCHS)
print(f"epochs that were done: {len(losses)} of {EPOCHS}; the loss at last: {losses[-1]:.3g}")

# %% mystnb={"image": {"alt": "The loss by epoch, on a logarithmic axis: it falls from the first epochs on"}}
_, axes = plt.subplots(subplot_kw={"yscale": "log"})
sns.lineplot(x=range(1, len(losses) + 1), y=losses, ax=axes)
_ = axes.set(xlabel="epoch", ylabel="loss (mean squared error)", title="Published code: loss by epoch")

# %% [markdown]
# The weights that were expected, beside those that were trained, once for each output:

# %%
names = ["W1", "W2", "W3", "b"]
rows = torch.column_stack([three.weight, three.bias]).detach().numpy()
index = ["expected", "output 1", "output 2", "output 3"]
pd.DataFrame([[*W.tolist(), 0.0], *rows], index=index, columns=names).round(4)

# %% [markdown]
# ## 5. Why the one converges and the other does not
#
# With z the sample with a 1 behind it (for the bias) and m outputs, a step multiplies the error of the weights by the
# matrix `I - (2 * lr / m) * z z'`: the mean in the loss runs over the m outputs, so three outputs divide each gradient
# by three. Along its own sample a step shrinks the error as long as `2 * lr / m * |z|²` is below 2. For x up to 50 it
# may be as much as 7.5: with one output steps overshoot by far, with three by a factor of 1.5 at most, and the other
# steps of the epoch make up for it.
#
# What an epoch does to the error is the product of its steps. Its largest eigenvalue, the spectral radius, says by
# which factor the error grows or shrinks with each epoch in the long run:


# %%
def radius(inputs, outputs, lr=0.0005):
    """Return the factor by which an epoch changes the error in the long run: below 1 it converges."""
    epoch = np.eye(inputs.shape[1] + 1)
    for sample in np.column_stack([inputs, np.ones(len(inputs))]):
        epoch = (np.eye(len(sample)) - 2 * lr / outputs * np.outer(sample, sample)) @ epoch
    return max(abs(np.linalg.eigvals(epoch)))


small = lntx.tutorial().X  # three whole numbers from 1 to 20
pd.DataFrame(
    {
        "2 lr |z|² / m, at most": [
            0.001 / m * ((X**2).sum(1) + 1).max() for X, m in ((x.numpy(), 1), (x.numpy(), 3), (small, 1))
        ],
        "error times, each epoch": [radius(x.numpy(), 1), radius(x.numpy(), 3), radius(small, 1)],
    },
    index=[
        "x in 1..50, one output (the text)",
        "x in 1..50, three outputs (the code)",
        "x in 1..20, one output (lntx)",
    ],
)

# %% [markdown]
# So lntx's own form of the tutorial, `lntx.tutorial()`, has one output, as the text says, and whole numbers from 1 to
# 20, for which no step can overshoot. The published code is `lntx.tutorial(as_published=True)`. Both find W.
#
# ## 6. The same with lntx
#
# A **problem** is what is to be learned, a **recipe** how, a **backend** is who does it; `eager` is the plain PyTorch
# of above.

# %%
problem = lntx.tutorial()
recipe = lntx.Recipe(lr=0.0005, epochs=EPOCHS, batch_size=1, log_every=EPOCHS // 10)
fit = lntx.train(problem, recipe, backend="eager")
pd.DataFrame(
    [[*problem.weights[0], *problem.bias], [*fit.weights[0].tolist(), *fit.bias.tolist()]],
    index=["expected", "trained"],
    columns=names,
).round(4)

# %% [markdown]
# `lntx.verify` holds the weights against a float64 run of the same steps, from several starts and after different
# numbers of epochs. The tolerance is what rounding explains, and nothing else:

# %%
agreement = lntx.verify(problem, recipe.but(epochs=max(2, EPOCHS // 10), log_every=0), backend="eager")
print(f"agrees: {agreement.ok}; error {agreement.error:.1e}, tolerance {agreement.tolerance:.1e}")

# %% [markdown]
# ## 7. The model is used
#
# For x = (1, 1, 1) the rule says 1.3 + 2.9 + 3.7 = 7.9:

# %%
print("y(1, 1, 1) =", round(fit.model(torch.ones(1, 3)).item(), 4))
print("y(2, 0, 5) =", round(fit.model(torch.tensor([[2.0, 0.0, 5.0]])).item(), 4))

# %% [markdown]
# ## 8. The model grows
#
# The tutorial ends by saying that the model may have any number of weights, and the steps stay what they are. Here are
# one weight (the tutorial's variant y = 1.3 x), 10 features and 100: the code doesn't change, only the numbers in the
# problem do.

# %% mystnb={"image": {"alt": "The loss by epoch for 1, 10 and 100 features, each as a share of its loss at the start: all fall; the 10 features reach what rounding leaves first, then the 100, and the one weight goes on falling evenly"}}
epochs = max(10, EPOCHS // 10)
grown = {
    1: (lntx.tutorial(one_weight=True), 0.0005),
    10: (lntx.synthetic(samples=500, features=10), 0.05),
    100: (lntx.synthetic(samples=500, features=100), 0.05),
}
course = []
for features, (data, lr) in grown.items():
    bigger = lntx.train(data, lntx.Recipe(lr=lr, epochs=epochs, batch_size=1, log_every=1), backend="manual")
    share = (bigger.losses / bigger.losses[0]).clamp(min=1e-14)
    course += [
        (str(features), epoch, value) for epoch, value in zip(bigger.epochs.tolist(), share.tolist(), strict=True)
    ]
frame = pd.DataFrame(course, columns=["features", "epoch", "loss / loss at the start"])
_, axes = plt.subplots(subplot_kw={"yscale": "log"})
sns.lineplot(frame, x="epoch", y="loss / loss at the start", hue="features", style="features", ax=axes)
_ = axes.set(title="One weight, 10, 100")

# %% [markdown]
# ## 9. Up the ladder: the same weights, other ways
#
# The tutorial's 100,000 steps can be carried out in many ways. Some do every step (`steps`); some reach the weights of
# these very steps without doing each (`algebra`), since a step is an affine map of the weights, and maps can be
# multiplied. `lntx.prepare` uploads and compiles; the call that it returns is the training.

# %%
ladder, weights = [], {}
plain = recipe.but(log_every=0)
for name, backend in lntx.backends().items():
    if ":" in name or backend.refuses(problem, plain, "cpu"):
        continue  # a variant of another, or one that can't do this here: lntx backends says why
    begun = perf_counter()
    run = lntx.prepare(problem, plain, backend=name)
    prepared = perf_counter()
    weights[name] = run().weights
    ladder.append((name, backend.work, prepared - begun, perf_counter() - prepared))
frame = pd.DataFrame(ladder, columns=["backend", "work", "prepare, s", "train, s"]).sort_values(
    "train, s", ascending=False
)
frame["furthest from eager"] = [
    f"{(weights[name] - weights['eager']).abs().max().item():.0e}" for name in frame["backend"]
]
frame.style.hide().format({"prepare, s": "{:.2g}", "train, s": "{:.2g}"})

# %% mystnb={"image": {"alt": "Bars of the seconds that each backend took to train, on a logarithmic axis, the slowest on top; colours tell steps from algebra"}}
_, axes = plt.subplots(subplot_kw={"xscale": "log"})
sns.barplot(frame, x="train, s", y="backend", hue="work", ax=axes)
_ = axes.set(xlabel="seconds for 100 samples, all epochs", title="The same weights, one call each")

# %% [markdown]
# That is one call of each in one process: enough to be amazed, and too little to rest anything on. A study, `lntx
# bench`, takes fresh processes, several of them, holds every timed call against the reference, and gives intervals.
#
# ## 10. A loop of your own
#
# The steps stay the same for any model, says the tutorial; so do the questions. A **loop** has a `start` (model and
# optimizer), `batches`, and ways to take a step. The first way is the reference; others follow from it by themselves
# (`compiled`, `foreach`, ...), and you may write more:


# %%
def start():
    """Return the model and its optimizer, the same at each call."""
    torch.manual_seed(0)
    model = nn.Linear(3, 1)
    return model, torch.optim.SGD(model.parameters(), lr=0.0005)


def batches():
    """Return the batches of an epoch: one sample each."""
    return list(zip(torch.from_numpy(problem.X).split(1), torch.from_numpy(problem.Y).split(1), strict=True))


loop = lntx.Loop(start, batches)


@loop.way
def tutorial(model, optimizer):
    """The tutorial's step."""

    def step(inputs, targets):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(inputs), targets)
        loss.backward()
        optimizer.step()
        return loss

    return step


@loop.way
def by_hand(model, optimizer):
    """The gradient written down, no autograd."""

    @torch.no_grad()
    def step(inputs, targets):
        residual = model(inputs) - targets
        model.weight -= 0.001 * residual.T @ inputs
        model.bias -= 0.001 * residual.sum(0)
        return residual.square().mean()

    return step


@loop.way
def forgetful(model, optimizer):
    """The tutorial's step, which forgets to zero the gradients."""

    def step(inputs, targets):
        loss = nn.functional.mse_loss(model(inputs), targets)
        loss.backward()
        optimizer.step()
        return loss

    return step


held = {way: loop.verify(way) for way in ("tutorial", "by_hand", "forgetful", "foreach")}
pd.DataFrame(
    [(way, loop.labels[way], found.ok, f"{found.error:.1e}", f"{found.tolerance:.1e}") for way, found in held.items()],
    columns=["way", "what it is", "the same training", "error", "rounding explains"],
).style.hide()

# %% [markdown]
# A way that is the same training says so, tensor by tensor; one that isn't is found. `lntx new ranking.py` writes a
# file with a loop in it, `lntx bench ranking.py` times its ways, and only those that agree get a time: [your own
# loop](../loops.md).
