"""Hand-written notes about persons who do not exist, with their identifiers marked [[LABEL:text]].

No generator wrote them, no training saw them; their forms differ from those of training_notes.
"""

import re

MARKED = {
    "transfer phone log": """22:40 [[NAME:Ibironke Balogun-Hayes]], charge RN at [[ORGANIZATION:Tallgrass Prairie Hospital]], rings about a 7 week old girl, [[NAME:Wrenna Castellow]], chart [[MRN:0098-3312]].
22:52 accepted by [[NAME:Castellano]] (PICU). Mom ([[NAME:Odessa]]) following by car from [[LOCATION:Pinckneyville]], reachable on [[PHONE:555-0142]].
Infant has hypotonia, poor feeding, macroglossia; OFC 52.5 cm is clearly a typo. Umbilical hernia. TSH pending, r/o Hashimoto in mother.
23:15 helicopter dispatched, ETA 00:10. Birth was [[DATE:9/14]], weight now 3.2 kg.""",
    "occupational health questionnaire": """1. Your name? [[NAME:Thaddeus Okonjo-Reyes]]
2. When were you born? [[DATE:30.06.1974]]
3. Where do you work? [[ORGANIZATION:Brackwater Foundry Ltd]], in the moulding shop
4. Where do you live? [[ADDRESS:88 Quarryman's Row]], [[LOCATION:Haddlesby]]
5. Who is your family doctor? Dr [[NAME:P. Lindqvist]]
6. Any hand tremor? Yes, both hands, worse on the left. Parkinson disease was excluded in 2019.
7. Best number? [[PHONE:0161 496 0133]] (my wife [[NAME:Marigold]] picks up)""",
    "tumour board minutes": """Case 4. [[NAME:Vashti Holloway]] ([[MRN:TB-40021]]), 61 F, presented by [[NAME:Renard]] for [[NAME:Abimbola]]. Node-positive, ER+, Gleason not applicable. [[NAME:Holloway]] prefers treatment close to home in [[LOCATION:Ashgrove]].
Radiology ([[NAME:Szczepanski]]): 2.1 x 1.4 cm lesion, BI-RADS 5. Pathology ([[NAME:Mwangi]], slides [[ID:S24-11873]]): grade 2, Ki-67 18 %.
Decision: neoadjuvant chemotherapy; Rice and Brown protocols were both mentioned; genetics to review Lynch and Cowden syndrome. Re-discuss on [[DATE:April 2]].""",
    "school nurse slip": """Dear Ms [[NAME:Fairweather]], [[NAME:Joss]] (Year 3) had a staring spell at 10.40 lasting two minutes. I rang dad, [[NAME:Emeka Nwachukwu]], on [[PHONE:555-0188]]. [[NAME:Joss]] was pale, pulse 96, temp 36.8. No fever. Has absence epilepsy, takes ethosuximide 250 mg. Please copy to the clinic at [[ORGANIZATION:Thornbury Children's Hospital]]. [[NAME:B. Achterberg]], school nurse, [[DATE:Tue 6 May]]""",
    "prior authorization fax": """FAX COVER -- 3 pages
ATTN Utilization Review, [[ORGANIZATION:Meridian Crest Health Plan]], fax [[FAX:555-555-0119]]
FROM office of [[NAME:Lucinda Marchetti-Boyd]], MD, NPI [[LICENSE:1093817465]], DEA [[LICENSE:BM1234563]]
MEMBER [[NAME:DEVEREAUX, ANSEL T]] / ID [[HEALTH_PLAN:MCH 884 201 773]] / GRP [[HEALTH_PLAN:0047712]]
REQUEST: enzyme replacement for Fabry disease. Alpha-galactosidase 0.4 nmol/h/mL. Angiokeratoma, acroparesthesia, cornea verticillata, proteinuria 1.2 g/day.
Supporting visit dates [[DATE:01/09/2024]] and [[DATE:03/22/2024]]. Questions to [[EMAIL:lmb.office@example.org]].""",
    "home visit lower case": """saw [[NAME:bertram quill]] at home w daughter [[NAME:nia]], [[ADDRESS:14 larkspur close]]. he is [[AGE:94]], frail, rockwood 6. bp 102/58 lying 84/50 standing. memory worse since [[DATE:february]], gets lost near [[ORGANIZATION:st bride's]] church hall. off furosemide per dr [[NAME:ogunleye]]. pacemaker serial [[DEVICE:PM7740-192]] checked. [[NAME:quill]] family ask about respite. next visit [[DATE:the 3rd]] with [[NAME:moira]] (ot).""",
    "genetics report": """MOLECULAR GENETICS LABORATORY -- [[ORGANIZATION:Kestrel Valley Genomics]]
Proband: [[NAME:Ayumi Fontaine]]     Lab no. [[ID:KVG-20-00417]]     Received: [[DATE:2020-11-17]]
Requested by: [[NAME:Henrike Adeyemi]], MS, CGC      Copy: Dr. [[NAME:Ostrowski]]
Result: FBN1 c.4082G>A p.(Cys1361Tyr), heterozygous. Consistent with Marfan syndrome. Aortic root 41 mm (Z 3.9).""",
    "er triage": """TRIAGE [[DATE:11/02/23]] 0314 // [[NAME:MCALLISTER]] // [[NAME:FERN]] // 34F // WALK IN
CC: HEADACHE X 2 DAYS, PHOTOPHOBIA, KERNIG NEG. PAIN 8/10. T 38.1 HR 112 BP 131/84
PARTNER [[NAME:DUNSTAN OYELARAN]] CELL [[PHONE:(555) 555-0166]]. ALLERGY PENICILLIN. INS [[ORGANIZATION:NORTHSTAR MUTUAL]] POL [[HEALTH_PLAN:NS-5519-20]]. BED 4. DR [[NAME:HALVORSEN]] TO SEE. LAST 4 SSN [[SSN:6621]].""",
    "psychology feedback": """[[NAME:Caspian]] is a thoughtful eight-year-old whose parents, [[NAME:Leontyne]] and [[NAME:Rowan Ashdown]], were concerned about attention. He was tested at our [[LOCATION:Millbrook]] office in [[DATE:October 2022]] by [[NAME:K. Brandvold]], PsyD. WISC-V full scale 112; Conners rating elevated; sleeps poorly; tics were denied.""",
    "infusion table": """Date | Patient | Drug | Dose | Nurse
[[DATE:04/03/2025]] | [[NAME:Grace Hope]] | eculizumab | 900 mg | [[NAME:T. Young]]
[[DATE:04/10/2025]] | [[NAME:Grace Hope]] | eculizumab | 900 mg | [[NAME:Mei-Ling Zhao]]
[[DATE:04/17/2025]] | [[NAME:May Long]] | rituximab | 375 mg/m2 | [[NAME:T. Young]]""",
    "patient blog excerpt": """People always ask how it began. I was sixteen, living in [[LOCATION:Harrowgate Falls]] with my gran [[NAME:Philippa]], when my knees gave out on the way to [[ORGANIZATION:Larchmont High School]]. Dr. [[NAME:Sundaram]] at [[ORGANIZATION:Beaumont Ridge Clinic]] said growing pains. It was Ehlers-Danlos syndrome. My site is [[URL:www.bendytales.example.com]] and you can write to [[EMAIL:hello@bendytales.example.com]].""",
    "device clinic": """Remote interrogation. Pt [[NAME:Halloran]], [[NAME:Siobhan]]. Device SN [[DEVICE:RTX0049921]], lead lot [[DEVICE:L-77120B]]. Implanted [[DATE:14-Aug-2021]] by [[NAME:Petrossian]] at [[ORGANIZATION:Saint Brendan Heart Institute]]. Uploaded from [[IP:198.51.100.23]]. Episodes: 2 NSVT, longest 9 beats at 168 bpm. Battery 7.4 y. Threshold 0.75 V @ 0.4 ms. No shocks. Photo of pocket stored as [[PHOTO:halloran_pocket_2.jpg]]. Recall letter to PO address [[ADDRESS:P.O. Box 3310]], [[LOCATION:Cold Harbor]], NY [[LOCATION:11724]].""",
    "no identifiers": """Reflexes are brisk with bilateral Babinski sign. Hoehn and Yahr stage 3; levodopa 25/100 four times daily. Apgar 8/9 at 38+2 weeks. A 67-year-old woman with Lewy body dementia and prior Graves disease; MMSE 21/30. FBN1 c.4082G>A, HP:0001166 arachnodactyly. May Street-level drug use was denied. White matter lesions, brown sputum, long QT. Sodium 138, potassium 4.1, ratio 3/4. Child-Pugh B. Virchow node negative. T2-weighted images at C5-C6.""",
}

_MARK = re.compile(r"\[\[([A-Z_]+):(.*?)\]\]")


def unmark(marked: str) -> tuple[str, list[dict]]:
    """Text and gold spans of a marked note."""
    pieces, spans, position, last = [], [], 0, 0
    for match in _MARK.finditer(marked):
        before = marked[last : match.start()]
        start = position + len(before)
        spans.append({"start": start, "end": start + len(match[2]), "label": match[1]})
        pieces += [before, match[2]]
        position, last = start + len(match[2]), match.end()
    return "".join([*pieces, marked[last:]]), spans


NOTES = {name: unmark(marked) for name, marked in MARKED.items()}
