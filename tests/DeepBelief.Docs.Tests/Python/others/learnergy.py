# model: a learnergy.models.bernoulli.RBM
arrays = {name: value.detach().cpu().numpy() for name, value in model.named_parameters()}
numpy.savez("rbm.npz", components_=arrays["W"].T,
            intercept_hidden_=arrays["b"], intercept_visible_=arrays["a"])
