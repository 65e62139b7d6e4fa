"""What every stage shares: errors, paths, profiles, tasks, records, runs, figures. No ML library is imported here."""
