import torch

state = torch.load("rbm.pt")["state_dict"]
weight, hidden = state["weight"], state["hidden.bias"]

def hidden_mean(v):     # as rbm.HiddenMean(v)
    return torch.sigmoid(v @ weight.T + hidden)

def free_energy(v):     # as rbm.FreeEnergy(v)
    return -v @ state["visible.bias"] - torch.nn.functional.softplus(v @ weight.T + hidden).sum(1)
