"""A GPT of characters: a script in the manner of nanoGPT, of about 100,000 parameters, on a text that lies beside it."""

import math
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

import lntx

# The model: its vocabulary are the characters of the text.
n_layer = 2
n_head = 4
n_embd = 64
block_size = 32
# AdamW, with a learning rate that warms up, and goes down by a cosine.
batch_size = 16
max_iters = 200
learning_rate = 1e-3
min_lr = 1e-4
warmup_iters = 20
weight_decay = 0.1
beta1, beta2 = 0.9, 0.99
grad_clip = 1.0
eval_interval = 50
seed = 1337

text = Path(__file__).with_name("input.txt").read_text(encoding="utf-8")
stoi = {character: number for number, character in enumerate(sorted(set(text)))}
data = torch.tensor([stoi[character] for character in text])
split = int(0.9 * len(data))


class CausalSelfAttention(nn.Module):
    def __init__(self, n_embd):
        super().__init__()
        self.c_attn = nn.Linear(n_embd, 3 * n_embd)
        self.c_proj = nn.Linear(n_embd, n_embd)
        self.register_buffer("mask", torch.ones(block_size, block_size, dtype=torch.bool).triu(1), persistent=False)

    def forward(self, x):
        B, T, C = x.size()
        q, k, v = (part.view(B, T, n_head, C // n_head).transpose(1, 2) for part in self.c_attn(x).split(C, dim=2))
        att = (q @ k.transpose(-2, -1)) / math.sqrt(k.size(-1))
        att = F.softmax(att.masked_fill(self.mask[:T, :T], float("-inf")), dim=-1)
        return self.c_proj((att @ v).transpose(1, 2).reshape(B, T, C))


class Block(nn.Module):
    def __init__(self, n_embd):
        super().__init__()
        self.ln_1 = nn.LayerNorm(n_embd)
        self.attn = CausalSelfAttention(n_embd)
        self.ln_2 = nn.LayerNorm(n_embd)
        self.mlp = nn.Sequential(nn.Linear(n_embd, 4 * n_embd), nn.GELU(), nn.Linear(4 * n_embd, n_embd))

    def forward(self, x):
        x = x + self.attn(self.ln_1(x))
        return x + self.mlp(self.ln_2(x))


class GPT(nn.Module):
    def __init__(self, n_embd=n_embd):
        super().__init__()
        self.wte = nn.Embedding(len(stoi), n_embd)
        self.wpe = nn.Embedding(block_size, n_embd)
        self.h = nn.ModuleList([Block(n_embd) for _ in range(n_layer)])
        self.ln_f = nn.LayerNorm(n_embd)
        self.lm_head = nn.Linear(n_embd, len(stoi), bias=False)
        self.lm_head.weight = self.wte.weight  # tied
        self.apply(self._init_weights)

    def _init_weights(self, module):
        if isinstance(module, (nn.Linear, nn.Embedding)):
            nn.init.normal_(module.weight, mean=0.0, std=0.02)
        if isinstance(module, nn.Linear) and module.bias is not None:
            nn.init.zeros_(module.bias)

    def forward(self, idx, targets):
        x = self.wte(idx) + self.wpe(torch.arange(idx.size(1), device=idx.device))
        for block in self.h:
            x = block(x)
        logits = self.lm_head(self.ln_f(x))
        return logits, F.cross_entropy(logits.flatten(0, 1), targets.flatten())

    def configure_optimizers(self):
        decay = [p for p in self.parameters() if p.dim() >= 2]
        nodecay = [p for p in self.parameters() if p.dim() < 2]
        groups = [{"params": decay, "weight_decay": weight_decay}, {"params": nodecay, "weight_decay": 0.0}]
        return torch.optim.AdamW(groups, lr=learning_rate, betas=(beta1, beta2))


def get_lr(it):
    """Return the share of the learning rate that an iteration has."""
    if it < warmup_iters:
        return (it + 1) / warmup_iters
    decay_ratio = min(1.0, (it - warmup_iters) / (max_iters - warmup_iters))
    floor = min_lr / learning_rate
    return floor + 0.5 * (1.0 + math.cos(math.pi * decay_ratio)) * (1 - floor)


def get_batch(part, draw):
    source = data[:split] if part == "train" else data[split:]
    ix = torch.randint(len(source) - block_size, (batch_size,), generator=draw).tolist()
    x = torch.stack([source[i : i + block_size] for i in ix])
    y = torch.stack([source[i + 1 : i + 1 + block_size] for i in ix])
    return x, y


def train_step(model, optimizer, scheduler, x, y):
    _, loss = model(x, y)
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), grad_clip)
    optimizer.step()
    scheduler.step()
    optimizer.zero_grad(set_to_none=True)
    return loss


@torch.no_grad()
def estimate_loss(model, batches=20):
    draw = torch.Generator().manual_seed(seed + 1)
    device = next(model.parameters()).device
    losses = [model(*(each.to(device) for each in get_batch("val", draw)))[1].item() for _ in range(batches)]
    return sum(losses) / batches


def main(iters=max_iters):
    torch.manual_seed(seed)
    model = GPT()
    optimizer = model.configure_optimizers()
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, get_lr)
    draw = torch.Generator().manual_seed(seed)
    for it in range(iters):
        loss = train_step(model, optimizer, scheduler, *get_batch("train", draw))
        if it % eval_interval == 0:
            print(f"iter {it}: loss {loss.item():.4f}, val loss {estimate_loss(model):.4f}")
    return model


def start(width=n_embd):
    torch.manual_seed(seed)
    model = GPT(width)
    optimizer = model.configure_optimizers()
    return model, optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, get_lr)


def batches(iters=eval_interval):
    draw = torch.Generator().manual_seed(seed)
    return [get_batch("train", draw) for _ in range(iters)]


loop = lntx.Loop(start, batches, epochs=max_iters // eval_interval, metric=estimate_loss)


@loop.way
def script(model, optimizer, scheduler):
    """The script's own step."""
    return lambda x, y: train_step(model, optimizer, scheduler, x, y)


if __name__ == "__main__":
    main()
