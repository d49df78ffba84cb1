# Downloads the pictures once, into ~/.keras/datasets; without a
# network, copy that folder from another computer.
train, test = keras.datasets.fashion_mnist.load_data()
(images, labels), (test_images, test_labels) = train, test

# 60,000 pictures, 60,000 labels.
print(images.shape, labels.shape)
print(test_images.shape, test_labels.shape)
print(images.dtype, images.min(), images.max())
