# ruff: noqa: E501 (tables of patterns, words and sentences read best unbroken)
"""Structured identifiers by shape and cue word: the Safe Harbor classes that have a grammar.

Every pattern is bounded, so the time is linear in the text. A checksum never rejects: a mistyped number is still a leak.
"""

import datetime
import ipaddress
import re

from helpers.clinical.deid import dates, guarded, lexicon
from helpers.clinical.deid.spans import Span

_US_STATES = "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR"
_STATE_NAMES = (
    "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa"
    "|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada"
    "|New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island"
    "|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming"
)
_NUMBER_WORD = r"(?:#|number|num\b\.?|no\b\.?|nr\b\.?|id\b|code|card|identifier|value)"
_LINK = (
    rf"[ \t]*(?:{_NUMBER_WORD}[ \t]*){{0,2}}(?:is|was|of|on file|ending in|:)?[ \t]*[:#=|>\-]{{0,2}}[ \t]*(?:\n[ \t]*)?"
)
_CODE = r"(?P<v>(?:[A-Z]{2,4} (?=\d{3}))?(?=[A-Z\-./]{0,8}\d)[A-Z0-9](?:[A-Z0-9]|[\-./_ ](?=[A-Z]{0,3}\d)){2,28}(?:-[A-Z]{1,3})?)(?![A-Z0-9])"

# label -> cue words; the code that follows the cue is the identifier. The order is the order of preference.
_CUES = {
    "SSN": r"s\.?s\.?n\b\.?|soc(?:ial)?\.? sec(?:urity)?\b(?: (?:number|no\.?|#))?|social(?= (?:ending|last|is|number))",
    "MRN": r"m\.?r\.?n\b\.?|mr ?#|med(?:ical)? ?rec(?:ord)?s?\b|(?:chart|hospital|hosp|patient|pt|unit|record|folder|case ?file) ?(?=#|num|no\b|nr|id\b|identifier)"
    r"|chart(?= [A-Z]{0,3}-?\d)|nhs\b(?: number| no\.?)?|\bhosp(?:ital)?\.? no|\bpid\b|\bchi number",
    "HEALTH_PLAN": r"(?:member|subscriber|policy|insurance|plan|health ?plan|beneficiary|medicare|medicaid|group|payer|coverage|insured|hicn|mbi|pol|grp)\b"
    r"(?: (?:policy|plan|member|beneficiary|subscriber|group))?(?=[ \t]*(?:#|:|num|no\b|id\b|nr|identifier|card|is\b|\d|[a-z]{1,4}-?\d))|\bmbi\b",
    "ACCOUNT": r"acc(?:oun)?t\b\.?|a/c\b|billing|invoice|iban|(?:credit|debit) ?card|card(?= (?:number|no|ending))|guarantor|routing",
    "LICENSE": r"licen[cs]es?\b|lic\b\.?|cert(?:ificate|ification)?\b\.?|npi\b|dea\b|driver'?s? licen[cs]e|passport|\bdl\b|gmc\b|registration(?= (?:no|num|id|#))",
    "VEHICLE": r"\bvin\b|(?:license |licence |number |registration )?plates?\b|vehicle(?: (?:id|identification|registration|tag))?|\btag(?= ?(?:no|num|#|:))",
    "DEVICE": r"serial\b|\bs/n\b|\bsn\b|device\b|\budi\b|\blot\b|implant(?= ?(?:no|num|#|id|:))|\bmodel(?= ?(?:no|num|#|id|:))|pump(?= ?(?:no|num|#|id|:))|pacemaker(?= (?:id|#|no|num))",
    "BIOMETRIC": r"(?:finger|voice|palm|face|foot) ?print\b|biometric\b(?: (?:template|hash))?|(?:retina|iris)l? scan\b|faceprint",
    "ID": r"(?:accession|specimen|sample|order|case|claim|encounter|visit|csn|episode|referral|requisition|request|trial|study|subject|participant|"
    r"control|document|message|confirmation|reference|ref|token|barcode|prescription|rx|badge|employee|student|file|ticket|auth(?:orization)?|"
    r"kit|family|proband|pedigree|locker|user(?:name)?|login|report|job|booking|appointment|slide|block|external|internal|tracking|har)\b\.?"
    r"(?=[ \t]*(?:#|:|num|no\b|id\b|nr\b|code|identifier|\||[A-Z]{1,4}-?\d{2}|\d{5}))|\bid(?=[ \t]*[:#=|]| [A-Z]{0,4}[ -]?\d)|\buid\b|\bguid\b|\buuid\b",
}  # fmt: skip
_CUE_NEEDS = {
    "SSN": "ssn|s.s|ss.n|soc",
    "MRN": "mrn|m.r|mr.n|mr#|mr #|rec|chart|hosp|patient|pt|unit|folder|file|nhs|pid|chi num",
    "HEALTH_PLAN": "member|subscriber|policy|insur|plan|beneficiary|medica|group|payer|coverage|hicn|mbi|pol|grp",
    "ACCOUNT": "acct|account|a/c|billing|invoice|iban|card|guarantor|routing",
    "LICENSE": "licen|lic|cert|npi|dea|driver|passport|dl|gmc|registration",
    "VEHICLE": "vin|plate|vehicle|tag",
    "DEVICE": "serial|s/n|sn|device|udi|lot|implant|model|pump|pacemaker",
    "BIOMETRIC": "print|biometric|scan",
}  # fmt: skip
_CUED = {
    label: guarded.guard(
        rf"(?<![A-Z0-9])(?=[A-Z])(?:{cue}){_LINK}{_CODE}", re.IGNORECASE, needs=_CUE_NEEDS.get(label, "")
    )
    for label, cue in _CUES.items()
}
_DIGIT_WORDS = "zero oh o one two three four five six seven eight nine double triple dash hyphen point".split()
_DIGIT_WORD = rf"(?:{'|'.join(_DIGIT_WORDS)})"
_LONG = tuple(word for word in _DIGIT_WORDS if word != "o")
_LONE_O = (" o ", "-o ", " o-", "-o-")
_LEAST_SPOKEN = 5  # digit words in a row that make a code
_SPOKEN_CUES = {
    "FAX": "fax", "PHONE": "phone|call|cell|mobile|reach|tel", "SSN": "social|s ?s ?n", "MRN": "record|m ?r ?n|chart",
    "HEALTH_PLAN": "member|policy|plan|insurance", "LOCATION": "zip", "ACCOUNT": "account|billing",
    "LICENSE": "licen|n ?p ?i|d ?e ?a",
}  # fmt: skip
_SPOKEN_CODE = re.compile(
    rf"\b(?:[a-z] ){{0,4}}{_DIGIT_WORD}(?:[ -](?:{_DIGIT_WORD}|[a-z](?= ))){{4,40}}\b",
    re.IGNORECASE,
)

_SHAPES: tuple[tuple[str, guarded.Guarded], ...] = tuple(
    (label, guarded.guard(pattern, flags, needs=needs))
    for label, needs, pattern, flags in (
        ("EMAIL", "@", r"(?<![\w.+-])(?:mailto:)?(?P<v>[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5})", 0),
        ("EMAIL", " dot ", r"\b(?P<v>\w{1,30}(?: (?:dot|underscore|dash) \w{1,30}){0,4} at \w{1,30}(?: dot \w{1,20}){0,3} dot (?:com|org|net|edu|gov))\b", re.I),
        ("URL", "://", r"(?P<v>\b(?:https?|ftp|sftp)://[^\s<>\"')\]]{2,400})", re.I),
        ("URL", "www.", r"\b(?P<v>www\.[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}(?:/[^\s<>\"')\],;]{0,200})?)", re.I),
        ("URL", ".com|.org|.net|.edu|.gov|.mil|.io|.co.uk|.health|.info|.int", r"(?<![\w@.-])(?P<v>(?:[a-z0-9-]{1,63}\.){1,4}(?:com|org|net|edu|gov|mil|io|co\.uk|health|info|int)\b(?:/[^\s<>\"')\],;]{0,200})?)", re.I),
        ("URL", " dot ", r"\b(?P<v>(?:www dot \w{1,30}|https? colon slash slash \w{1,30})(?: dot \w{1,20}){1,4}(?: slash \w{1,20}){0,3}|\w{2,30} dot (?:com|org|net|edu|gov)(?: slash \w{1,20}){0,3})\b", re.I),
        ("DEVICE", "", r"(?<![\w:])(?P<v>[0-9A-F]{2}(?:[:-][0-9A-F]{2}){5})(?![\w:])", re.I),
        ("SSN", "###-##-####", r"(?<![\w-])(?P<v>\d{3}-\d{2}-\d{4})(?![\w-])", 0),
        ("SSN", "xx|x*|*x|**", r"(?<![\w-])(?P<v>[x*]{3}[- ]?[x*]{2}[- ]?\d{4})(?!\w)", re.I),
        ("SSN", "ssn|s.s|ss.n|social", r"\b(?:s\.?s\.?n\.?|social(?: security)?(?: number| no\.?)?)\b[^\d\n]{0,24}(?P<v>\d{3}[ -.]?\d{2}[ -.]?\d{4}|\d{4})(?!\d)", re.I),
        ("SSN", "last four|last 4", r"\blast (?:four|4)\b[^\d\n]{0,40}(?P<v>\d{4})(?!\d)", re.I),
        ("PHONE", "", r"(?<![\w.+-])(?P<v>(?:\+?1[-. ]?)?(?:\(\d{3}\)[ -]?|\d{3}[-. /]{1,3})\d{3}[-. ]{1,3}\d{4}(?:,?[ ]*(?:x|ext\.?|extension)[ .:]*\d{1,6})?)(?!\w)", re.I),
        ("PHONE", "+|00", r"(?<![\w+:.-])(?P<v>(?:\+\d{1,3}|00\d{1,3}[ .-])(?:[ .-]?\(?\d{1,4}\)?){2,6})(?!\w)", 0),
        ("PHONE", "###-####|###.####", r"(?<![\w.+/-])(?P<v>\d{3}[-.]\d{4}(?:,?[ ]*(?:x|ext\.?|extension)[ .:]*\d{1,6})?)(?![\w/-]|\.\d| ?(?:mg|ml|g/|/|%|cells|per|k\b))", re.I),
        ("PHONE", "", r"\b(?:tel(?:ephone)?|phone|ph|mobile|cell(?:ular)?|pager|beeper|call(?:ed)?|contact(?: (?:number|no))?|ext(?:ension)?|reach(?:ed|able)?(?: (?:him|her|them|us|me))?(?: at| on)|fax|facsimile|number is|text(?:ed)?)\b"
         r"[^\w\n]{0,4}(?:(?:number|no\.?|is|at|on|home|work|cell|mobile|us|me|back|\(\w{1,6}\))[ :.,]{0,3}){0,3}(?P<v>\+?\(?\d(?:[ ().-]{0,2}\d){3,14})(?![\w]|[/%])", re.I),
        ("VEHICLE", "", r"(?<![\w-])(?P<v>(?=[A-HJ-NPR-Z]{0,16}\d)(?=\d{0,16}[A-HJ-NPR-Z])[A-HJ-NPR-Z0-9]{17})(?![\w-])", 0),
        ("ACCOUNT", "", r"(?<![\w-])(?P<v>[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?)(?![\w-])", 0),
        ("ACCOUNT", "#### ####|####-####|########", r"(?<![\w.-])(?P<v>\d{4}(?:[ -]?\d{4}){2}[ -]?\d{1,7})(?![\w-])", 0),
        ("PHOTO", ".jp|.png|.dcm|.tif|.heic|.bmp|.gif", r"(?<![\w/])(?P<v>[\w./-]{1,80}\.(?:jpe?g|png|dcm|tiff?|heic|bmp|gif))\b", re.I),
        ("ID", "", r"(?<![\w-])(?P<v>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![\w-])", re.I),
        ("ID", "", r"(?<![\w.\-/:])(?P<v>(?:[A-Z]{1,4}-?\d{5,14}|\d{2,4}-\d{2,4}-\d{2,6}|\d{2}[A-Z]{1,3}-?\d{4,8}|[A-Z]{2,5}(?:-[A-Z0-9]{2,8}){1,3}-?\d{3,8}))(?![\w\-/]|\.\d)", 0),
        ("ID", "#######", r"(?<![\w.\-/:^])(?P<v>\d{7,16})(?![\w\-/%]|\.\d)", 0),
        ("ADDRESS", "box|fpo", r"\b(?P<v>p\.? ?o\.? ?box[ #:]{0,3}\d{1,7}|(?:psc|unit|cmr)[ #]\d{1,5},? box \d{1,6}(?:[ ,\n]{1,3}[afd]po(?: a[aep])?(?: \d{5})?)?|uss [a-z]{2,20}\s{1,2}fpo a[aep] \d{5})\b", re.I),
        ("LOCATION", "zip", r"\bzip(?: ?code)?[ :=#|]{1,4}(?:is |of )?(?P<v>\d{3,5}(?:-\d{4})?)\b", re.I),
        ("LOCATION", "", r"(?<![\w-])(?P<v>(?:GIR ?0AA|[A-PR-UWYZ][A-HK-Y]?\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}|[ABCEGHJ-NPRSTVXY]\d[A-Z] \d[A-Z]\d))(?![\w-])", 0),
    )
)  # fmt: skip

_BIRTH_YEAR = guarded.guard(
    r"\b(?:born(?: in)?|b\.|(?:year of |date of )?birth(?: year| date)?|y\.?o\.?b\.?|d\.?o\.?b\.?)[ \t:=]{1,3}(?P<v>19[0-4]\d)(?![\d/.-]\d|\d)",
    re.IGNORECASE,
    needs="190|191|192|193|194",
)
_AGE_NUMBER = r"(?:9\d|1[0-2]\d)"
_AGE_WORD = r"(?:ninety(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?|(?:a |one )?hundred(?: and)?(?: (?:one|two|three|four|five|six|seven|eight|nine|ten))?)"
_OLD = "|".join(map(str, range(90, 130)))
_AGES = tuple(
    guarded.guard(pattern, re.IGNORECASE, needs=needs)
    for needs, pattern in (
        (
            _OLD,
            rf"(?<![\w.])(?P<v>{_AGE_NUMBER})(?=[ -]?(?:years?|yrs?|y)\b\.?(?:[ -]?(?:old|of age)\b|/?o\b|\.o\b)|[ -]?y[./]?o\b|[ -]?(?:year|yr)s?[ -]?old)",
        ),
        (
            _OLD,
            rf"\b(?:age|aged|ages|age of|age at \w{{3,12}}|turn(?:s|ed|ing)|aet\.?)(?: is| was| of|[ \t]*[:=|])?[ \t]{{0,3}}(?P<v>{_AGE_NUMBER})(?![\w%.]\d|\d|[ -]?(?:%|percent|days?\b|weeks?\b|months?\b|hours?\b|mo\b|wks?\b))",
        ),
        (
            _OLD,
            rf"(?<![\w./-])(?P<v>{_AGE_NUMBER})(?=[ ]?(?:[mf]\b|(?:y/?o )?(?:fe)?male\b|(?:wo)?man\b|(?:gentle|lady)))(?![ ]?[mf][ /]\d)",
        ),
        ("ninet|hundred", rf"\b(?P<v>{_AGE_WORD})(?=[ -]years?[ -](?:old|of age)\b|[ -]?y/?o\b)"),
        (
            "ninet|hundred",
            rf"\b(?:age|aged|age of|turn(?:s|ed|ing))[: ]{{1,2}}(?P<v>{_AGE_WORD})\b(?! (?:days|weeks|months))",
        ),
    )
)
_STREET = (
    "street|str|st|avenue|ave?|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|place|pl|terrace|ter|way|circle|cir|highway|hwy|parkway"
    "|pkwy|square|sq|trail|trl|loop|crescent|cres|close|row|walk|alley|plaza|turnpike|pike|route|rte|commons?|green|grove|heights|hill"
    "|hollow|landing|manor|meadows?|mews|mill|path|point|ridge|run|shoals?|station|summit|trace|turn|valley|view|villages?|vista|bypass"
    "|causeway|cove|creek|crossing|estates?|expressway|extension|falls|ferry|fields?|flats?|fords?|forest|fork|forks|gardens?|gateway|glen"
    "|harbors?|haven|inlet|islands?|isle|junctions?|keys?|knolls?|lakes?|light|locks?|lodge|mission|motorway|mount|mountains?|neck|orchard"
    "|oval|overpass|park|parks|passage|pines?|plains?|prairie|radial|ramp|ranch|rapids?|rest|rue|shores?|skyway|spring|springs|spurs?"
    "|stravenue|stream|throughway|track|trafficway|tunnel|underpass|union|viaduct|ville|wells?"
)
_STREET_LONG = "street|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|court|terrace|circle|highway|hwy|parkway|pkwy|crescent|close|way|place|row|gardens|mews"
_UNIT = r"(?:[ ,\n]{1,3}(?:apt|apartment|suite|ste|unit|flat|floor|fl|room|rm|space|spc|lot|trlr|bldg|#)[ .#]{0,3}[\w-]{1,6}){0,2}"
_ADDRESSES = (
    guarded.guard(
        rf"(?<![\w./-])(?P<v>\d{{1,6}}[A-Za-z]?(?:-\d{{1,5}})?,? (?:(?:[NSEW]|[NS][EW]|North|South|East|West)\.? )?"
        rf"(?:(?:[A-Z\u00c0-\u00de]['’]?[\w'’-]{{0,24}}|\d{{1,3}}(?:st|nd|rd|th)|Mc\w{{1,20}})\.? ){{1,4}}(?i:{_STREET})\b\.?(?i:{_UNIT}))",
        needs="",
    ),
    guarded.guard(rf"(?<![\w./-])(?P<v>\d{{1,6}} (?:[a-z\u00df-\u00ff][\w'’-]{{1,24}} ){{1,3}}(?:{_STREET_LONG})\b{_UNIT})", re.I, needs=""),
    guarded.guard(
        rf"\b(?P<v>(?i:rue|calle|via|avenida|rua|ulica|ul\.|strada|plaza|piazza|avenue|paseo|camino|viale|corso|allée|place|chemin|boulevard)"
        rf"(?: (?:d[eu]l?|des|della|di|la|las|los|el|do|da|l['’]))?(?: [A-Z\u00c0-\u024f][\w'’-]{{1,24}}){{1,3}},? \d{{1,5}}[a-z]?(?i:{_UNIT}))\b",
        needs="rue|calle|via|avenida|rua|ulica|ul.|strada|plaza|piazza|avenue|paseo|camino|viale|corso|allée|place|chemin|boulevard",
    ),
    guarded.guard(
        r"\b(?P<v>[A-Z\u00c0-\u024f][\w'’-]{1,24}(?:[ -][A-Z]?[\w'’-]{1,24})?(?i:stra(?:ß|ss)e|str\.|gasse|weg|platz|laan|straat|gatan|vägen|vegen|gade|vej|katu|kuja|utca|tie|gata|gade| u\.| utca| út)"
        r" \d{1,5}[a-zA-Z]?)\b",
        needs="stra|str.|gasse|weg|platz|laan|gatan|vägen|vegen|gade|vej|katu|kuja|utca|tie |gata| u.| út",
    ),
    guarded.guard(r"\b(?P<v>\d{1,5},? (?:rue|avenue|boulevard|chemin|place|allée|impasse|cours|quai)(?: (?:d[eu]s?|de la|de l['’]|du))? ?[\w'’-]{2,24}(?: [\w'’-]{2,24})?)\b", re.I, needs="rue|avenue|boulevard|chemin|place|allée|impasse|cours|quai"),
)  # fmt: skip
_CITY_WORD = r"[A-Z\u00c0-\u00de][\w'’\u00c0-\u024f-]{1,24}"
_CITIES = (
    guarded.guard(rf"\b(?P<v>(?:(?:St|Ft|Mt)\. )?{_CITY_WORD}(?: {_CITY_WORD}){{0,3}}),? {{1,3}}(?:{_US_STATES.replace(' ', '|')})\.?,? {{1,3}}(?P<w>\d{{5}}(?:-\d{{4}})?)(?!\w)", needs="#####"),
    guarded.guard(rf"\b(?P<v>(?:(?:St|Ft|Mt)\. )?{_CITY_WORD}(?: {_CITY_WORD}){{0,3}}), (?:{_US_STATES.replace(' ', '|').replace('|MD|', '|').replace('|PA|', '|').replace('|MA|', '|').replace('|DC|', '|')})\b(?![-.\w])", needs=""),
    guarded.guard(rf"\b(?P<v>[a-z][\w'’-]{{2,24}}(?: [a-z][\w'’-]{{2,24}}){{0,2}}),? (?:{_US_STATES.lower().replace(' ', '|')}|{_STATE_NAMES.lower()}),? (?P<w>\d{{5}}(?:-\d{{4}})?)(?!\w)", needs="#####"),
    guarded.guard(rf"\b(?P<v>{_CITY_WORD}(?: {_CITY_WORD}){{0,3}}),? (?:{_STATE_NAMES})\b(?:,? (?P<w>\d{{5}}(?:-\d{{4}})?)(?!\w))?", needs=_STATE_NAMES.lower()),
    guarded.guard(rf"\b(?i:live[sd]?|living|resid(?:es|ed|ing)|moved|relocated|born|raised|travell?ed|grew up|resident|native|vacation(?:ed|ing)?|commutes) (?i:in|at|to|from|of|near|outside) (?P<v>{_CITY_WORD}(?: {_CITY_WORD}){{0,2}})", needs="live|living|resid|moved|relocated|born|raised|travel|grew up|native|vacation|commutes"),
    guarded.guard(rf"\b(?P<v>{_CITY_WORD}(?: {_CITY_WORD})?) (?:County|Parish|Township|Borough)\b", needs="county|parish|township|borough"),
    guarded.guard(r"(?im:^[ \t]*(?:city|town|residence|birthplace|place of birth|county|municipality))[ \t]*[:|=][ \t]*(?P<v>\w[\w'’-]{1,24}(?: \w[\w'’-]{1,24}){0,2})", needs="city|town|residence|birthplace|place of birth|county|municipality"),
)  # fmt: skip
_ORG_END = (
    "Hospitals?|Medical Cent(?:er|re)|Health Cent(?:er|re)|Clinics?|Health ?Systems?|Healthcare|Health Care|Health Plan|Health|Infirmary|Sanatorium|Hospice|Nursing Home"
    "|University|College|Institute|Laborator(?:y|ies)|Labs|Pharmacy|Insurance|Mutual|Assurance|Foundation|Rehabilitation|Medical Group|Physicians"
    "|Associates|Imaging|Diagnostics|Genomics|Care Plan|Health Plan|Inc\\.?|LLC|Ltd\\.?|PLC|GmbH|Corp(?:oration)?\\.?|& Sons|Group|School|Academy|Surgery Center|Cancer Center|Children's"
)
_ORG_WORD = r"(?:(?:St|Mt|Ft)\.|[A-Z\u00c0-\u00de][\w'’&-]{0,24}|of|and|for|the|&|de|du)"
_ORGS = (
    re.compile(rf"\b(?P<v>(?:(?:St|Mt|Ft)\.|[A-Z\u00c0-\u00de][\w'’&-]{{0,24}},?) (?:{_ORG_WORD} ){{0,4}}(?:{_ORG_END}))(?!\w)"),
    re.compile(rf"\b(?P<v>(?:(?:ST|MT|FT)\. )?(?:[A-Z][A-Z'’&-]{{0,24}} ){{1,5}}(?:{_ORG_END.upper().replace(chr(92) + '.?', '')}))(?!\w)"),
    re.compile(r"\b(?P<v>(?:University|Hospital|Institute|College|Children's Hospital) of (?:[A-Z][\w'’-]{1,24})(?: (?:[A-Z][\w'’-]{1,24}|at|of|and)){0,3})(?<! (?:at|of))(?<! and)"),
)  # fmt: skip
_IP = re.compile(
    r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)"
    r"|(?=[0-9A-Fa-f:]{2,5})(?<![\w:])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?![\w:])"
)
_CLOCK = re.compile(r"(?:T|,? at |,? )\d{1,2}:\d\d")
_FULL_DATE = re.compile(r"\d.*(?:19|20)\d\d|(?:19|20)\d\d.*\d|[a-z]{3}.*(?:19|20)\d\d", re.IGNORECASE)
_HOLIDAY = guarded.guard(
    r"\b(?:christmas(?: eve| day)?|xmas|new year['’]?s?(?: eve| day)?(?=\b(?! resol))|easter(?: sunday| monday)?|good friday|boxing day|thanksgiving(?: day)?"
    r"|halloween|labou?r day|memorial day|independence day|fourth of july|4th of july|veterans day|columbus day|presidents['’]? day|mlk day|juneteenth"
    r"|valentine['’]?s(?: day)?|mother['’]?s day|father['’]?s day|st\.? patrick['’]?s day|st\.? stephen['’]?s (?:day|night)|all (?:saints|souls)(?:['’]? day)?"
    r"|ash wednesday|palm sunday|pentecost|diwali|holi|eid(?: al-(?:fitr|adha))?|ramadan|passover|hanukk?ah|rosh hashanah|yom kippur|lunar new year"
    r"|chinese new year|vesak|canada day|australia day|anzac day|bank holiday(?: monday)?)\b(?: (?:19|20)\d\d)?",
    re.IGNORECASE,
    needs="christmas|xmas|new year|easter|good friday|boxing|thanksgiving|halloween|labor day|labour day|memorial day|independence|of july|veterans|columbus"
    "|president|mlk|juneteenth|valentine|s day|patrick|stephen|all saints|all souls|ash wed|palm sun|pentecost|diwali|holi|eid|ramadan|passover|hanuk"
    "|rosh hash|yom kip|lunar|chinese|vesak|canada day|australia day|anzac|bank holiday",
)  # fmt: skip
_GENERIC = frozenset(
    """the our this that a an your his her their outpatient inpatient general medical regional community university pediatric pediatrics
    children's childrens teaching local outside neurology genetics cardiology oncology dermatology surgery surgical memory pain
    eye ent dental hand foot metabolic fetal maternal urgent primary secondary family public mental behavioral home health hospital
    clinic center centre laboratory labs lab school group and of for in at to from college university state county city national
    specialty speciality multidisciplinary rehabilitation research molecular clinical cancer heart kidney liver transplant women's
    follow-up walk-in academic medicine department division unit service care patient imaging diagnostic diagnostics high middle
    elementary primary nursing facility insurance private academy institute foundation hospice by with seen referred
    physicians associates referring consulting attending treating""".split()
)


def find(text: str) -> list[Span]:
    """Spans of every structured identifier in `text`; they may overlap."""
    outlined = guarded.outline(text)
    spans = []
    for day in dates.find_dates(text):
        clock = _CLOCK.search(text, day.start + 4, day.end)  # the time of day identifies nobody
        end = clock.start() if clock else day.end
        spans.append(Span(day.start, end, "DATE", "rules", 0.95 if _FULL_DATE.search(text[day.start : end]) else 0.9))
    spans += [Span(*match.span(), "DATE", "rules", 0.95) for match in _HOLIDAY.finditer(text, outlined)]
    has_digit = any(char.isdigit() for char in text)
    if has_digit:
        for label, pattern in _CUED.items():
            spans += [
                Span(*_code(text, match), label, "rules", 0.9)
                for match in pattern.finditer(text, outlined)
                if _is_code(match["v"]) and _code(text, match)[1] > match.start("v")
            ]
    for label, pattern in _SHAPES:
        for match in pattern.finditer(text, outlined):
            found = _judge(text, label, match)
            if found:
                spans.append(found)
    spans += [
        Span(*match.span("v"), "AGE", "rules", 0.9 if pattern is _AGES[2] else 0.95)  # "101 F" may be a temperature
        for pattern in _AGES
        for match in pattern.finditer(text, outlined)
    ]
    oldest = datetime.date.today().year - 89
    spans += [
        Span(*match.span("v"), "DATE", "rules", 0.95)  # a year is no identifier, unless it tells an age over 89
        for match in _BIRTH_YEAR.finditer(text, outlined)
        if int(match["v"]) < oldest
    ]
    spans += _places(text, outlined) + _organizations(text) + _spoken(text, outlined) + _ip_addresses(text)
    return spans


def _code(text: str, match: re.Match[str]) -> tuple[int, int]:
    """Extent of a cued code, cut before a word that follows it on the line."""
    start, end = match.span("v")
    value = match["v"]
    for gap in re.finditer(r" ", value):
        rest = value[gap.end() :]
        if not re.match(r"[A-Z]{0,3}\d", rest) or dates.find_dates(rest):
            return start, start + gap.start()
    return start, end


def _is_code(value: str) -> bool:
    digits = sum(char.isdigit() for char in value)
    return digits >= 3 or (digits >= 2 and len(value) >= 5)


def _judge(text: str, label: str, match: re.Match[str]) -> Span | None:
    start, end = match.span("v")
    value = match["v"]
    before = text[max(0, start - 30) : start].lower()
    score = 0.95 if label in ("EMAIL", "URL", "SSN", "VEHICLE", "PHOTO") else 0.9
    if label == "PHONE":
        digits = sum(char.isdigit() for char in value)
        if digits > 16 or (
            digits < 7 and not re.search(r"(?:ext|pager|beeper|extension|x)\W{0,3}$", before) and digits < 6
        ):
            return None
        if dates.find_dates(value):
            return None
        if re.search(r"\b(?:fax|facsimile|f)\b[^\w]{0,4}(?:(?:number|no|is|at|\w{0,6})\W{0,3}){0,2}$", before):
            label = "FAX"
        score = 0.95 if digits >= 10 else 0.9
    elif label in ("ID", "ACCOUNT") and re.search(
        r"(?:hp|orpha|omim|pmid|doi|icd|loinc|snomed|rs|chr\w*|nm_|np_|rev|version|v|grant|nct)[ :#_-]{0,2}$", before
    ):
        return None
    elif label == "ID":
        score = 0.6
    elif label in ("URL", "EMAIL"):
        end = start + len(value.rstrip(".,;:'"))
    return Span(start, end, label, "rules", score)


def _places(text: str, outlined: str) -> list[Span]:
    spans = []
    for pattern in _ADDRESSES:
        for match in pattern.finditer(text, outlined):
            words = [lexicon.fold(word) for word in re.findall(r"[^\W\d_]+", match["v"])[:-1]]
            if pattern is _ADDRESSES[1] and any(word in lexicon.COMMON for word in words):
                continue
            if re.match(r"\d+ (?:mg|ml|mcg|g|kg|cm|mm|Day|Week|Month|Year|Hour|Times?)s?\b", match["v"], re.IGNORECASE):
                continue
            spans.append(Span(*match.span("v"), "ADDRESS", "rules", 0.9))
    for number, pattern in enumerate(_CITIES):
        for match in pattern.finditer(text, outlined):
            if "w" in match.re.groupindex and match["w"]:
                spans.append(Span(*match.span("w"), "LOCATION", "rules", 0.95))
            start, end = match.span("v")
            words = list(re.finditer(r"\S+", match["v"]))
            while (
                words
                and (
                    lexicon.fold(words[0][0].strip(".,'")) in lexicon.COMMON
                    or (words[0][0].isupper() and number == 3 and len(words) > 1)
                    or re.fullmatch(rf"(?:{_STREET})\.?", words[0][0], re.IGNORECASE)
                )
                and number < 4
            ):
                words.pop(0)
            if not words or lexicon.fold(match["v"]) in lexicon.countries():
                continue
            if number >= 4 and lexicon.fold(words[0][0]) in lexicon.COMMON | lexicon.countries():
                continue
            spans.append(Span(start + words[0].start(), end, "LOCATION", "rules", 0.8))
    return spans


def _organizations(text: str) -> list[Span]:
    spans = []
    for pattern in _ORGS:
        for match in pattern.finditer(text):
            words = list(re.finditer(r"\S+", match["v"]))
            while (
                words
                and (
                    lexicon.fold(words[0][0].strip(".,:")) in _GENERIC | lexicon.COMMON
                    or words[0][0].endswith((":", ","))
                )
                and words[0][0].lower() not in ("children's", "st.", "saint", "university")
            ):
                words.pop(0)
            specific = [word for word in words if lexicon.fold(word[0].strip(".,'")) not in _GENERIC]
            if specific and len(words) > 1:
                spans.append(Span(match.start("v") + words[0].start(), match.end("v"), "ORGANIZATION", "rules", 0.8))
    return spans


def _spoken(text: str, outlined: str) -> list[Span]:
    """Dictated digit strings, labelled by the cue before them."""
    if not any(letter in outlined for letter in _LONE_O) and sum(map(outlined.count, _LONG)) < _LEAST_SPOKEN - 2:
        return []  # only the first and the last word can be an o that has no gap on both sides
    spans = []
    for match in _SPOKEN_CODE.finditer(text):
        digits = re.findall(_DIGIT_WORD, match[0], re.IGNORECASE)
        if len(digits) < _LEAST_SPOKEN:
            continue
        before = text[max(0, match.start() - 40) : match.start()].lower()
        cues = [(before.rfind(hit), label) for label, cue in _SPOKEN_CUES.items() for hit in re.findall(cue, before)]
        label = max(cues)[1] if cues else "PHONE" if len(digits) in (7, 10, 11) else "ID"
        spans.append(Span(match.start(), match.end(), label, "rules", 0.8))
    return spans


def _ip_addresses(text: str) -> list[Span]:
    spans = []
    for match in _IP.finditer(text):
        try:
            ipaddress.ip_address(match[0])
        except ValueError:
            continue
        if any(char.isdigit() for char in match[0]):
            spans.append(Span(match.start(), match.end(), "IP", "rules", 0.95))
    return spans
