"""Paper: the certificate as PDF, its signed QR code, and reading that code back from what a person hands over."""
