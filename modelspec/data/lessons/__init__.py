"""What layers learn from numbers and words, batch by batch: exact, whatever the batches and their order. No Keras here."""
