train_images = train.images.astype("float32") / 255
test_images = test.images.astype("float32") / 255

print("before:", train.images.min(), "to", train.images.max())
print("after: ", train_images.min(), "to", train_images.max())
