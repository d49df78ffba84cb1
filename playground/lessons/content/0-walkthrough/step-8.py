for name, images, labels in [
    ("training", train_images, train.labels),
    ("test", test_images, test.labels),
]:
    loss, accuracy = model.evaluate(images, labels, batch_size=1000, verbose=0)
    print(f"{name} pictures: loss {loss:.3f}, accuracy {accuracy:.3f}")
