import torch

state = torch.load("dbm.pt")["state_dict"]
weights = [value for key, value in state.items() if key.startswith("weight.")]
biases = [state[f"hidden.{i}.bias"] for i in range(len(weights))]

def transform(v, sweeps=50):     # as dbm.Transform(v): each layer from its neighbours, until all are settled
    means = [v] + [torch.zeros(len(v), len(bias)) for bias in biases]
    for i in list(range(len(biases))) * sweeps:
        above = means[i + 2] @ weights[i + 1] if i + 1 < len(biases) else 0
        means[i + 1] = torch.sigmoid(means[i] @ weights[i].T + above + biases[i])
    return means[-1]
