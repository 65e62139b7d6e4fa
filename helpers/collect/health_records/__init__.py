"""Electronic health records: FHIR bundles, bulk files and servers; OMOP databases."""
