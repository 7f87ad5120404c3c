"""The tutorial's training with the fused kernels, from a fresh process to its weights, which are printed as JSON."""

import json

import lntx

if __name__ == "__main__":
    fit = lntx.train(lntx.tutorial(), lntx.Recipe(), backend="fused")
    print(json.dumps({"weights": fit.weights.tolist(), "bias": fit.bias.tolist()}))  # noqa: T201
