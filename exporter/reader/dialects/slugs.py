"""What programs call a heading in an address: `#set-up-the-server`. Pure."""
