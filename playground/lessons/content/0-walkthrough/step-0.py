import keras
import numpy as np

x = np.array([[-1.0], [0.0], [1.0], [2.0], [3.0], [4.0]])
y = 2 * x - 1  # the rule; the network sees only x and y

keras.utils.set_random_seed(0)
neuron = keras.Sequential(
    [keras.Input((1,)), keras.layers.Dense(1)]
)
neuron.compile(
    optimizer=keras.optimizers.SGD(0.1),
    loss="mean_squared_error",
)
neuron.fit(x, y, epochs=60, verbose=0)

weight, bias = (it.item() for it in neuron.get_weights())
print(f"found: y = {weight:.3f} * x {bias:+.3f}")
