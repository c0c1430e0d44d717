"""What printfile does at its own pace: make files, and delete those that nobody needs."""
