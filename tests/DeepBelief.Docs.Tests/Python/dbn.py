import torch

state = torch.load("dbn.pt")["state_dict"]

def transform(v):       # as dbn.Transform(v)
    layer = 0
    while f"{layer}.weight" in state:
        v = torch.sigmoid(v @ state[f"{layer}.weight"].T + state[f"{layer}.hidden.bias"])
        layer += 1
    return v
