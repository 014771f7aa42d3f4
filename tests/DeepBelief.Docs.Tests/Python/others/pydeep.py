# machine: a pydeep.rbm.model.BinaryBinaryRBM, whose offsets become a part of the biases
numpy.savez("rbm.npz", components_=machine.w.T,
            intercept_hidden_=(machine.bh - machine.ov @ machine.w)[0],
            intercept_visible_=(machine.bv - machine.oh @ machine.w.T)[0])
