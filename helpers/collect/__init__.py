"""01: one loader per kind of source, the permission gate, simulated patients."""
