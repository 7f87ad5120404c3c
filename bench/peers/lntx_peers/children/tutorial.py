"""The tutorial's training by a backend, from a fresh process to its weights, which are printed as JSON."""

import json
import sys

import lntx

if __name__ == "__main__":
    fit = lntx.train(lntx.tutorial(), lntx.Recipe(), backend=sys.argv[1])
    print(json.dumps({"weights": fit.weights.tolist(), "bias": fit.bias.tolist()}))  # noqa: T201
