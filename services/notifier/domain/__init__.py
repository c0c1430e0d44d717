"""The rules of telling the store, with no input and no output."""
