"""Saves or loads a state of tensors of 4 MiB with torch."""

import sys

import torch

from protocol import serve

operation, path, count = sys.argv[1], sys.argv[2], int(sys.argv[3])

state = {f"{i}.weight": torch.rand(1024, 1024) for i in range(count)}
torch.save(state, path)

operations = {
    "save": lambda: torch.save(state, path),
    "load": lambda: torch.load(path, weights_only=False),
    "load-weights": lambda: torch.load(path, weights_only=True),
}
serve(torch.__version__, 1, operations[operation])
