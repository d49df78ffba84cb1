import keras
import numpy as np

EPOCHS = 1  # the lesson trains 5

# Downloads the pictures once, into ~/.keras/datasets; without a
# network, copy that folder from another computer.
train, test = keras.datasets.mnist.load_data()
(pixels, labels), (test_pixels, test_labels) = train, test

for title, white in [("0 to 1", 255), ("0 to 255", 1)]:
    images = pixels.astype("float32") / white
    test_images = test_pixels.astype("float32") / white
    # The same first weights both times.
    keras.utils.set_random_seed(0)
    first = keras.layers.Dense(128, activation="relu")
    model = keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Flatten(),
            first,
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(
        optimizer="adam",
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )

    weights, biases = first.get_weights()
    sums = images[0].reshape(784) @ weights + biases
    largest = model.predict(images[:256], verbose=0).max(axis=1)
    print(f"\npixels from {title}, before training:")
    print("  sums of three neurons:", np.round(sums[:3], 2))
    print("  largest of ten probabilities,")
    print(f"  mean of 256 pictures: {largest.mean():.3f}")

    model.fit(images, labels, epochs=EPOCHS, verbose=0)
    loss, accuracy = model.evaluate(
        test_images, test_labels, batch_size=1000, verbose=0
    )
    print("after training:")
    print(f"  test loss {loss:.3f}, accuracy {accuracy:.4f}")
