import keras
import numpy as np

EPOCHS = 1  # the lesson trains 3
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

for start in ["glorot_uniform", "zeros"]:
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(
                128,
                activation="sigmoid",
                kernel_initializer=start,
            ),
            keras.layers.Dense(
                10, activation="softmax", kernel_initializer=start
            ),
        ]
    )
    model.compile(
        optimizer="adam",
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    model.fit(images, labels, epochs=EPOCHS, verbose=0)
    _, accuracy = model.evaluate(
        test_images, test_labels, batch_size=1000, verbose=0
    )
    # What the first three neurons weigh at the picture's centre.
    weights = model.layers[1].kernel.numpy()
    centre = 14 * 28 + 14
    print(f"\nfirst weights: {start}")
    print(
        "weights of three neurons:",
        np.round(weights[centre, :3], 3),
    )
    print(f"test accuracy {accuracy:.4f}")
