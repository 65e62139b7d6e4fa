# ruff: noqa: E501 (tables of patterns, words and sentences read best unbroken)
"""Word lists: personal names of many origins (features, never triggers), places, and clinical words to protect."""

import importlib
import pkgutil
import re
import unicodedata
from functools import lru_cache

import faker.providers.address as address_providers
import faker.providers.person as person_providers

from helpers.clinical import hpo
from helpers.clinical.deid import vocabulary

# Words of ordinary and clinical prose that are no names by themselves, whatever their case.
COMMON = frozenset(
    """a about above abdomen abdominal abnormal above absent accompanied account active acute address adult after again age
    aged ago all allergies also although always am amount an and angle any appears appointment april are area arm as assessment at
    attending august aunt available back be because been before being below best better between bilateral birth black blood
    body bone born both boy brain breast brief brother but by call called came can cardiac care case cell center central
    change chest child childhood children chronic class clear clinic clinical colon come comes common complains comma concern condition
    congenital consistent consult contact continue continued control copy could count county course cousin current currently dad daily date
    daughter day days dear december deceased defect deficiency delay delayed denies department details developed
    development device diagnosed diagnosis did died direct discharge discharged discussed disease disorder distal do
    doctor does doing done dose down dr draft drive due during each ear early education emergency encounter end episode episodes
    evaluated evaluation even ever exam examination examined face facility failure family father february feels felt female
    fever few file final findings finding first five fluid follow followed following for forward found four friday from full
    function further gene general genetic genetics get girl given go good grandfather grandmother great group growth had hand
    has have he head health hearing heart height hello her here hers hi high him his history home hospital how however husband i id if
    impression in include including increased infant infection information insurance intact into is it its january july june just
    kept key kidney kind kindly kg known lab labs laboratory last late left letter level levels life like limb line list liver living
    long low lower lung made male man march mass may me mean medical medication medications medicine meeting member men mg
    mild mildly mild moderate mom monday month months more most mother move mr mrs ms much multiple muscle my name nausea
    neck negative neonatal nerve new next night no none nor normal not note noted notes november now number nurse
    nursing october of off office often old on once one only onset or oral order other our out over paediatric pain palate patient patients
    pediatric per period person pharmacy phone physical plan please plus point portal positive possible post
    practice present presented presenting presents previous primary prior problem problems procedure progressive proximal pulse
    question ray reason received recent recurrent reduced referral referred regards regular renal repeat report reported
    reports request respiratory result results returned reveals review reviewed right room rounded same saturday says school score
    second section see seen seizure seizures sent september serum service seven severe severely sex she short should show
    showed shows side sign signed since sincerely sister six skin sleep small so social some son soon speaking speech stable
    staff start started state states status street subject summary sunday support surgery symptoms system take taken takes
    telephone ten test tests than thank thanks that the their them then there these they this those three through
    thursday time to today told tomorrow too took total transferred treated treatment tuesday twice two type under unit
    unknown until up upon upper urine us use used using valve vision visit vital vitals walk was water we wednesday week weeks weight
    well went were what when where which while white who whose wife will with within without woman work would x year years
    yes yesterday yet you young your yours zip hope rice brown green may grace""".split()
) - {
    "may",
    "rice",
    "brown",
    "green",
    "grace",
    "young",
    "long",
    "hope",
    "ray",
    "black",
    "white",
    "march",
    "april",
    "june",
}

AMBIGUOUS = frozenset(
    """may rice brown green grace young long hope ray black white march april june august will mark bill grant frank rose
    lily iris dean chance faith joy sandy summer autumn dawn eve art rich price love day king bishop page reed wood stone
    hill field lake rivers banks park church house bush berry bean cook baker carpenter mason potter taylor walker hunter
    case law major miles pat drew rod skip sky star storm chase dale glen heath read mild short small wise best strong good
    self ware ill an do so in on to my than ng he she ma la le de da di el al van von bin den der san santa du dos das""".split()
)

EPONYMS = (
    frozenset(
        """addison alport alzheimer angelman apert apgar argyll asperger babinski barrett barre bartter batten becker behcet bell
    berger bernard blalock bowen brugada brudzinski budd burkitt canavan carpenter caroli charcot chiari chagas chediak
    chvostek coombs cornelia crigler crohn crouzon cushing dandy darier denys dravet down duchenne dubin dupuytren ebstein
    edwards ehlers eisenmenger emery erb ewing fabry fallot fanconi felty foley friedreich gardner gaucher gilbert gilles gleason
    glasgow goodpasture graves guillain hartnup hashimoto heberden henoch hirschsprung hodgkin hoehn holter horner hunter
    huntington hurler jacob jakob joubert kaposi kartagener kawasaki kearns kernig klinefelter klippel korsakoff krabbe
    lambert landau lennox leber leigh lewy lynch mallory marfan marie martin mcardle meckel meniere menkes mobitz moebius
    morquio munchausen nissl noonan norrie osler osgood paget parkinson parinaud patau peutz pfeiffer phalen pick
    pierre pompe potter prader prinzmetal purkinje raynaud refsum reiter rett reye rett robin romberg rorschach rubinstein
    sanfilippo sayre schlatter schonlein scheie sezary sjogren smith stargardt steele stickler still sturge sydenham takayasu tay
    sachs tourette treacher trendelenburg trousseau turner usher waardenburg wallenberg weber wegener wernicke werner
    west whipple wilms wilson wiskott wolff yahr zellweger zollinger strumpell danlos willi rosai dorfman robin collins allen
    gottron lisch brushfield heinz howell jolly auer janeway roth quincke virchow murphy mcburney rovsing tinel lachman kussmaul
    cheyne stokes biot bence jones ziehl neelsen gram papanicolaou wood billroth whipple kasai nissen fontan norwood
    glenn mustard bishop silverman braden norton morse rankin barthel karnofsky tanner ballard beck hamilton snellen
    ishihara weschler wechsler bayley denver vineland conners mallampati killip child pugh fitzpatrick gehrig hopkins
    holmes adie virchow berry frederick leopold ortolani barlow galeazzi lasegue salter harris garden colles monteggia
    bankart weil felix rinne""".split()
    )
    | vocabulary.EPONYMS
)

KEY_WORDS = frozenset(
    """npi dea grp mrn dob ssn acct attn cell tel fax pol ins ref iban atm dos fin csn vin udi sn pt pcp icu nicu picu er ed or
    triage priority chief complaint complaints diagnosis drug dose route time nurse unit result test value user desk bot supporting
    utilization interrogation radiology pathology infant neonate toddler mom dad gran grandma grandpa""".split()
)
"""Words of forms and wards that the tagger must not take for names, however they are capitalised."""

_DRUG = re.compile(
    r"\w{2,}(?:mab|nib|pril|olol|statin|azole|mycin|cillin|dipine|zepam|azepam|oxetine|tidine|prazole|sartan|gliptin|floxacin|setron"
    r"|triptan|dronate|caine|profen|barbital|lukast|fibrate|parin|platin|rubicin|taxel|thasone|solone|tropium|semide|thiazide|racetam"
    r"|gabalin|triptyline|formin|glitazone|gliflozin|cycline|oxacin|ximab|zumab|tinib|suximide|mazepine|phylline|terol|sone)"
)
_NOT_PROSE = frozenset("i m s t d".split())

_ORIGINS_WITHOUT_LATIN = {
    "ar_AA", "ar_DZ", "ar_PS", "ar_SA", "bg_BG", "bn_BD", "fa_IR", "gu_IN", "he_IL", "hi_IN", "hy_AM", "ja_JP", "ka_GE", "ko_KR",
    "mk_MK", "mr_IN", "ne_NP", "or_IN", "si_LK", "ta_IN", "th_TH", "zh_CN", "zh_TW", "el_GR", "ru_RU",
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=1)
def names() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Given and family names in Latin letters from every locale that Faker ships, sorted, original spelling."""
    given: set[str] = set()
    family: set[str] = set()
    for module in pkgutil.iter_modules(person_providers.__path__):
        if module.name in _ORIGINS_WITHOUT_LATIN:
            continue
        provider = importlib.import_module(f"{person_providers.__name__}.{module.name}").Provider
        for kept, wanted in ((given, "first_name"), (family, "last_name")):
            for attribute in dir(provider):
                values = getattr(provider, attribute) if attribute.startswith(wanted) else ()
                if isinstance(values, (tuple, list, dict, set)):
                    kept.update(value for value in values if isinstance(value, str))
    return tuple(sorted(filter(_is_latin_name, given))), tuple(sorted(filter(_is_latin_name, family)))


@lru_cache(maxsize=1)
def name_words() -> dict[str, int]:
    """Folded single words of names: bit 1 given, bit 2 family."""
    words: dict[str, int] = {}
    for bit, pool in zip((1, 2), names(), strict=True):
        for name in pool:
            for word in _WORD.findall(name):
                if len(word) > 1:
                    words[fold(word)] = words.get(fold(word), 0) | bit
    return words


@lru_cache(maxsize=1)
def countries() -> frozenset[str]:
    """Folded names of countries and US states, which are no identifiers."""
    us = importlib.import_module(f"{address_providers.__name__}.en_US").Provider
    general = importlib.import_module(f"{address_providers.__name__}.en_US").AddressProvider
    return frozenset(
        fold(name) for name in (*general.countries, *us.states, "usa", "us", "uk", "england", "scotland", "wales")
    )


@lru_cache(maxsize=1)
def cities() -> tuple[str, ...]:
    """Towns in Latin letters that Faker's locales list, sorted."""
    found: set[str] = set()
    for module in pkgutil.iter_modules(address_providers.__path__):
        if module.name in _ORIGINS_WITHOUT_LATIN:
            continue
        provider = importlib.import_module(f"{address_providers.__name__}.{module.name}").Provider
        for attribute in ("cities", "city_names", "towns", "municipalities", "districts", "counties"):
            values = provider.__dict__.get(attribute, ())
            if isinstance(values, (tuple, list)):
                found.update(
                    value for value in values if isinstance(value, str) and _is_latin_name(value) and len(value) > 3
                )
    return tuple(sorted(found))


@lru_cache(maxsize=1)
def city_words() -> frozenset[str]:
    """Folded words of `cities()` longer than three letters."""
    return frozenset(fold(word) for city in cities() for word in _WORD.findall(city) if len(word) > 3)


@lru_cache(maxsize=1)
def clinical_words() -> frozenset[str]:
    """Folded words of HPO term names and synonyms that are written in lower case there, plus eponyms.

    A word that is also a personal name is kept only where it is an eponym: whether `young` is a name is for the tagger.
    """
    words: set[str] = set()
    for term in hpo.load_terms():
        for phrase in (term.name, *term.exact):
            words.update(word for word in _WORD.findall(phrase)[1:] if word.islower() and len(word) > 2)
            words.update(word.lower() for word in _WORD.findall(phrase)[:1] if len(word) > 2)
    personal = name_words()
    return frozenset(fold(word) for word in words if fold(word) not in personal or len(word) > 8) | EPONYMS


@lru_cache(maxsize=1)
def prose_words() -> frozenset[str]:
    """Words that general and clinical English writes in lower case: Faker's English prose and HPO definitions."""
    return frozenset(general_words()) | {
        word
        for term in hpo.load_terms()
        for word in _WORD.findall(term.definition)
        if word.islower() and word not in _NOT_PROSE
    }


@lru_cache(maxsize=1)
def general_words() -> tuple[str, ...]:
    """General English words, sorted, from Faker's English filler text and job titles."""
    lorem = importlib.import_module("faker.providers.lorem.en_US").Provider.word_list
    jobs = importlib.import_module("faker.providers.job.en_US").Provider.jobs
    return tuple(
        sorted({word.lower() for phrase in (*lorem, *jobs) for word in _WORD.findall(phrase) if len(word) > 1})
    )


@lru_cache(maxsize=1)
def protected_words() -> frozenset[str]:
    """Folded words of the clinical vocabulary that are no personal names."""
    personal = name_words()
    tables = (
        vocabulary.DRUGS, vocabulary.EPONYMS, vocabulary.ABBREVIATIONS, vocabulary.HEADINGS, vocabulary.GENES,
        vocabulary.DEVICES_AND_BRANDS, vocabulary.ANATOMY_AND_EXAM, vocabulary.BACTERIA_AND_LABS,
        vocabulary.INSTITUTIONS_GENERIC,
    )  # fmt: skip
    words = {word for table in tables for phrase in table for word in phrase.split()}
    return frozenset(word for word in words if word not in personal)


def is_known(word: str) -> bool:
    """Whether a folded word is one of general or clinical English, or a country."""
    return (
        word in COMMON or word in prose_words() or word in protected_words() or word in clinical_words()
        or word in countries() or is_drug_like(word)
    )  # fmt: skip


def is_drug_like(word: str) -> bool:
    """Whether a folded word ends like the name of a drug."""
    return _DRUG.fullmatch(word) is not None


def fold(word: str) -> str:
    """Lower case without accents, for look-ups."""
    if word.isascii():
        return word.lower()
    return "".join(char for char in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(char))


def _is_latin_name(name: str) -> bool:
    letters = [char for char in name if char.isalpha()]
    return (
        len(letters) > 1
        and all(char < "\u0250" or "\u1e00" <= char < "\u1f00" for char in letters)
        and all(char.isalpha() or char in " '’-." for char in name)
        and name[0].isupper()
    )
