# ruff: noqa: E501 (tables of patterns, words and sentences read best unbroken)
"""Hand-written notes about persons who do not exist, with their identifiers marked [[LABEL:text]].

No generator wrote them and no training saw them; their forms differ from those of training_notes. Rules were mended
while looking at MARKED, so its figures flatter; HELD_OUT was looked at once.
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

# Written after the engine stood and looked at once, for the figures; nothing was changed because of them.
HELD_OUT = {
    "ambulance run sheet": """UNIT M-14  RUN [[ID:24-0093318]]  [[DATE:07/19/24]]  DISP 1842 ONSC 1851
PT [[NAME:TREMBLAY-OKORO, DESTA]] 47F  [[ADDRESS:2207 W SYCAMORE AVE]] [[LOCATION:GLENDORAN]]
C/C WITNESSED TONIC CLONIC SZ X 3 MIN. HX EPILEPSY, TUBEROUS SCLEROSIS. SON [[NAME:JUDE]] ON SCENE.
GCS 13 BP 148/92 P 104 SPO2 96. MIDAZOLAM 5 MG IN. TRANSPORTED [[ORGANIZATION:PROVIDENCE HILL HOSPITAL]]. REPORT TO DR [[NAME:NAKASHIMA]]. MEDIC [[NAME:R. DELACROIX]] CERT [[LICENSE:P-118842]]""",
    "midwife letter": """Dear [[NAME:Sunniva]],
Just to let you know that [[NAME:Lowenna Tregear]] delivered a boy at 39+3 on [[DATE:Sunday 2 February]]. They have called him [[NAME:Piran]]. Weight 3.41 kg, Apgars 9 and 10. There is a cleft of the soft palate and micrognathia, so Pierre Robin sequence was raised by [[NAME:Haroun]], the paediatric SHO. They go home to [[ADDRESS:3 Fore Street]], [[LOCATION:Polgrean]]. Warmly, [[NAME:Bethan Ruddock]], community midwife""",
    "physio discharge": """[[NAME:Anselm Vukovic]] has finished his block of treatment. [[NAME:Anselm]] tore his ACL playing for [[ORGANIZATION:Wexcombe Rovers]] in [[DATE:November]]. He drives a van, registration [[VEHICLE:WX19 KLO]], and lives with his partner [[NAME:Noor]] in [[LOCATION:Little Marden]]. Lachman test now negative, range 0-135, quads 5/5. Surgeon: Miss [[NAME:Aldous]], [[ORGANIZATION:Wexcombe General]]. If it swells he will ring [[PHONE:01632 960 445]]. [[NAME:T. Fairbrass]], physiotherapist.""",
    "lab phone slip": """critical k 6.8 called to [[NAME:shanelle]] in icu by [[NAME:marek]] 0412 on [[DATE:3/2]]. pt [[NAME:osei]], mrn [[MRN:771204]]. sample not hemolyzed per [[NAME:marek]]. dr [[NAME:whitcombe]] read back.""",
    "memory clinic": """Mr [[NAME:Giuseppe Marchand]] ([[AGE:91]]) came with his granddaughter [[NAME:Fleur]], who has looked after him since last [[DATE:March]]. MoCA 17/30. He worked as a cooper at [[ORGANIZATION:Brannigan's Distillery]] until 1998. Probable Lewy body dementia; Parkinson disease dementia less likely. [[NAME:Marchand]] sees shapes of children at night. Rivastigmine 1.5 mg twice daily. Copy to Dr [[NAME:Olwen Pryce]], [[ORGANIZATION:The Limes Surgery]], [[LOCATION:Aberfell]].""",
    "research visit": """Participant [[ID:CHD-0412-07]] (initials [[NAME:G.W.]]) attended the [[LOCATION:Dunmore]] site for visit 3 on [[DATE:18-APR-2023]]. Drug kit [[ID:K88213]] dispensed. Consent re-signed with [[NAME:Yolanda Petrakis]]. AE: headache, grade 1. Height 162 cm. Fabry disease, GLA p.Asn215Ser. Samples couriered to [[ORGANIZATION:Helix & Hart Laboratories]], contact [[EMAIL:intake@helixhart.example.net]].""",
    "consult, eponyms only": """Thank you for this consult. Gait is broad-based with a positive Romberg and Gowers sign. Considered: Friedreich ataxia, Charcot-Marie-Tooth disease, Refsum. Kayser-Fleischer rings absent. MRI: Dandy-Walker variant, no Chiari. Babinski upgoing left. Suggest copper, ceruloplasmin, vitamin E. Hold haloperidol, start propranolol 20 mg BID. Brown discoloration of enamel; hope to see again in six weeks.""",
    "insurance appeal": """To whom it may concern: I am appealing on behalf of my daughter, [[NAME:Imara Stokes-Lindgren]], member [[HEALTH_PLAN:W8841 22 907]], denied [[DATE:Jan. 12, 2026]]. She has Dravet syndrome and had 14 seizures last week. Her neurologist at [[ORGANIZATION:Cascadia Children's]], [[NAME:Efua Brennan]] MD, agrees. We live at [[ADDRESS:5 Tern Court, Unit 9]], [[LOCATION:Port Elling]], WA [[LOCATION:98039]]. Reach me, [[NAME:Dov Stokes]], at [[PHONE:555.555.0127]].""",
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
HELD_OUT_NOTES = {name: unmark(marked) for name, marked in HELD_OUT.items()}
