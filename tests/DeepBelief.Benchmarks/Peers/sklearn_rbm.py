"""scikit-learn's BernoulliRBM, which trains by PCD-1 with as many chains as a batch has rows."""

import sys

import numpy as np
import sklearn
from sklearn.neural_network import BernoulliRBM

from protocol import serve

visible, hidden, batch, steps, rows = map(int, sys.argv[1:6])
dtype = np.dtype(sys.argv[6])
if steps != 1:
    sys.exit("BernoulliRBM takes one step of its chains an update, no other number.")

data = (np.random.default_rng(0).random((rows, visible)) < 0.2).astype(dtype)
rbm = BernoulliRBM(n_components=hidden, learning_rate=0.05, batch_size=batch, n_iter=1, random_state=0)

serve(sklearn.__version__, rows, lambda: rbm.fit(data))
