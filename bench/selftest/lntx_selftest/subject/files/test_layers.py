import layers
import pytest
import torch

X = torch.linspace(-1, 1, 64).reshape(8, 8)


@pytest.mark.parametrize("name", ["doubled", "shifted", "mixed", "waved"])
def test_layer(benchmark, name):
    benchmark(getattr(layers, name), X)
