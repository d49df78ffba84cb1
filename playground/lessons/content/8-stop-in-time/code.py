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
train, test = keras.datasets.fashion_mnist.load_data()
images, labels = train[0].astype("float32") / 255, train[1]
test_images, test_labels = (
    test[0].astype("float32") / 255,
    test[1],
)

# The last sixth is held out: the validation set.
held_out = len(images) // 6

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
    images[:-held_out],
    labels[:-held_out],
    validation_data=(images[-held_out:], labels[-held_out:]),
    epochs=10,
    verbose=2,
    callbacks=[StopBelow(0.4)],
)

# Once, at the end.
_, accuracy = model.evaluate(test_images, test_labels, verbose=0)
print(f"test accuracy {accuracy:.4f}")
