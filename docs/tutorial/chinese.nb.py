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
# # 教程重讲
#
# lntx 始于一篇教程：用 PyTorch 训练的第一个模型。这里把它一步一步重走一遍，并补上原文没有说的事：为什么公开的代码收敛，而按正文的写法却不收敛。然后让模型长大，用别的方式走到同样的权重，最后留出位置给你自己的训练循环。
#
# [English](english.nb.py)

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
# ## 1. 数据
#
# 要学的规律是 `y = W1*x1 + W2*x2 + W3*x3 + b`，其中 `W = [1.3, 2.9, 3.7]`，`b = 0`。共有 100 个样本，每个样本是三个 1 到 50 之间的整数。现实中没有人知道 W；这里我们知道，所以能判断训练有没有把它找出来。

# %%
torch.manual_seed(0)
W = torch.tensor([1.3, 2.9, 3.7])
x = torch.randint(1, 51, (100, 3)).float()
y = x @ W
pd.DataFrame(torch.column_stack([x, y]).numpy(), columns=["x1", "x2", "x3", "y"]).head()

# %% [markdown]
# ## 2. 模型、损失、优化器
#
# 模型是 `nn.Linear`：每个特征一个权重，外加一个偏置。损失是误差平方的平均，即 `nn.MSELoss`。优化器是随机梯度下降 `torch.optim.SGD`，学习率 0.0005。一步只用一个样本；一个 epoch 是 100 步，每个样本一步，顺序始终不变；一共 1000 个 epoch。
#
# 整个训练循环就是下面这些：


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
# ## 3. 按正文的写法：一个输出
#
# 正文说的 y 是一个数，所以模型只有一个输出，即 `nn.Linear(3, 1)`：

# %%
torch.manual_seed(0)
one = nn.Linear(3, 1)
losses = train(one, x, y[:, None], EPOCHS)
print(f"epochs that were done: {len(losses)} of {EPOCHS}; the loss at last: {losses[-1]}")

# %% [markdown]
# 它不收敛：每过一个 epoch 误差都更大，直到不再是一个数。lntx 在迈出第一步之前就会指出这一点，并给出一个站得住的学习率：

# %%
try:
    lntx.train(lntx.Problem(x, y), lntx.Recipe(lr=0.0005, epochs=EPOCHS, batch_size=1))
except lntx.Diverged as error:
    print(error)

# %% [markdown]
# ## 4. 按公开的代码：三个输出
#
# 公开的代码有三个输出，即 `nn.Linear(3, 3)`，却拿它们去和一个数 y 比较。PyTorch 会把 y 广播到三个输出上（并给出警告），于是模型把同一条规律学了三遍，而且收敛了：

# %%
torch.manual_seed(0)
three = nn.Linear(3, 3)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # "Using a target size that is different to the input size"
    losses = train(three, x, y, EPOCHS)
print(f"epochs that were done: {len(losses)} of {EPOCHS}; the loss at last: {losses[-1]:.3g}")

# %% mystnb={"image": {"alt": "每个 epoch 的损失，纵轴为对数：从最初几个 epoch 起一路下降"}}
_, axes = plt.subplots(subplot_kw={"yscale": "log"})
sns.lineplot(x=range(1, len(losses) + 1), y=losses, ax=axes)
_ = axes.set(xlabel="epoch", ylabel="loss (mean squared error)", title="Published code: loss by epoch")

# %% [markdown]
# 期望的权重，和训练出来的权重放在一起看，每个输出一行：

# %%
names = ["W1", "W2", "W3", "b"]
rows = torch.column_stack([three.weight, three.bias]).detach().numpy()
index = ["expected", "output 1", "output 2", "output 3"]
pd.DataFrame([[*W.tolist(), 0.0], *rows], index=index, columns=names).round(4)

# %% [markdown]
# ## 5. 为什么一个收敛，另一个不收敛
#
# 记 z 为末尾补上一个 1（对应偏置）的样本，m 为输出的个数。一步更新把权重的误差乘以矩阵 `I - (2 * lr / m) * z z'`：损失里的平均是对 m 个输出取的，所以三个输出会把每个梯度除以三。只要 `2 * lr / m * |z|²` 小于 2，一步就会让误差沿着自己的样本方向缩小。x 最大到 50 时，这个值可以高达 7.5：只有一个输出时，一步会冲过头很远；有三个输出时，最多只冲过头 1.5 倍，同一个 epoch 里的其他步能把它补回来。
#
# 一个 epoch 对误差的作用，是其中各步矩阵的乘积。它最大的特征值（谱半径）说明：长期来看，每个 epoch 误差会放大或缩小多少倍：


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
# 因此 lntx 自己的教程问题 `lntx.tutorial()` 按正文取一个输出，x 取 1 到 20 的整数，这样没有一步会冲过头。公开的代码则是 `lntx.tutorial(as_published=True)`。两者都能找回 W。
#
# ## 6. 用 lntx 做同样的事
#
# **问题**（problem）是要学的东西，**配方**（recipe）是怎么学，**后端**（backend）是由谁来做；`eager` 就是上面那种普通的 PyTorch 写法。

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
# `lntx.verify` 把权重和同样步骤的 float64 计算相比，用几个不同的起点，并在不同的 epoch 数之后检查。容差就是舍入误差所能解释的大小，不多也不少：

# %%
agreement = lntx.verify(problem, recipe.but(epochs=max(2, EPOCHS // 10), log_every=0), backend="eager")
print(f"agrees: {agreement.ok}; error {agreement.error:.1e}, tolerance {agreement.tolerance:.1e}")

# %% [markdown]
# ## 7. 使用模型
#
# 对 x = (1, 1, 1)，按规律应得 1.3 + 2.9 + 3.7 = 7.9：

# %%
print("y(1, 1, 1) =", round(fit.model(torch.ones(1, 3)).item(), 4))
print("y(2, 0, 5) =", round(fit.model(torch.tensor([[2.0, 0.0, 5.0]])).item(), 4))

# %% [markdown]
# ## 8. 模型长大
#
# 教程最后说：权重可以有任意多个，步骤不变。下面分别是一个权重（教程里的变体 y = 1.3 x）、10 个特征和 100 个特征：代码不变，变的只是问题里的数字。

# %% mystnb={"image": {"alt": "1、10、100 个特征时每个 epoch 的损失，以占起始损失的比例表示：都在下降；10 个特征最先降到舍入误差为止，其次是 100 个，一个权重的则一直均匀地下降"}}
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
# ## 9. 沿着阶梯向上：同样的权重，别的方式
#
# 教程的 100,000 步可以用许多方式完成。有的一步不落地做（`steps`）；有的不逐步做，也能得到恰好这些步骤的权重（`algebra`），因为一步就是对权重的一个仿射变换，而变换可以相乘。`lntx.prepare` 负责上传数据和编译；它返回的调用才是训练本身。

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

# %% mystnb={"image": {"alt": "每个后端训练所用秒数的条形图，横轴为对数，最慢的在最上面；颜色区分 steps 和 algebra"}}
_, axes = plt.subplots(subplot_kw={"xscale": "log"})
sns.barplot(frame, x="train, s", y="backend", hue="work", ax=axes)
_ = axes.set(xlabel="seconds for 100 samples, all epochs", title="The same weights, one call each")

# %% [markdown]
# 以上只是在一个进程里各调用一次：足以让人惊讶，却不足以下结论。真正的研究是 `lntx bench`：它用多个全新的进程，每一次计时的调用都和参考结果核对，并给出区间。
#
# ## 10. 你自己的训练循环
#
# 教程说，换成任何模型，步骤都不变；要问的问题也不变。一个**循环**（loop）有 `start`（模型和优化器）、`batches`，以及若干种走一步的方式。第一种方式是参考；另一些由它自动得出（`compiled`、`foreach` 等），你也可以再写几种：


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
# 是同一个训练的方式会逐个张量地得到证明；不是的，会被找出来。`lntx new ranking.py` 会写出一个带有循环的文件，`lntx bench ranking.py` 给它的各种方式计时，而且只有权重一致的才有时间：[你自己的循环](../loops.md)。
