for name, images, labels in [
    ("training pictures", train_images, train.labels),
    ("test pictures", test_images, test.labels),
]:
    loss, accuracy = model.evaluate(
        images, labels, batch_size=1000, verbose=0
    )
    print(f"{name}: loss {loss:.3f}, accuracy {accuracy:.3f}")
