"""An autoencoder of digits: a module that says how it is trained, and a trainer around it, as in Lightning's documentation.

Lightning itself isn't needed: the trainer, a small one, is this script's own.
"""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader


class LitAutoEncoder(nn.Module):
    """A module in Lightning's manner: training_step gives the loss, configure_optimizers what it is trained by."""

    def __init__(self, latent=4, lr=3e-3):
        super().__init__()
        self.lr = lr
        self.encoder = nn.Sequential(nn.Linear(64, 32), nn.SiLU(), nn.Linear(32, latent))
        self.decoder = nn.Sequential(nn.Linear(latent, 32), nn.SiLU(), nn.Linear(32, 64))

    def forward(self, x):
        return self.decoder(self.encoder(x))

    def training_step(self, batch, batch_idx):
        x, weight = batch["image"], batch["weight"]
        loss = (weight * nn.functional.mse_loss(self(x), x, reduction="none").mean(1)).mean()
        return {"loss": loss, "log": {"train_loss": loss.detach(), "batch": batch_idx}}

    def validation_step(self, batch):
        return nn.functional.mse_loss(self(batch["image"]), batch["image"])

    def configure_optimizers(self):
        optimizer = torch.optim.Adam(self.parameters(), lr=self.lr)
        return optimizer, torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.9)


class Callback:
    """What is told of a training."""

    def on_train_batch_end(self, trainer, outputs, batch_idx):
        """Hear of a batch."""

    def on_train_epoch_end(self, trainer, module):
        """Hear of an epoch."""


class Printer(Callback):
    def on_train_epoch_end(self, trainer, module):
        print(f"epoch {trainer.current_epoch}: train_loss {trainer.logged['train_loss']:.4f}")


class Trainer:
    """The loop around a module: batches in order, gradients gathered and clipped, callbacks, a scheduler for each epoch."""

    def __init__(self, max_epochs=10, accumulate_grad_batches=2, gradient_clip_val=0.5, callbacks=()):
        self.max_epochs = max_epochs
        self.accumulate_grad_batches = accumulate_grad_batches
        self.gradient_clip_val = gradient_clip_val
        self.callbacks = callbacks
        self.current_epoch = 0
        self.logged = {}

    def fit(self, module, train_dataloader):
        optimizer, scheduler = module.configure_optimizers()
        module.train()
        for epoch in range(self.max_epochs):
            self.current_epoch = epoch
            for batch_idx, batch in enumerate(train_dataloader):
                self.run_batch(module, optimizer, batch, batch_idx)
            scheduler.step()
            self.call("on_train_epoch_end", module)

    def run_batch(self, module, optimizer, batch, batch_idx):
        outputs = module.training_step(batch, batch_idx)
        (outputs["loss"] / self.accumulate_grad_batches).backward()
        if (batch_idx + 1) % self.accumulate_grad_batches == 0:
            nn.utils.clip_grad_norm_(module.parameters(), self.gradient_clip_val)
            optimizer.step()
            optimizer.zero_grad()
        self.logged.update(outputs["log"])
        self.call("on_train_batch_end", outputs, batch_idx)
        return outputs["loss"].detach()

    @torch.no_grad()
    def validate(self, module, dataloader):
        device = next(module.parameters()).device
        moved = ({name: tensor.to(device) for name, tensor in batch.items()} for batch in dataloader)
        losses = [module.validation_step(batch).item() for batch in moved]
        return sum(losses) / len(losses)

    def call(self, hook, *arguments):
        for callback in self.callbacks:
            getattr(callback, hook)(self, *arguments)


class Digits(torch.utils.data.Dataset):
    def __init__(self, rows):
        digits = load_digits()
        self.images = torch.tensor(digits.data[rows] / 16, dtype=torch.float32)
        self.weights = torch.tensor(digits.target[rows] % 2 + 1, dtype=torch.float32)  # odd digits count twice

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        return {"image": self.images[index], "weight": self.weights[index]}


def train_dataloader(batch_size=64):
    return DataLoader(Digits(slice(1536)), batch_size=batch_size)


def val_dataloader(batch_size=64):
    return DataLoader(Digits(slice(1536, None)), batch_size=batch_size)


def main(max_epochs=10):
    torch.manual_seed(0)
    module = LitAutoEncoder()
    trainer = Trainer(max_epochs, callbacks=[Printer()])
    trainer.fit(module, train_dataloader())
    print(f"validation loss {trainer.validate(module, val_dataloader()):.4f}")
    return module


if __name__ == "__main__":
    main()
