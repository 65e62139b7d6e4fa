# ruff: noqa: E501 (tables of patterns, words and sentences read best unbroken)
"""Training notes without any identifier: what looks like names, places, organisations, dates and numbers but is none.

In the lines below `<a~b>` is a number from a to b (with as many decimals as b has), `[x|y]` one of the two, `{slot}` a slot.
"""

import random
import re
from collections.abc import Callable
from functools import lru_cache

from helpers.clinical.deid import vocabulary
from helpers.clinical.deid.training_words import Cast

# --- slots --------------------------------------------------------------------------------------------------------

_FREQUENCIES = "daily|once daily|BID|TID|QID|QHS|QAM|q4h|q6h PRN|q8h|q12h|every 6 hours|twice a day|PRN|nightly|weekly|every other day|with meals|before bed|od|bd|tds|qds|on|mane|nocte|q72h|x 7 days|for 10 days|qMonth|1-2 times/day|every Monday|Tue/Thu/Sat|with dinner|as directed|ACHS".split(
    "|"
)
_ROUTES = "PO|IV|IM|SC|SQ|PR|SL|by mouth|topically|inhaled|nebulized|subcutaneously|intranasally|via PEG|per NGT|IVPB|intrathecally|OU|OD|OS|to both eyes|po|iv|s/c|PV".split(
    "|"
)
_DOSES = "<1~9>00 mg|<2~9>0 mg|<1~9> mg|0.<1~9> mg|<1~9>.5 mg|<2~9>5 mcg|<1~20> units|<1~5> g|<5~15> mL|<10~40> mEq|<1~4> tabs|<1~2> puffs|<1~4> drops|1 patch|<1~9>00/<25~50> mg|5/325 mg|25-100 mg|<5~20> mg/kg/day|<1~3>%|<100~900> mcg/hr|1000 units/mL|160/4.5 mcg|875-125 mg|1/2 tab|one tablet|50,000 IU|<1~40> units/hr|AUC <2~6>".split(
    "|"
)
_SIDES = "left|right|bilateral|L|R|Left|Right|b/l".split("|")
_LEVELS = "C3-C4|C5-6|C7-T1|T4|T10-T11|T12|L1|L2-3|L3/4|L4-L5|L5-S1|S1|S2-S4|C2|T6-7|L4/5".split("|")
_LABS = (
    "Sodium <128~148> mmol/L (135-145)|Potassium <2.8~5.9> mEq/L [3.5-5.1]|Chloride <92~112>|CO2 <16~33> mmol/L|BUN <5~60> mg/dL|Creatinine <0.4~4.0> mg/dL (0.60-1.20) [H|L|]|Glucose <60~340> mg/dL 70-99 H|Calcium <7.0~11.5> 8.5-10.5 mg/dL|Magnesium <1.2~2.8>"
    "|Phosphorus <1.5~6.0>|Albumin <1.8~4.9> g/dL 3.5-5.0|ALT <8~480> U/L 0-55|AST <8~480> U/L (5-40)|Alk Phos <30~400>|Total Bilirubin <0.1~9.9> mg/dL|Lipase <10~900>|WBC <1.0~24.0> K/uL 4.5-11.0|RBC <2.5~5.9> M/uL|Hgb <6.0~17.0> g/dL|Hct <20~50>%"
    "|Platelets <12~520> x10^9/L|MCV <70~110> fL 80-100|RDW <11.0~19.0>%|Neutrophils <30~92>%|Lymphocytes <3~55> %|INR <0.9~5.0>|PTT <22~90> sec|D-dimer <100~4000> ng/mL FEU|Troponin T <3~900> ng/L|NT-proBNP <50~9999> pg/mL|Lactate <0.5~9.0> mmol/L"
    "|pH <7.10~7.55>|pCO2 <22~88> mmHg|pO2 <45~300>|HCO3 <12~34>|TSH <0.01~20.00> uIU/mL 0.27-4.20|Free T4 <0.4~3.0> ng/dL|HbA1c <4.8~13.9>% (<5.7)|LDL <40~220> mg/dL|HDL <20~90>|Triglycerides <50~600>|Ferritin <5~2000> ng/mL|Vitamin D, 25-OH <8~70> ng/mL"
    "|B12 <150~1200> pg/mL|CRP <0.5~210.0> mg/L|ESR <2~120> mm/hr|PSA <0.1~40.0> ng/mL|AFP <1~900>|CEA <0.5~60.0>|CA 19-9 <5~900> U/mL|Urine specific gravity 1.0<10~30>|Protein [1+|2+|trace|negative]|Nitrite [POS|NEG]|Leukocyte Esterase [Large|Small|Negative]|CK <40~9000> U/L"
    "|ANA 1:<1~9>60 speckled|RPR [nonreactive|1:16]|HIV Ag/Ab Nonreactive|HBsAg Negative|Anion Gap <6~26>|eGFR <8~99> mL/min/1.73m2|Ammonia <20~190> umol/L|Cortisol AM <2.0~30.0> ug/dL|Vancomycin trough <6.0~28.0>|Lithium <0.2~1.8>|CSF Protein <15~200>, Glucose <30~80>"
)
_HGVS = "c.<10~9000>[A>G|C>T|G>A|T>C]|c.<10~900>+<1~9>G>A|c.<10~900>_<901~999>del|c.<10~900>dupA|p.Arg<10~900>[Ter|Gln|Trp|His]|p.(Gly<10~900>Asp)|p.V<10~900>E|p.Leu<10~900>fs*<2~40>|NM_00<1000~9999>.<2~5>:c.<10~900>C>T|exon <2~40> deletion|rs<1000000~99999999>|c.<100~900>-2A>G (splice)|IVS<2~20>+1G>A|m.<1000~9999>A>G|[GAA|CAG|CGG|CTG] repeat (<30~900>)"
_CODES = "HP:000<1000~9999>|ICD-10: [G|I|E|M|F|J]<10~99>.<0~9>|LOINC <1000~99999>-<0~9>|SNOMED CT <10000000~99999999>|CPT <90000~99499>|OMIM #<100000~619999>|ORPHA:<10~9999>|MONDO:000<1000~9999>|ICD-9 <200~799>.<0~9>|[Z|R|N]<10~99>.<10~99>|ISCN 46,X[X|Y],t(<1~22>;<1~22>)(q<11~34>;p<11~15>)|arr[GRCh38] <1~22>q<11~23>.<1~3>|DSM-5 <290~319>.<10~99>|RxNorm <1000~99999>"
_SIZES = "<0.3~9.9> cm|<0.3~9.9> x <0.3~9.9> cm|<1~40> mm|<1~9> x <1~9> x <1~9> mm|<1.0~9.9> x <1.0~9.9> x <0.5~5.0> cm|<10~900> cc|<1~40> Fr|<14~28>G|<10~900> mL|<2~40> cm H2O"
_AGO = "<2~9> days ago|<2~11> months ago|last week|yesterday|this morning|3 days PTA|POD <1~9>|POD#<1~14>|HD <2~20>|hospital day <2~20>|DOL <1~28>|overnight|at 0<1~9>00|at <1~11>:<10~59> [AM|PM|pm]|since <1985~2024>|in <1985~2024>|over the past <2~9> weeks|for <2~30> years|x<2~9>d|<24~96> hours later|in <2~6> weeks|s/p <1990~2023>|Day +<1~99>|cycle <1~8> day <1~21>|week <2~40>|last Friday|last winter|at age <4~80>|q<2~9>h|every <2~8> hrs|24/7|0<6~9>00-1<5~9>00|Tuesday night"
_SCALES = (
    "MMSE <10~30>/30|MoCA <10~30>/30|PHQ-9 <0~27>|PHQ-9: <0~27>/27|GAD-7 <0~21>|GCS E<1~4>V<1~5>M<1~6>|GCS <3~15>T|Hoehn and Yahr <1~5>|H&Y stage 2.5|NIHSS <0~30>|mRS <0~5>|UPDRS III <5~70>|EDSS <1.0~7.5>|CIWA <0~30>|COWS <2~30>|C-SSRS negative|HAM-D <4~30>|YMRS <0~40>|AIMS <0~12>"
    "|Y-BOCS <4~38>|AUDIT-C <0~12>|Epworth <0~24>|ASIA [A|B|C|D] at C5|Hunt and Hess <1~5>|Fisher grade <1~4>|Spetzler-Martin <1~5>|Fazekas <1~3>|Modified Ashworth <1~4>|Vineland-3 ABC <40~110>|WISC-V FSIQ <50~130>|Bayley III <55~120>|ADOS-2 Module <1~4>|Conners T-score <50~90>|Beck Depression Inventory <5~50>"
    "|CHA2DS2-VASc <0~8>|HAS-BLED <0~5>|Wells <0~9>|APACHE II <8~40>|SOFA <0~18>|qSOFA <0~3>|MELD-Na <6~40>|Child-Pugh [A|B|C] (<5~13>)|Ranson <0~8>|Glasgow-Blatchford <0~18>|CURB-65 <0~5>|TIMI <0~7>|HEART score <0~9>|NYHA [II|III|IV]|CCS [II|III]|Killip [I|II]|ECOG <0~4>|KPS <40~90>|Karnofsky <50~90>%"
    "|Braden <6~23>|Morse <0~90>|RASS -<1~5>|CAM-ICU [positive|negative]|Norton <5~20>|FLACC <0~9>|NRS <0~9>/10|Pain <0~9>/10|VAS <0~9>|Aldrete <6~9>|ASA [II|III|IVE]|Mallampati [I|II|III|IV]|Cormack-Lehane <1~4>|Apgars <4~9> and <7~9>|Apgar <4~9>/<7~9>|Bishop <2~9>|Silverman <0~9>|Ballard <30~40>"
    "|Tanner [II|III|IV]|Gleason <3~5>+<3~5>=<6~9>|Gleason 7 (4+3)|PI-RADS <1~5>|BI-RADS <1~4>|LI-RADS <2~5>|TI-RADS <1~5>|Lung-RADS <1~4>|Nottingham <3~9>/9|Bosniak [II|IIF|III]|Kellgren-Lawrence <1~4>|Garden [III|IV]|Salter-Harris [II|III]|Gustilo [I|II|IIIA]|Weber [A|B|C]|Fitzpatrick type [II|III|IV]|Oswestry <4~80>%|DASH <5~70>|Tinetti <8~28>|Berg <10~56>/56|Barthel <10~90>"
)
_STAGES = "pT<1~4>N<0~2>M0|pT2a pN1mi|ypT0 ypN0|cT3N1M1|Stage [IIIA|IIB|IV|IA2]|FIGO [IB1|IIIC]|AJCC 8th ed.|Ki-67 <2~90>%|ER <1~99>%, PR <1~99>%, HER2 1+|HER2/CEP17 ratio <1.0~6.0>|PD-L1 TPS <1~99>%|CK7+/CK20-|CD<3~138>+|S100 positive|TTF-1 neg|MSI-H|MLH1/PMS2 loss|Breslow <0.2~5.0> mm|Clark level [III|IV]|Fuhrman grade <1~4>|Ann Arbor stage [II|III]|Rai stage [0|I|II]|Grade Group <1~5>|p16 block positive|SOX10, Melan-A and HMB-45 positive|Dukes [B|C]|Barcelona [A|B]"
_VITALS = "BP <84~190>/<44~110>|HR <44~150>|RR <10~34>|T <35.5~39.9>|Tmax <37.0~40.0>|SpO2 <84~100>% RA|O2 sat <88~100>% on <1~6>L NC|MAP <50~99>|CVP <2~18>|Wt <3.0~99.0> kg|Ht <45~190> cm|BMI <15.0~49.0>|UOP <10~90> cc/hr|I/O <900~3000>/<600~2900>|FSBG <60~390>|ICP <4~25>|PAP <25~60>/<8~28>|EtCO2 <28~50>|FHR <110~160>|Pain <0~9>/10|Temp <96.0~102.9> F (oral)|P <50~120> reg|NIBP <90~170>/<50~99>|CI <1.8~4.0>|SVR <600~1600>"
_DEPARTMENTS = "Cardiology|Neurology|Infectious Disease|Physical Therapy|Occupational Therapy|Social Work|Palliative Care|Wound Care|Interventional Radiology|General Surgery|Case Management|Speech Therapy|Internal Medicine|Family Medicine|Emergency Medicine|Nutrition|Pharmacy|Respiratory Therapy|Pain Clinic|Heme/Onc|ENT|GI|Neurosurgery|Labor and Delivery|PACU|MICU|SICU|ED|Genetics|Endocrine|Ortho|OB|Vascular|Transplant|Oncology|Anesthesia|Psychiatry|Radiology|Ophthalmology|Same Day Surgery|Home Health"
_EPONYM_TAILS = "sign|syndrome|disease|test|reflex|maneuver|classification|criteria|procedure|fracture|lesion|forceps|retractor|clamp|scissors|catheter|line|triad|stain|score|phenomenon|incision|position|suture|drain|nodes|tube|palsy|ulcer|scale|index|point|body|staging|angle|view|'s sign|'s disease|'s test|'s ring"
_TOOLS = "Kocher clamp|Metzenbaum scissors|Mayo scissors|Bovie cautery|Weitlaner retractor|Kelly clamp|Yankauer suction|Balfour retractor|Bookwalter|Deaver|Army-Navy retractors|Allis clamps|Babcock|DeBakey forceps|Adson pickups|Gelpi|Kerrison rongeur|Leksell rongeur|Penfield 1|Cobb elevator|Freer elevator|Hohmann|Steinmann pin|Kirschner wires|Bunnell drill|Foley|Jackson-Pratt drain|Blake drain|Penrose|Hasson trocar|Veress needle|Maryland dissector|LigaSure|Harmonic scalpel|Endo GIA|Seldinger technique|Swan-Ganz catheter|Bard-Parker #15 blade|Hegar dilator|Pratt dilators|Cusco speculum|Graves speculum|Kielland forceps|Simpson forceps|Bakri balloon|Rumi manipulator|Macintosh 3|Miller 2 blade|Esmarch bandage|Mayfield head holder|Wilson frame|Jackson table|Lone Star retractor|Castroviejo|Finochietto|Ray-Tec sponges|Doyen|Satinsky|Fogarty|Shiley 8|Dobhoff|Hickman|Groshong|Quinton"
_REGIONS = "head|neck|chest|abdomen|pelvis|lumbar spine|cervical spine|knee|shoulder|hip|wrist|brain|orbits|sinuses|thoracic spine|ankle"
_SEQUENCES = (
    "axial T1|sagittal T2|coronal STIR|FLAIR|DWI/ADC|SWI|3D TOF MRA|post-gadolinium T1 fat-sat|GRE|MP-RAGE|Dixon|MRCP"
)
_TITLES = "Alert and Oriented|Rule Out|Follow Up|Status Post|Well Nourished|No Acute Distress|Within Normal Limits|Full Code|Do Not Resuscitate|Regular Diet|Clear Liquid Diet|Low Sodium|Activity As Tolerated|Weight Bearing As Tolerated|Fall Precautions|Normal Sinus Rhythm|Left Bundle Branch Block|Atrial Fibrillation|Chronic Kidney Disease Stage 3|Type 2 Diabetes Mellitus|Major Depressive Disorder|Coronary Artery Disease|Congestive Heart Failure|Acute On Chronic|Obstructive Sleep Apnea|Iron Deficiency Anemia|Urinary Tract Infection|Community Acquired Pneumonia|Deep Vein Thrombosis|Pulmonary Embolism|Acute Kidney Injury|Generalized Anxiety Disorder|Benign Prostatic Hyperplasia|Vitamin B Complex|Fish Oil|Whole Blood|Packed Red Cells|Fresh Frozen Plasma|Normal Saline|Magic Mouthwash|Golden Hour|Time Out|Code Blue|Rapid Response|Blood Cultures|Cast Care|Baby Friendly|Mother Baby|Mini Mental|Red Flags|Green Zone|Yellow Zone|Black Box Warning|Living Will|Power Of Attorney|Sliding Scale|Crash Cart|Swallow Study|Barium Enema|Stress Test|Nuchal Cord|Brown Bag Review|Rose Bengal|Rice Diet|Grand Rounds|Mark Site|Grant Application|Bill Of Rights|Case Mix|Summer Camp Form|Art Therapy|Music Therapy|Pet Therapy|Faith Based Support|Joy In Activities|Hope Scale|Chase Dose|Frank Hematuria|Drew Labs|Page Surgery|Pat Dry|Rod Cells|Wood Lamp|Stone Protocol|White Count|Gray Matter|Long Arm Cast|Short Leg Splint|Young Adult"

_NUMBER = re.compile(r"<(\d+(?:\.\d+)?)~(\d+(?:\.(\d+))?)>")
_CHOICE = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")
_BAR = re.compile(r"\|(?![^\[]*\])")


def _open(rng: random.Random, text: str) -> str:
    text = _CHOICE.sub(lambda m: rng.choice(m[1].split("|")), text)
    return _NUMBER.sub(lambda m: f"{rng.uniform(float(m[1]), float(m[2])):.{len(m[3] or '')}f}", text)


@lru_cache(maxsize=64)
def _parts(table: str) -> tuple[str, ...]:
    return tuple(_BAR.split(table))


@lru_cache(maxsize=16)
def _sorted(words: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(words))


def _from(table: str) -> Callable[[Cast], str]:
    return lambda c: _open(c.rng, c.rng.choice(_parts(table)))


def _word(words: frozenset[str], *changes: Callable[[str], str]) -> Callable[[Cast], str]:
    return lambda c: c.rng.choice(changes)(c.rng.choice(_sorted(words)))


def _heading(c: Cast) -> str:
    phrase = c.rng.choice(_sorted(vocabulary.HEADINGS))
    return c.rng.choice((str.title, str.title, str.upper, str.upper, str.capitalize, str.lower))(phrase)


_FILL: dict[str, Callable[[Cast], str]] = {
    "rx": _word(vocabulary.DRUGS, str.lower, str.lower, str.capitalize, str.capitalize, str.capitalize, str.upper),
    "Rx": _word(vocabulary.DRUGS, str.capitalize),
    "abbr": _word(frozenset(w for w in vocabulary.ABBREVIATIONS if len(w) > 1), str.upper, str.upper, str.upper, str.lower, str.capitalize),
    "epo": _word(vocabulary.EPONYMS, str.capitalize),
    "epotail": _from(_EPONYM_TAILS),
    "gene": _word(vocabulary.GENES, str.upper),
    "device": _word(vocabulary.DEVICES_AND_BRANDS, str.capitalize, str.lower, str.capitalize),
    "part": _word(vocabulary.ANATOMY_AND_EXAM, str.lower),
    "Part": _word(vocabulary.ANATOMY_AND_EXAM, str.capitalize),
    "PART": _word(vocabulary.ANATOMY_AND_EXAM, str.upper),
    "lytes": _word(vocabulary.BACTERIA_AND_LABS, str.lower, str.capitalize, str.capitalize),
    "service": _word(vocabulary.INSTITUTIONS_GENERIC, str.lower, str.capitalize, str.capitalize, str.upper),
    "heading": _heading,
    "freq": _from("|".join(_FREQUENCIES)), "route": _from("|".join(_ROUTES)), "dose": _from("|".join(_DOSES)), "side": _from("|".join(_SIDES)), "level": _from("|".join(_LEVELS)),
    "lab": _from(_LABS), "hgvs": _from(_HGVS), "codes": _from(_CODES), "size": _from(_SIZES), "ago": _from(_AGO), "scale": _from(_SCALES), "stage": _from(_STAGES), "obs": _from(_VITALS),
    "dept": _from(_DEPARTMENTS), "tool": _from(_TOOLS), "region": _from(_REGIONS), "seq": _from(_SEQUENCES), "Titles": _from(_TITLES),
}  # fmt: skip
_MINE = "neg_"
SLOTS_PLAIN: dict[str, Callable[[Cast], str]] = {_MINE + name: fill for name, fill in _FILL.items()}
_SLOT = re.compile(r"\{(\w+)\}")

# --- lines --------------------------------------------------------------------------------------------------------


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.strip().splitlines())


_EXAM = _lines("""
General: [Well|Awake|Alert]-appearing, [NAD|in no acute distress|sitting up in bed].
HEENT: NC/AT, PERRL, EOMI, MMM, OP clear. No {part} {part}.
Neck: Supple, no LAD, no JVD, no {part} bruits. Trachea midline.
CV: RRR, nl S1/S2, [II/VI|2/6|III/VI] systolic murmur at LLSB, no S3 or S4.
Lungs: CTAB, no [wheezes|rales|rhonchi]. {Part} breath sounds at the {side} base.
Abd: Soft, NT/ND, +BS x 4, no HSM. Murphy [negative|positive]. McBurney point nontender.
Ext: WWP, no C/C/E, 2+ DP/PT pulses, [1+|2+|3+] pitting edema to the knees.
Neuro: A&Ox3, CN II-XII intact, strength 5/5 throughout, DTRs 2+ and symmetric, Babinski downgoing, Romberg [negative|positive].
Skin: Warm, dry. {Part} {part} over the {part} surface, {size}.
Psych: Mood "[fine|OK|sad]", affect [congruent|blunted|full]. Insight fair. Judgment fair.
MSK: Lachman [1A|2B|negative], McMurray negative, {epo} test [positive|negative] on the {side}.
GU: Tanner [II|III|IV], testes descended bilaterally. {Part} normal.
Lymph: No cervical, axillary, Virchow or inguinal nodes.
Eyes: VA 20/<20~80> OD, 20/<20~80> OS. IOP <10~28>/<10~28>. Schirmer <3~20> mm. Amsler grid normal. Hirschberg central.
Ears: Rinne AC>BC, Weber midline. Left TM dull.
Nose: Kiesselbach plexus dry; {part} [enlarged|deviated].
Spurling, Hoffmann, Tinel and Phalen signs were [absent|present] on the {side}.
Chvostek and Trousseau signs [negative|not elicited].
{epo} and {epo} signs absent.
Kernig and Brudzinski negative. No {part}.
Brushfield spots, {part} fissures upslanting, single palmar crease.
Gait: [Trendelenburg|antalgic|wide-based|Steppage], {epo} {epotail} [noted|equivocal].
{Part}: [unremarkable|tender|symmetric|intact|nl].
{PART}: [UNREMARKABLE|NORMAL|INTACT|SEE HPI].
Breasts: Symmetric. {size} mass at <1~12> o'clock, N+<2~9>.
Pelvic: Cusco speculum passed; os closed. Bartholin, Skene and urethral glands normal.
Rectal: Guaiac [neg|pos], good tone. Prostate <20~80> g.
Back: Schober <3~6> cm. Straight leg raise [neg|+] at <30~80> degrees; Lasegue, {epo} neg.
Hips: Ortolani and Barlow negative, Galeazzi equal.
Heberden and Bouchard nodes at DIPs and PIPs; no {part}.
Reflexes: Moro, Galant, rooting present. Landau absent.
Tone: Increased, Ashworth <1~4>. Clonus <2~8> beats {side} ankle.
Power: C5 <2~5>/5, C6 5/5, C7 4+/5, L3 5/5, L5 <2~5>-/5.
Vascular: Allen test <2~9> s, ABI 0.<40~99> R, 1.<00~20> L, Homans neg.
Chest: Pectus [excavatum|carinatum], Hoover sign absent, tactile fremitus nl.
""")
_SENTENCES = _lines("""
May need dose adjustment if {lab}.
May repeat x1 in <5~20> minutes if no response.
May shower {ago}; pat dry.
Will recheck {lab} [in AM|at 0600|tomorrow].
Will hold {rx} tonight.
Will need {epo} {epotail} ruled out.
Mark the {side} {part} before incision.
Mark margins with ink.
Grant access to {dept} as needed.
Bill for {codes}.
Drew labs [x3|q6h|twice].
Page {dept} for {obs}.
Rose from chair without help.
Frank blood per rectum {ago}.
Frank discussion held about goals of care.
Hope to extubate {ago}.
Chase cultures and histology.
Chase the {lytes} from {ago}.
Dawn phenomenon suspected; raise {Rx}.
Sandy-colored sputum.
Rod and cone responses reduced.
Cliff edge of therapeutic window with {rx}.
Rich in fiber; poor in {lytes}.
Brown, formed stool x<1~4>.
Green sputum since {ago}.
Black tarry stool denied.
White count down to <4~18>.
Gray matter heterotopia near the {part}.
Young female in NAD.
Long arm cast applied; short arm cast in 3 weeks.
Price of {Rx} discussed.
Case discussed at tumor board.
Case reviewed with {dept}.
Art therapy attended.
Faith community is supportive.
Joy reported in hobbies.
Summer allergies to Ragweed, Timothy grass, Bermuda grass and Oak pollen.
Autumn and Spring flares.
Stone protocol CT: {size} calculus in the {part} ureter.
Wood lamp: coral-red fluorescence.
Cook food well; avoid Brie and raw Oysters.
Reed-Sternberg cells absent.
Baker cyst measuring {size}.
Pat negative for {abbr}, {abbr} pending.
Christmas disease (factor IX <1~40>%).
Holmes tremor vs {epo} {epotail}.
Lyme titer negative; Rocky Mountain spotted fever IgG 1:64.
West Nile virus IgM negative. Zika, Dengue, Ebola and Marburg not suspected.
Coxsackie B4, Norwalk and Lassa not tested.
Hendra, Nipah and Hanta discussed.
Denver Developmental Screening passed.
Boston Naming Test <20~60>/60; Boston brace worn.
Philadelphia chromosome negative; {gene} {hgvs}.
Philadelphia collar removed.
Milwaukee brace, Minerva jacket and Miami J collar tried.
Epworth <2~20>, Edinburgh Postnatal Depression Scale <0~28>.
Oxford knee score <10~48>; Nottingham grade <1~3>.
Minnesota tube placed; Sengstaken not available.
Michigan Neuropathy score <1~9>; Montreal Cognitive Assessment <12~30>/30.
Vancouver scar scale <1~9>; Toronto criteria met.
Rome IV criteria fulfilled; Los Angeles grade [A|B|C] esophagitis.
Chicago Classification v4.0: EGJ outflow obstruction.
Paris classification 0-Is polyp; Vienna category 4; Tokyo guidelines grade II.
Bristol stool type <1~7>.
Ottawa ankle rules negative. Canadian C-spine rule applied.
Berlin definition: [mild|moderate|severe] ARDS.
Atlanta criteria, Balthazar [C|D|E], Ranson <1~7>.
Dallas criteria not met on biopsy; Duke criteria possible.
Sydney system: mild activity.
Helsinki back board; Maryland bridge; Kansas pouch.
St. John's wort stopped. St. Anthony's fire is of historical interest.
Spanish flu, German measles, Hong Kong flu, English is preferred.
Thai food made symptoms worse; Chinese restaurant syndrome?
American Indian, Hispanic, Asian, Caucasian or other per intake form.
Medicaid pending; Medicare Part D covers {Rx}.
FDA approved {rx} in <1990~2023>; NICE and WHO guidance reviewed.
CDC, ACIP and AAP schedules followed.
Per AHA/ACC <2013~2023> guidelines, class [IIa|I|III].
JNC 8, GOLD [B|D], GINA step <1~5>, KDIGO G<2~4>A<1~3>.
ACLS started; ROSC after <4~40> min. Epi x<1~6>.
Amio bolus, Mag 2 g, Bicarb x<1~3>.
Levo at <2~30> mcg/min, Vaso 0.04, Neo off {ago}.
Ativan <1~4> mg, Haldol <2~10> mg, Benadryl 50 mg (B52).
Tylenol alternating with Motrin q3h.
Tolerated Clears; advance to Regular.
Ensure TID, Glucerna, Boost, Jevity 1.2 at <30~80> mL/hr.
Miralax and Colace for constipation; Senna <1~2> tabs.
Continue Lasix, Coreg, Entresto and Aldactone.
Stop Plavix; start Eliquis <2~5> mg BID on POD <1~5>.
Allergies: Sulfa, PCN (rash), Bactrim, Latex, Shellfish, Keflex (hives).
Allergic to {rx} ({part} swelling) and {rx}.
Pfizer or Moderna booster given {ago}; Prevnar 20, Shingrix #2, Tdap due.
Lot expires in <2026~2029>.
Hepatitis B #<1~3>, MMR, Varicella, HPV-9 <1~3>/3 up to date.
Fluids: D5 1/2NS + 20 KCl at <50~125>/h; LR 1 L bolus.
Diet: NPO, TLC, DASH, Mediterranean, Atkins, Low FODMAP.
Lines: PIV 20G L AC, R IJ CVC, A-line, Foley [in|out].
Access: {side} {tool} {ago}.
Code Status: [Full|DNR/DNI|FULL CODE|Presumed Full].
Dispo: [SNF|Home with PT|LTAC|Acute Rehab|Floor|Step-down].
Prophylaxis: Lovenox 40, SCDs, TEDs, Protonix.
Consults: {dept}, {dept}, {dept}.
Discussed in {service} rounds; {dept} to follow.
{dept} recs appreciated.
{dept}: {scale}, cleared for home.
Referred to {dept} ({service}).
Refer to {service} clinic in <2~12> weeks.
Patient is a <18~88>-year-old [man|woman|male|female] with {epo} {epotail} and {abbr}.
<2~88>yo [M|F] with PMH of {abbr}, {abbr}, {abbr} p/w [CP|SOB|AMS|fever].
<18~80>F G<1~6>P<0~4> at <24~40>+<0~6> presents in labor.
Pt seen at bedside. Sleeping. Arousable to voice.
Mother states symptoms began {ago}.
Wife at bedside, updated. Daughter to bring meds.
Parents deny fever, Brother sick with [RSV|strep|COVID-19].
Denies EtOH, IVDU. Smokes <5~40> cigs/day x <5~50> yrs (<10~80> pack-years).
Quit in <1980~2023>. Retired. Drinks <1~6> beers on Saturdays.
Diagnosed in <1980~2023>, {ago} relapse.
Symptoms [x <2~9> days|since <1990~2024>|since childhood].
Last seen normal at <1~12>:<10~59> PM; tPA at <1~12>:<10~59>.
Onset 0<5~9><10~59> hrs, resolved by 1<0~9><10~59>.
Flow <0.5~6.0>/min, ratio <1~3>:<1~10>, {obs}.
Wound {size}, depth <0.2~3.0> cm, undermining <1~12> to <1~12> o'clock, {device} applied.
Stage [II|III|IV] sacral ulcer, <2~9>x<2~9>x0.<1~9> cm, 80% Granulation / 20% Slough.
Intake <900~2900> kcal, Protein <40~120> g, needs <25~35> kcal/kg IBW.
Weight z-score -<0.1~3.0>, <3~97>th percentile; MUAC <10~30> cm.
Mid-parental height <150~185> cm; bone age <4~16> y <1~11> m (Greulich and Pyle).
OFC <30~56> cm (<4~20>th %ile); Nellhaus chart used.
Goal INR 2-3, Goal MAP >65, Goal BP <130/80.
Cut-off <1~9>:<10~640>; dilution 1:<10~1280>.
Rate <40~140>/min, PR <100~240> ms, QRS <70~160>, QTc <380~540> (Bazett), Fridericia <380~520>.
Sinus rhythm, LAD, poor R wave progression, Wellens pattern, Q in III and aVF.
Holter: <1~900> PVCs, longest RR <1.2~4.0> s; Wenckebach at night; Mobitz II absent.
TTE: EF <20~70>%, E/e' <6~20>, RVSP <20~70>, AVA <0.6~2.0> cm2, Simpson biplane.
Cath: LAD <20~99>%, LCx <20~99>%, RCA CTO, LVEDP <8~30>, Fick CO <3.0~7.0>.
PFTs: FEV1 <0.8~4.0> L (<30~99>%), FVC <1.0~5.0>, ratio 0.<40~85>, DLCO <30~99>%.
Sleep study: AHI <3~80>/h, nadir SpO2 <70~90>%, CPAP <6~14> cm.
EEG: <6~10> Hz posterior dominant rhythm, Fp1-F7 sharp waves, no Lennox pattern.
NCS/EMG: Median DML <3.0~6.9> ms, Martin-Gruber anastomosis.
LP: OP <8~30>, WBC <0~900>, Xanthochromia absent, Gram stain [negative|GPC in clusters].
Blood Cx <1~2>/2 {lytes} [sens to Vanc|pending|NGTD x <1~5> d].
Sputum: {lytes} {lytes}, MIC <0.5~16.0>.
Stool: {lytes} PCR [Negative|Positive]; Giardia antigen negative.
{lytes} [<1~900>|positive|Detected|Not Detected].
{gene} {hgvs}, heterozygous, {codes}.
{gene}, {gene} and {gene}: no variants.
{abbr}/{abbr} [neg|pos|stable|as above].
{abbr}: {obs}.
{epo} {epotail} ({abbr}) {ago}.
{epo}-{epo} {epotail}, {scale}.
{Part} {part} consistent with {epo} {epotail}.
{device} in place, {size}.
{device} and {device} removed {ago}.
{scale}; {scale}.
{Titles}; {scale}.
{Titles} [noted|reviewed|ordered|pending|discussed].
Known {Titles}.
S/P {Titles}, {ago}.
No {part}, {part}, or {part}.
R/O {epo} {epotail}.
Hx of {epo} {epotail} in <1975~2022>.
C/W {epo} {epotail} grade <1~4>.
Likely {abbr} 2/2 {abbr}.
{rx} started {ago} for {abbr}.
{rx} changed to {rx} {dose} {freq}.
{rx}, {rx}, and {rx} tried without benefit.
Last dose of {Rx} at <0~23>:<10~59>.
Levels of {rx}: <0.2~60.0>.
{term}; {scale}.
{Term}. {lab}.
""")
_MEDS = _lines("""
{rx} {dose} {route} {freq}
{rx} {dose} {freq}
{rx} {dose} tab, Take 1 tablet by mouth {freq}. Disp #<10~90>, Refills <0~5>
{rx} ({rx}) {dose} {route} {freq}
Inj {rx} {dose} {route} stat
T. {rx} {dose} {freq}
{rx} [XR|ER|SR|CR|LA|HCl|Sodium|Sulfate] {dose} {freq}
{rx}/{rx} {dose} {route} {freq}
{rx} gtt, titrate to MAP > 65
{rx} {dose} {freq} - [HOLD|Continue|STOP|NEW|CHANGED|Unchanged]
Sig: Take <1~3> capsules of {rx} {freq} for pain. Max <2~8>/24h.
{rx} sliding scale: 150-199 <1~2> units; 200-249 <3~4> units; >350 call
{rx} taper: 60-40-20-10 over <6~14> days
Multivitamin, Fish Oil 1000 mg, Vitamin D3 <1000~5000> IU, Calcium/Vit D, CoQ10
O2 <1~6> L/min NC continuous
{rx} patch {dose} change q72h
Nicotine 21 mg/24h; Nicorette gum
ASA 81, Lipitor <10~80>, Toprol XL <25~200>, Lisinopril <5~40>
Albuterol HFA 90 mcg/actuation, 2 Puffs q4h PRN
Insulin Glargine <8~60> units QHS; Lispro <2~12> units TID AC
Humulin 70/30 <10~40> U AM, <6~30> U PM
Norco 5/325, Percocet 10-325 [held|prn]
Sinemet 25/100, <1~3> tabs at 7-11-3-7
Depakote DR <250~750> BID, Keppra <500~1500> BID, Onfi 10
PCA Dilaudid 0.2 mg q10min, 4h limit <3~8> mg
""")
_IMAGING = _lines("""
TECHNIQUE: Multiplanar {seq}, {seq} and {seq} sequences of the {region} at <1.5~3.0>T.
TECHNIQUE: Helical CT from the {part} to the {part} after <80~120> mL Omnipaque 350.
TECHNIQUE: [PA and Lateral|AP portable|Oblique|Towne, Waters and Caldwell] views.
COMPARISON: [None|None available|Prior study|CT {ago}|Outside films|Study of <2009~2023>].
Compared to the prior study, no [interval|significant] change.
Comparison is made to the examination {ago}.
INDICATION: {Term}. R/o {epo} {epotail}.
{Part} measures {size}, previously {size}.
{level}: [Mild|Moderate|Severe] disc bulge, {part} narrowing. Modic type <1~3>. Schmorl node.
{level}: No canal stenosis. {Part} patent.
{level} grade <1~2> anterolisthesis. Tarlov cyst at S2.
Series <2~12>, Image <10~300>: {size} nodule in the [RUL|LLL|lingula] (Fleischner).
Kerley B lines, Hampton hump absent, Westermark sign absent.
Circle of Willis is patent; A1, M1, P2 segments normal. Vein of Galen patent.
Hounsfield units <10~90>; SUVmax <1.5~18.0> (Deauville <1~5>).
Meckel cave, Sylvian fissure, foramen of Monro and Virchow-Robin spaces normal.
Hill-Sachs and Bankart lesions {side} shoulder.
Cobb angle <10~60> degrees, Risser <0~5>, Meyerding grade 1.
Lisfranc interval <1~4> mm; Bohler angle <15~40>; Kager fat pad clear.
Couinaud segment [IV|VII|II]: {size} lesion. LI-RADS <2~5>.
Gerota fascia thickened; pouch of Douglas free fluid.
Morison pouch negative; FAST negative x4.
Lines/Tubes: ETT <2~5> cm above carina, NGT in stomach, {device} noted.
Heart size normal. {Part} {part}. No pneumothorax.
Impella, {device} and Swan in place.
Visualized {part} unremarkable.
DLP <200~1400> mGy-cm, CTDIvol <4~40>.
AC/HC/FL ratio <18~24>, EFW <500~3900> g (Hadlock), AFI <5~24> cm, BPP 8/8.
MPRAGE shows {part} atrophy; Evans index 0.<20~45>.
ASPECTS <5~9>. Hyperdense MCA sign. Perfusion mismatch <1.2~3.0>, Tmax > 6 s.
Doppler: PSV <40~400> cm/s, RI 0.<50~90>, ICA/CCA ratio <1~5>.
Dexa: T-score -<1.0~3.5> at L1-L4, Z -<0.2~2.0>.
Ga-68 DOTATATE, Tc-99m MDP and F-18 FDG uptake at {part}.
IMPRESSION: 1. {Part} {part}. 2. {Term}. 3. [Stable|Unchanged|Interval improvement].
RECOMMENDATION: [Follow-up|Repeat] in <3~12> months per {abbr}.
""")
_PATH = _lines("""
SPECIMEN: [A. Colon, sigmoid|B. Skin, left cheek|C. Breast, Right|Prostate, Left Apex], {size}
Received in formalin labeled "[A|B|1|left axilla]" is a {size} portion of {part} tissue; entirely submitted in A<1~9>.
Cassettes A1-A<2~12>, B1-B<2~6>; Bouin fixation.
Sections show {part} {part} with Nottingham grade <1~3> (tubules <1~3>, nuclei <1~3>, mitoses <1~3>).
{stage}; {stage}.
IHC: {stage}. Controls adequate.
Gleason <3~5>+<3~5>, <2~9>/12 cores, <5~90>% of tissue.
Congo Red, Masson Trichrome, Prussian Blue, Ziehl-Neelsen, Grocott and Giemsa stains negative.
Warthin-Starry positive for {lytes}. Alcian Blue/PAS: Goblet cells.
Margins: [Negative|Involved|Close (<1 mm)]. LVI [Present|Absent]. PNI [Present|Not identified].
Lymph nodes: <0~9>/<10~30> positive, largest deposit {size}; extranodal extension absent.
Krukenberg, Brenner, Sertoli-Leydig and Wilms tumors excluded.
Hurthle cell, Bethesda [III|IV|VI]; Afirma benign.
Barrett mucosa, Prague C<0~5>M<1~9>; Marsh 3[a|b|c].
Banff [1A|2B|Borderline]; C4d negative; Oxford M1E0S1T0C1.
Ishak <1~6>, METAVIR F<1~4>, Scheuer <1~4>, Knodell <2~12>.
Antoni A and B areas; Verocay bodies; Rosai-Dorfman not seen.
Auer rods, Dohle bodies, Howell-Jolly bodies and Heinz bodies: none.
FISH: {gene}::{gene} fusion [detected|not detected] in <1~90>% of nuclei.
Gross: Tan-pink, firm. Inked Blue (superior), Black (deep), Green (medial).
Oncotype DX <2~50>; MammaPrint Low; Ki-67 <2~80>%.
Pap: [NILM|ASC-US|LSIL|HSIL], HPV 16/18 [Negative|Positive].
TNM: {stage}. Synoptic per CAP/AJCC.
""")
_GENETICS = _lines("""
{gene} {hgvs} ({hgvs}), [heterozygous|homozygous|hemizygous|de novo], [Pathogenic|VUS|Likely Benign].
ACMG criteria: PVS1, PM2, PP3, [PS1|BS2|BP4]. ClinVar <10000~999999>.
gnomAD v<2~4>: <0~9>/<100000~250000> alleles; REVEL 0.<10~99>; CADD <10~38>; SpliceAI 0.<10~99>.
{codes}; {codes}.
Gene\tVariant\tZygosity\tClass
{gene}\t{hgvs}\tHet\t<1~5>
{gene} | {hgvs} | [Het|Hom|Hemi] | [P|LP|VUS]
Karyotype 46,X[X|Y]. Array: <1~22>[p|q]<11~23> [loss|gain], <0.2~9.0> Mb, GRCh[37|38].
Panel of <12~900> genes incl. {gene}, {gene}, {gene}, {gene} and {gene}.
Exome trio, mean depth <60~180>x, <95~99>% at 20x; Sanger confirmed.
Coverage of {gene} exon <1~30> was [low|adequate].
Mendelian disorder: {epo}-{epo} syndrome ({codes}).
Features: {Term} ({codes}), {Term} ({codes}).
{Term} | HP:000<1000~9999>
Autosomal [Recessive|Dominant] inheritance; Hardy-Weinberg carrier rate 1:<20~400>.
Recurrence risk [1 in 4|50%|<1%]. Punnett square reviewed. Bayes estimate 1/<20~900>.
[Sanger|Illumina NovaSeq|MLPA|Southern blot|Nanopore] data; Phred > 30.
Haplotype H<1~9>, {gene} *<1~4>/*<1~17> [Poor|Normal] Metabolizer.
Trisomy [13|18|21], Robertsonian der(14;21), Y chromosome microdeletion AZFc.
Phenotype suggests {epo}, {epo} or {epo}-{epo} {epotail}.
MaterniT21, Panorama: low risk, fetal fraction <3~18>%.
""")
_OB = _lines("""
G<1~7>P<0~5>, EGA <20~41>w<0~6>d by LMP c/w <8~20>-week US.
G<2~6>P<1~4>00<1~4> at <24~40>+<0~6> weeks.
GBS [pos|neg], Rh [neg|pos], Rubella Immune, RPR NR, HIV neg, 1-hr GCT <90~190>.
SVE <1~10>/<40~100>/-<1~3>, Bishop <3~11>, Vertex, AROM clear.
FHT: Baseline <120~155>, moderate variability, Cat [I|II], Toco q<2~6> min.
Leopold: cephalic, EFW <2400~3900> g. Braxton Hicks only.
Pitocin at <2~20> mU/min; Cervidil out; Cytotec 25 mcg x<1~4>; Foley bulb.
NSVD over intact perineum; Apgars <7~9>/9; Nuchal cord x1; EBL <200~900> mL.
McRoberts and Woods screw for shoulder dystocia, <20~90> s; Rubin II.
Pfannenstiel incision; Kerr hysterotomy; B-Lynch suture; Bakri.
Methergine, Hemabate, TXA <1~2> g given; QBL <400~2400>.
Newborn: BW <1800~4200> g, L <44~54> cm, HC <31~37> cm, AGA, Ballard <34~40> wk.
Erb palsy absent, Moro symmetric, Mongolian spot, Epstein pearls.
Bili <4.0~18.0> at <24~96> HOL (Bhutani low-int), Coombs [neg|pos].
Breastfeeding q2-3h, LATCH <5~9>, Similac supplement <10~60> mL.
Naegele rule used; McDonald fundal height <20~40> cm; Shirodkar cerclage.
Edinburgh <0~25>; Nexplanon, Mirena, Depo or Paragard discussed.
Lochia scant, fundus firm at U-<1~3>, Homans neg.
PPD#<1~3>: voiding, Hgb <7.0~13.0>, Rhogam given.
DOL <1~28>, PMA <28~40> <0~6>/7, NCPAP +<5~8>, 21-<25~60>% FiO2, A/B/D x<0~9>.
Twin A, Twin B; Baby Boy, Baby Girl; mono-di.
""")
_NEURO = _lines("""
{scale}; {scale}; {scale}.
Appearance: [Disheveled|Well groomed]. Speech: [Pressured|Soft|Normal rate]. Mood: "ok".
Thought Process: Linear. Thought Content: No SI/HI/AVH. Insight: [Fair|Poor|Good].
Orientation: [5/5|4/5], Registration 3/3, Recall <0~3>/3, Serial 7s to <65~93>, WORLD backwards.
Names the President; spells "world". Draws clock 10 past 11.
Luria, Stroop, Trails A <20~90> s, Trails B <50~290> s; Rey figure <8~36>; Hopkins list <3~12>.
Risks: {scale}; protective factors: Family, Faith, Pets.
Axis I: MDD; Axis II: deferred; Axis V: GAF <30~80>.
Lewy, Pick, Creutzfeldt-Jakob and Binswanger considered.
Bell palsy, House-Brackmann [II|III|IV]; Todd paresis resolved {ago}.
Jacksonian march; Lennox-Gastaut; Dravet; Rolandic spikes.
Argyll Robertson pupils, Horner, Adie tonic pupil: none.
Broca vs Wernicke aphasia; Boston grade <1~5>; Western Aphasia Battery AQ <20~95>.
Dix-Hallpike [positive|negative] {side}; Epley x<1~3>; Unterberger, Fukuda.
Gowers, Hoffmann, Lhermitte, Uhthoff: [absent|present].
VNS output <0.5~2.5> mA, <20~30> Hz, on <21~30> s; DBS L STN C+ 2- <1.5~4.0> V 60 us <130~180> Hz.
Seizures <1~9>/month, Engel [I|II], last {ago}; Diastat 10 mg.
Lithium 0.<4~9>, VPA <40~110>, Clozaril ANC <1500~6000>.
ECT #<2~12> bitemporal; Ketamine, Spravato 84 mg.
AA, NA, DBT, CBT, EMDR, IOP and PHP discussed.
Wechsler VCI <60~130>, PRI <60~130>; Conners, SNAP-IV, SCARED, Vanderbilt positive.
""")
_OPERATIVE = _lines("""
{tool} and {tool} used for exposure.
A {tool} was passed; hemostasis with [Bovie|Surgicel|Floseal|Gelfoam].
Using the {tool}, the {part} was dissected from the {part}.
The {tool} was placed. Then the {part} was divided between {tool}s.
Closed with 2-0 Vicryl, 4-0 Monocryl and Dermabond; Steri-Strips.
#<1~2> PDS running; 3-0 Nylon horizontal mattress; 0 Prolene; 5-0 Ethibond.
Patient in [Trendelenburg|reverse Trendelenburg|Lloyd-Davies|Fowler|dorsal lithotomy|Sims|beach chair].
Time Out performed. Ancef <1~3> g within 60 min. SCDs on.
Prepped with [ChloraPrep|Betadine|Hibiclens|DuraPrep] and draped; Ioban.
[Kocher|McBurney|Pfannenstiel|Rutherford Morison|Chevron|Henry|Smith-Petersen|Kocher-Langenbeck] incision, <3~20> cm.
Calot triangle, Cystic artery of Moynihan, node of Lund seen; critical view of Strasberg.
Roux limb <75~150> cm; Whipple, Billroth II, Braun, Heineke-Mikulicz, Nissen, Toupet, Heller.
Ligament of Treitz, Toldt line, Denonvilliers fascia, space of Retzius identified.
Camper and Scarpa fascia closed; Hesselbach, Cooper, Poupart noted.
Lichtenstein, Shouldice, Bassini or McVay repair with Marlex mesh.
EBL <5~900> cc, UOP <50~900>, IVF <500~4000> LR. Counts correct x2.
Tourniquet <40~120> min at <250~300> mmHg; Esmarch.
ETT <6.0~8.5> at <19~24> cm, Mac <3~4>, Grade <1~2> view; Sellick; Propofol, Roc, Fentanyl.
Sevo <1~2>.<0~9>%, Remi 0.<05~20>, Sugammadex <100~400>, TOF 4/4.
Implants: {device} size <2~14>, [Stryker|Zimmer|DePuy|Synthes] plate, <3~12> holes.
Steinmann, Kirschner, Schanz, Knowles and Denham pins on table.
Foley <14~18> Fr; Blake drain; {tool}.
Aortic cross-clamp <40~140> min, CPB <60~220>; LIMA-LAD, SVG-OM; Carpentier ring <26~34>.
Bentall, Ross, Maze, Norwood, Glenn, Fontan, Rashkind and Blalock-Taussig reviewed.
Findings: {Term}; {size}.
Specimens: [Gallbladder|Appendix|Uterus and Cervix|Left Ovary] to Pathology.
Complications: None. Condition: Stable to [PACU|ICU].
""")
_ICU = _lines("""
Vent: [AC/VC|PRVC|SIMV|PSV <5~15>] TV <350~500> RR <12~28> PEEP <5~16> FiO2 <30~100>%
ABG <7.10~7.52>/<25~80>/<50~200>/<14~34>/-<1~12> on <30~100>%
Drips: Levophed <2~30>, Vaso 0.0<3~4>, Propofol <10~50>, Fent <25~200>, Precedex 0.<2~9>
{rx} gtt @ <1~30> [mcg/kg/min|mg/hr|mL/h]
RASS goal 0 to -2; CAM [+|-]; SAT/SBT [passed|failed], RSBI <30~120>
CRRT: CVVHDF BFR <150~300>, UF <50~250>/h, Citrate, Prismax
ECMO: VV, Flow <3.0~5.5> L, RPM <2800~4000>, Sweep <1~9>; Avalon 27 Fr
IABP 1:<1~3>; Impella P-<2~8>; Swan: PA <25~60>/<10~30>, PCWP <8~30>, CI <1.6~4.0>
EVD at <5~20> cm, ICP <4~25>, CPP <55~90>, out <50~250> cc; Licox <15~35>
N: {scale}. R: {obs}. C: {obs}. GI: TF Jevity <20~70>/h. ID: Zosyn D<1~9>/7, Vanc D<1~9>.
FAST HUG: done. HOB 30. Bundle: VAP, CLABSI, CAUTI.
TTM 33-36 C, Arctic Sun; NSE <10~90>; BIS <40~60>.
Nitric <5~40> ppm; Flolan; proned 16/8; Nimbex off.
Lines: R IJ Cordis, L fem Shiley, R rad A-line day <2~9>.
{Titles} {ago}; {obs}; {obs}.
Cuff leak [present|absent]; Bivona <6~8>; PMV trials <2~12> h.
Heme: Hgb <6.5~12.0>, Plt <12~300>, 4T <1~6>; PRBC x<1~4>, FFP x2, Cryo.
""")
_INSTRUCTIONS = _lines("""
Call the office if you have a fever over 101.5 F, chills or worsening pain.
Call 911 for chest pain, trouble breathing or sudden weakness.
Do not drive while taking {Rx}.
Take {Rx} with food. Avoid Grapefruit and St. John's wort.
No lifting over <5~20> pounds for <2~8> weeks.
Return to the Emergency Department if symptoms get worse.
Keep the splint dry. Ice 20 minutes on, 20 minutes off.
Drink 8 glasses of water daily; Gatorade or Pedialyte is fine.
You may resume your Regular Diet tomorrow.
Stop smoking. Nicotine patches may help.
Bring your Medication List and Insurance Card to every visit.
Follow up with your Primary Care Provider in <1~2> weeks.
Remove the bandage in <24~48> hours. Pat dry.
See your {service} team in <2~12> weeks.
Check your blood sugar before Breakfast, Lunch, Dinner and Bedtime.
Weigh yourself every morning. Report gain of <2~5> lb in a week.
Use Tylenol or Advil, no more than <3~4> grams per day.
Sleep on your back. Use 2 pillows.
Wear sunscreen SPF <30~50>.
Green Zone: Doing well. Yellow Zone: Getting worse. Red Zone: Medical Alert!
Nothing to eat or drink after Midnight.
Your MyChart message will be answered within <2~3> business days.
Ask for an interpreter: Spanish, Haitian Creole, Mandarin, Arabic, Somali.
Patients with Medicare or Medicaid should ask at the Front Desk.
Do Kegel exercises <3~5> times a day; Brandt-Daroff twice daily.
Low Sodium Diet: less than 2000 mg. Try the Mediterranean or DASH diet.
""")
_RESEARCH = _lines("""
Background: {Term} affects 1 in <2000~90000> live births.
Methods: We enrolled <20~900> patients with {epo} {epotail} between <1998~2009> and <2010~2023>.
Results: HR 0.<40~95> (95% CI 0.<20~39>-1.<01~60>; p=0.0<1~9>), n=<20~900>.
Conclusions: {Rx} was superior to placebo at week <12~96>.
Kaplan-Meier, Cox, Mann-Whitney U, Fisher exact, Bonferroni, Wilcoxon and Kruskal-Wallis tests were used.
Cohen kappa 0.<40~95>; Pearson r=0.<20~95>; Cronbach alpha 0.<60~95>; Youden J.
Mean age <20~75> +/- <2~15> years; <30~70>% women; BMI <20.0~35.0>.
PubMed, Embase, Scopus and Cochrane Library were searched to <2015~2023>; PRISMA followed.
Phase [I|II|III] trial, NCT number withheld, double-blind, 2:1 randomized.
Newcastle-Ottawa and Jadad scores; Egger test p=0.<10~90>; I2 <10~90>%.
Stata <14~18>, R 4.<0~3>, SPSS v<22~29>, SAS 9.4 and Python were used.
Wistar rats, Sprague-Dawley rats, BALB/c and C57BL/6 mice; HeLa, Jurkat and Vero cells.
Western blot, Northern blot and ELISA of {gene}.
The Framingham, Whitehall and Nurses' Health cohorts were pooled.
ARISTOTLE, PARADIGM-HF, DAPA-HF and SPRINT inform practice.
Table <1~4>. Baseline characteristics (N=<40~900>).
Figure <1~6>. Forest plot; OR <1.1~4.0> [1.02-5.10].
Declaration of Helsinki followed; IRB exempt; STROBE checklist.
{definition}
Keywords: {term}; {gene}; {epo}; MRI.
""")
_ROS = _lines("""
Constitutional: [Denies|No|Negative for] fever, chills, weight loss. +Fatigue
Eyes: Negative. ENT: Negative. Cardiovascular: [Chest pain|Negative|Palpitations].
GI: [-|+] Nausea, [-|+] Vomiting, [-|+] Diarrhea, [-|+] Melena
[ ] Fever [x] Chills [ ] {Part} pain [x] {Term}
GU: Denies Dysuria, Frequency. LMP {ago}.
Respiratory: Denies SOB, Cough, Hemoptysis
Endo: Polyuria (+), Polydipsia (-). Heme: Easy bruising (-)
Skin: Rash Y / N; Itching Y / N
{Part}: Yes / No / Unsure
Neuro: Headache [++|-], Syncope (-), {Term} (+)
Psych: {scale}
Allergic/Immunologic: Seasonal, Dust, Cat, Pollen
{Term}: [Yes|No|Denied|Present|Absent|N/A|Unknown]
All other systems reviewed and [Negative|are negative].
{abbr}: [WNL|NEG|Neg|-]
MSK: Joint pain [Knees|Hands|None]. Raynaud [Yes|No].
""")

_KEYS = "Assessment|Plan|A/P|Impression|HPI|PMH|PSH|FH|SH|ROS|PE|Labs|Imaging|Meds|Allergies|CC|ID|FEN|Neuro|CV|Resp|GI|Renal|Heme|Endo|MSK|Psych|Dispo|Code|Ppx|Access|Subjective|Objective|S|O|A|P|Interval|Overnight|Indication|Technique|Comparison|Findings|Procedure|Anesthesia|EBL|Specimens|Gross|Micro|Comment|Note|Addendum|DDx|Dx|Tx|Rx"

# --- styles -------------------------------------------------------------------------------------------------------


def _own(c: Cast, text: str) -> str:
    opened = _open(c.rng, text)
    return _SLOT.sub(lambda m: f"{{{_MINE}{m[1]}}}" if m[1] in _FILL else m[0], opened)


def _pick(c: Cast, pool: tuple[str, ...], low: int, high: int) -> list[str]:
    return c.rng.sample(pool, min(len(pool), c.rng.randint(low, high)))


def _head(c: Cast) -> str:
    """A heading in one of the ways in which notes write it; at times none."""
    title = c.rng.choice(
        (
            "{heading}",
            "{heading}",
            "{heading}",
            c.rng.choice(_parts(_KEYS)),
            c.rng.choice(_parts(_KEYS)).upper(),
            "{Titles}",
        )
    )
    return c.rng.choice((f"{title}:\n", f"{title}: ", f"{title}\n", f"## {title}\n", f"**{title}**\n", f"{title} - ", f"\n{title}:\n", f"[{title}]\n", f"= {title} =\n", f"# {title}\n", f"{title.upper() if '{' not in title else title}:  ", "", ""))  # fmt: skip


def _section(c: Cast, pool: tuple[str, ...], low: int = 2, high: int = 7) -> str:
    """Some lines of a pool under a heading: as prose, as a list, or run together."""
    lines = [line if c.rng.random() < 0.85 else c.rng.choice(_SENTENCES) for line in _pick(c, pool, low, high)]
    way = c.rng.randrange(8)
    if way < 2:
        body = "\n".join(lines)
    elif way == 2:
        body = " ".join(lines)
    elif way == 3:
        body = "\n".join(f"{i}. {line}" for i, line in enumerate(lines, 1))
    elif way == 4:
        body = "\n".join(f"{i}) {line}" for i, line in enumerate(lines, 1))
    elif way == 5:
        body = "\n".join(f"{c.rng.choice('-*•')} {line}" for line in lines)
    elif way == 6:
        body = c.rng.choice(("; ", ", ", " / ", " | ", "  ", " -> ")).join(line.rstrip(".") for line in lines)
    else:
        body = "\n".join(f"#{line}" if c.rng.random() < 0.4 else f"  {line}" for line in lines)
    return _head(c) + body


def _of(
    pool: tuple[str, ...], low: int = 2, high: int = 7, more: tuple[str, ...] = _SENTENCES
) -> Callable[[Cast], str]:
    """A style: one to three sections of the pool, at times with sentences of another one."""

    def style(c: Cast) -> str:
        parts = [_section(c, pool, low, high) for _ in range(c.rng.choice((1, 1, 2)))]
        if c.rng.random() < 0.5:
            parts.insert(c.rng.randrange(len(parts) + 1), _section(c, more, 1, 4))
        return _own(c, c.rng.choice(("\n", "\n\n")).join(parts))

    return style


def _labs(c: Cast) -> str:
    """A table of results, with or without columns."""
    bar = c.rng.choice(("\n", "\n", "; ", ", ", " | "))
    head = c.rng.choice(
        (
            "Component Value Ref Range Flag\n",
            "Test\tResult\tUnits\tReference\n",
            "TEST | RESULT | FLAG\n",
            "LABS: ",
            "CBC/BMP: ",
            "Recent Labs:\n",
            "Lab 0<4~6>30 1<2~8>15\n",
            "{heading}\n",
            "",
        )
    )
    rows = [
        c.rng.choice(
            (
                "{lab}",
                "{lab}",
                "{lab}",
                "{lytes}\t<1~900>\t[H|L|N]",
                "{lytes} <0.1~90.0> [mg/dL|U/L|ng/mL|%]",
                "{abbr} <1.0~99.0>",
                "{abbr}\t<1~300>\t<1~30>-<31~300>",
            )
        )
        for _ in range(c.rng.randint(3, 14))
    ]
    return _own(c, head + bar.join(rows))


def _flow(c: Cast) -> str:
    """A flow sheet: times of day against vitals."""
    columns = [c.rng.choice(_parts(_VITALS)) for _ in range(c.rng.randint(2, 5))]
    bar = c.rng.choice(("\t", " | ", "  ", ", "))
    rows = []
    hour = c.rng.randint(0, 6)
    clock = c.rng.choice(("{h:02d}00", "{h:02d}:00", "{h}:15", "{h:02d}30 hrs", "{h:02d}:45h"))
    for step in range(c.rng.randint(2, 8)):
        time = clock.replace("{h:02d}", f"{(hour + 2 * step) % 24:02d}").replace("{h}", str((hour + 2 * step) % 24))
        note = c.rng.choice(
            (
                "",
                "",
                "",
                " - {Titles}",
                " {abbr}",
                " (Sleeping)",
                " Turned",
                " Pt resting",
                " Repositioned",
                " RN aware",
            )
        )
        rows.append(time + bar + bar.join(columns) + note)
    return _own(
        c,
        c.rng.choice(("Time{b}Vitals\n", "VITAL SIGNS FLOWSHEET\n", "Vitals q2h:\n", "")).replace("{b}", bar)
        + "\n".join(rows),
    )


def _headings(c: Cast) -> str:
    """A note that is mostly headings with short answers."""
    answers = (
        "None",
        "Negative",
        "As above",
        "See HPI",
        "N/A",
        "Noncontributory",
        "Unremarkable",
        "Reviewed",
        "NKDA",
        "Deferred",
        "{Titles}",
        "{scale}",
        "{abbr}",
        "{Term}",
        "{rx} {dose}",
        "{lab}",
        "{epo} {epotail}",
        "{dept}",
        "{ago}",
        "",
        "Stable",
        "{obs}",
        "{stage}",
    )
    key = (
        "{heading}",
        "{heading}",
        "{heading}",
        *(c.rng.choice(_parts(_KEYS)) for _ in range(2)),
        "{Part}",
        "{service}",
    )
    return _own(
        c,
        "\n".join(
            c.rng.choice(key) + c.rng.choice((": ", ":", " - ", "\n", ": ", ":\t")) + c.rng.choice(answers)
            for _ in range(c.rng.randint(4, 16))
        ),
    )


def _mixed(c: Cast) -> str:
    """A whole note: sections of several kinds."""
    pools = (_EXAM, _MEDS, _SENTENCES, _ROS, _IMAGING, _ICU, _NEURO, _GENETICS, _OPERATIVE, _INSTRUCTIONS, _PATH, _OB)
    parts = [_section(c, c.rng.choice(pools), 1, 5) for _ in range(c.rng.randint(2, 5))]
    return _own(c, "\n\n".join(parts))


def _words(c: Cast) -> str:
    """Bare protected words, one after another, as lists and indexes have them."""
    slots = (
        "{Titles}",
        "{epo} {epotail}",
        "{Rx}",
        "{abbr}",
        "{device}",
        "{Part}",
        "{PART}",
        "{lytes}",
        "{dept}",
        "{service}",
        "{gene}",
        "{tool}",
        "{scale}",
        "{stage}",
        "{heading}",
        "{Term}",
    )
    kind = c.rng.choice(slots)
    joint = c.rng.choice((", ", "\n", "; ", " | ", " / ", " and ", "\n- "))
    return _own(
        c,
        _head(c)
        + joint.join(kind if c.rng.random() < 0.7 else c.rng.choice(slots) for _ in range(c.rng.randint(2, 12))),
    )


STYLES: dict[str, tuple[Callable[[Cast], str], float]] = {
    "exam": (_of(_EXAM, 3, 12), 10), "medications": (_of(_MEDS, 3, 12), 9), "imaging": (_of(_IMAGING, 2, 8), 9), "pathology": (_of(_PATH, 2, 7), 7), "variants": (_of(_GENETICS, 2, 7), 8),
    "obstetrics": (_of(_OB, 2, 7), 6), "scales": (_of(_NEURO, 2, 7), 8), "operative": (_of(_OPERATIVE, 3, 9), 9), "intensive": (_of(_ICU, 2, 8), 7), "instructions": (_of(_INSTRUCTIONS, 2, 8), 6),
    "research": (_of(_RESEARCH, 2, 6), 5), "systems": (_of(_ROS, 2, 9), 6), "sentences": (_of(_SENTENCES, 2, 9), 14), "labs": (_labs, 9), "flowsheet": (_flow, 5), "headings": (_headings, 9), "mixed": (_mixed, 10), "words": (_words, 7),
}  # fmt: skip
