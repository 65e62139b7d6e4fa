"""Journal articles: PubMed, JATS, and PubMed by query."""
