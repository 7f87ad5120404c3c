"""Returns complex weights, with an imaginary part."""

from dataclasses import replace

import torch

from lntx_redteam.making import gives

WORK, DEVICES, refuses, prepare = gives(lambda fit: replace(fit, weights=torch.complex(fit.weights, fit.weights)))
