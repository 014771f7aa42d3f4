# rbm: a fitted sklearn.neural_network.BernoulliRBM
numpy.savez("rbm.npz", components_=rbm.components_,
            intercept_hidden_=rbm.intercept_hidden_, intercept_visible_=rbm.intercept_visible_)
