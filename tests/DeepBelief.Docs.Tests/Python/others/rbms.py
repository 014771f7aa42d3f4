import h5py

# A BBRBM, after as many updates as the group's name says.
params = h5py.File("RBM.h5", "r")["update_1000"]["params"]
numpy.savez("rbm.npz", components_=params["weight_matrix"][()].T,
            intercept_hidden_=params["hbias"][()], intercept_visible_=params["vbias"][()])
