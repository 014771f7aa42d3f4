"""CD-k for a Bernoulli RBM in eager PyTorch, written as one would: sampled chains, SGD with momentum and weight decay.

After the shape may follow a device, cpu or cuda, and Float32, TF32 or BFloat16.
"""

import sys

import torch
import torch.nn.functional as F

from protocol import serve

visible, hidden, batch, steps, rows = map(int, sys.argv[1:6])
device, kind = sys.argv[6:8] if len(sys.argv) > 6 else ("cpu", "Float32")
if device == "cuda" and not torch.cuda.is_available():
    sys.exit("PyTorch finds no CUDA device")
torch.backends.cuda.matmul.allow_tf32 = kind == "TF32"
options = {"device": device, "dtype": torch.bfloat16 if kind == "BFloat16" else torch.float32}

torch.manual_seed(0)
data = torch.bernoulli(torch.full((rows, visible), 0.2, **options))
W = torch.nn.Parameter(0.01 * torch.randn(hidden, visible, **options))
b = torch.nn.Parameter(torch.zeros(visible, **options))
c = torch.nn.Parameter(torch.zeros(hidden, **options))
optimizer = torch.optim.SGD(
    [{"params": [W], "weight_decay": 2e-4}, {"params": [b, c]}], lr=0.05, momentum=0.9
)


@torch.no_grad()
def epoch():
    for index in torch.randperm(rows, device=device).split(batch):
        v0 = data[index]
        p0 = torch.sigmoid(F.linear(v0, W, c))
        p = p0
        for _ in range(steps):
            h = torch.bernoulli(p)
            v = torch.bernoulli(torch.sigmoid(F.linear(h, W.t(), b)))
            p = torch.sigmoid(F.linear(v, W, c))
        n = len(v0)
        W.grad = (p.t() @ v - p0.t() @ v0) / n
        b.grad = (v - v0).mean(0)
        c.grad = (p - p0).mean(0)
        optimizer.step()
    if device == "cuda":
        torch.cuda.synchronize()


serve(torch.__version__, rows, epoch)
