"""What several formats share: the hub seen as something else, pure."""
