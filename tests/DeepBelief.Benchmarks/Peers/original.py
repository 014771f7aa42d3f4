"""The original's own RBM class on random bits, with its default settings but for the shape."""

import sys

import torch

from protocol import serve

visible, hidden, batch, steps, rows = map(int, sys.argv[1:6])
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[6])

from RBM import RBM  # noqa: E402

torch.manual_seed(0)
data = torch.bernoulli(torch.full((rows, visible), 0.2))
rbm = RBM(visible, hidden, epochs=1, k=steps, batch_size=batch)

# Its loop stops short of the last whole batch.
samples = batch * len(range(0, rows - batch, batch))
serve(torch.__version__, samples, lambda: rbm.train(data))
