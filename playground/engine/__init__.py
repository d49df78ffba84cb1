"""Training, in worker processes: the only part of the project that imports TensorFlow and Keras."""
