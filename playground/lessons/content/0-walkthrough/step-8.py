for name, pictures, truth in [
    ("training pictures", images, labels),
    ("test pictures", test_images, test_labels),
]:
    loss, accuracy = model.evaluate(
        pictures, truth, batch_size=1000, verbose=0
    )
    print(f"{name}: loss {loss:.3f}, accuracy {accuracy:.3f}")
