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

for hidden in [[], [512], [512, 256]]:
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [keras.Input((28, 28)), keras.layers.Flatten()]
    )
    for units in hidden:
        model.add(keras.layers.Dense(units, activation="relu"))
    model.add(keras.layers.Dense(10, activation="softmax"))
    model.compile(
        optimizer="adam",
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    model.fit(images, labels, epochs=EPOCHS, verbose=0)
    _, accuracy = model.evaluate(
        test_images, test_labels, batch_size=1000, verbose=0
    )
    print(f"\nhidden layers {hidden}")
    print(f"{model.count_params():,} parameters")
    print(f"test accuracy {accuracy:.4f}")
