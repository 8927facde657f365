"""What a voucher is: frozen values, pure functions and one error per rule; standard library only."""
