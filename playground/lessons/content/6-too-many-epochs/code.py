import keras

EPOCHS = 30
# The fewer there are, the sooner they are learnt by heart.
PICTURES = 4_000

# Downloads the pictures once, into ~/.keras/datasets; without a
# network, copy that folder from another computer.
train, test = keras.datasets.fashion_mnist.load_data()
images = train[0][:PICTURES].astype("float32") / 255
labels = train[1][:PICTURES]
test_images, test_labels = (
    test[0].astype("float32") / 255,
    test[1],
)

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
    optimizer="adam",
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
history = model.fit(
    images,
    labels,
    epochs=EPOCHS,
    validation_data=(test_images, test_labels),
    validation_batch_size=1000,
    verbose=0,
).history

best = min(
    range(EPOCHS), key=lambda epoch: history["val_loss"][epoch]
)
for epoch in range(EPOCHS):
    print(
        f"epoch {epoch + 1:2}:",
        f"training loss {history['loss'][epoch]:.3f},",
        f"test loss {history['val_loss'][epoch]:.3f}",
        "<- the least" if epoch == best else "",
    )
