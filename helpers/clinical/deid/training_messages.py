# ruff: noqa: E501 (tables of patterns, words and sentences read best unbroken)
"""Training messages for the tagger: shift notes, handoffs, portal mail, chats, calls, run sheets, forms, tables, letters.

A style returns a template for `training_notes._render`. In the banks, `[a~b~c]` stands for one of its alternatives. Every
slot here is this module's own, so that a style can ask for lower case or capitals throughout (`_as`).
"""

import random
import re
from collections.abc import Callable, Sequence

from helpers.clinical.deid import lexicon
from helpers.clinical.deid.training_words import PLAIN, Cast

# --- names --------------------------------------------------------------------------------------------------------

_GIVEN = """
Abena Ada Adaeze Aditi Agnieszka Ahmed Aiko Aileen Aino Akua Alasdair Alejandra Alfie Alina Alma Amara Amina Anders Aneeka Angus Anil Anjali Anneliese Anton Aoife Apinya Archie Ariadne Arjun Armando Arturo Asif Astrid
Ayesha Bao Barney Bea Beatriz Bettina Bharti Bill Birgit Blessing Bo Bob Bobbie Branka Brid Bronwyn Buddy Caitlin Callum Candace Cedric Celeste Chance Chidi Chuck Ciara Clementine Colm Consuelo Cormac Cruz Dagmar Dale
Darnell Dawn Deepa Deirdre Delroy Demetrius Desta Dieter Dimitra Dot Drew Duc Dwayne Eamon Earl Edna Efua Eilidh Elif Elke Eluned Emeka Enid Enzo Esperanza Estelle Eun-ji Eve Ezra Faith Fatou Fergus Fern Fionnuala
Florian Forrest Frankie Freya Gaurav Ged Gene Gerda Gert Ginny Giovanna Goran Grace Graciela Graham Greta Gudrun Guillermo Gus Gwen Hadiza Hank Hari Hattie Heike Henk Hilde Hiroshi Honor Hope Huda Hung Ibrahim Idris
Ilse Imani Imelda Ines Ingrid Ioana Iris Isadora Ivy Jack Jade Jagdeep Jamal Jarek Javier Jaya Jean Jed Jelena Jerzy Jim Jo Joaquin Joao Joy June Junior Kadisha Kai Kamala Kareem Katarzyna Keisha Kenji Keziah Kieran
Kirsty Kofi Lakshmi Lamar Lars Lashonda Latoya Laszlo Leila Len Liang Lidia Lily Linh Lorcan Lottie Lourdes Ludmila Luz Mae Magnus Mairead Malik Mandeep Manoj Marcin Marguerite Mark Marlon Marta Maureen Mehmet Mei
Mercy Merle Milan Minh Mirela Mo Moira Mpho Nadia Naledi Narinder Neville Ngozi Niamh Nigel Nkechi Noor Norbert Nuala Núria Olga Olu Orla Oscar Øyvind Padma Padraig Pam Parvati Pat Patience Paz Pearl Penny Pierre
Pip Precious Priya Quentin Rafe Rahul Ralph Ramona Rashid Ravi Ray Reggie Renata Rhys Rich Rocco Roisin Rosa Rosario Rose Rowena Roxanne Ruby Rudy Rukhsana Sadie Saima Salma Sandeep Sandy Santiago Saoirse Seamus
Sergei Shanice Shirin Siobhan Skye Søren Sol Soledad Stan Star Stavros Sue Summer Suresh Sven Tadashi Tamika Tanisha Tariq Tess Thandi Thuy Tiago Tilly Tomasz Tova Trinh Tunde Uche Ulrike Ursula Valentina Vera Vijay Vikram
Violet Wanda Wayne Wei Wilf Will Winnie Wren Xavier Ximena Xiu Yaw Yetunde Yolanda Yusuf Yvette Zahra Zainab Zeke Zofia Zoë Łukasz
""".split()
_FAMILY = """
Abara Abbott Abernathy Achebe Acosta Adebayo Adeyemi Agarwal Ahmadi Akinola Alvarado Amoah Andersen Anwar Appiah Archer Arnott Asante Ashdown Avery Aziz Babatunde Bailey Bains Baker Balogun Banerjee Barlow Barros Basu
Batista Beaumont Becker Begum Bell Bennett Berg Best Bhatt Bianchi Bishop Bjornstad Black Blanc Blythe Boateng Bond Bose Boyle Bradshaw Brandt Bright Britton Brogan Bui Burke Bush Butcher Byrne Caballero Campbell Carmody
Carpenter Carter Castellano Cavanagh Chamberlain Chance Chang Chatterjee Chaudhry Child Choi Chowdhury Church Clancy Close Coates Cohen Colón Connolly Cook Cooper Cormier Costa Coyle Crane Cross Crowe Cruz Cullen Dalgaard Das Day
Deacon Deng Desai Devlin Dhillon Diallo Diaz Dietrich Dinh Diop Dlamini Dolan Donnelly Doyle Drummond Dubois Duffy Duong Dutta Eaton Edmonds Egan Eide Ekwueme Elgin Ellison English Eriksen Escobar Esposito Eze Faber Fahey Farah Farmer
Faulkner Fernandes Ferreira Field Finch Fischer Fitzgerald Flanagan Flood Fofanah Fonseca Forde Forrester Fox Freeman French Frost Gallagher Gandhi Garrity Gentle Ghosh Gill Glass Goldberg Gomes Goode Gorman Grabowski Grady
Granger Grant Greco Greene Grzybowski Guerrero Gunn Gupta Haas Habib Haddad Hall Halloran Hammond Hand Hansen Hardy Harte Hassan Hayward Head Healy Hendricks Hennessy Herrera Hidalgo Hinds Hoang Hogan Holland Holt Horvat Hossain
Huang Hughes Hunter Hussain Huynh Ibarra Idowu Iglesias Ilyas Ito Iyer Jankowski Jansen Jarvis Jensen Jha Joshi Jovanovic Juarez Kaczmarek Kamara Kang Kapoor Karlsson Kaur Kavanagh Keane Keita Keller Kelly Keogh Kerr Keys Kidd Kimani
Kirkpatrick Klein Knight Kobayashi Kone Kovacs Kowalczyk Krishnan Kruger Kumar Kuznetsov Kwan Lacey Lam Lange Larkin Larsen Lau Lavelle Lawal Leclerc Legge Lemieux Levy Lindqvist Little Long Love Low Lowe Lund Lynch Madden Maguire
Mahlangu Malhotra Malone Mann March Marsh Mason Matsumoto Mbeki McAllister McBride McCarthy McDaid McGinty McKenna McLeod Mehta Mendes Mensah Meyer Miles Mistry Mitra Moloney Montoya Moody Mora Morales Moreau Moss Moyo Mukherjee Müller Murphy
Musa Nair Nakamura Nandy Nash Ndlovu Neville Ngo Nkosi Noble Nolan Novak Núñez Nurse Nwosu Nyberg O'Brien O'Connell O'Dowd O'Grady O'Leary Obi Odhiambo Ogunleye Oliveira Olsson Onyango Ortega Osei Owens Page Paine Palmer Papadopoulos Parekh
Park Parsons Pavlov Payne Pearce Pender Pereira Pham Phiri Pillai Pinto Pope Popescu Porter Potter Power Price Pryce Quigley Quinn Quispe Rahman Raman Rao Ray Read Reddy Reilly Rhodes Ribeiro Rice Ring Roche Rojas Rosenthal Rossi Roy
Ruiz Sadler Saeed Salazar Sandhu Sato Savage Schneider Schultz Self Sen Serrano Shah Sharp Sheehan Short Siddiqui Silva Singh Skinner Small Smythe Sokolov Solberg Soto Sousa Spicer Stack Steele Stone Strange Suarez Sweeney Swift
Sykes Szabo Tait Takahashi Tan Tanner Tesfaye Thakur Thorne Tiwari Toms Toussaint Tran Trejo Tully Tuttle Twomey Uddin Ueda Vance Varga Vargas Varma Vasquez Vaughan Vieira Villanueva Virtanen Vogel Vu Wade Walsh Wanjiru Ward Waters Weaver
Webb Weeks Weir Whelan Winter Wise Wong Worth Wren Xu Yamamoto Yang Yeo Yilmaz Yeboah Zamora Zapata Zhang Zhou Zielinski Zulu
""".split()
PEOPLE: tuple[tuple[str, ...], tuple[str, ...]] = (tuple(_GIVEN), tuple(_FAMILY))
_NICKS = "Bud Skip Red Tiny Pops Nan Dee Mick Sparky Chip Cookie Doc Duke Ace Junior Peg Tex Lefty Bunny Sunny Dutch Paddy Queenie Mitzi Bear Shorty JJ TJ CJ Kit Moose".split()
_PARTS = (
    "van der ",
    "van den ",
    "de ",
    "dos ",
    "Ní ",
    "Ó ",
    "Mac ",
    "al ",
    "El-",
    "ben ",
    "St ",
    "Di",
    "La",
    "Mc",
    "Fitz",
    "Abu ",
    "von ",
    "ter ",
    "Ap ",
    "Del ",
)

TOWNS = tuple("""
Abbeyleix|Akron|Albury|Allentown|Alnwick|Ambler|Antrim|Arklow|Athlone|Ballarat|Ballina|Banbury|Bangor|Bath|Beaver Falls|Bendigo|Bhopal|Bideford|Bluff|Boise|Bray|Bristol|Buxton|Carlow|Castlebar|Chandler|Chapel Hill|Cheadle|Chippenham|Clonmel
Coffs Harbour|Cootehill|Corning|Crewe|Cuttack|Dayton|Deal|Derry|Diss|Dubbo|Duluth|Dundalk|Dunedin|Eau Claire|El Paso|Ely|Ennis|Epsom|Fargo|Flint|Fort Wayne|Frome|Galway|Geelong|Gloucester|Goole|Grand Rapids|Green Bay|Gympie|Hamilton|Harrow
Hastings|Havre|Hobart|Hove|Hubli|Hull|Indore|Ipswich|Jacksonville|Jaipur|Kendal|Kettering|Kilkenny|Kingston|Kota|La Crosse|Lafayette|Largs|Leitrim|Letterkenny|Limerick|Little Rock|Lowell|Madurai|Mallow|Manhattan|March|Mobile|Moose Jaw|Mysore
Naas|Nelson|New Ross|Normal|Oban|Orange|Oswego|Paradise|Penrith|Perth|Pocatello|Poole|Pune|Queanbeyan|Reading|Red Deer|Reno|Ripon|Rugby|Rye|Saint John|Salem|San Marcos|Sandwich|Santa Rosa|Settle|Sligo|Spokane|St Albans|St. Cloud|Stone|Stroud
Superior|Surat|Swords|Tipperary|Toowoomba|Troy|Truth or Consequences|Tuam|Tuscaloosa|Utica|Walnut Creek|Warsaw|Waterford|Wells|Westport|Whitby|Wigan|Winona|Yeovil|Youghal|Yuma|Zanesville
""".strip().replace("\n", "|").split("|"))  # fmt: skip
_AREAS = tuple(
    "Southside|Old Town|Harbour Quarter|the Liberties|East End|Queen's Park|Riverbend|Maple Heights|Lower Falls|Kings Cross|Eastgate Mall|Lake Tarrow|Mount Ferris|Finch Park|Tallow Bridge|Whitfield Woods|Cobbler's Green|the Marina district|Brixham Beach|Harlow Common|Pike Valley|the Gorbals|Andheri West|Koramangala|Rathmines|Glen Iris|Bandra East|Little Havana|Uptown|Northgate".split(
        "|"
    )
)
_COUNTIES = tuple(
    "County Mayo|Co. Cork|Co Kerry|County Down|Lancaster County|Travis County|Cass County|Weld County|St. Tammany Parish|Wake County|Devon|Kent|Cumbria|West Yorkshire|Northamptonshire|Shropshire|Clare|Co. Louth|Blount County|Elko County|Hants|Norfolk|Fife|Gwent|Ada County".split(
        "|"
    )
)
STREETS = tuple("""
Abbey|Acorn|Albert|Alder|Bank|Barrack|Bayview|Beech|Bishop|Bramble|Bridge|Bull|Canal|Castle|Cedar Hill|Chapel|Church|Cloverleaf|Commerce|Cypress|Dogwood|Dublin|Eagle Crest|Farm to Market|Ferry|Fifth|Foundry|Garden|Gandhi|Goose Creek|Grand
Hawthorn|Heron|High|Jackson Mill|Juniper|King|Lincoln|Linden|Lower Dock|Magnolia|Main|Market|Martin Luther King|Meadow|Mill Pond|Mulberry|Old Post|Orchard|Park|Patrick|Peachtree|Prince|Quarry|Queen|Ranch|Ridge|Saint Anne's|School|Second|Shore|Station|Summer|Temple|Tower|Union|Victoria|Water|Windsor
""".strip().replace("\n", "|").split("|"))  # fmt: skip
_WAYS = "St|Street|Rd|Road|Ave|Avenue|Ln|Lane|Dr|Drive|Close|Crescent|Gardens|Grove|Mews|Row|Square|Walk|Hill|Green|Terrace|Tce|Cres|Pde|Pike|Trail|Loop|Ct|Blvd|Hwy|Nagar|Marg|Park|Quay|Parade|View|Rise|Way|Cir|Pkwy|Pl".split(
    "|"
)

_PLACES_OF: dict[str, str] = {
    "hosp": "Tarrant Valley Hospital|St Brigid's Hospital|Our Lady of Hope|Royal Marsh Infirmary|Kestrel Regional|Lakeview Methodist|Mount Olivet Medical Center|Queen Adelaide Hospital|Northern Sound Health|Cedar-Hadley|Wexmoor General|Good Samaritan|Ballyroan Hospital|Apex Heart Institute|Prairie Winds Medical Center|Hollis Children's|Peninsula Health|Grady West|Baptist East|Sacred Heart|Shri Anand Hospital|Kilmore District Hospital|Trinity Rehab|Santa Clara Mercy|Providence",
    "gp": "Elm Row Surgery|The Brook Practice|Dr. Mehta & Partners|Harbor Family Medicine|Bayside Pediatrics|Quarry Lane Health Centre|Riverstone Dental|Castle Street Surgery|OrthoPlus|Sunrise Kids Clinic|Greenfields Medical Practice|Clearview Eye Associates|Moss Side Medical|Valley Women's Health|Coastal Spine & Pain|Park Road Surgery|Primrose Hill Practice",
    "pharm": "Walgreens|CVS|Boots|Rite Aid|Well Pharmacy|Hickey's Pharmacy|Kroger Pharmacy|Chemist Warehouse|Bellman's Drugs|Apollo Pharmacy|Corner Drug|Lloyds|Medicine Shoppe|Costco Pharmacy|Duane Reade",
    "ins": "Aetna|Blue Shield|BCBS of Ohio|Cigna|Humana|VHI|Bupa|Laya Healthcare|Kaiser|United Healthcare|UHC|Star Health|Medibank|AXA PPP|Molina|Oscar|Tricare West|Anthem|Summit Mutual|Guardian Life|HCF|Ambetter|Allied Benefit Trust",
    "sch": "St. Jude's Primary|Ridgeway High|Lincoln Elementary|Oakhurst Middle School|Gaelscoil na Mara|PS 118|Brightstart Daycare|Tiny Acorns Nursery|Hillcrest Academy|Delhi Public School|Westbrook College|University of Carrow|MIT|Tulane|Harlan Community College|Little Lambs Preschool|UCD|Eastleigh Sixth Form",
    "emp": "Amazon|Tesco|Dunnes Stores|Home Depot|FedEx|Infosys|Boeing|Costa Coffee|Lidl|Ford|Woolworths|Bus Éireann|Target|Network Rail|Halvorsen Plumbing|Ortiz & Sons Roofing|Nestlé|Delta|Sunbelt Foods|Pike County Sheriff's Office|Grainger|Dell|Fifth Third Bank|Kerrigan Haulage|Barclays|Waste Management|Marks & Spencer|Subway|Wipro|Qantas|Royal Mail|Shell|Apple|Gap|Chase|Ikea|Blue Heron Cafe|Local 44",
    "home": "Sunny Acres|Maple Court|The Willows|Brookdale|Rose Cottage Nursing Home|Autumn Leaves|Ashgrove House|Golden Years Assisted Living|Hillview Manor|St Joseph's Home|Arbor Place|Silver Birches|The Haven|Meadowlark SNF|Bethany House|Comfort Keepers|Visiting Angels|Care at Home Ltd",
    "church": "St. Anthony's|First Baptist Church|Grace Lutheran|Holy Trinity|Temple Beth El|Masjid Al-Noor|Rotary Club|Elks Lodge 211|Finbar's GAA|YMCA|Girl Guides|Salvation Army|Alcoholics Anonymous Eastside Group|Hope Chapel|the Men's Shed|Shamrock Rovers|Riverside Bowls Club|Knights of Columbus|Meals on Wheels of Tully",
    "labo": "Quest|LabCorp|Quest Diagnostics|Eurofins|Helix Labs|BioReference|TDL|Sonic|Invitae|Ambry|Claymont Pathology|North Star Imaging|GeneDx|RadNet|Lincare|Apria|Acme Ambulance|Metro EMS|Engine 7|AMR|Falck",
    "ab": "UHW|SJH|LGH|RVI|NMH|BIDMC|KUH|VCU|TUH|HCMC|OHSU|CUH|MMUH|PRH|NWMC|ACH|SVUH|QEH|GRI|RCH",
}  # fmt: skip
_ORGS = {kind: tuple(names.split("|")) for kind, names in _PLACES_OF.items()}
ORGANIZATIONS: tuple[str, ...] = tuple(dict.fromkeys(name for names in _ORGS.values() for name in names))
_ORG_TAILS = {
    "hosp": ("Hospital", "Medical Center", "General", "Health", "Infirmary", "Memorial", "Regional", "Med Ctr", "Hosp", "Healthcare System", "Women's and Children's", "Specialist Hospital", "VAMC"),
    "gp": ("Surgery", "Practice", "Family Medicine", "Clinic", "Medical Centre", "Health Centre", "Pediatrics", "Associates", "Internal Medicine", "Urgent Care", "Dental", "Eye Clinic"),
    "pharm": ("Pharmacy", "Drugs", "Chemist", "Apothecary", "Rx"),
    "ins": ("Health Plan", "Insurance", "Mutual", "Assurance", "Benefits", "Life", "Care Plus", "Advantage"),
    "sch": ("Elementary", "Primary School", "High School", "Academy", "College", "Montessori", "University", "Daycare", "Middle", "ISD"),
    "emp": ("Ltd", "Inc", "Logistics", "Motors", "& Co", "Construction", "Foods", "Electric", "Farms", "Bakery", "Solutions", "Bros", "Trucking", "Hotel", "Council", "Airlines", "Bank", "Salon", "Auto Body", "Grill"),
    "home": ("Nursing Home", "Manor", "House", "Care Home", "Assisted Living", "Lodge", "Hospice", "Home Care", "Gardens", "SNF", "Village"),
    "church": ("Church", "Parish", "Temple", "Chapel", "Lions Club", "Rugby Club", "Food Bank", "Shelter", "Community Centre", "Foundation", "Golf Club"),
    "labo": ("Labs", "Laboratory", "Diagnostics", "Genetics", "Imaging", "Ambulance", "Home Oxygen", "Pathology", "Fire Dept", "EMS"),
}  # fmt: skip


def _given(r: random.Random) -> str:
    dice = r.random()
    return r.choice(PEOPLE[0]) if dice < 0.62 else r.choice(lexicon.names()[0]) if dice < 0.86 else _coined(r)


def _coined(r: random.Random) -> str:
    onsets, vowels, codas = "b br c ch d dr f g gr h j k kh l m n p r s sh sk t th tr v w y z".split(), "a e i o u ae ei ia oo ou".split(), ["", "", "n", "r", "l", "s", "m", "th", "nd", "ck", "sz", "x", "ng", "vic", "ley", "son", "ski"]  # fmt: skip
    return ("".join(r.choice(onsets) + r.choice(vowels) for _ in range(r.choice((1, 1, 2)))) + r.choice(onsets)[0] + r.choice("aeiou") + r.choice(codas)).capitalize()  # fmt: skip


def _family(r: random.Random) -> str:
    dice = r.random()
    name = r.choice(PEOPLE[1]) if dice < 0.64 else r.choice(lexicon.names()[1]) if dice < 0.86 else _coined(r)
    dice = r.random()
    if dice < 0.05:
        return f"{name}-{r.choice(PEOPLE[1])}"
    if dice < 0.08:
        return f"{name} {r.choice(PEOPLE[1])}"
    return r.choice(_PARTS) + name if dice < 0.11 else name


def _of(c: Cast, role: str) -> tuple[str, str]:
    if role == "who":
        return _given(c.rng), _family(c.rng)
    key = f"m_{role}"
    if key not in c.names:
        same = role.startswith("kin") and "m_pt" in c.names and c.rng.random() < 0.55
        c.names[key] = (_given(c.rng), c.names["m_pt"][1] if same else _family(c.rng))
    return c.names[key]


def _middle(r: random.Random) -> str:
    return r.choice("ABCDEFGHJKLMNPRSTVW")


def _natural(c: Cast, role: str) -> str:
    r = c.rng
    g, f = _of(c, role)
    dice = r.random()
    if dice < 0.74:
        return f"{g} {f}"
    return r.choice((f"{g} {_middle(r)} {f}", f"{g} {_middle(r)}. {f}", f"{g} {_given(r)} {f}", f"{g[0]}. {f}", f"{g[0]} {f}", f"{g} {f} {r.choice(('Jr', 'Jr.', 'Sr.', 'III', 'II'))}", f"{g} {f.upper()}", f"{g[0]}.{_middle(r)}. {f}", f"{g}-{_given(r)} {f}"))  # fmt: skip


def _reversed(c: Cast, role: str) -> str:
    r = c.rng
    g, f = _of(c, role)
    return r.choice((f"{f}, {g}", f"{f}, {g}", f"{f}, {g} {_middle(r)}", f"{f}, {g} {_middle(r)}.", f"{f},{g}", f"{f} {g}", f"{f.upper()}, {g}", f"{f.upper()} {g}", f"{f}, {g[0]}", f"{f} {g[0]}"))  # fmt: skip


def _capitals(c: Cast, role: str) -> str:
    r = c.rng
    g, f = _of(c, role)
    return r.choice((f"{f}, {g}", f"{g} {f}", f"{f},{g}", f"{f} {g}", f"{f}, {g} {_middle(r)}", f"{f}")).upper()


def _nicked(c: Cast, role: str) -> str:
    r = c.rng
    g, f = _of(c, role)
    nick = r.choice(_NICKS)
    return r.choice((f'{g} "{nick}" {f}', f"{g} ({nick}) {f}", f"{g} '{nick}' {f}", f"{g} “{nick}” {f}"))


def _letters(c: Cast, role: str) -> str:
    g, f = _of(c, role)
    r = c.rng
    return r.choice((f"{g[0]}{f[0]}", f"{g[0]}.{f[0]}.", f"{g[0]}{_middle(r)}{f[0]}", f"{g[0]}. {f[0]}.", f"{g[0]}{f[0]}", f"{g[0].lower()}{f[0].lower()}"))  # fmt: skip


def _account_name(c: Cast, role: str) -> str:
    r = c.rng
    g, f = (re.sub(r"\W", "", part).lower() for part in _of(c, role))
    return r.choice((f"{g[0]}{f}", f"{g}.{f}", f"{f}{g[0]}", f"{g}_{f}", f"{g}{f}{r.randint(1, 99)}", f"{f}.{g[0]}"))


def _short_form(c: Cast, role: str) -> str:
    g, f = _of(c, role)
    return c.rng.choice((f"{g} {f[0]}", f"{g} {f[0]}.", f"{g[0]}. {f}", f"{g[0]} {f}", f"{g[0]}.{_middle(c.rng)}. {f}"))


def _plural(c: Cast, role: str) -> str:
    f = _of(c, role)[1]
    return f + ("es" if f[-1] in "sxz" else "s")


def _signed(c: Cast, role: str) -> str:
    return c.rng.choice((_natural, _natural, _short_form, _reversed, _letters))(c, role)


# --- dates, places, numbers ---------------------------------------------------------------------------------------

_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


def _nth(n: int) -> str:
    return f"{n}{'th' if n in (11, 12, 13) else {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th')}"


def _ymd(r: random.Random) -> tuple[int, int, int, str, str]:
    m = r.randint(1, 12)
    long = _MONTHS[m - 1]
    return r.choice((r.randint(1928, 2015), r.randint(2016, 2031))), m, r.randint(1, 28), long, r.choice((long[:3], long[:3], "Sept" if m == 9 else "May" if m == 5 else long[:3] + "."))  # fmt: skip


def _full_date(r: random.Random) -> str:
    y, m, d, long, short = _ymd(r)
    return r.choice((f"{m}/{d}/{y}", f"{m:02d}/{d:02d}/{y}", f"{d:02d}/{m:02d}/{y}", f"{d}.{m}.{y}", f"{d:02d}.{m:02d}.{y % 100:02d}", f"{y}-{m:02d}-{d:02d}", f"{y}/{m:02d}/{d:02d}", f"{d} {long} {y}", f"{long} {d}, {y}", f"{long} {_nth(d)}, {y}", f"{_nth(d)} {long} {y}", f"the {_nth(d)} of {long} {y}", f"{short} {d} {y}", f"{d} {short} {y}", f"{d}-{short[:3]}-{y % 100:02d}", f"{d:02d}{short[:3].upper()}{y % 100:02d}", f"{m}-{d}-{y}", f"{m}/{d}/{y % 100:02d}", f"{d}/{m}/{y % 100:02d}", f"{short} {d}, '{y % 100:02d}"))  # fmt: skip


def _near_date(r: random.Random) -> str:
    _, m, d, long, short = _ymd(r)
    return r.choice((f"{m}/{d}", f"{m}/{d}", f"{d}/{m}", f"{long} {d}", f"{long} {_nth(d)}", f"{d} {long}", f"{_nth(d)} {short}", f"{short} {d}", f"{d} {short}", f"the {_nth(d)} of {long}", f"{m:02d}/{d:02d}", f"{m}-{d}", f"{d}{short[:3].lower()}"))  # fmt: skip


def _month_date(r: random.Random) -> str:
    y, m, _, long, short = _ymd(r)
    return r.choice((long, f"{long} {y}", f"{short} {y}", f"{m:02d}/{y}", f"last {long}", f"early {long}", f"mid-{long}", f"late {long} {y}", f"{long} of {y}", f"the end of {long}", f"{short[:3]} '{y % 100:02d}", f"this {long}"))  # fmt: skip


def _day_date(r: random.Random) -> str:
    y, m, d, long, short = _ymd(r)
    w = r.choice(_DAYS)
    return r.choice((f"{w[:3]} {d} {short}", f"{w} {m}/{d}", f"{w}, {long} {d}", f"{w} the {_nth(d)}", f"{w} {_nth(d)} {long} {y}", f"{w[:3]}, {d} {short} {y}", f"{w} {d} {long}", f"{w[:3]} {m}/{d}/{y % 100:02d}", f"{w}, {long} {_nth(d)}"))  # fmt: skip


def _feast(r: random.Random) -> str:
    y = r.randint(1998, 2030)
    return r.choice((f"Christmas {y}", f"Thanksgiving {y}", f"Easter {y}", "Christmas Eve", "New Year's Day", f"Halloween {y}", "St. Patrick's Day", "the 4th of July", f"Diwali {y}", f"Labor Day {y}", f"Eid {y}", "Boxing Day"))  # fmt: skip


def _any_date(r: random.Random) -> str:
    return r.choices((_full_date, _near_date, _month_date, _day_date, _feast, lambda q: f"the {_nth(q.randint(1, 31))}"), (40, 25, 13, 10, 2, 8))[0](r)  # fmt: skip


def _stamp(r: random.Random, pattern: str) -> str:
    y, m, d, _, _ = _ymd(r)
    return pattern.format(y=y, m=m, d=d, h=r.randint(0, 23), n=r.randint(0, 59), s=r.randint(0, 59))


def _fill(r: random.Random, *patterns: str) -> str:
    return re.sub("[#%@]", lambda k: r.choice({"#": "0123456789", "%": "23456789", "@": "ABCDEFGHJKLMNPRSTVWXYZ"}[k[0]]), r.choice(patterns))  # fmt: skip


_PHONES = (
    "%##-###-####", "(%##) ###-####", "(%##)###-####", "%##.###.####", "%## ### ####", "%#########", "1-%##-###-####", "+1 (%##) ###-####", "1 800 ### ####", "%##-###-####",
    "07### ######", "07###-###-###", "+44 7### ######", "020 #### ####", "01### ######", "0161 ### ####", "(01###) ######", "+44 (0)1### ######",
    "08# ### ####", "+353 8# ### ####", "01 ### ####", "(0##) ### ####", "021-#######", "+91 9#### #####", "9#########", "+91-##-########", "0##-#### ####",
    "04## ### ###", "(0%) #### ####", "+61 4## ### ###", "13 ## ##", "+49 30 ######", "+33 6 ## ## ## ##", "+234 80# ### ####", "+27 8# ### ####", "%##/###-####",
)  # fmt: skip


def _phone(r: random.Random) -> str:
    number = _fill(r, *_PHONES)
    return number + (r.choice((" x{}", " ext. {}", " ext {}", "x{}", " extension {}", ", ext {}")).format(r.randint(10, 9999)) if r.random() < 0.08 else "")  # fmt: skip


def _way(r: random.Random) -> str:
    name = r.choice((r.choice(STREETS), r.choice(STREETS), r.choice(PEOPLE[1]), r.choice(PEOPLE[0]), f"{r.choice('NSEW')} {r.choice(STREETS)}", _nth(r.randint(2, 160)), f"{r.choice(('North', 'South', 'Old', 'Upper', 'New', 'Great'))} {r.choice(STREETS)}", _coined(r)))  # fmt: skip
    return f"{name} {r.choice(_WAYS)}" + (r.choice((".", " NW", " SE", " North", " E")) if r.random() < 0.08 else "")


def _address(r: random.Random) -> str:
    way, n = _way(r), r.choice((r.randint(1, 120), r.randint(100, 19999)))
    dice = r.random()
    if dice < 0.5:
        return f"{n} {way}"
    flat = r.randint(1, 60)
    return r.choice((
        f"{n}{r.choice('abABC')} {way}", f"Flat {flat}, {n} {way}", f"{n} {way}, Flat {flat}{r.choice('ABC')}", f"Apt {flat}, {n} {way}", f"{n} {way} Apt {flat}", f"{n} {way}, #{flat}", f"{n} {way} apt. {flat}{r.choice('ABCD')}", f"Unit {flat}/{n} {way}", f"{flat}/{n} {way}",
        f"{n} {way}, Unit {flat}", f"{n} {way}, Suite {flat}00", f"{n} {way} Ste {flat}", f"{n} {way}, Lot {flat}", f"{n} {way} trlr {flat}", f"{n}-{n + 2} {way}", f"No. {n}, {way}", f"No {n} {way}", f"{r.choice(STREETS)} House, {n} {way}", f"{n} {way}, 2nd floor", f"H.No. {n}, {way}", f"Plot {n}, Sector {flat}",
        f"P.O. Box {n}", f"PO Box {n}", f"PO BOX {n}", f"GPO Box {n}", f"RR {flat} Box {n}", f"Rural Route {flat}, Box {n}", f"HC {flat} Box {n}", f"County Road {n}", f"{n} County Rd {flat}", f"{n} State Route {flat}", f"{n} Hwy {flat}", f"Apartment {flat}, {way}", f"The Old Rectory, {way}", f"{r.choice(STREETS)} Cottage, {way}",
    ))  # fmt: skip


def _post(r: random.Random) -> str:
    return _fill(r, "#####", "#####", "#####", "#####-####", "@@# #@@", "@@## #@@", "@# #@@", "@#@ #@@", "@#@#@#", "@## @###", "@##@#@#", "####", "######", "### ###", "#### @@", "BT## #@@", "D0# @###", "SW#@ #@@")  # fmt: skip


def _town(c: Cast) -> str:
    r = c.rng
    if "m_town" not in c.places or r.random() < 0.55:
        c.places["m_town"] = r.choice(TOWNS) if r.random() < 0.6 else r.choice(lexicon.cities()) if r.random() < 0.6 else r.choice(("", "", "Port ", "Upper ", "Fort ", "St. ", "East ", "Lake ", "Mount ", "Kil", "Bally")) + _coined(r)  # fmt: skip
    return c.places["m_town"]


def _org(c: Cast, kind: str) -> str:
    r = c.rng
    key = f"m_{kind}"
    if key not in c.places or r.random() < 0.5:
        if kind == "ab":
            c.places[key] = r.choice(_ORGS["ab"]) if r.random() < 0.4 else _fill(r, "@@@", "@@@@", "@@H", "@@@C", "@MC")
        elif r.random() < 0.5:
            c.places[key] = r.choice(_ORGS[kind])
        else:
            head = r.choice((_town(c), r.choice(PEOPLE[1]), f"{r.choice(PEOPLE[1])} {r.choice(('&', 'and'))} {r.choice(PEOPLE[1])}", f"St {r.choice(PEOPLE[0])}'s", f"St. {r.choice(PEOPLE[0])}", r.choice(STREETS), _coined(r), f"{r.choice(PEOPLE[0])}'s", f"{_town(c)} {r.choice(('County', 'Valley', 'City', 'Community', 'North'))}", f"{r.choice(('Royal', 'Blue', 'First', 'United', 'Golden', 'Bright', 'Premier', 'Northern', 'All Saints', 'Liberty'))} {r.choice(STREETS)}"))  # fmt: skip
            c.places[key] = f"{head} {r.choice(_ORG_TAILS[kind])}"
    return c.places[key]


def _any_org(c: Cast) -> str:
    return _org(c, c.rng.choice(("hosp", "gp", "emp", "emp", "sch", "home", "pharm", "ins", "church", "labo", "ab")))


def _mailbox(c: Cast, role: str) -> str:
    host = c.rng.choice(("gmail.com", "yahoo.com", "hotmail.co.uk", "outlook.com", "mail.example", f"{_coined(c.rng).lower()}.org", "eircom.net", "nhs.example", "icloud.com"))  # fmt: skip
    return f"{_account_name(c, role)}@{host}"


def _site(c: Cast) -> str:
    host = re.sub(r"\W", "", _any_org(c)).lower()
    return c.rng.choice(("www.", "https://", "https://www.", "")) + host.encode("ascii", "ignore").decode() + c.rng.choice((".com", ".org", ".ie", ".co.uk", ".health/portal"))  # fmt: skip


def _people(role: str, prefix: str) -> dict[str, tuple[str, Callable[[Cast], str]]]:
    kinds: dict[str, Callable[[Cast, str], str]] = {
        "": _natural, "f": lambda c, q: _of(c, q)[0], "l": lambda c, q: _of(c, q)[1], "r": _reversed, "u": _capitals, "n": _nicked, "i": _letters, "a": _account_name, "h": _short_form, "j": lambda c, q: " ".join(_of(c, q)), "s": _plural, "g": _signed,
        "w": lambda c, q: _natural(c, q).lower(), "v": lambda c, q: _of(c, q)[0].lower(), "x": lambda c, q: _of(c, q)[1].lower(), "y": lambda c, q: _of(c, q)[1].upper(), "z": lambda c, q: _of(c, q)[0].upper(),
    }  # fmt: skip
    return {prefix + k: ("NAME", lambda c, make=make: make(c, role)) for k, make in kinds.items()}


def _with(label: str, make: Callable[[random.Random], str]) -> tuple[str, Callable[[Cast], str]]:
    return label, lambda c: make(c.rng)


def _code(label: str, *patterns: str) -> tuple[str, Callable[[Cast], str]]:
    return label, lambda c: _fill(c.rng, *patterns)


_MARKED: dict[str, tuple[str, Callable[[Cast], str]]] = {
    # A person's slots: prefix, then nothing (full), f first, l last, j both, r reversed, u capitals, n with nickname, i initials, a user name, h short form, s plural, g as signed, w/v/x lower case, y/z capitals.
    **_people("pt", "pt"), **_people("kin", "kn"), **_people("kin2", "kk"), **_people("md", "md"), **_people("md2", "mx"), **_people("rn", "rn"), **_people("who", "wh"),
    "nick": ("NAME", lambda c: c.rng.choice(_NICKS)),
    "dt": _with("DATE", _any_date), "df": _with("DATE", _full_date), "ds": _with("DATE", _near_date), "dm": _with("DATE", _month_date), "dw": _with("DATE", _day_date), "dh": _with("DATE", _feast), "dn": _with("DATE", lambda r: f"the {_nth(r.randint(1, 31))}"),
    "dq": _with("DATE", lambda r: _nth(r.randint(1, 31))), "diso": _with("DATE", lambda r: _stamp(r, "{y}-{m:02d}-{d:02d}")), "dcomp": _with("DATE", lambda r: _stamp(r, "{y}{m:02d}{d:02d}")), "dlong": _with("DATE", lambda r: _stamp(r, r.choice(("{y}{m:02d}{d:02d}{h:02d}{n:02d}", "{y}{m:02d}{d:02d}{h:02d}{n:02d}{s:02d}")))),
    "dus": _with("DATE", lambda r: _stamp(r, r.choice(("{m:02d}/{d:02d}/{y}", "{m}/{d}/{y}", "{d:02d}/{m:02d}/{y}")))), "dtiny": _with("DATE", lambda r: _stamp(r, "{m}/{d}")),
    "tel": _with("PHONE", _phone), "tels": _code("PHONE", "###-####", "### ####", "###.####", "#######", "###-####"), "ext": _code("PHONE", "####", "#####", "###", "x####", "#-####"), "pgr": _code("PHONE", "####", "#####", "###-####", "%##-###-####", "p####", "#### ###"), "fax": _with("FAX", lambda r: _fill(r, *_PHONES)),
    "tn": ("LOCATION", _town), "co": _with("LOCATION", lambda r: r.choice(_COUNTIES) if r.random() < 0.5 else r.choice(("{} County", "County {}", "Co. {}", "{}shire", "{} Parish", "{} district")).format(_coined(r))), "area": _with("LOCATION", lambda r: r.choice(_AREAS) if r.random() < 0.5 else f"{_coined(r)} {r.choice(('Park', 'Heights', 'Estate', 'Beach', 'Hill', 'Junction', 'Lake', 'Woods', 'Bridge', 'Township'))}"), "pc": _with("LOCATION", _post), "pcu": _code("LOCATION", "#####", "#####-####", "@@# #@@", "@## @###", "####"),
    "ad": _with("ADDRESS", _address), "way": _with("ADDRESS", _way), "adlow": _with("ADDRESS", lambda r: _address(r).lower()),
    **{kind: ("ORGANIZATION", lambda c, kind=kind: _org(c, kind)) for kind in _PLACES_OF}, "orgn": ("ORGANIZATION", _any_org),
    "mr": _code("MRN", "######", "#######", "########", "@######", "@@######", "##-##-##", "###-###-###", "### ### ####", "MRN#######", "H########", "000######", "##########"),
    "mem": _code("HEALTH_PLAN", "@@@#########", "W## #### ####", "#########-##", "@########", "####-#####", "GRP-#####", "####@####", "@#@#-@@#-@@##", "########## #"),
    "acc": _code("ACCOUNT", "########", "INV-#####", "ACCT ######", "#### ####", "##-#####-#", "CL#########", "A/########", "#########", "INV/####/###", "@@-######-@"),
    "iban": _code("ACCOUNT", "GB## @@@@ #### #### #### ##", "IE##@@@@##############", "DE## #### #### #### #### ##", "FR## #### #### #### #### #### ###", "NL##@@@@##########"), "card": _code("ACCOUNT", "4### #### #### ####", "5###-####-####-####", "37## ###### #####", "4###############"), "four": _code("ACCOUNT", "####"), "sortc": _code("ACCOUNT", "##-##-##"),
    "npi": _code("LICENSE", "1#########", "@@#######", "RN######", "@-####-####", "D#######", "@#######", "GMC #######", "########"), "plate": _code("VEHICLE", "@@@ ####", "@@@-###", "@@## @@@", "###-@-####", "#@@@###", "@@ ## @@ ####"), "vin": _code("VEHICLE", "1@@@@##@#########", "WV@@@@##@#@######"),
    "ser": _code("DEVICE", "SN-######", "@@@######@", "#######-##", "@##-#####", "LOT ####@", "(01)##############(21)######", "@@#######"), "ssn": _code("SSN", "###-##-####", "### ## ####", "#########", "xxx-xx-####"),
    "cd": _code("ID", "@@-####-####", "##@######", "@##-#####", "######-##", "REF#######", "@@@@####", "#-###-###", "E#########", "@@#####", "##########", "#####-@@", "S-##-#####", "INC#######", "T####"), "subj": _code("ID", "###-####", "@@@-##-###", "S####", "##-###-@@@", "@-######", "####"),
    "mail": ("EMAIL", lambda c: _mailbox(c, "pt")), "mailwk": ("EMAIL", lambda c: _mailbox(c, c.rng.choice(("md", "who", "rn")))), "url": ("URL", _site), "ip": _with("IP", lambda r: ".".join(str(r.randint(1, 254)) for _ in range(4))), "old": _with("AGE", lambda r: str(r.randint(90, 106))),
    "img": ("PHOTO", lambda c: c.rng.choice((f"IMG_{c.rng.randint(1000, 9999)}.jpg", f"{_of(c, 'pt')[1].lower()}_face.png", f"DSC{c.rng.randint(10000, 99999)}.JPG"))),
}  # fmt: skip

# --- words that identify nobody -----------------------------------------------------------------------------------

_EPONYMS = "Parkinson's|Crohn's|Alzheimer's|Addison's|Graves' disease|Hodgkin lymphoma|Raynaud's|Barrett's|Paget disease|Bell's palsy|Colles fracture|Baker's cyst|Meniere's|Sjögren's|Kawasaki disease|Osgood-Schlatter|Homans sign|Kernig's|Murphy's sign|McBurney's point|Virchow node|Cheyne-Stokes|Kussmaul breathing|Dupuytren's|Perthes|Ewing sarcoma|Wilms tumour|Marfan|Lynch syndrome|von Willebrand disease|Wolff-Parkinson-White|Brown-Séquard|Arnold-Chiari|Dressler syndrome|Mallory-Weiss tear|Whipple|Nissen|Hartmann's procedure|Ilizarov frame|Lachman|McMurray|Phalen's|Tinel's|Ortolani|Moro reflex|Epley|Valsalva|Heimlich|Bartholin cyst|Peyronie's|Horner's|Cushing's|Hashimoto's|Lewy body|Tourette's|Asperger's|Korsakoff|Wernicke's|Ludwig angina|Prinzmetal angina|Stokes-Adams|Eisenmenger|Tetralogy of Fallot|Ross procedure|Fontan|Baastrup|Scheuermann|Sever's|Lisfranc injury|Bennett fracture|Smith fracture|Jones fracture|Weber B ankle|Salter-Harris II|Mirena|Pap smear|Gram stain|Ziehl-Neelsen|Coombs|Wood's lamp|Apgar|Glasgow|Braden|Waterlow|Morse|Bishop score|Barthel|Rankin|Ranson|Wells score|Centor|Ottawa rules|Mallampati|Gleason|Breslow|Clark level III|Dukes C|Ann Arbor stage II|Fitzpatrick type IV|Tanner 2|Denver|Bayley-III|Boston Naming|Montreal Cognitive Assessment|Edinburgh scale|Epworth 9|Oswestry|Harris hip|Trendelenburg".split(
    "|"
)
_BRANDS = "Foley|Hickman|PICC|Tesio|Jackson-Pratt|Hemovac|Yankauer|Hoyer lift|Stryker stretcher|Zoll|LifePak|Alaris pump|Kangaroo pump|Baxter|Medtronic|Dexcom G6|Freestyle Libre|Omnipod|Tegaderm|Mepilex|Aquacel|Duoderm|Kerlix|Ace wrap|Bair Hugger|Venturi mask|Ambu bag|King airway|Miller blade|Mac 3|Bovie|Zimmer frame|Thomas splint|Miami J|Aspen collar|CADD pump|Clave|Posey|Doppler|Bipap|ResMed|Philips|Tylenol|Ativan|Zofran|Lasix|Eliquis|Lantus|Keppra|Haldol|Narcan|Ensure|Boost|Jevity 1.5|Pedialyte|Similac|Enfamil|Nutren|Glucerna|Calpol|Ventolin|Symbicort|Xarelto|Plavix|Norvasc|Zosyn|Rocephin|Ancef|Levophed|Precedex|Colace|Miralax|Pepto|Benadryl|Depo-Provera|Imodium|Gaviscon|Voltarol|Sudocrem|Epic|Cerner|EMIS|SystmOne|MyChart|Pyxis|Teams|Zoom|Excel|Jira".split(
    "|"
)
_SYMPTOMS = "nausea|chest tightness|a dry cough|SOB on exertion|leg swelling|blurry vision|low mood|poor appetite|itchy rash|back pain|headache|dizzy spells|heartburn|constipation|fever|shakes|ringing in the ears|numb fingers|a swollen ankle|night sweats|hoarseness|diarrhoea|jaw pain|palpitations|weak grip|wheeze|sore throat|brown discharge|black stools|white patches|a cold|confusion|falls|seizure|cramps|pins and needles|poor sleep|a stiff neck|hip pain|hives".split(
    "|"
)
_ROLES = "charge nurse|resp therapist|RT|PT|OT|SLP|the night resident|the fellow|house officer|registrar|case manager|social worker|CNA|sitter|phlebotomist|pharmacist|dietitian|chaplain|porter|unit clerk|on-call|hospitalist|intensivist|midwife|health visitor|district nurse|scheduler|interpreter|receptionist|the team|wound nurse|PCP|GP|school nurse|caseworker|guardian|landlord|neighbour|driver|cashier|manager|teacher".split(
    "|"
)
_PLACES = "the ED|A&E|radiology|CT|PACU|the OR|ICU|the ward|MICU|cath lab|outpatients|the waiting room|clinic|the nursing home|rehab|the pharmacy|the lab|the front desk|day room|hospice|the group home|dialysis|day surgery|Main OR|Pre-Op|endoscopy|the garden|the corridor|Labor and Delivery|the hospital|the surgery|the school|a shelter|home".split(
    "|"
)
_LANGS = "Spanish|Mandarin|Polish|Punjabi|Arabic|Somali|Tagalog|Vietnamese|Portuguese|Urdu|French|Haitian Creole|Russian|Irish|Hindi|Bengali|ASL|Greek".split(
    "|"
)
_PEOPLES = "Irish|Nigerian|Polish|Hispanic|Filipino|White British|African American|Somali|Navajo|Catholic|Muslim|Jewish|Hindu|Sikh|Jehovah's Witness|Methodist|Baptist|Greek Orthodox|Indian|Chinese|Samoan|Brazilian".split(
    "|"
)
_HEADS = "Assessment|Plan|Social History|Allergies|Past Medical History|Code Status|Diet|Activity|Skin|Neuro|Resp|Cardiac|GI/GU|Pain|Lines and Drains|To Do|Pending Results|Safety|Goals of Care|Reason for Call|Reason for Visit|Summary|Background|Review of Systems|Home Medications|Immunizations|Next Steps|Comments|Billing Summary|Service Description|Notes|Action Required|Instructions|Important Information|Disposition|Education|Discharge Planning|Additional Notes|Risk Factors|Physical Exam|Chief Complaint|Fall Risk|Advance Directive|Office Use Only|Please Note|Total Due|Terms and Conditions|Frequently Asked Questions|Order Details".split(
    "|"
)
_JOBS = "bus driver|retired teacher|nurse|plumber|cashier|farmer|student|software engineer|barber|electrician|cleaner|welder|chef|accountant|paralegal|warehouse worker|security guard|stay-at-home parent|postman|mechanic|baker|mason|cook|carpenter|weaver".split(
    "|"
)
_RELATIONS = "mother|father|mum|mom|dad|wife|husband|son|daughter|sister|brother|aunt|uncle|niece|nephew|grandson|granddaughter|partner|spouse|neighbor|friend|cousin|gran|fiancé|stepdad|foster mum|roommate|caregiver|daughter-in-law|HCP|POA".split(
    "|"
)
_STARTS = "Hope you are well|Will call back|Will try again|May need a sitter|May resume diet|Mark site|Grace period ends soon|Rose from chair unaided|Long wait today|Young adult clinic|Bill attached|Art therapy went well|Faith is important to family|Summer cold|Drew labs|Chase results|Rob a bank was the joke|Reading glasses at bedside|Bath given|Wells score low|Normal sinus|Orange juice given|March on the spot|Mobile with frame|Poole fracture ruled out|Ward round done|Price list enclosed|Day 3 of antibiotics|Best interests meeting held|Cross match sent|Rice tolerated|Frost on windscreen|Short of breath|Small BM|Strange affect|Sharp pain|Little change|Self care independent|Head to toe done|Hand hygiene observed|Child seat checked|Church visit declined|Close monitoring|Low salt|Page MD if worse|Ring if worse|Cook at home|Power of attorney discussed|Keys handed over|Love the new chair|Weeks of therapy: 6|Winter coat in closet|Black eye resolving|Green form signed|Brown bag review|Gray stool|Field block done|Field Notes|Stone passed|Case Closed|Account Closed|Thank You|Good Morning|Not Applicable|Kind Regards|No Known Allergies|Home Safe|Happy Birthday|Yours Truly|Many Thanks|Double Room|Customer Service Team|Patient Relations|Next Available|Full Refund|Free Delivery|Terms Apply|Sales Department|Annual Leave|Team Leader|Human Resources|Health and Safety".split(
    "|"
)


def _number(r: random.Random) -> str:
    return r.choice((str(r.randint(2, 40)), str(r.randint(2, 999)), f"{r.randint(1, 40)}.{r.randint(0, 9)}", str(r.randint(1, 9))))  # fmt: skip


_CLINICAL: dict[str, Callable[[random.Random], str]] = {
    "vit": lambda r: r.choice((f"bp {r.randint(88, 190)}/{r.randint(40, 110)}", f"HR {r.randint(48, 140)}", f"RR {r.randint(10, 32)}", f"T {r.randint(96, 103)}.{r.randint(0, 9)}", f"temp 3{r.randint(6, 9)}.{r.randint(0, 9)}", f"SpO2 {r.randint(86, 100)}% RA", f"sats {r.randint(86, 100)} on 2L", f"BGL {r.randint(40, 400)}", f"NEWS {r.randint(0, 9)}", f"pain {r.randint(0, 10)}/10", f"GCS {r.randint(3, 15)}", f"wt {r.randint(3, 140)}.{r.randint(0, 9)} kg", f"afebrile, {r.randint(50, 99)} reg", f"MAP {r.randint(55, 100)}", f"{r.randint(90, 180)}/{r.randint(50, 100)}, {r.randint(50, 130)}, {r.randint(12, 30)}, {r.randint(88, 100)}%", f"EtCO2 {r.randint(20, 60)}", f"FHR {r.randint(110, 160)}", f"CVP {r.randint(2, 15)}")),
    "io": lambda r: r.choice((f"uop {r.randint(20, 900)} ml", f"in {r.randint(200, 3000)} / out {r.randint(200, 3000)}", f"+{r.randint(50, 900)} net", f"void x{r.randint(1, 6)}", f"bm x{r.randint(1, 4)}", f"JP {r.randint(5, 90)} cc", f"CT output {r.randint(10, 300)}", f"emesis {r.randint(20, 400)}ml x{r.randint(1, 3)}", f"I/O {r.randint(400, 2500)}/{r.randint(400, 2500)}", f"residual {r.randint(0, 200)}", f"{r.randint(1, 4)} wet nappies")),
    "dose": lambda r: r.choice((f"morphine {r.randint(1, 10)} mg iv", f"Tylenol {r.choice((325, 500, 650, 1000))} po", f"insulin {r.randint(2, 30)} units", f"heparin {r.randint(5, 20)} u/kg/h", f"NS @ {r.randint(50, 150)}", f"metoprolol {r.choice((12.5, 25, 50))} bid", f"vanc {r.choice((1, 1.25, 1.5))} g q12", f"Lasix {r.choice((20, 40, 80))}", f"ASA {r.choice((81, 324))}", f"{r.randint(1, 3)} tabs qhs prn", f"amoxicillin {r.choice((250, 400, 500))} mg/5 mL", f"Keppra {r.choice((500, 750, 1000))} BD", f"epi 0.{r.randint(1, 5)} mg IM", f"KCl {r.choice((20, 40))} meq", f"prednisolone {r.randint(5, 40)}mg OD", f"levothyroxine {r.choice((25, 50, 88, 112))} mcg")),
    "wound": lambda r: r.choice((f"sacral stage {r.randint(1, 4)} {r.randint(1, 9)} x {r.randint(1, 9)} x 0.{r.randint(1, 9)} cm", f"L heel {r.randint(1, 5)}.{r.randint(0, 9)}x{r.randint(1, 4)} cm", f"{r.randint(4, 30)} staples intact", f"incision {r.randint(3, 20)} cm CDI", f"skin tear R FA {r.randint(1, 4)}cm", f"dsg changed x{r.randint(1, 3)}", f"{r.randint(1, 9)} sutures", f"braden {r.randint(9, 22)}")),
    "lab": lambda r: r.choice((f"K {r.randint(2, 6)}.{r.randint(0, 9)}", f"Na {r.randint(120, 150)}", f"hgb {r.randint(6, 16)}.{r.randint(0, 9)}", f"lactate {r.randint(1, 6)}.{r.randint(0, 9)}", f"trop 0.0{r.randint(1, 9)}", f"INR {r.randint(1, 4)}.{r.randint(0, 9)}", f"WBC {r.randint(2, 25)}.{r.randint(0, 9)}", f"A1c {r.randint(5, 12)}.{r.randint(0, 9)}%", f"Cr {r.randint(0, 4)}.{r.randint(1, 9)}", f"CRP {r.randint(1, 300)}", f"plt {r.randint(20, 450)}", f"pH 7.{r.randint(10, 50)}", f"ferritin {r.randint(5, 900)}", f"eGFR {r.randint(8, 90)}", f"PSA {r.randint(0, 20)}.{r.randint(1, 9)}")),
    "score": lambda r: r.choice((f"PHQ-9 {r.randint(0, 27)}", f"CIWA {r.randint(0, 30)}", f"NIHSS {r.randint(0, 22)}", f"MoCA {r.randint(8, 30)}/30", f"Morse {r.randint(10, 90)}", f"AMTS {r.randint(1, 10)}/10", f"GAD-7: {r.randint(0, 21)}", f"RASS -{r.randint(1, 4)}", f"Apgars {r.randint(5, 9)} and {r.randint(7, 10)}", f"CURB-65 {r.randint(0, 5)}", f"CHA2DS2-VASc {r.randint(0, 8)}", f"ASA {r.randint(1, 4)}", f"Gleason {r.randint(3, 5)}+{r.randint(3, 5)}", f"Grade {r.randint(1, 4)}", f"ECOG {r.randint(0, 3)}", f"MUST {r.randint(0, 4)}", f"20/{r.choice((20, 30, 40, 70))}")),
    "feed": lambda r: r.choice((f"{r.randint(20, 240)} ml q{r.choice((2, 3, 4))}h", f"Jevity @ {r.randint(20, 80)}/hr", f"EBM {r.randint(5, 90)} mL x {r.randint(4, 8)}", f"took {r.randint(1, 6)} oz", f"ate {r.randint(10, 100)}% of lunch", f"Neosure 22 cal, {r.randint(20, 60)} ml", f"BF {r.randint(5, 25)} min each side", f"{r.randint(1, 4)} cans Ensure")),
    "time": lambda r: r.choice((f"{r.randint(0, 23):02d}{r.randint(0, 59):02d}", f"{r.randint(0, 23):02d}:{r.randint(0, 59):02d}", f"{r.randint(1, 12)}:{r.randint(0, 59):02d} {r.choice(('am', 'pm', 'AM', 'PM', 'a.m.'))}", f"{r.randint(1, 12)}{r.choice(('am', 'pm'))}", f"{r.randint(0, 23):02d}:{r.randint(0, 59):02d}:{r.randint(0, 59):02d}", f"{r.randint(0, 23):02d}.{r.randint(0, 59):02d}", f"{r.randint(0, 23):02d}{r.randint(0, 59):02d}h", f"half {r.randint(1, 12)}", "noon")),
    "num": _number, "n": lambda r: str(r.randint(2, 12)), "yr": lambda r: str(r.randint(1948, 2031)), "age": lambda r: r.choice((f"{r.randint(18, 89)}", f"{r.randint(2, 17)}", f"{r.randint(40, 89)}")), "nth": lambda r: r.choice((_nth(r.randint(1, 9)), "first", "second", "third")), "ratio": lambda r: r.choice((f"{r.randint(1, 9)}/{r.randint(2, 10)}", f"{r.randint(1, 5)}:{r.randint(1, 9)}", f"{r.randint(1, 99)}%", f"{r.randint(2, 8)} of {r.randint(8, 12)}", f"{r.randint(1, 5)}-{r.randint(6, 12)}", f"x{r.randint(2, 6)}")), "amt": lambda r: r.choice((f"${r.randint(5, 4000)}.{r.randint(0, 99):02d}", f"£{r.randint(5, 900)}", f"€{r.randint(5, 900)}.{r.randint(0, 99):02d}", f"Rs {r.randint(100, 9000)}", f"${r.randint(1, 9)},{r.randint(100, 999)}")),
    "icd": lambda r: _fill(r, "@##.#", "@##", "@##.##", "9####", "9921#", "J####", "0#@@#ZZ"), "dur": lambda r: f"{r.randint(2, 12)} {r.choice(('days', 'weeks', 'months', 'hrs', 'years', 'min'))}", "rel": lambda r: r.choice(("yesterday", "today", "last week", "overnight", "two days ago", "this morning", "POD 2", "day 4", "next year", "in 6 weeks", "tomorrow", "an hour ago", "since the weekend", "week 12")),
    "wd": lambda r: r.choice((r.choice(_DAYS), r.choice(_DAYS)[:3], r.choice(_DAYS) + "s", r.choice(_DAYS)[:3] + "-Fri")), "room": lambda r: r.choice((f"bed {r.randint(1, 40)}", f"rm {r.randint(100, 900)}", f"bay {r.randint(1, 6)}", f"4{r.choice('ABCEWN')}", f"ward {r.randint(1, 20)}", f"Room {r.randint(1, 50)}{r.choice('AB')}", f"cubicle {r.randint(1, 12)}", f"OR {r.randint(1, 14)}")),
    "epo": lambda r: r.choice(_EPONYMS), "brand": lambda r: r.choice(_BRANDS), "sx": lambda r: r.choice(_SYMPTOMS), "role": lambda r: r.choice(_ROLES), "place": lambda r: r.choice(_PLACES), "lang": lambda r: r.choice(_LANGS), "nat": lambda r: r.choice(_PEOPLES), "head": lambda r: r.choice(_HEADS), "job": lambda r: r.choice(_JOBS), "rela": lambda r: r.choice(_RELATIONS), "start": lambda r: r.choice(_STARTS),
    "ttl": lambda r: r.choice(("Dr. ", "Dr ", "Mr. ", "Mr ", "Mrs. ", "Mrs ", "Ms. ", "Ms ", "Miss ", "Prof. ", "Sr. ", "Nurse ", "Sister ", "Rev. ", "Fr. ", "Officer ", "")), "dr": lambda r: r.choice(("Dr. ", "Dr ", "Dr. ", "Doctor ", "Prof ", "Mr ")), "cred": lambda r: r.choice((", MD", " MD", ", RN", " RN", ", LCSW", ", NP", ", PharmD", ", BSN, RN", ", EMT-P", " (RN)", ", DO", ", PT, DPT", " FRCP", ", MSW", " CNM", ", PA-C", ", RD", "")),
    "st": lambda r: r.choice("AL AZ CA CO FL GA IA IL IN KS MA ME MI MN MO MT NC ND NY OH OK OR PA SC TN TX VA VT WA WI WY NSW VIC QLD ON BC".split()), "sts": lambda r: r.choice(("Ohio", "Texas", "Maine", "Iowa", "Ontario", "Queensland", "Kerala", "California", "Utah", "Georgia", "Virginia", "Scotland", "Northern Ireland", "Wales")), "ctry": lambda r: r.choice(("Ireland", "UK", "United Kingdom", "India", "Australia", "USA", "Canada", "Germany", "Nigeria", "Poland", "Philippines", "Jordan", "Chad", "Turkey", "Guatemala", "New Zealand")),
    "gap": lambda r: " " * r.randint(2, 14), "lb": lambda r: "{", "rb": lambda r: "}", "sexw": lambda r: r.choice(("male", "female", "M", "F", "man", "woman", "boy", "girl", "lady", "gentleman", "y/o M", "yo f")), "sexu": lambda r: r.choice("MFU"),
    "hi": lambda r: r.choice(("Hi", "Hello", "Dear", "Good morning", "Hey", "Morning", "Hi there", "Afternoon", "Good evening", "Namaste", "Dia duit", "Greetings")), "bye": lambda r: r.choice(("Thanks", "Thank you", "Best", "Kind regards", "Regards", "Cheers", "Sincerely", "Warmly", "Many thanks", "Best wishes", "Yours faithfully", "Take care", "Thx", "With thanks", "Respectfully", "Yours truly", "Go raibh maith agat")),
}  # fmt: skip
_UNMARKED: dict[str, Callable[[Cast], str]] = {
    **{name: (lambda c, make=make: make(c.rng)) for name, make in _CLINICAL.items()},
    "hpo": PLAIN["term"], "words": PLAIN["words"], "filler": PLAIN["filler"], "drug": PLAIN["drug"], "acr": PLAIN["acr"], "gene": PLAIN["gene"], "definition": PLAIN["definition"],
}  # fmt: skip


def _cased(fill: Callable[[Cast], str]) -> Callable[[Cast], str]:
    def value(c: Cast) -> str:
        text = fill(c)
        return {"lower": text.lower(), "upper": text.upper()}.get(c.places.get("m_case", ""), text)

    return value


_MINE = "m_"  # before every slot's name, since slots of all authors share one table
SLOTS_IDENTIFIERS: dict[str, tuple[str, Callable[[Cast], str]]] = {
    _MINE + name: (label, _cased(fill)) for name, (label, fill) in _MARKED.items()
}
SLOTS_PLAIN: dict[str, Callable[[Cast], str]] = {_MINE + name: _cased(fill) for name, fill in _UNMARKED.items()}

_SLOT = re.compile(r"\{(\w+)\}")
_EITHER = re.compile(r"\[([^\[\]\n]*~[^\[\]\n]*)\]")


def _open(c: Cast, text: str) -> str:
    """The template with one alternative taken of every `[a~b]`, and this module's mark on every slot's name."""
    while _EITHER.search(text):
        text = _EITHER.sub(lambda m: c.rng.choice(m[1].split("~")), text)
    return _SLOT.sub(rf"{{{_MINE}\1}}", text)


def _as(c: Cast, case: str, text: str) -> str:
    """The template in lower case or capitals, its slots told to follow."""
    c.places["m_case"] = case
    return text.lower() if case == "lower" else re.sub(r"\{\w+\}|[^{]+", lambda m: m[0] if m[0][0] == "{" else m[0].upper(), text) if case == "upper" else text  # fmt: skip


def _some(c: Cast, bank: Sequence[str], low: int, high: int) -> list[str]:
    return c.rng.sample(bank, min(len(bank), c.rng.randint(low, high)))


def _mix(c: Cast, bank: Sequence[str], low: int, high: int, quiet: float = 0.35) -> list[str]:
    """Lines of the bank with sentences that identify nobody among them."""
    lines = _some(c, bank, low, high)
    out = []
    for line in lines:
        if c.rng.random() < quiet:
            out.append(c.rng.choice(_QUIET))
        out.append(line)
    return out


_QUIET = (
    "{vit}, {vit}.", "{io}, {io}.", "{dose} given at {time}.", "{wound}.", "{score}.", "{lab}, {lab}, {lab}.", "{feed}.", "{start}.", "{start}. {start}.", "Known {epo}.", "[Query~?~Possible~r/o] {epo}.", "{epo} [negative~positive~neg~equivocal~not elicited].", "{brand} [in situ~changed~removed~ordered~on order~held~started].",
    "No {sx}, no {sx}.", "C/o {sx} for {dur}.", "{role} [aware~to see~informed~at bedside~called back].", "Moved to {room}.", "Back from {place} at {time}.", "To {place} [by chair~via stretcher~with {role}].", "Speaks {lang}; interpreter [booked~declined~via iPad].", "Identifies as {nat}.", "{lang}-speaking, {nat}.", "{nat} {job}, {age}, [lives alone~lives with partner~smokes {num} a day].",
    "Works as a {job}.", "Seen {rel}; no change.", "Line {n} of the form is blank.", "{n} of {n} rooms were cleaned.", "Question {n}: [yes~no~not sure~sometimes].", "This is the {nth} call about it.", "The {nth} line of chemo was stopped.", "Since {yr} [has had~no] {sx}.", "Smoked {yr}-{yr}.", "In {yr} the rules changed.", "[Flu vaccine~Tetanus~Colonoscopy~Mammogram] {yr}.", "Ratio {ratio}, {ratio} before.", "{icd} {hpo}.",
    "Total {amt}.", "The copay is {amt}.", "{head}:", "{head}: none.", "{head}: see above", "{head} - {sx}", "{wd} clinic is full.", "Review on {wd}.", "Open {wd} to {wd}, {time} to {time}.", "{dur} of {sx}.", "Plan: {dose}, {brand}, recheck {lab}.", "{drug} [increased~weaned~held], {drug} continued.", "{gene} [reported~pending~is a VUS].", "{hpo} and {hpo}.", "[Denies~Reports~Endorses] {hpo}.", "{acr} {ratio}, {acr} {num}.",
    "{filler}", "{definition}", "{words}.", "Please [allow~wait~leave] {dur}.", "Call 911 [if worse~for chest pain].", "Dial 9 for an outside line.", "Press {n} for billing.", "[Medicare~Medicaid~The NHS~The VA~CDC~FDA] rules apply.", "See {brand} leaflet, page {num}.", "Version {n}.{n}, revised {yr}.", "Item {n}: {words}.", "Size {num}, qty {n}, {amt} each.", "[Mr~Mrs] is not needed here.", "Doctor will see you now.", "[Mom~Mum~Dad~Grandma~Nana] [at bedside~is worried~asks about feeds~went home].",
    "[Risk~Fall~Skin] score {num}, [low~moderate~high].", "G{n}P{n}, {n} living.", "{age} y/o {sexw} w/ {sx}.", "{age}-year-old {sexw}, {nat}, {job}.", "Born at {num} weeks.", "Gravida {n}, cervix {n} cm, station -{n}.", "L{n}-L{n} and T{num} [intact~tender~fused].", "[The patient~The caller~The resident~This member] [was advised~agreed~declined~hung up].", "[He~She~They] [ate~slept~walked {num} feet~cried~smiled].", "Pt A&O x{n}.", "NKDA. Full code.", "DNR/DNI on file.",
    "SBAR complete.", "BLS crew, ALS intercept at {time}.", "{num} mg/dL [fasting~random].", "[Left~Right] [Hand~Foot~Knee]: {sx}.", "- {start}", "* {head}", "{n}. {start}", "{n}) {words}", "[x] {start}", "[ ] {head}",
)  # fmt: skip

# --- wards and crews ----------------------------------------------------------------------------------------------

_SHIFT = (
    "rec'd pt from {rnf} at {time}", "rec'd report [from~fr] {rnf}, {vit}", "{rnl} [rn~cna] in to turn q2", "pt {ptf} a&ox3, {vit}", "{ptl} up to brp w/ {rnf}", "mr {ptl} [refused~tolerated~asked for] {brand}", "ms. {ptl} sleeping, {vit}", "{ptf}'s {rela} called @ {time}, wants call back {tel}", "{rela} {knf} [@ bs~at bedside~went home~staying the night~updated]", "{rela} ({knf}) [tearful~appreciative~brought clothes~took valuables home]", "{knf} and {kkf} visiting, no issues",
    "{knf} [{rela}~pt's {rela}] is hcp, # {tel}", "call {knf} not {kkf} if any change", "dr {mdl} [paged~paged x2~aware~rounded~in to see~no new orders]", "paged {mdl} {pgr} re {lab}", "per {mdl} {dose}", "{mdl} ok w/ plan", "{mdf} [from cards~w/ neuro~the intern] said hold {brand}", "np {mdj} put in orders", "t/o dr. {mdl}/{rnf} rn rb x1", "v.o. {mdl} {dose} {time}", "wasted {dose} w/ {rnj}", "witness: {rni}", "2nd check {rni}/{rni}", "{time} {rni}: {io}",
    "blood started {time}, unit {cd}, checked w/ {rnf}", "pump sn {ser} alarming, swapped", "tx from {hosp} {ds}", "transferred from {home} on {ds}", "bed at {home} for {ds}, {rela} {knf} aware", "dc to {home} {wd}", "last bm {dtiny}", "iv placed {dtiny}, due out {dtiny}", "foley d/c'd {ds}", "picc {ds} by {whl}", "lives in {tn} w/ {rela}", "from {tn} originally", "works @ {emp}", "sister {kkf} driving down from {tn}", "swallow eval done by {whf} slp, {score}",
    "pt/ot ({whf}, {whf}) walked pt {num} ft", "chaplain {whf} from {church} came by", "nok {kn}, {tel}", "{rela} {knv} [says~states] pt goes by {nick}", "prefers to be called {nick}", "pt {old} yo, hoh", "{ptl} is {old}, dnr", "mrn {mr} band checked", "id band [wrong~replaced], mrn {mr}, dob {df}", "{room}: {ptl}", "{room} {ptl}, {room} {whl}, {room} {whl}", "swapped rms w/ {whl} in {room}", "{whl} moved to {room}", "report to {whf} rn {place}", "handed over to {whf}", "rpt called {hosp} ext {ext}, {whf} took it", "{rni}", "- {rnj} rn", "{rnf} rn {time}", "/{rni}",
    "flu shot {ds} lot {ser}", "security ({whf}) took wallet, {n} rings", "[gave~showed] {rela} {knf} how to {words}", "{whf} sitter 1:1", "asked for father {whl}", "sw {whf} x{ext} [following~to see]", "interp #{cd} ({lang})", "{rela} lives {adlow}, {tn}", "pcp {mxl} in {tn}", "{orgn} delivering {brand} {ds}", "next dose {ds}", "f/u {ds} w/ {mxl}", "cx sent {ds}, acc {cd}", "{ptw} / {mr}", "pt called out for \"{knf}\" all noc", "thinks {knf} is his {rela}", "dog named biscuit, {rela} {knf} has him",
    "[baby~bb~bg] {ptl} {feed}, mom {knf} pumping", "twin a {ptl} {vit}, twin b {feed}",
)  # fmt: skip
_SHIFT_QUIET = (
    "{vit}", "{vit}, {vit}, {vit}", "{io}", "{dose} w/ good effect", "{wound}", "{score}", "{lab}", "{feed}", "{brand} in place", "{brand} patent", "denies {sx}", "c/o {sx}", "no c/o", "resting w/ eyes closed", "call light in reach", "bed low/locked, srx2", "turned q2", "{role} aware", "{role} in", "to {place} @ {time}, back {time}", "will cont to monitor", "lungs cta, abd soft, +bs", "hx {epo}", "neg {epo}", "ptt due {time}", "nsr on tele", "mae, pearl", "npo p mn", "sips of h2o", "cms intact x4", "may have ice", "will be in am", "mark", "rose to stand w/ 2 assist",
    "{lang} speaking", "{start}", "md aware", "rn to rn", "family at bs, updated", "mom at bs", "d/c iv", "k repl x{n}", "{hpo}", "s/p {epo} pod {n}", "on {drug}", "noc uneventful", "{wd} labs", "chg bath", "fall risk, {brand} on", "{n} l nc", "{ratio} bites", "skin w/d/i",
)  # fmt: skip


def _shift(c: Cast) -> str:
    r = c.rng
    joint = r.choice((". ", "; ", "\n", ", ", " - ", " / ", "... ", "\n- ", ".  "))
    lines = [r.choice(_SHIFT) if r.random() < 0.5 else r.choice(_SHIFT_QUIET) for _ in range(r.randint(4, 14))]
    head = r.choice(
        (
            "",
            "",
            "",
            "{room} ",
            "noc note {ds}: ",
            "{time} ",
            "7p-7a. ",
            "shift note {dus} {time}\n",
            "{ptr} {mr}\n",
            "nsg: ",
            "{ds} {time} {rni}: ",
            "day shift, {wd} {dtiny}\n",
        )
    )
    if r.random() < 0.2:  # clock first on every line
        lines, joint = ["{time} " + line for line in lines], "\n"
    return _as(c, r.choices(("lower", "", "upper"), (80, 17, 3))[0], _open(c, head + joint.join(lines)))


_SBAR = {
    "S": ("{ttl}{ptl} in {room} has {sx}, {vit}.", "[I am~I'm~This is] {rnf} [calling~RN] from {place} about {pt}.", "{ptf} [spiked~dropped sats~is not himself~fell at {time}].", "{dr}{mdl}, it's {rnj} on {room}; {ptl}'s {lab}.", "Concern: {sx} since {time}; {rela} {knf} called it out.", "Pt {ptr}, {age}{sexu}, admitted {ds}.", "Calling re {pti}, {room}: {vit}.", "[Mrs~Mr] {ptl} wants to leave AMA; {kn} on the phone from {tn}."),
    "B": ("Admitted {df} under {dr}{mdl} with {sx}.", "Came from {home} on {ds}. Hx {epo}.", "Known to {dr}{mxl} at {hosp}.", "{age} y/o {sexw} from {tn}, s/p {epo} repair {ds}, {epo}.", "PMH {epo}, {epo}; takes {dose}.", "Lives with {rela} {knf} in {tn}; {job} at {emp}.", "Was at {hosp} until {dm}. {mdf} took over {ds}.", "Allergic to {brand}. Code status per {kn} ({rela}): full.", "{dr}{mxl} saw {ptf} {rel}.", "MRN {mr}. DOB {df}. NKDA."),
    "A": ("{vit}, {vit}. {score}. {lab}.", "I think this is {epo}.", "Looks dry; {io}.", "{whf} from RT agrees: {vit}.", "Worse than {rel}; {rnf} noticed first.", "Lungs wet, {vit}; {wound}.", "Unsure - {mdl} thought {epo}, {mxl} thought {sx}.", "Stable. {feed}."),
    "R": ("Please [see~review~come and see] {ptl} [now~by {time}].", "{dose} and recheck {lab} at {time}, call {mdl} {pgr} if not better.", "Transfer to {place}; {whj} holds the bed at {hosp}.", "Ring {knf} on {tel} before {time}.", "[Can~Could] {mdf} or {mxf} come up?", "Orders read back to {mdl} at {time}, {rni}.", "Rapid response if {vit}.", "F/u {ds}, {gp}, {tel}.", "Escalate to {mxl}, bleep {pgr}."),
    "I": ("[Watcher~Stable~Unstable] - {ptl}", "Illness severity: [watcher~stable]", "{ptl}: sick, {vit}", "{ptu} - STABLE"),
    "P": ("{pt} is a {age} {sexw} w/ {epo}, HD {n}, attending {mdl}.", "{ptl}, {age}{sexu}, from {home}, {sx}; here since {ds}.", "{ptf} [ex-{num} weeker~ex-prem], now {num} g, {feed}; parents {knf} and {kkf}.", "{age}M tx from {hosp} ({tn}) on {ds} for {epo}.", "Patient summary: {ptr}, {lab}; {dr}{mxl} consulted {ds}."),
    "L": ("[ ] f/u {lab} at {time}", "[ ] call {knf} ({rela}) {tel}", "[ ] {mxl} to staff", "[x] {dose}", "Action: chase {lab}; {whf} in the lab x{ext}", "to do: {brand} by {time}, {wound}", "[ ] d/c paperwork for {home} by {ds}", "- MRI {ds} {time}", "- page {mxj} {pgr} w/ results"),
    "C": ("If {vit}: {dose}, call {mdl}.", "If {knf} arrives, [tell her~tell him] {mdl} will meet at {time}.", "Situation awareness: family ({knf}, {kkf}) split on goals.", "If agitated try {rela} {knf}'s voice note before {brand}.", "If temp, cx x{n}, no abx until {mxl} weighs in.", "Contingency: {place} has a bed held for {ptl}."),
    "Y": ("Synthesis by receiver: {rnf} repeated back.", "{whj} read back, no questions.", "Receiver {wh}: understood, {time}.", "Read back [done~ok] {rni} -> {whi}"),
}  # fmt: skip


def _handoff(c: Cast) -> str:
    r = c.rng
    ipass = r.random() < 0.45
    keys, names = ("IPLCY", ("Illness severity", "Patient summary", "Action list", "Situation awareness & contingency", "Synthesis by receiver")) if ipass else ("SBAR", ("Situation", "Background", "Assessment", "Recommendation"))  # fmt: skip
    layout = r.choice(
        (
            "{k}: {t}",
            "{w}: {t}",
            "{w} - {t}",
            "{W}\n{t}",
            "**{w}**\n{t}",
            "{k} - {t}",
            "{k}) {t}",
            "{t}",
            "## {w}\n{t}",
            "<{w}> {t}",
            "[{k}] {t}",
        )
    )
    blocks = []
    for k, w in zip(keys, names, strict=True):
        text = r.choice((" ", "\n")).join(_mix(c, _SBAR[k], 1, 3, 0.25))
        letter = {"L": "A", "C": "S", "Y": "S"}.get(k, k) if ipass else k
        blocks.append(layout.replace("{k}", letter).replace("{w}", w).replace("{W}", w.upper()).replace("{t}", text))
    people = r.choice(
        (
            "",
            "",
            "From: {rn}{cred}  To: {wh}{cred}\n",
            "{rnf} -> {whf}, {ds} {time}\n",
            "Handoff {dus} {time} {room} {ptr}\n",
            "{room} | {ptl}, {ptf} | {age}{sexu} | {mdl}\n",
            "SBAR {rni} {time}\n",
            "Giver {rnl}; receiver {whl}; present {mdl}, {whf}\n",
            "{ptu} {mr} {dus}\n",
        )
    )
    end = r.choice(("", "", "\n{rn}{cred}", "\n-- {rnh}", "\nSigned {rnj} {time}", "\n({rni}/{whi})"))
    many = "\n".join(_some(c, ("{room} {whl} - {sx}, {mdl}", "{room} {whl}, {whf} {age}{sexu} {epo}, {lab}", "{room} empty", "{room} {whr}: d/c {ds}", "{room}: [no change~stable], {vit}", "{room} {whu} {mr} - {place} at {time}", "{room} new from {hosp}, {whl}, {rela} {whf} {tel}"), 0, 5)) if r.random() < 0.25 else ""  # fmt: skip
    return _as(
        c,
        r.choices(("", "lower", "upper"), (80, 14, 6))[0],
        _open(c, people + r.choice(("\n", "\n", "\n\n", " ")).join(blocks) + end + ("\n" + many if many else "")),
    )


_RUN = (
    "DISPATCHED TO {ad}, {tn} FOR {sx}", "DISP {time} / ENRT {time} / ONSC {time} / TRANS {time}", "U/A FOUND {age}/{sexu} [SUPINE~SITTING~ON FLOOR~IN BED], {vit}", "PT {ptr} / DOB {df} / {age}{sexu}", "PT ID'D AS {pt} BY {rela} {knf}", "PT STATES NAME IS {ptf}", "{rela} {kn} ON SCENE", "BYSTANDER {wh} DID CPR", "PMH {epo}/HTN/DM", "MEDS {dose}/{dose}", "ALLERGIES NKDA", "12-LEAD NSR/NO ST CHANGES", "{dose} @ {time} BY {rnl}", "IV 18G L AC BY {rnj} X1", "MED CONTROL DR {mdl} @ {hosp}", "OLMC: {mdl} OK'D {dose}",
    "TRANSPORTED TO {hosp} P{n}", "XPORT {hosp}/{n} MI", "RPT TO {whf} RN @ {time}", "TRANSFER OF CARE {whl} RN/{hosp} ED", "PT FROM {home}, {room}", "STAFF {whf} GAVE HX", "CREW {rnl}/{whl}", "CREW: {rn}{cred} / {wh}{cred}", "ATTENDANT {rnl}, DRIVER {whl}", "UNIT {n} / RUN# {cd}", "INC {cd} / PCR {cd}", "REFUSAL SIGNED BY {kn}/WITNESS {whl}", "OFC {whl} {tn} PD ON SCENE, PLATE {plate}", "MVC AT {way} & {way}", "VEH {plate} VS POLE, {num} MPH", "SCENE {way}/{way}, {co}", "MUTUAL AID FROM {tn} FD", "{labo} FIRE ON SCENE",
    "CB# {tel}", "NOK {kn} {tel}", "PCP {mdl} / {gp}", "WORKS {emp}", "PT AGE {old}", "C-COLLAR/{brand}/LSB", "BGL {num} / GCS {n}", "A/O X{n}, {sx}", "NEG LOC/NEG ETOH", "PUPILS PERL", "SKIN W/P/D", "BLS/ALS INTERCEPT @ {time}", "{vit} / {vit} / {vit}", "ROSC @ {time}", "DC'D {ds} FROM {hosp}", "DIALYSIS M/W/F AT {labo}", "INS {ins} ID {mem}", "SSN {ssn}", "CC: {sx} X {dur}", "LAST SEEN NORMAL {time}", "LKW {ds} {time}", "AED SN {ser}", "NARC LOG {ser} WITNESSED {whl}", "STRETCHER/STAIR CHAIR, NO INCIDENT", "{start}", "TURNED OVER TO {place}", "[E~N~S~W]/B {way} MM {num}",
)  # fmt: skip


def _runsheet(c: Cast) -> str:
    r = c.rng
    joint = r.choice((". ", " / ", "\n", "; ", " // ", ", ", "\n- "))
    head = r.choice(
        (
            "",
            "EMS RUN SHEET\n",
            "PCR {cd}  DATE {dus}\n",
            "{labo} PATIENT CARE REPORT\nINCIDENT {cd} / {dus}\nPATIENT: {ptr}\nADDRESS: {ad}, {tn} {pcu}\n",
            "MEDIC {n} {dus}\n",
            "NARRATIVE: ",
            "D: ",
            "CHART//",
        )
    )
    end = r.choice(("", "\n{rnl} EMT-P", "\nSIGNED: {rn} #{npi}", " /{rni}", "\nCREW CHIEF: {rnh}", ". EOR"))
    return _as(
        c, r.choices(("upper", "", "lower"), (82, 12, 6))[0], _open(c, head + joint.join(_some(c, _RUN, 5, 14)) + end)
    )


# --- messages -----------------------------------------------------------------------------------------------------

_ASK = (
    "My {rela} {knf} [picked up~never got] the {brand} from {pharm}.", "I saw {dr}{mdl} on {ds} and [forgot to ask~was told~still have] {sx}.", "[Could~Can] {dr}{mdl} [send~call in~renew] my {dose} to {pharm} on {way}?", "{mdf} told me to write if the {sx} came back.", "We moved to {ad}, {tn}, {st} {pc} in {dm}.", "My new [cell~mobile~number~phone] is {tel}.", "Please use {mail}, not my old one.", "My insurance changed to {ins}, member ID {mem}, starting {dt}.", "{knf} turns 4 on {dn} and has had {sx} since {wd}.",
    "I'm writing about my {rela}, {kn} (dob {df}).", "This is {knf}, {ptf}'s {rela}.", "Its {ptv} again.", "{ptf} [threw up~fell~won't eat] {n} times {rel}.", "Her {rela} {kkf} says {sx} runs in the family; {kkf}'s {rela} had {epo}.", "The {ptf} I sent in the photo is my twin, ha.", "Photo attached ({img}).", "I work nights at {emp} so call me at {tel} after {time}.", "He goes to {sch} and the nurse there, {ttl}{whl}, needs a note.", "{sch} wants the form by {dn}.", "We are flying to {tn} on {dw} and back {ds}.", "I was in {hosp} from {ds} to {ds}.",
    "The ER doctor at {hosp} ({mxl}, I think) said {epo}.", "Nurse {rnf} was so kind.", "Please thank {rnf} and {whf} for me.", "You can talk to my {rela}, {kn}, {tel}.", "I don't want {kkf} to see my chart.", "My {rela} passed in {dm}, {knf} was {old}.", "I turned {age} this year.", "Is {dt} still open?", "Can we move {ds} to {ds}?", "I missed the visit on {dn} because {words}.", "Bill no {acc} says I owe {amt}.", "{ins} denied it, claim {acc}.", "I live out in {area}, {n} miles from {tn}.", "{orgn} needs a letter that I [can~can't] lift {num} pounds.", "{home} called: {ptl} had a fall on {ds}.",
    "Can you fax it to {fax}?", "My date of birth is {df}.", "The name on the card is {whr}, which is my {rela}.", "{kkf}, {knf} and I all have the cold.", "Do I see {mdf} or {mxf} next?", "{dr}{mxl}'s office in {tn} never called.", "Christening is {dn}, can {ptf} be around people?", "Everyone calls him {nick}.", "I am {lang} speaking but my {rela} {knf} reads English.", "the machine ({brand}, serial {ser}) beeps all night", "i take {dose} from {whf} at the chemist", "who is {wh}? she left a voicemail", "{ptf} and {knf} are both due for shots",
)  # fmt: skip
_REPLY = (
    "Thank you for your message[~ of {ds}~ on {wd}].", "{dr}{mdl} [has reviewed~looked at~is out until {ds}; {dr}{mxl} reviewed] your message.", "I [spoke with~passed this to~asked] {mdf} and {mxl}.", "We have sent {brand} to {pharm} in {tn}.", "Your refill was sent on {ds} to {pharm}.", "Your [visit~scan~appointment] is on {dw} at {time} with {md}.", "Please call {tel}[ and ask for {rnf}~, option {n}~ ext {ext}~].", "We called {tel} and left a message with {knf}.", "{rnf} will ring you {rel}.", "The form for {sch} is ready at the front desk.", "Bring {knf} in on {ds}.", "If {ptf} gets {sx}, go to {place}.",
    "Results for {ptf}: {lab}.", "Our address is now {ad}, {tn} {pc}.", "{gp} is closed on {dh}.", "Starting {dt} we bill through {ins}.", "We need proof of address; the file still says {ad}.", "Ask for {whf} in billing, {tel}.", "We have updated the contact to {kn} ({rela}).", "As {dr}{mxl} wrote on {ds}, this is not {epo}.", "You may reply here or email {mailwk}.", "See {url} for directions.", "We will mail the letter to {ad}.", "The referral to {hosp} went out {ds}, reference {cd}.", "{ins} approved it until {dt}, auth {cd}.",
    "Hope this helps!", "It is normal to have {sx} for {dur}.", "Please do not take {brand} with {brand}.", "Take {dose}.", "We cannot give advice by portal about {sx}.", "{score} is fine.", "No action is needed.", "May we remind you of our late policy?",
)  # fmt: skip


def _portal(c: Cast) -> str:
    r = c.rng
    start = r.choice(
        (
            "{hi} {dr}{mdl},\n",
            "{hi} {mdf},\n\n",
            "{hi},\n",
            "{hi} {dr}{mdl} ",
            "",
            "To whom it may concern,\n",
            "{hi} {rnf} and team - ",
            "dr {mdx}, ",
            "{dr}{mdl}:\n",
            "{hi} all at {gp},\n",
            "Subject: [question~refill~{sx}~URGENT~Re: visit {ds}]\n\n",
            "From: {pt}\nTo: {dr}{mdl}\nSent: {df} {time}\n\n",
            "{hi} {mdl} ",
        )
    )
    who = r.choice(
        (
            "",
            "",
            "My name is {pt}. ",
            "This is {pt}, DOB {df}. ",
            "{pt} here. ",
            "I'm {ptj}'s {rela}. ",
            "Im {ptw} and my chart no is {mr}. ",
            "I am writing for {pt} ({rela}). ",
        )
    )
    body = r.choice((" ", "\n", " ")).join(_mix(c, _ASK, 1, 5, 0.3))
    end = r.choice(
        (
            "",
            "\n\n{bye},\n{pt}",
            "\n{bye}\n{ptf}",
            " {bye}! {ptf}",
            "\n{bye} - {ptj}",
            "\n- {ptf}",
            "\n{ptf} x",
            "\n\n{bye}, {ptf} & {knf}",
            "\n{pt}\n{tel}",
            "\n{pt}\n{ad}\n{tn}\n{pc}",
            "\n\n{kn} (for {ptf})",
            "\nSent from my iPhone",
            "\n{ptv}",
            " {ptw}",
            "\n{pti}",
            "\n{bye}, the {pts}",
            "\n{bye},\n{ptf}\n{mail}",
        )
    )
    return _as(c, r.choices(("", "lower", "upper"), (80, 17, 3))[0], _open(c, start + who + body + end))


def _reply(c: Cast) -> str:
    r = c.rng
    start = r.choice(
        (
            "{hi} {ptf},\n\n",
            "{hi} {ttl}{ptl},\n\n",
            "{hi} {pt},\n",
            "{hi},\n\n",
            "{ptf} - ",
            "{hi} {ptf} and {knf},\n",
            "{hi} {ttl}{ptl} ",
            "From: {rn}{cred}\nTo: {pt}\n\n",
            "RE: [refill~results~{sx}]\n{hi} {ptf}\n",
        )
    )
    end = r.choice(
        (
            "\n\n{bye},\n{rnf}",
            "\n\n{bye},\n{rn}{cred}\n{gp}",
            "\n{rnj}, for {dr}{mdl}",
            "\n{bye}\n{dr}{mdl}",
            "\n{rn} | {role} | {gp} | {tel}",
            "\n\n{rnf}\n{gp}, {ad}, {tn}",
            "",
            "\n--\n{md}{cred}\n{hosp}\nTel: {tel} Fax: {fax}",
            "\n{bye}, {rnf} @ {gp}",
            "\nYour care team at {gp}",
            "\n\nElectronically sent by {rng} on {df} {time}",
        )
    )
    return _open(c, start + r.choice((" ", "\n")).join(_mix(c, _REPLY, 2, 5, 0.2)) + end)


_COLLEAGUE = (
    "Could you squeeze in {ttl}{ptl} ({mr}) on {ds}?", "{ptl} is back - {sx}, {lab}.", "I saw {pt} with {mxl} {rel}.", "{mxf} mentioned you know the {pts} from {tn}.", "Following up on the {ptl} case from {wd}.", "The family ({knf}, {kkf}) want a second opinion at {hosp}.", "Cc'ing {wh} and {wh}.", "+{whf} for visibility.", "Looping in {whf} from {ins}.", "{wh} at {labo} can rerun specimen {cd}.", "Journal club is {dn}; {whf} presents on {epo}.", "I'm off {ds}-{ds}, {mxj} covering, pager {pgr}.", "Rota: {whl} {wd}, {whl} {ds}, {mxl} {ds}.",
    "New starters: {wh} ({role}), {wh} ({role}) and {wh}.", "{wh} leaves {hosp} for {hosp} at {dm}.", "The M&M on {ds} moved to {ds}, {room}.", "Path from {labo} dated {df}: {epo}.", "{mxl} et al. would call this {epo}.", "IRB no. {cd}, subject {subj}, is {pti}.", "See {url}.", "My cell is {tel}, office x{ext}.", "Consent was signed by {kn} on {df}.", "Dictation {cd} is missing for {ptu}.", "Can {whf} book {place} for {dw}?", "He coached at {sch} and now works for {emp}.", "Met {whf} at {church} and she asked about {ptf}.", "Thanks {whf}!", "Agree with {mxl}.", "{mxl}'s point about {epo} is fair.", "[Ping~Ask~Try] {whf} or {whf}.",
    "Attached: {img}.", "{ptl}, {whl}, {whl} and {whl} are ready for d/c.", "Bed in {home} from {ds}, contact {wh}, {tel}.", "He is {old} and plays bowls in {tn}.", "Please log in as {mda} until {whf} resets mine; from {ip}.", "Dr. {mxl} ({hosp}) and Dr. {whl} ({hosp}) both declined.",
)  # fmt: skip


def _email(c: Cast) -> str:
    r = c.rng
    head = r.choice(
        (
            "From: {md} <{mailwk}>\nTo: {mx} <{mailwk}>\nCc: {wh}; {wh}\nDate: {dw}, {time}\nSubject: [Fwd~Re]: {ptl}\n\n",
            "To: {mxr}\nFrom: {mdr}\nSubject: {ptl}, {ptf} - [results~bed~{sx}]\n\n",
            "Subject: {ttl}{ptl}\n\n",
            "",
            "",
            "On {dw} at {time}, {md} wrote:\n> ",
            "From: {md}\nSent: {df} {time}\nTo: {mx}; {whr}\nSubject: [FW~RE~]: rota\n\n",
            "{md} <{mailwk}> wrote:\n",
        )
    )
    hello = r.choice(
        (
            "{hi} {mxf},\n\n",
            "{mxf},\n\n",
            "{hi} both,\n",
            "{hi} {mxf}, {whf},\n",
            "{mxf} - ",
            "{hi} team,\n",
            "{hi} {dr}{mxl},\n",
            "All,\n",
            "{hi} {mxf} & {whf}\n",
            "@{mxf} ",
        )
    )
    end = r.choice(
        (
            "\n\n{bye},\n{mdf}",
            "\n{bye}\n{mdf}\n\n{md}{cred}\n{role}, {hosp}\n{ad}\n{tn}, {st} {pc}\nT {tel} | F {fax} | {mailwk}",
            "\n{mdi}",
            "\n-{mdi}",
            "\n\n{md}{cred} | {hosp} | {url}",
            "\nSent from my phone",
            "\n{bye}, {mdf}",
            "\n{mdj}",
            "\n\n--\n{md}\n{hosp} · {tn}",
        )
    )
    return _open(c, head + hello + r.choice((" ", "\n\n", " ")).join(_mix(c, _COLLEAGUE, 1, 5, 0.25)) + end)


_CHAT = (
    "can u see {ptl} in {room}", "{ptl} k is {num}", "who has {ptl}?", "thats {mdf}s pt", "ask {mdv}", "{mxv} has it", "@{whf} [ur pt is back~call me~{tel}]", "@{wha} pls ack", "@{whl} ty", "ok", "on my way", "lol no thats {whf}", "omw to {place}", "{vit}", "{dose}?", "yes {dose} fine", "{lab} back", "cb {tels}", "call {ext}", "{pgr}", "{whv} or {whv} on tonight?", "{whf} swapping w/ me {dtiny}", "r u off {dn}", "family here - {knf} + {kkf}", "{rela} {knf} asking for u", "dc to {home} {dtiny}", "tx accepted {hosp} - {mxl}", "{pti} in {room} crumping", "name alert 2 {pts} on unit", "which {ptl}? {ptf} or {whf}", "the {age}yo {epo}", "not him, {nick}",
    "mr {ptx} wants to go home", "{ptf}s {rela} is a {job} at {emp}", "can {whf} cover {wd}", "👍", "k", "brb", "done", "who is dr {whx}", "fri ok, {ds} better", "its {whf} from {pharm} re {brand}", "ur appt w/ {md} is {dtiny} at {time}. reply C to confirm", "{gp}: {ptf} due for flu shot. call {tel}", "{hosp} ALERT code blue {room}", "hey its {ptf}, running late", "im at {adlow}", "{tn} or {tn} clinic today?", "pick up {knf} from {sch} at {time}", "landlord {whf} says {dn}", "happy bday {whf}!!", "RIP {whl}, {old}", "ugh {brand} again", "mark as read", "will do", "hope so", "may be a while", "{start}", "no {sx}", "neg {epo}", "{whf} here", "- {whf}", "thx {whf}", "ty {whv}!",
    "pls text {knv} {tel}", "{mdl} says no", "{mdl}: agree", "mrn {mr}", "{ptl} {mr}", "new consult {ptr} {room} {sx}",
)  # fmt: skip


def _chat(c: Cast) -> str:
    r = c.rng
    speakers = r.choice((("{rnf}", "{mdf}", "{mxf}"), ("{rna}", "{mda}", "{mxa}"), ("{rn}", "{dr}{mdl}", "{mx}"), ("{rnv}", "{mdv}", "me"), ("RN", "MD", "UC"), ("{rni}", "{mdi}", "{mxi}"), ("{rnh}", "{mdh}", "{mxh}"), ("@{rna}", "@{mda}", "@{mxa}")))  # fmt: skip
    layout = r.choice(
        (
            "{w}: {t}",
            "[{h}] {w}: {t}",
            "{w} {h}\n{t}",
            "{h} {w} - {t}",
            "{w}> {t}",
            "<{w}> {t}",
            "{t}",
            "{t}",
            "{w} ({h}): {t}",
            "{h} | {w} | {t}",
            "**{w}** {t}",
        )
    )
    lines = [layout.replace("{w}", r.choice(speakers)).replace("{h}", "{time}").replace("{t}", r.choice(_CHAT)) for _ in range(r.randint(2, 11))]  # fmt: skip
    head = r.choice(
        (
            "",
            "",
            "",
            "Secure chat {dus}\n",
            "Group: {ptl} care team\n",
            "Thread: {room} - {ptr}\nMembers: {rn}, {md}, {mx}\n",
            "#{place} channel\n",
        )
    )
    return _as(c, r.choices(("", "lower"), (65, 35))[0], _open(c, head + "\n".join(lines)))


_CALL = (
    "Caller: {kn} ([{rela}~for pt~HIPAA ok])", "Caller states {ptf} has {sx} x {dur}.", "{knf} called re: {ptf}'s {brand}.", "Spoke with {ptf} {rel}.", "LVM for {ptf} at {tel}.", "LM w/ {knf}, {tel}.", "Callback number {tel}.", "No answer {tel} x{n}; mailbox full.", "{ptf} [verified~confirmed] name and DOB {df}.", "Pt requests {brand} to {pharm}, {way}.", "{pharm} ({whf}) calling to clarify {dose}.", "{whf} from {ins} on the line, ref# {cd}.", "{home} nurse {whf} reports {vit}.", "Transferred to {rnf}, ext {ext}.", "Routed to {mdl} pool.", "Message taken by {rni} {time}.", "{dr}{mdl} advises {dose}.",
    "Per {dr}{mdl}: no {brand}, come in {ds}.", "Appt made {dw} {time} w/ {mx}.", "{ptl} is in {tn} until {ds}.", "Moved to {tn}; new addr {ad}.", "Pt upset, wants to speak to {mdf}.", "Wants all {mxl} notes sent to {gp}, fax {fax}.", "Mom ({knf}) says {ptf} was around {kkf}, who has {epo}.", "Interpreter {whf}, ID {cd}, {lang}.", "Advised {place} if {sx}.", "Protocol: {sx}, adult. Disposition: home care.", "{knf} agreed and repeated back.", "Will call {ds}.", "Called {hosp} med rec, {whf}, for records {dm}-{dm}.", "Auth {cd} good through {df}.", "Closed by {rng}.", "Spelled name {ptu}.", "Pt employer {emp} needs note.", "{knf} hung up.", "2nd attempt {ds} {rni}, 3rd {ds} {whi}.", "Pt states \"{knf} told me to stop the {brand}\".", "Dr. on call: {mxl}, paged {pgr} {time}.", "Not on HIPAA form: {kkf}.", "Patient is {old}, lives with {kkf}.",
)  # fmt: skip


def _call(c: Cast) -> str:
    r = c.rng
    head = r.choice(
        (
            "TELEPHONE ENCOUNTER\n{ptr} {mr} {dus} {time}\n",
            "Phone note {ds}: ",
            "Tel call {time} - ",
            "Incoming call\nPatient: {pt}\nDOB: {df}\nTaken by: {rnf}\n",
            "",
            "T/C from {kn} {tel}. ",
            "{df} {time} {rna}: ",
            "TRIAGE CALL // {pt} // {tel}\n",
            "While you were out\nTo: {md}\nFrom: {kn}\nOf: {orgn}\nPhone: {tel}\n",
            "Date {dus} Time {time} Operator {rni}\n",
        )
    )
    end = r.choice(
        ("", "", "\n{rn}{cred}", " {rni}", "\n-{rnf}", "\nElectronically signed: {rnr} {dus} {time}", " /{rna}")
    )
    return _as(
        c,
        r.choices(("", "lower", "upper"), (84, 11, 5))[0],
        _open(c, head + r.choice((" ", "\n", " ", "\n- ")).join(_mix(c, _CALL, 3, 8, 0.2)) + end),
    )


_TALK = (
    "Can you state your name?", "{pt}.", "It's {ptf}, with a K.", "And your date of birth?", "{df}.", "{dm}... no, {dt}.", "Have you seen {dr}{mxl} before?", "No, only {mxf}.", "I saw somebody called {whf} at {hosp}.", "Who's with you today?", "My {rela}, {knf}.", "Hi, I'm {knf}.", "Nice to meet you, {knf}.", "Where do you live?", "{tn}, out by {area}.", "Over on {way}, number {num}.", "At {ad}.", "With my {rela} {kkf} and the kids, {whf} and {whf}.", "What do you do for work?", "I'm a {job} at {emp}.", "I was at {emp} for {n} years.", "Retired. I used to teach at {sch}.", "Any {sx}?", "Yeah, {sx}, since {dm}.", "Since about {ds}.", "Um, {rel}.",
    "Which pharmacy?", "{pharm} in {tn}.", "What's the best number?", "{tel}.", "{tels}, I think.", "How old are you now?", "I'll be {old} in {dm}.", "{age}.", "Do you take {brand}?", "I take {dose}.", "Okay, {ptf}, deep breath.", "Thanks, {rnf}.", "{dr}{mdl} will be in shortly.", "Right, {ttl}{ptl}.", "[laughs]", "(inaudible) {whf} said so.", "Mm-hm.", "I don't know.", "It says {epo} here.", "My mother had {epo}.", "{rela} had {epo}, {knf} did.", "On a scale of one to ten?", "{ratio}.", "{vit}.", "Well.", "May I have a look?", "Will it hurt?", "Hope not.", "No, never.", "Bless you.", "Who is {nick}?", "That's what they call me, {nick}.", "I go to {church} on {wd}s.", "{ins}, the number is {mem}.", "We came from {ctry} in {yr}.", "I speak {lang}.",
    "See you on {dw}.", "Let's say {ds} at {time}.", "Is {knf} your {rela}?", "No, {knf} is my {rela}; {kkf}'s my {rela}.", "Call {kkf}, not {knf}.", "You met {mdf}?", "The one from {hosp}, {mdl}?", "Say hello to {whf} and {whf}.", "What year is it?", "{yr}.", "What day?", "{wd}.", "Who is the president?", "Spell that?", "Count back from {num}.", "{start}.", "{filler}",
)  # fmt: skip


def _transcript(c: Cast) -> str:
    r = c.rng
    pairs = (("Clinician", "Patient", "Family"), ("{dr}{mdl}", "{ptf}", "{knf}"), ("{mdy}", "{ptz}", "{knz}"), ("{md}", "{pt}", "{kn}"), ("{mdi}", "{pti}", "{kni}"), ("INTERVIEWER", "{pty}", "{knz}"), ("Dr. {mdl}", "Mr. {ptl}", "Mrs. {knl}"), ("D", "P", "M"), ("{rnf} (RN)", "{ptf}", "{knf} ({rela})"), ("Speaker 1", "Speaker 2", "Speaker 3"), ("DR. {mdy}", "MS. {pty}", "{kny}"), ("Nurse {rnf}", "{ptj}", "{knf}"), ("[{mdf}]", "[{ptf}]", "[{knf}]"))  # fmt: skip
    trio = r.choice(pairs)
    mark = r.choice((": ", ": ", ":\n", " - ", " — ", ":\t", " > ", ". "))
    stamp = "[{time}] " if r.random() < 0.15 else ""
    head = r.choice(
        (
            "",
            "",
            "",
            "Transcript, {df}\nPresent: {md}{cred}, {pt}, {kn} ({rela})\n\n",
            "Interview {subj}, recorded {ds} at {hosp}\n",
            "Call recording {cd}\n",
        )
    )
    return _open(c, head + r.choice(("\n", "\n", "\n\n")).join(f"{stamp}{trio[i % 2] if r.random() < 0.9 else trio[2]}{mark}{' '.join(_some(c, _TALK, 1, 2))}" for i in range(r.randint(4, 14))))  # fmt: skip


# --- visits, letters, logs ----------------------------------------------------------------------------------------

_VISIT = (
    "Visited {pt} at home, {ad}, {tn}, on {df}.", "HV to {ptf} and {rela} {knf} {ds}.", "{ptf} lives in a {n}-room flat on {way} with {knf} ({age}), {kkf} ({age}) and {whf} ({n}).", "Household: {kn} ({rela}), {kk} ({rela}), {wh} (lodger).", "Father, {wh}, is in {tn} and has no contact.", "{ptf}'s {rela} {whf} was recently let go from {emp}.", "Family is {nat}; speaks {lang} at home.", "{ptf} attends {sch}; teacher {ttl}{whl} reports {words}.", "Landlord ({wh}, {tel}) has issued notice for {dt}.", "Referred by {wh}, {role}, {hosp}.",
    "Case no. {cd}; opened {df}; worker {rn}{cred}.", "{church} provides {n} meals a week.", "Care package from {home}, {n} visits daily, key safe {four}.", "{whf} from {home} comes {wd}s.", "TC to {ttl}{whl} at {co} housing, {tel}.", "CPS worker {wh} ({co}) informed {ds}.", "{ptf} moved from {tn} to {tn} in {dm}.", "{ptl} family known to service since {yr}.", "Benefits: {amt} weekly.", "School run shared with neighbour {whf}.", "Smoke alarm [present~absent]; {n} steps to door; {n} rooms.", "Goal {n}: {words}.", "Strengths: warm bond between {ptf} and {knf}.", "Safeguarding lead {whl} aware.", "Next visit {dw} at {time}.", "{knf} has POA; {kkf} disagrees.",
    "{ptf} is {old} and [sharp as a tack~frail].", "Attorney {wh}, {ad}, {tn}.", "Court date {dt}.", "{ptf} wishes to be buried in {tn} beside {knf}.", "Worked at {emp} until {dm}.", "Met {rela} at {place}; {knf} tearful.", "Bus from {area} takes {num} min.", "Lives rurally, {ad}, near {area}.", "Eircode {pc}.", "Known as \"{nick}\" to friends.", "{knf}, {kkf} and {whf} took turns caring.", "Dog bit the {role}.", "The {pts} have applied to {orgn}.", "Probation officer {whl} ({tn}).", "Registered with {gp}, {dr}{mdl}.",
)  # fmt: skip


def _homevisit(c: Cast) -> str:
    r = c.rng
    head = r.choice(
        (
            "SOCIAL WORK ASSESSMENT\nClient: {pt}\nDOB: {df}\nWorker: {rn}{cred}\n\n",
            "Home visit {ds}\n",
            "",
            "Re: {pt}, {ad}, {tn}\n\n",
            "{ptj} - HV {df}\n",
            "{head}\n",
            "Psychosocial\n",
        )
    )
    text = _mix(c, _VISIT, 3, 9, 0.25)
    if r.random() < 0.25:
        text = [f"\n{{head}}{r.choice((': ', chr(10)))}{line}" for line in text]
    end = r.choice(
        ("", "\n\n{rn}{cred}", "\n{rnj}, Social Worker, {tel}", "\nSigned {rnh}, {df}", "\n{rni} {ds}", " -{rnf}")
    )
    return _open(c, head + r.choice((" ", " ", "\n")).join(text) + end)


_LETTER = (
    "We are pleased to offer you an appointment with {md} on {dw} at {time}.", "Your appointment on {ds} has been [moved to~cancelled; the new date is] {dt}.", "Please attend {place}, {hosp}, {ad}, {tn}.", "You have been referred by {dr}{mdl} of {gp}.", "Bring this letter and a list of medicines such as {brand}.", "Please arrive {n} minutes early.", "If you cannot attend, ring {tel}[ quoting {cd}~].", "Your claim {acc} for services on {df} was [denied~paid~adjusted].", "Member {pt}, ID {mem}, group {mem}.", "Patient: {ptr}; provider: {mdr}; date of service {dus}; billed {amt}; paid {amt}.", "Amount due {amt} by {df}.",
    "Account {acc} is {num} days past due.", "Make checks payable to {hosp}, {ad}, {tn}, {st} {pc}.", "{ins} has asked {hosp} for records from {dm} to {dm}.", "CPT {icd}, dx {icd}, {n} units.", "The policyholder, {kn}, of {ad}, {tn}, must sign.", "Appeal by {df} to {wh}, Appeals, {ad}, {tn} {st} {pc}.", "NPI {npi}, Tax ID {acc}.", "Payment by card ending {four} was received {ds}.", "We spoke to {ttl}{knl} on {ds}.", "This letter confirms that {pt} has been under my care since {dm}.", "{ttl}{ptl} may return to work at {emp} on {dt}.", "{ptf} should be excused from {sch} {ds} to {ds}.", "Statement of {ttl}{ptl}, {ad}.", "Questions? Contact {whj} at {tel} or {mailwk}.",
    "Visit {url}.", "Parking is free after {time}.", "We wrote to you in {dm} and again on {dn}.", "The transport from {tn} leaves at {time}.", "Dr {mdl}'s secretary is {wh}, extension {ext}.", "Our {tn} office is now part of {ins}.", "Your NHS number is {mr}.", "Ref: {mdi}/{rni}/{cd}",
)  # fmt: skip


def _officeletter(c: Cast) -> str:
    r = c.rng
    top = r.choice(
        (
            "{hosp}\n{ad}\n{tn}\n{pc}\nTel: {tel}\n\n",
            "{ins}\nP.O. correspondence: {ad}, {tn}, {st} {pc}\n\n",
            "{gp}, {ad}, {tn}, {pc}\n{df}\n\n",
            "",
            "{hosp} · {ad} · {tn} · {tel}\n\n",
            "Our ref: {cd}\nYour ref: {mdi}/{rni}\nDate: {df}\n\n",
        )
    )
    to = r.choice(
        (
            "{ttl}{pt}\n{ad}\n{tn}\n{co}\n{pc}\n\n",
            "{ttl}{ptu}\n{ad}\n{tn} {st} {pcu}\n\n",
            "{pt}\n{ad}\n{area}\n{tn} {pc}\n{ctry}\n\n",
            "Parent/Guardian of {pt}\n{ad}, {tn}\n\n",
            "",
            "{df}\n\n{pt}\n{ad}\n{tn}, {st}  {pc}\n\n",
        )
    )
    dear = r.choice(
        (
            "Dear {ttl}{ptl},\n",
            "Dear {pt},\n\n",
            "Dear Sir or Madam,\n",
            "Dear {ptf},\n\n",
            "Dear Member,\n",
            "To {kn},\n",
            "Dear parents of {ptf},\n",
        )
    )
    re_ = r.choice(
        (
            "",
            "RE: {pt} DOB: {df}\n",
            "Re: Claim {acc} - {ptr}\n",
            "Subject: [appointment~invoice~your policy]\n",
            "In the matter of {pt}, {mem}\n",
            "NHS No: {mr}\n",
        )
    )
    end = r.choice(
        (
            "\n\nYours sincerely,\n\n{rn}\n{role}",
            "\n\nSincerely,\n{wh}\nClaims, {ins}",
            "\n{bye},\n{dr}{md}{cred}",
            "\n\n{bye}\n{md}{cred}\n{role}\ncc {dr}{mxl}, {gp}; {kn}",
            "",
            "\n\npp {wh}\nfor {dr}{mdl}",
            "\nEnc. ({n})",
        )
    )
    return _open(c, top + to + re_ + dear + r.choice((" ", "\n", "\n\n")).join(_mix(c, _LETTER, 2, 6, 0.2)) + end)


_FAXED = (
    "To{k}{md}", "To{k}{whf} / {gp}", "Attn{k}{wh}, {role}", "From{k}{rn}{cred}", "From{k}{hosp}, {place}", "Fax{k}{fax}", "Phone{k}{tel}", "Tel{k}{tel} ext {ext}", "Date{k}{df}", "Time{k}{time}", "Pages{k}{num} incl. cover", "No. of pages{k}{n}", "Re{k}{ptr}, DOB {df}", "Re{k}{pt} - {sx}", "Subject{k}Records request {cd}", "Company{k}{orgn}", "Facility{k}{hosp}", "Address{k}{ad}, {tn}, {st} {pc}", "CC{k}{mxl}, {whl}", "Urgent{k}Yes", "Patient{k}{ptu}", "MRN{k}{mr}", "Claim{k}{acc}", "Comments{k}{start}; call {whf} {tel}", "Job no{k}{cd}",
)  # fmt: skip


def _fax(c: Cast) -> str:
    r = c.rng
    k = r.choice((": ", ":  ", ":\t", " ", ":\n", " - ", "......", ": ____", " = "))
    lines = [line.replace("{k}", k) for line in _some(c, _FAXED, 5, 13)]
    if r.random() < 0.25:
        lines = ["{gap}".join(lines[i : i + 2]) for i in range(0, len(lines), 2)]
    head = r.choice(
        (
            "FAX\n",
            "FACSIMILE TRANSMITTAL\n",
            "*** FAX COVER ***\n{hosp}\n{ad}\n{tn}, {st} {pc}\n\n",
            "Fax cover sheet\n\n",
            "{df} {time}  FROM: {orgn}  {fax}  P. 1/{n}\n",
            "{orgn} Fax: {fax} {dus} {time} Page {n} of {n}\n",
        )
    )
    tail = r.choice(
        (
            "",
            "\nCONFIDENTIAL: may contain protected health information.",
            "\n\nPlease [send~fax] {ptf}'s records to {whf} by {dt}.",
            "\nIf received in error call {whf} at {tel}.",
            "\n{bye},\n{rn}",
            "\nMessage: {dr}{mdl} asks for {lab} from {dm}.",
        )
    )
    return _open(c, head + "\n".join(lines) + tail)


_TRIAL = (
    "Subject {subj} ({pti}), site {cd}, PI {dr}{mdl}.", "AE #{n}: {sx}, grade {n}, onset {df}, resolved {df}.", "SAE reported by {wh}, coordinator, within {n} h.", "Hospitalised at {hosp} {ds}-{ds}.", "Subject {subj} withdrew {df}; moved to {tn}.", "Relatedness per {mdl}: [unlikely~possible~probable].", "Monitor {wh} ({labo}) on site {dt}.", "Screened {df}, randomised {df}, kit {cd}.", "Lot {ser}, exp {dm}.", "Device serial {ser} returned to {orgn}.", "Consent v{n}.{n} signed {df} by {kn} ({rela}).", "Deviation: visit {n} out of window, {ds} instead of {ds}.", "Query {cd} closed by {wha} {diso}.", "{ptf} called coordinator {whf} at {tel}.", "{diso} {time} {wha} {words}", "{diso} {time} INFO user={wha} ip={ip} record={cd}",
    "CRF page {n}: {lab}, {lab}.", "Cohort {n}, arm B, day {num}.", "Concomitant: {dose}, {brand}.", "DSMB chair {wh} notified {ds}.", "Sample {cd} drawn {df} {time}, shipped to {labo} by {whi}.", "Cousin of subject {subj}.", "Participant initials {pti}, year of birth {yr}.", "Diary: {sx} on {ds}, {ds} and {ds}.", "Photo {img} filed.", "Reported to {orgn} ethics board ref {cd}.", "Source: {dr}{mxl}'s letter of {df}.", "Rescue {brand} x{n}.", "Visit {n} ({dus}): {vit}, {score}.", "PI signature: {md}, {df}", "Paid {ptf} {amt}, receipt {acc}.", "Case {n}: {age}-year-old {sexw}, {epo}.",
)  # fmt: skip


def _trial(c: Cast) -> str:
    r = c.rng
    head = r.choice(
        (
            "",
            "ADVERSE EVENT LOG - protocol {cd}\n",
            "Study: {acr}-{n} | Site: {hosp}, {tn} | PI: {md}\n",
            "Subject ID: {subj}\nInitials: {pti}\n",
            "Note to file {df}\n",
            "Incident report\n",
        )
    )
    return _open(
        c,
        head
        + r.choice(("\n", "\n", " ", "\n- ", "\n\n")).join(_mix(c, _TRIAL, 3, 9, 0.2))
        + r.choice(("", "\n{rn} {df}", "\n{rni}", "\nLogged by {wh}{cred} {diso}")),
    )


# --- forms, tables, machine formats -------------------------------------------------------------------------------

_FIELDS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("Name", "Patient name", "Pt", "Full Name", "Client", "NAME", "Resident", "Legal Name", "Patient"), ("{pt}", "{ptr}", "{ptu}", "{ptn}", "{ptw}")), (("Last name", "Surname", "Family name", "lastName", "LName"), ("{ptl}", "{pty}")), (("First name", "Given name", "firstName", "Forename"), ("{ptf}", "{ptz}")), (("Preferred name", "Known as", "Nickname", "AKA", "alias"), ("{nick}", "{ptf}", '"{nick}"')), (("Maiden name", "Previous surname", "Mother's maiden name"), ("{whl}",)),
    (("DOB", "Date of birth", "Born", "birthDate", "D.O.B.", "Birth Date"), ("{df}", "{diso}", "{dus}")), (("Age", "Age (yrs)", "age"), ("{age}", "{age}", "{age}", "{old}")), (("Sex", "Gender", "sex"), ("{sexu}", "{sexw}")), (("MRN", "Hospital no", "Chart #", "Med Rec No", "Record number", "NHS No", "mrn"), ("{mr}",)), (("SSN", "Social Security", "PPS No"), ("{ssn}",)),
    (("Address", "Home address", "Addr", "Mailing address", "address"), ("{ad}", "{ad}, {tn}, {st} {pc}", "{ad}, {tn}", "{ad}, {tn}, {co}, {pc}")), (("Street", "Address line 1", "Addr 1", "street"), ("{ad}",)), (("City", "Town", "City/Town", "city", "Suburb"), ("{tn}",)), (("State", "State/Prov", "state"), ("{st}", "{sts}")), (("County", "Parish", "District"), ("{co}",)), (("Zip", "Postcode", "Post code", "Eircode", "PIN code", "postalCode", "ZIP Code"), ("{pc}",)), (("Country", "Country of birth"), ("{ctry}",)),
    (("Home phone", "Phone", "Tel", "Mobile", "Cell", "Telephone (H)", "Contact no.", "phone", "Ph"), ("{tel}",)), (("Pager", "Bleep"), ("{pgr}",)), (("Ext", "Extension"), ("{ext}",)), (("Fax", "Fax no"), ("{fax}",)), (("Email", "E-mail", "email"), ("{mail}",)), (("Employer", "Place of work", "Works at", "employer", "School/Employer"), ("{emp}", "{sch}", "self")), (("Occupation", "Job title", "occupation"), ("{job}",)), (("School", "Daycare", "College"), ("{sch}",)),
    (("Insurance", "Insurer", "Payer", "Primary ins", "Health fund", "payer"), ("{ins}", "Medicare", "none")), (("Policy no", "Member ID", "Subscriber #", "memberId", "Medicare no"), ("{mem}",)), (("Group", "Group number"), ("{mem}",)), (("Subscriber", "Policyholder", "Guarantor"), ("{kn}", "{knr}", "self")), (("Account", "Acct #", "Account no.", "accountNumber"), ("{acc}",)), (("Visit no", "Encounter", "CSN", "Episode", "Order ID"), ("{cd}",)),
    (("Next of kin", "NOK", "Emergency contact", "ICE", "Kin"), ("{kn}", "{kn} ({rela})", "{kn} ({rela}) {tel}", "{kn}, {tel}", "{knf} - {rela} - {tel}")), (("Mother", "Father", "Guardian", "Spouse", "Mother's name", "Parent"), ("{kn}", "{knf}", "{kk}")), (("Relationship", "Relation"), ("{rela}",)), (("GP", "PCP", "Family doctor", "Primary care", "Referring", "Ref MD", "provider"), ("{md}", "{dr}{mdl}", "{mdr}", "{dr}{md}{cred}", "{mdl}, {gp}")), (("Attending", "Consultant", "Surgeon", "Physician", "Seen by", "attending"), ("{mx}", "{dr}{mxl}", "{mxr}{cred}", "{mxl}")),
    (("Nurse", "RN", "Triage nurse", "Completed by", "Entered by", "Clerk", "Registered by"), ("{rn}", "{rnf}", "{rni}", "{rna}", "{rnh}")), (("Facility", "Hospital", "Site", "Location", "facility"), ("{hosp}", "{ab}", "{hosp}, {tn}")), (("Clinic", "Practice", "Surgery"), ("{gp}",)), (("Pharmacy", "Pref. pharmacy", "Chemist"), ("{pharm}", "{pharm}, {way}, {tn}", "{pharm} {tel}")), (("Care home", "SNF", "Living situation", "Residence"), ("{home}", "alone", "with {rela}")), (("Church", "Religion", "Parish"), ("{nat}", "{church}")),
    (("Date", "Visit date", "Admit date", "Admitted", "Date of service", "Arrival", "Discharged", "date", "Registered on"), ("{df}", "{dus}", "{df} {time}", "{dw}")), (("Next appt", "Review date", "Due"), ("{dt}", "{dw} {time}")), (("Time", "Arrival time"), ("{time}",)), (("Ward", "Unit", "Bed", "Room"), ("{room}",)), (("Language", "Interpreter", "language"), ("{lang}", "English", "no")), (("Ethnicity", "Race", "Nationality"), ("{nat}",)), (("Allergies", "Allergy"), ("NKDA", "{brand}", "penicillin")), (("Complaint", "CC", "Reason", "reason", "Presenting problem"), ("{sx}", "{sx}, {sx}")),
    (("Dx", "Diagnosis", "Problem", "diagnosis"), ("{epo}", "{hpo}", "{icd} {hpo}")), (("Vitals", "Obs"), ("{vit}, {vit}",)), (("BP",), ("118/76",)), (("Weight", "Wt (kg)", "weightKg"), ("{num}",)), (("Meds", "Medication"), ("{dose}", "{dose}; {dose}")), (("Labs", "Result"), ("{lab}",)), (("Score", "Risk"), ("{score}", "low", "High")), (("Triage", "Acuity", "ESI", "Priority"), ("{n}", "Urgent", "Green")), (("Device", "Implant", "Pump"), ("{brand}", "{brand} SN {ser}")), (("Serial", "Serial no", "Lot", "UDI"), ("{ser}",)),
    (("NPI", "License #", "DEA", "Driver's license", "Passport no", "GMC"), ("{npi}",)), (("Plate", "Vehicle reg", "License plate"), ("{plate}",)), (("VIN",), ("{vin}",)), (("Signature", "Signed", "Witness", "Sign"), ("{rng}", "{mdg} {dus}", "{kng}", "____")), (("Consent", "Smoker", "Pregnant", "Advance directive"), ("Yes", "No", "N/A", "declined", "never")), (("Photo", "Attachment"), ("{img}",)), (("Website", "URL"), ("{url}",)), (("Marital status", "Status"), ("Married", "Single", "Active", "Widowed")), (("Notes", "Comment", "Remarks", "notes"), ("{start}", "goes by {nick}", "{rela} {knf} to collect", "{words}", "see {mdl}", "spoke to {whf}")),
)  # fmt: skip


def _registration(c: Cast) -> str:
    r = c.rng
    rows = [(r.choice(keys), r.choice(values)) for keys, values in r.sample(_FIELDS, r.randint(5, 20))]
    if r.random() < 0.7:
        r.shuffle(rows)
    shape = r.choice(
        (
            "colon",
            "colon",
            "equals",
            "dots",
            "columns",
            "columns",
            "bold",
            "json",
            "json",
            "xml",
            "yaml",
            "below",
            "pipe",
            "run",
            "html",
            "under",
            "arrow",
            "bracket",
            "fixed",
            "caps",
            "csv",
        )
    )
    head = r.choice(
        (
            "",
            "",
            "REGISTRATION\n",
            "Patient Details\n",
            "FACE SHEET - {hosp}\n",
            "{hosp}\n{ad}, {tn}\n",
            "New patient form\n",
            "-----\n",
            "Page 1 of {n}\n",
            "{head}\n",
            "{hosp} Intake\n\n",
        )
    )
    camel = [re.sub(r"\W+", r.choice(("_", "")), k).strip("_") or "x" for k, _ in rows]
    if shape == "colon":
        sep = r.choice((": ", ":", " : ", ":\t", ":   "))
        body = "\n".join(f"{k}{sep}{v}" for k, v in rows)
    elif shape == "equals":
        body = r.choice(("\n", "; ", "&", " ")).join(f"{k}={v}" for k, v in rows)
    elif shape == "dots":
        body = "\n".join(f"{k} {'.' * r.randint(3, 24)} {v}" for k, v in rows)
    elif shape == "columns":
        cells = [f"{k}: {v}" for k, v in rows]
        width = r.choice((2, 2, 3))
        body = "\n".join("{gap}".join(cells[i : i + width]) for i in range(0, len(cells), width))
    elif shape == "bold":
        body = "\n".join(
            r.choice(("**{}:** {}", "- **{}**: {}", "**{}** {}", "* *{}* {}")).format(k, v) for k, v in rows
        )
    elif shape == "json":
        joint = r.choice((",\n  ", ", ", ","))
        body = (
            "{lb}"
            + joint.join(f'"{k}": "{v}"'.replace('""', '"') for k, (_, v) in zip(camel, rows, strict=True))
            + "{rb}"
        )
    elif shape == "xml":
        body = (
            "<patient>\n"
            + "\n".join(f"  <{k}>{v}</{k}>" for k, (_, v) in zip(camel, rows, strict=True))
            + "\n</patient>"
        )
    elif shape == "html":
        body = "\n".join(f"<tr><td>{k}</td><td>{v}</td></tr>" for k, v in rows)
    elif shape == "yaml":
        body = "patient:\n" + "\n".join(f"  {k.lower()}: {v}" for k, (_, v) in zip(camel, rows, strict=True))
    elif shape == "below":
        body = "\n".join(f"{k}\n{v}" for k, v in rows)
    elif shape == "pipe":
        body = r.choice((" | ", "|", " || ")).join(f"{k}: {v}" for k, v in rows)
    elif shape == "run":
        body = r.choice((", ", "; ", "  ", " ")).join(f"{k} {v}" for k, v in rows)
    elif shape == "under":
        body = "\n".join(f"{k}: __{v}__" for k, v in rows)
    elif shape == "arrow":
        body = "\n".join(f"{k} {r.choice(('->', '=>', '>', '–'))} {v}" for k, v in rows)
    elif shape == "bracket":
        body = "\n".join(f"[{k}] {v}" for k, v in rows)
    elif shape == "fixed":
        body = "\n".join(f"{k:<22}{v}" for k, v in rows)
    elif shape == "csv":
        body = ",".join(k for k, _ in rows) + "\n" + ",".join(f'"{v}"' if "," in v else v for _, v in rows)
    else:
        body = "\n".join(f"{k.upper()}: {v}" for k, v in rows)
    tail = " ".join(_some(c, _QUIET, 0, 2))
    case = "upper" if shape == "caps" and r.random() < 0.7 else "lower" if shape in ("equals", "yaml", "run") and r.random() < 0.2 else ""  # fmt: skip
    return _as(c, case, _open(c, head + body + ("\n\n" + tail if tail else "")))


_COLUMNS = (
    (("Patient", "Name", "Resident", "Client", "PT"), ("{wh}", "{whr}", "{whu}", "{whl}", "{whh}", "{whw}")), (("Nurse", "RN", "Assigned", "Staff", "Crew"), ("{whf}", "{whi}", "{whh}", "{wh}", "{wha}")), (("MD", "Attending", "Provider", "Dr"), ("{whl}", "{dr}{whl}", "{mdl}", "{wh}", "{whr}")), (("Next of kin", "Contact"), ("{wh} ({rela})", "{whf}", "{wh} {tel}")), (("MRN", "ID", "Chart"), ("{mr}",)), (("DOB", "Born"), ("{df}", "{dus}", "{diso}")), (("Admit", "Date", "When", "Shift date"), ("{dtiny}", "{df}", "{dus}", "{ds}")), (("Town", "City", "From", "Lives"), ("{tn}", "{tn}, {st}")), (("Address",), ("{ad}", "{ad}, {tn}")), (("Postcode", "Zip"), ("{pc}",)),
    (("Phone", "Tel", "Ext"), ("{tel}", "{ext}")), (("Employer", "Site", "Facility", "Organisation", "Plan", "Payer"), ("{orgn}", "{emp}", "{hosp}", "{ins}")), (("Room", "Bed"), ("{room}",)), (("Age", "Yrs"), ("{age}",)), (("Sex",), ("{sexu}",)), (("Dx", "Problem"), ("{epo}", "{sx}", "{hpo}")), (("Vitals",), ("{vit}",)), (("Labs",), ("{lab}",)), (("Qty", "No", "#"), ("{n}",)), (("Amount", "Total"), ("{amt}",)), (("Time",), ("{time}",)), (("Score",), ("{score}", "{ratio}")), (("Code", "Order", "Ref"), ("{cd}", "{icd}")), (("Email",), ("{mailwk}",)), (("Notes", "Plan"), ("{start}", "{dose}", "{words}", "see {whf}", "")), (("Lang",), ("{lang}",)),
)  # fmt: skip


def _listing(c: Cast) -> str:
    r = c.rng
    columns = [(r.choice(keys), r.choice(slots)) for keys, slots in r.sample(_COLUMNS, r.randint(3, 7))]
    bar = r.choice((" | ", "\t", ",", ", ", ";", "|", "{gap}", " || ", "  ", " / "))
    edge = "| " if bar == " | " and r.random() < 0.5 else ""
    lines = [] if r.random() < 0.2 else [edge + bar.join(key for key, _ in columns) + (" |" if edge else "")]
    if lines and edge:
        lines.append("|" + "---|" * len(columns))
    for i in range(r.randint(2, 8)):
        cells = [slot for _, slot in columns]
        if r.random() < 0.1:
            cells[r.randrange(len(cells))] = r.choice(("", "-", "n/a", "same", "TBC", "[vacant~vacant]"))
        if bar == ",":
            cells = [f'"{cell}"' if re.search(r"\{(whr|whu)\}|,", cell) else cell for cell in cells]
        number = f"{i + 1}{bar}" if r.random() < 0.05 else ""
        lines.append(edge + number + bar.join(cells) + (" |" if edge else ""))
    head = r.choice(
        (
            "",
            "",
            "",
            "Assignments {ds}\n",
            "{hosp} census {df} {time}\n",
            "On call {dm}\n",
            "Attendance, {sch}\n",
            "Team list\n",
            "{head}\n",
            "Rota w/c {df}\n",
            "Contacts\n",
        )
    )
    return _as(
        c,
        r.choices(("", "upper", "lower"), (88, 6, 6))[0],
        _open(
            c, head + "\n".join(lines) + r.choice(("", "", "\nPrepared by {rn} {df}", "\nTotal: {n}", "\n* {start}"))
        ),
    )


def _hl7(c: Cast) -> str:
    r = c.rng
    kind = r.choice(("ADT^A01", "ADT^A08", "ORU^R01", "SIU^S12", "ORM^O01", "MDM^T02", "DFT^P03", "VXU^V04"))
    segments = [
        f"MSH|^~\\&|{r.choice(('EPIC', 'LAB', 'ADT1', 'RIS', 'MIRTH', ''))}|{{{r.choice(('hosp', 'ab'))}}}|EHR|{{orgn}}|{{dlong}}||{kind}|{{cd}}|P|2.{r.randint(3, 8)}", "EVN|A08|{dlong}|||{rna}^{rny}^{rnz}", "PID|1||{mr}^^^{ab}^MR~{ssn}^^^USA^SS||{pty}^{ptz}^^||{dcomp}|{sexu}|||{ad}^^{tn}^{st}^{pc}^USA||{tel}||ENG|M|CHR|{acc}", "PID|||{mr}||{ptl}^{ptf}^M||{dcomp}|{sexu}||2106-3|{ad}^^{tn}^{st}^{pc}|{co}|{tel}|{tel}", "PD1||||{npi}^{mdl}^{mdf}^^^DR|{gp}",
        "NK1|1|{kny}^{knz}|SPO|{ad}^^{tn}|{tel}", "NK1|1|{knl}^{knf}|MTH||{tel}~{tel}", "PV1|1|I|{room}^^^{ab}|E|||{npi}^{mdy}^{mdz}^^^^MD|{npi}^{mxy}^{mxz}|||MED||||||||{cd}|||||{dlong}", "PV1||O|{place}||||{mdl}^{mdf}", "GT1|1||{kny}^{knz}||{ad}^^{tn}^{st}^{pc}|{tel}||||||{ssn}|||{emp}", "IN1|1|PPO|{mem}|{ins}|{ad}^^{tn}^{st}^{pc}||{tel}|{mem}||||||||{kny}^{knz}|SPOUSE", "AL1|1|DA|^Penicillin||HIVES", "DG1|1|I10|{icd}^{hpo}||{dcomp}|A", "OBR|1|{cd}|{cd}|80053^CMP|||{dlong}||||||{sx}|||{npi}^{mdy}^{mdz}||||||{dlong}|||F", "OBX|1|NM|2345-7^GLUCOSE||{num}|mg/dL|70-99|H|||F|||{dlong}||{rna}", "OBX|2|ST|718-7^HGB||{num}|g/dL|12-16||||F", "OBX|3|TX|NOTE||{ptf} seen by {dr}{mdl}, {vit}||||||F",
        "OBX|4|TX|^IMPRESSION||{hpo}; {epo}. Discussed with {dr}{mxl} on {ds}.||||||F", "NTE|1|L|{start}", "NTE|2||Called to {whf} at {time} {dtiny} by {whi}", "NTE|3||{lab}, {lab}", "ORC|RE|{cd}|{cd}||CM||||{dlong}|{rny}^{rnz}||{mdy}^{mdz}|{place}|{tel}", "TXA|1|CN|TX|{dlong}|{npi}^{mdl}^{mdf}||||{cd}", "RXA|0|1|{dcomp}|{dcomp}|141^Influenza^CVX|0.5|mL||00^NEW|{rnl}^{rnf}||||{ser}|{dcomp}|SKB", "SCH|{cd}||||||CHECKUP^{sx}|||30|MIN|^^^{dlong}|||||{wh}", "AIP|1||{npi}^{mdl}^{mdf}|MD", "ACC|{dlong}|AUTO|{way}, {tn}", "ZPI|1|{nick}|{church}|{lang}",
    ]  # fmt: skip
    kept = segments[:1] + [line for line in segments[1:] if r.random() < 0.42]
    return _open(c, "\n".join(kept))


# --- people and places outside the clinic -------------------------------------------------------------------------

_WORLD = (
    "Please update my address to {ad}, {tn}, {pc}.", "My name is {wh} and I live at {ad}.", "{wh} works for {emp} in {tn}.", "{whf} works at {emp}.", "Transfer {amt} to IBAN {iban} in the name of {wh}.", "My card number is {card} and it expires {dm}.", "The card ending in {four} was charged twice on {ds}.", "Sort code {sortc}, account {acc}, {wh}.", "I have been a customer of {emp} since {dm}.", "Order {cd} was sent to {ad} instead of {ad}.", "Ship to: {wh}\n{ad}\n{tn} {pc}\n{ctry}", "Can you change the booking for {wh} from {ds} to {ds}?", "Flight from {tn} to {tn} on {dw}.", "The meeting between {orgn} and {orgn} was in {tn} on {df}.",
    "{wh} was born in {tn} on {df}.", "{wh} (born {df}) played for {tn} and coached {sch}.", "{whf}, {whf} and {whf} are in the same class at {sch}.", "Guests: {wh}, {wh}, {wh} and {wh}.", "{whl} v {whl}, heard {df}.", "{wh}, {age}, of {tn}, was fined {amt}.", "{ttl}{whl} teaches at {sch}.", "{whj}'s car, {plate}, is parked on {way}.", "Reset my password: user {wha}, ip {ip}.", "My passport is {npi}, issued {df}.", "Driving licence {npi} belongs to {wh}.", "Social is {ssn}.", "Email me at {mail} or ring {tel}.", "Text {whf} on {tel}.", "Drop the parcel with {whf} at {ad}.", "I'm {whf}.", "I am {wh}, {rela} of {wh}.", "Call me {nick}.", "It is {whf} here, from {orgn}.", "Speak to {wh} ({orgn}).",
    "\"{words},\" said {wh}.", "{whl} said {words}.", "According to {whl}, {words}.", "{wh} and {ttl}{whl} disagree.", "{wh}, who lives in {tn}, joined {emp} in {dm}.", "{emp} hired {whf} in {yr}.", "She left {emp} for {emp}.", "{emp}'s office in {tn} closed.", "The {tn} branch of {emp} is at {ad}.", "{co} council wrote on {ds}.", "We stayed near {area}.", "From {tn} take the bus to {area}.", "Dinner with the {whs} on {dh}.", "{whs} and {whs} have lived here for {n} years.", "Dear {ttl}{whl}, your policy {mem} with {ins} ends {df}.", "Invoice {acc} to {emp}, attention {wh}.", "Meet {whf} @ {church} at {time}.", "{dh} with {whf} and {whf} in {tn}.", "{wh} <{mailwk}>", "cc: {wh}, {wh}", "Author: {wh}; reviewer: {wh}", "by {wh}, {df}",
    "{whl}, {whj} and {wh} wrote the report.", "Happy birthday {whf}, {n} on {ds}!", "Lost: brown dog near {way}, {tn}; call {whf} {tel}.", "For sale by {whf} in {tn}, {amt}.", "{wh} - {emp} - {tn} - {tel}", "{wh}, {job}, {emp}", "{whu}\n{ad}\n{tn} {pcu}", "Return to sender: {whi}", "{whf}'s {rela}, {whf}, and {rela}, {wh}", "Tenant {wh} moves out {dt}; deposit {amt} to {iban}.", "Room booked under {whl} for {ds}-{ds}.", "Is this {wh}? No, this is {whf}.", "{whf} asked {whf} whether {whl} had left.", "I spoke to {whf} on {wd} and {whf} on {ds}.", "ask for {whv} at {adlow}", "my {rela} {whw} stays at {adlow}, {tn}", "{whw} from {tn}", "Mayor {whl} opened {sch}.", "Coach {whl} and captain {whj}.", "St. {whf}'s day is not {dn}.",
    "Letters to {ad}, {tn}, {sts}.", "{tn}, {ctry}, {dm}.", "{tn}, {df}", "the {tn} road", "a {tn} man", "Between {tn} and {tn} the train stopped.", "{orgn}, {orgn} and {orgn} applied.", "Shares in {emp} fell {ratio}.", "{emp} v. {emp}", "Proud member of {church}.",
)  # fmt: skip
_WORLD_QUIET = (
    "The parcel weighs {num} kg and costs {amt}.", "I waited {dur}.", "My order has {n} items.", "Please press {n}.", "The French word is on page {num}.", "Apple pie and Turkey sandwiches on {wd}.", "He is {nat} and speaks {lang}.", "Open {wd} to {wd}.", "The {nth} row is empty.", "{filler}", "Chapter {n}: {words}", "Will you be there?", "May I ask why?", "Bill me later.", "Mark my words.", "Hope it helps.", "Rose gold, size {n}.", "{words}.", "Total: {amt}", "In {yr}, {words}.", "Since {yr}.", "It took {num} minutes to read {n} pages.", "Flat {n} battery.", "Street food is fun.", "Main road closed.", "Town hall is shut.", "The Bank will call.", "Our Company values you.", "The University does not answer.", "Customer Service Team", "Dear Customer,", "To Whom It May Concern", "The Board of Directors met {rel}.", "Score {ratio}.", "Windows {n} and {brand} crash.", "{lang} lessons at {time}.", "[Monday~Tuesday~Friday] is fine.", "The Manager and the Human Resources Department agreed.", "Step {n}: {words}.", "What is {num} times {n}?", "Write {n} sentences about {words}.", "The Earth, Mars and Venus.", "Christmas cake, Easter eggs.", "King size bed, Queen size duvet.", "{n} out of {n} would recommend it.", "Chance of rain {ratio}.", "Room for {n} people.", "Version {n}.{n}.{n}",
)  # fmt: skip


def _world(c: Cast) -> str:
    r = c.rng
    lines = [r.choice(_WORLD) if r.random() < 0.7 else r.choice(_WORLD_QUIET) for _ in range(r.randint(1, 7))]
    return _as(c, r.choices(("", "lower", "upper"), (86, 11, 3))[0], _open(c, r.choice((" ", " ", "\n")).join(lines)))


def _quiet(c: Cast) -> str:
    r = c.rng
    bank = r.choice((_QUIET, _QUIET, _SHIFT_QUIET, _WORLD_QUIET, _QUIET + _WORLD_QUIET))
    joint = r.choice((" ", " ", "\n", "\n", "\n- ")) if bank is not _SHIFT_QUIET else r.choice(("; ", ", ", "\n"))
    return _as(c, r.choices(("", "lower", "upper"), (72, 16, 12))[0], _open(c, joint.join(_some(c, bank, 3, 14))))


def _bits(c: Cast) -> str:
    """Fragments of several styles in one note, as copied forward."""
    r = c.rng
    banks = (_SHIFT, _RUN, _ASK, _REPLY, _COLLEAGUE, _CHAT, _CALL, _TALK, _VISIT, _LETTER, _TRIAL, _WORLD, _QUIET, _WORLD_QUIET)  # fmt: skip
    return _open(c, r.choice(("\n", "\n", " ", "\n\n")).join(r.choice(r.choice(banks)) for _ in range(r.randint(3, 9))))


STYLES: dict[str, tuple[Callable[[Cast], str], float]] = {
    "shift": (_shift, 10), "handoff": (_handoff, 8), "runsheet": (_runsheet, 6), "portal": (_portal, 9), "reply": (_reply, 6), "email": (_email, 7), "chat": (_chat, 7), "call": (_call, 7), "transcript": (_transcript, 7), "homevisit": (_homevisit, 7),
    "officeletter": (_officeletter, 7), "fax": (_fax, 3), "trial": (_trial, 5), "registration": (_registration, 11), "listing": (_listing, 6), "hl7": (_hl7, 4), "world": (_world, 16), "quiet": (_quiet, 12), "bits": (_bits, 6),
}  # fmt: skip
