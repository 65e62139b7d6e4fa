"""06: export, engine, service, CDS Hooks, monitoring, promotion."""
