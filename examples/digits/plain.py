"""Digits, classified: a script in the manner of torchvision's references/classification, on scikit-learn's digits."""

import argparse
import time

import torch
import torch.utils.data
from sklearn.datasets import load_digits
from torch import nn


class BasicBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)

    def forward(self, x):
        out = torch.relu(self.bn1(self.conv1(x)))
        return torch.relu(x + self.bn2(self.conv2(out)))


def create_model(args, num_classes=10):
    return nn.Sequential(
        nn.Conv2d(1, args.width, 3, padding=1, bias=False),
        nn.BatchNorm2d(args.width),
        nn.ReLU(),
        BasicBlock(args.width),
        nn.AvgPool2d(2),
        BasicBlock(args.width),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(args.width, num_classes),
    )


def set_weight_decay(model, weight_decay):
    """Let norms and biases have no weight decay."""
    params = {False: [], True: []}
    for param in model.parameters():
        params[param.ndim > 1].append(param)
    return [{"params": params[True], "weight_decay": weight_decay}, {"params": params[False], "weight_decay": 0.0}]


def create_optimizer(model, args):
    parameters = set_weight_decay(model, args.weight_decay)
    optimizer = torch.optim.SGD(parameters, lr=args.lr, momentum=args.momentum, nesterov=True)
    lr_scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=args.lr_step_size, gamma=args.lr_gamma)
    return optimizer, lr_scheduler


def load_data(args):
    digits = load_digits()
    images = torch.tensor(digits.images / 16, dtype=torch.float32).unsqueeze(1)
    dataset = torch.utils.data.TensorDataset(images, torch.tensor(digits.target))
    dataset_train, dataset_test = (torch.utils.data.Subset(dataset, part) for part in (range(1536), range(1536, 1797)))
    order = torch.Generator().manual_seed(args.seed)
    data_loader = torch.utils.data.DataLoader(dataset_train, args.batch_size, shuffle=True, generator=order)
    return data_loader, torch.utils.data.DataLoader(dataset_test, args.batch_size)


def train_one_epoch(model, criterion, optimizer, data_loader, args):
    model.train()
    device = next(model.parameters()).device
    total, correct, seen = 0.0, 0, 0
    for image, target in data_loader:
        image, target = image.to(device), target.to(device)
        output = model(image)
        loss = criterion(output, target)

        optimizer.zero_grad()
        loss.backward()
        if args.clip_grad_norm is not None:
            nn.utils.clip_grad_norm_(model.parameters(), args.clip_grad_norm)
        optimizer.step()

        seen += len(image)
        total += loss.item() * len(image)
        correct += (output.argmax(1) == target).sum().item()
    return total / seen, correct / seen


def evaluate(model, data_loader):
    model.eval()
    device = next(model.parameters()).device
    correct, seen = 0, 0
    with torch.inference_mode():
        for image, target in data_loader:
            output = model(image.to(device))
            correct += (output.argmax(1) == target.to(device)).sum().item()
            seen += len(image)
    return correct / seen


def main(args):
    torch.manual_seed(args.seed)
    data_loader, data_loader_test = load_data(args)
    model = create_model(args).to(args.device)
    criterion = nn.CrossEntropyLoss(label_smoothing=args.label_smoothing)
    optimizer, lr_scheduler = create_optimizer(model, args)
    for epoch in range(args.epochs):
        start_time = time.time()
        loss, acc1 = train_one_epoch(model, criterion, optimizer, data_loader, args)
        lr_scheduler.step()
        speed = len(data_loader.dataset) / (time.time() - start_time)
        print(f"Epoch: [{epoch}]  loss {loss:.4f}  acc@1 {acc1:.3f}  img/s {speed:.0f}")
        print(f"Test:  [{epoch}]  acc@1 {evaluate(model, data_loader_test):.3f}")
    return model


def get_args_parser():
    parser = argparse.ArgumentParser(description="Classification training")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--width", default=16, type=int)
    parser.add_argument("-b", "--batch-size", default=64, type=int)
    parser.add_argument("--epochs", default=10, type=int)
    parser.add_argument("--lr", default=0.05, type=float)
    parser.add_argument("--momentum", default=0.9, type=float)
    parser.add_argument("--weight-decay", default=1e-4, type=float)
    parser.add_argument("--label-smoothing", default=0.1, type=float)
    parser.add_argument("--lr-step-size", default=4, type=int)
    parser.add_argument("--lr-gamma", default=0.3, type=float)
    parser.add_argument("--clip-grad-norm", default=1.0, type=float)
    parser.add_argument("--seed", default=0, type=int)
    return parser


if __name__ == "__main__":
    main(get_args_parser().parse_args())
