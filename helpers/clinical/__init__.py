"""What any stage must know of clinical data: text, FHIR, de-identification."""
