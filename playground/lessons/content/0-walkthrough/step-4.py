print("before:", images.min(), "to", images.max())

images = images.astype("float32") / 255
test_images = test_images.astype("float32") / 255

print("after: ", images.min(), "to", images.max())
