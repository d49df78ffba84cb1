import keras


class StopBelow(keras.callbacks.Callback):
    """Stop once the training loss is below a threshold."""

    def __init__(self, threshold):
        super().__init__()
        self.threshold = threshold

    def on_epoch_end(self, epoch, logs=None):
        loss = logs["loss"]
        if loss < self.threshold:
            print(f"Stopped after epoch {epoch + 1}:")
            print(f"training loss {loss:.4f} < {self.threshold}")
            self.model.stop_training = True


# Downloads the pictures once, into ~/.keras/datasets; without a
# network, copy that folder from another computer.
(images, labels), _ = keras.datasets.fashion_mnist.load_data()
images = images.astype("float32") / 255

keras.utils.set_random_seed(0)
model = keras.Sequential(
    [
        keras.Input((28, 28)),
        keras.layers.Flatten(),
        keras.layers.Dense(512, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
model.compile(
    optimizer="adam",
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(
    images,
    labels,
    epochs=10,
    verbose=2,
    callbacks=[StopBelow(0.4)],
)
