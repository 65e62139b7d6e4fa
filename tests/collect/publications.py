"""Made-up publications as PubMed and JATS XML for the tests; every sentence is the kit's own."""

PUBMED_HEAD = (
    '<?xml version="1.0"?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
    '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
)
ABSTRACT = (
    '<AbstractText Label="BACKGROUND">Little is known of {pmid}.</AbstractText>'
    '<AbstractText Label="METHODS">We counted.</AbstractText>'
    '<AbstractText Label="CONCLUSIONS">There are a few of {pmid}.</AbstractText>'
)


def citation(
    pmid, *, abstract=ABSTRACT, title="Counting things", types=("Journal Article",), links=(), mesh=("Humans",)
):
    """One PubmedArticle; `links` are kinds of CommentsCorrections."""
    kinds = "".join(f"<PublicationType>{name}</PublicationType>" for name in types)
    notes = "".join(f'<CommentsCorrections RefType="{kind}"><PMID>1</PMID></CommentsCorrections>' for kind in links)
    terms = "".join(f"<MeshHeading><DescriptorName>{term}</DescriptorName></MeshHeading>" for term in mesh)
    whole = f"<Abstract>{abstract.format(pmid=pmid)}</Abstract>" if abstract else ""
    return (
        f'<PubmedArticle><MedlineCitation><PMID Version="1">{pmid}</PMID><Article><Journal><JournalIssue><PubDate>'
        f"<Year>2020</Year><Month>Mar</Month><Day>4</Day></PubDate></JournalIssue><Title>Journal of Counts</Title>"
        f"</Journal><ArticleTitle>{title}</ArticleTitle>{whole}<Language>eng</Language>"
        f"<PublicationTypeList>{kinds}</PublicationTypeList></Article>"
        f"<CommentsCorrectionsList>{notes}</CommentsCorrectionsList><MeshHeadingList>{terms}</MeshHeadingList>"
        f'</MedlineCitation><PubmedData><ArticleIdList><ArticleId IdType="doi">10.1/{pmid}</ArticleId></ArticleIdList>'
        "<ReferenceList><Reference><ArticleIdList><ArticleId IdType='doi'>10.9/other</ArticleId></ArticleIdList>"
        "</Reference></ReferenceList></PubmedData></PubmedArticle>"
    )


def pubmed_set(*citations):
    """A whole PubMed file."""
    return PUBMED_HEAD + "<PubmedArticleSet>" + "\n".join(citations) + "</PubmedArticleSet>"


def jats(
    *,
    kind="research-article",
    abstract="<abstract><p>We counted and there were a few.</p></abstract>",
    body="<sec><title>Results</title><p>There were seven.</p></sec>",
    related="",
    title="Counting things",
    ids='<article-id pub-id-type="pmid">77</article-id><article-id pub-id-type="pmc">88</article-id>',
):
    """A whole JATS file."""
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) Journal Archiving and Interchange DTD '
        'v1.3 20210610//EN" "JATS-archivearticle1-3.dtd">\n'
        f'<article xmlns:xlink="http://www.w3.org/1999/xlink" article-type="{kind}" xml:lang="en"><front><journal-meta>'
        f"<journal-title>Journal of Counts</journal-title></journal-meta><article-meta>{ids}<title-group>"
        f"<article-title>{title}</article-title></title-group>{related}{abstract}</article-meta></front>"
        f"<body>{body}</body></article>"
    )
