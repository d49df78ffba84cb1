import keras

EPOCHS = 1  # the lesson trains 2
PICTURES = 20_000  # and on all 60_000

# Downloads the pictures once, into ~/.keras/datasets; without a
# network, copy that folder from another computer.
train, test = keras.datasets.mnist.load_data()
images = train[0][:PICTURES].astype("float32") / 255
labels = train[1][:PICTURES]
test_images, test_labels = (
    test[0].astype("float32") / 255,
    test[1],
)

for rate in [0.00001, 0.001, 0.1, 10.0]:
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(128, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(
        optimizer=keras.optimizers.SGD(learning_rate=rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    before = model.layers[1].kernel.numpy()
    model.fit(images, labels, epochs=EPOCHS, verbose=0)
    moved = abs(model.layers[1].kernel.numpy() - before).mean()
    _, accuracy = model.evaluate(
        test_images, test_labels, batch_size=1000, verbose=0
    )
    print(f"\nlearning rate {rate:g}")
    print(f"a weight has moved by {moved:.2g} on average")
    print(f"test accuracy {accuracy:.4f}")
