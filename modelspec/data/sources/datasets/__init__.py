"""Known datasets: digits (in this folder, see README.md), pairs of digits, and Keras's mnist.npz where it is."""
