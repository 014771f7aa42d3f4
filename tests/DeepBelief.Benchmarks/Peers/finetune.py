"""Fine-tuning of 784-512-128-64-10 in eager PyTorch: Adam, batches of 64; all rows scored after each epoch, as ours are."""

import sys

import torch
import torch.nn.functional as F
from torch import nn

from protocol import serve

rows = int(sys.argv[1])
batch = 64

torch.manual_seed(0)
inputs = torch.bernoulli(torch.full((rows, 784), 0.2))
labels = torch.randint(10, (rows,))
sizes = [784, 512, 128, 64]
layers = []
for below, above in zip(sizes, sizes[1:]):
    layers += [nn.Linear(below, above), nn.Sigmoid()]
network = nn.Sequential(*layers, nn.Linear(sizes[-1], 10))
optimizer = torch.optim.Adam(network.parameters(), lr=0.001)


def epoch():
    for index in torch.randperm(rows).split(batch):
        optimizer.zero_grad()
        F.cross_entropy(network(inputs[index]), labels[index]).backward()
        optimizer.step()
    with torch.no_grad():
        loss = torch.zeros(())
        correct = torch.zeros((), dtype=torch.int64)
        for x, y in zip(inputs.split(1000), labels.split(1000)):
            outputs = network(x)
            loss += F.cross_entropy(outputs, y, reduction="sum")
            correct += (outputs.argmax(1) == y).sum()
        return loss.item() / rows, correct.item() / rows


serve(torch.__version__, rows, epoch)
