# ruff: noqa: E501 (tables of patterns, words and sentences read best unbroken)
"""Training reports for the tagger: letters, hospital documents and dictations in the voices of several countries.

The styles use the slots of `training_words` and of this module; `_cased` turns any of them to capitals or small letters,
so that a template can be a transcription in capitals or a dictation. No person or code in it exists.
"""

import random
import re
import textwrap
from collections.abc import Callable, Sequence

from helpers.clinical.deid.training_words import IDENTIFIERS, PLAIN, Cast

# --- names --------------------------------------------------------------------------------------------------------

_GIVEN = (
    "Abigail Adaeze Adrian Agnes Ahmed Aidan Aiko Akua Alastair Alejandra Alice Aloysius Amara Amina Amit Ana Anastasia Andre Angela Anjali Annika Antonio April Arjun Arlene Arthur Asha Astrid Augustus Aurora Autumn "
    "Ayodele Barry Beatriz Benedict Bernadette Beth Bhavna Bill Blake Bob Bonnie Boris Brandon Breanna Brigid Brooke Bruce Caitlin Camille Carlos Carol Cecil Cesar Chad Chance Charity Chester Chioma Chloe Christian "
    "Chuck Claire Clarence Clay Clifford Colin Consuelo Crystal Cyrus Daisy Dale Darnell Dawn Dean Deepika Delores Denzel Desmond Destiny Devon Dimitri Dmitri Dolly Dominic Dong-hyun Doris Drew Duane Dwight Earl Ebony "
    "Eduardo Eileen Ekaterina Eleanor Elias Elsie Emeka Enrique Esperanza Esther Ethel Eugene Eun-ji Faith Farah Fatima Fay Felicity Fern Fiona Florence Folasade Francois Frank Freya Gareth Gene Genevieve Gerald Gil "
    "Ginger Giovanni Gladys Glenn Gloria Grace Graham Grant Greta Guadalupe Gus Hamza Harold Harriet Haruto Hassan Hazel Heather Heidi Helmut Herb Hilda Hiroshi Holly Honey Hope Horace Hortense Hugh Hunter Ibrahim Ignacio "
    "Imogen Ines Ingrid Iris Isaac Isadora Ivan Ivy Jack Jade Jasmine Javier Jean Jean-Pierre Jermaine Jesus Jewel Jing Joaquin Jose Joy Juan Judith June Kamala Karim Kathleen Katarzyna Keisha Kenji Khadija Kiran Kofi "
    "Krishna Kwame Lakshmi Lance Lars Latoya Leila Leroy Lily Linh Lorenzo Lourdes Luca Lucille Mabel Magnus Malik Mamadou Marcus Margarita Marisol Mark Marty Mary-Jo Maude Maureen Maurice Max May Mei Mercy Mildred Miles "
    "Milos Minh Miriam Mohamed Moira Myrtle Nadia Nasreen Natalia Nell Nia Nigel Nkechi Norm Norman Nuala Octavia Oksana Olga Oliver Olive Omar Opal Oscar Otis Padraig Paloma Pat Patience Pearl Peggy Penny Percy Petra "
    "Phuong Pierre Piotr Poppy Precious Priya Prudence Quentin Rachel Rajesh Ramona Randy Raquel Rashid Ray Reed Reina Reuben Rhonda Rich Rob Robin Rocco Roland Rosa Rosalind Rose Rosemary Rosie Roxanne Ruby Rufus Rusty "
    "Ruth Ryo Sage Salma Samir Sana Saoirse Sergei Seung Shaniqua Sheila Shirley Siobhan Skip Sonny Soren Stella Sterling Sue Sunita Sven Svetlana Sylvester Tamika Tanvi Tariq Tatiana Terrence Thaddeus Thandiwe Theodora "
    "Thuy Tiffany Tobias Tomasz Trinity Tuan Tyrone Uma Ursula Valentina Vanessa Vera Vernon Victor Vijay Violet Virgil Vivek Wanda Wendell Wendy Will Willow Winston Wojciech Xavier Ximena Yasmin Yolanda Yuki Yusuf Zainab "
    "Zeke Zofia Zoltan"
).split()
_FAMILY = (
    "Abbott Abernathy Abiodun Acheampong Achebe Adeyemi Agarwal Aguilar Ahmadi Akinyemi Albright Almeida Alvarado Amundsen Andersson Angelopoulos Appiah Aquino Arafat Archer Armitage Asante Ashworth Aziz Babcock Bach Bacon "
    "Bailey Baines Baker Ball Banerjee Banks Barber Baron Barry Bass Bateman Batista Bauer Bean Beard Beauchamp Bell Belmonte Benedetti Berg Bergstrom Bhatt Bird Bishop Blackwood Bloom Boateng Bogdanov Bond Bose Bowman "
    "Brady Branch Brandt Bravo Bridges Brink Brogan Brooks Buck Burns Bush Butcher Butler Cable Calloway Camacho Campos Cannon Cardenas Carpenter Carter Case Cash Castellanos Castro Chambers Chan Chandrasekaran Chase Chavez "
    "Cheung Chidi Chopra Chow Christensen Church Clay Cobb Coffey Cole Constantine Contreras Cook Cooper Costa Cotton Crane Cross Crowe Cruz Cummings Cunningham Curry Czerny D'Angelo Dahl Dalton Das Day Deakin Delacroix "
    "Delgado Demir Desai Dhillon Diallo Diaz Dickens Dimitriou Dinh Dlamini Do Donoghue Dougherty Downs Drake Drew Driver Dubois Duffy Duong Early Eastman Echeverria Ekwueme Eriksen Espinoza Eze Fairbanks Falk Farmer "
    "Farrell Faulkner Favre Feather Feldman Fernandes Field Fields Finch Fischer Fish Fitzgerald Flanagan Fletcher Flood Ford Forest Foss Fountain Fox Freeman French Frost Fujimoto Fuller Gaines Gallo Ganguly Gates Gentry "
    "Georgiou Ghosh Gill Glass Glover Goldberg Gomez Good Goodman Grace Grant Graves Greenwood Griffin Grimes Grossman Guerrero Gunn Gupta Gutierrez Haas Hadid Hale Hammond Hancock Hand Haque Hardy Hargreaves Harkness Hart "
    "Hashemi Hassan Hawkins Head Heath Hendricks Herrera Hicks Higashi Hinds Ho Hoang Hobbs Hoffman Hogan Holm Holmes Hook Hope Horn Horvath House Hughes Hunt Hussain Hutchinson Ibarra Iglesias Ito Iyer Jacobsen Jaffe "
    "Jankowski Jarvis Javadi Jensen Jimenez Jong Joshi Joy Juarez Kaczmarek Kaminski Kang Kapoor Kariuki Karlsson Katz Kaur Kaya Keane Keller Kelly Keys Kimura King Kirby Klein Knight Kobayashi Koh Kovac Kowalczyk Kruger "
    "Kumar Kuznetsov Kwan Kyei Lachance Lake Lam Lamb Landry Lane Larsen Lasater Law Leblanc Leach Leung Levy Li Light Lindqvist Little Liu Lock Long Love Low Lozano Luna Lynch MacDonald Mahoney Majewski Malik Mandel Mann "
    "Marsh Marino Marquez Mason Mathur May McAllister McCrory McGee McIntyre McKenna Mehta Mendoza Mensah Meyer Mills Minor Mistry Mohr Money Monk Montoya Moon Moran Moreau Morse Moss Mukherjee Munro Murray Musa Nadeem "
    "Nagy Nair Nakamura Napolitano Navarro Ncube Neill Nelson Newell Ng Nkosi Noble Nordstrom North Novak Nunez O'Brien O'Hara O'Leary O'Sullivan Obi Ochoa Odom Ogunleye Oh Ojeda Okonkwo Olsen Onyango Orozco Osei Ostrowski "
    "Outlaw Owens Pace Padilla Page Paine Palmer Pandey Papadopoulos Park Parker Parsons Pate Patterson Pawar Peacock Pearce Peck Penn Pereira Petrov Pham Phelps Pierce Pike Pillai Pineda Pitts Polk Pope Poplawski Porter "
    "Potts Power Pratt Price Prince Pritchard Proctor Puri Qureshi Quinn Rahman Rai Ramos Rao Rasmussen Ray Reddy Reed Reeves Reilly Reyes Reynolds Rhee Rice Rich Richter Rios Rivera Roche Rojas Romano Rose Rosenthal Roth "
    "Rowe Roy Rush Russo Saito Salazar Saleh Salt Sandoval Santos Sato Savage Sawyer Schmidt Schneider Schroeder Schultz Schwartz Sears Self Sequeira Serrano Sethi Shah Sharma Sharp Shaw Sheikh Shelton Shepherd Shimizu "
    "Short Silva Simms Singh Skinner Slater Small Smallwood Smyth Snow Solis Song Soto Sparks Spears Speight Stack Stark Steele Stein Stern Stewart Stokes Stone Story Strange Street Strong Summers Sun Suzuki Svensson Swan "
    "Swartz Swift Szabo Tanaka Tate Taub Temple Thakur Thorne Thorpe Tomlinson Torres Townsend Tran Trejo Trent Trinh Tsai Tucker Turner Ueda Underwood Upton Valdez Vance VanHorn Vasquez Vaughn Vega Verma Villanueva Vogel "
    "Volkov Wade Wagner Wall Walsh Wang Ward Ware Waters Watanabe Weaver Webb Weeks Weiss Welch Wells West Whelan Whitaker Wilde Wilkes Winters Wise Wojcik Wolf Wong Woods Woodward Worth Wu Xu Yamada Yang Yates Yeboah Yilmaz "
    "Yoder Yoon York Young Zamora Zapata Zhang Zhou Ziegler Zimmerman Zuniga"
).split()
PEOPLE: tuple[tuple[str, ...], tuple[str, ...]] = (tuple(_GIVEN), tuple(_FAMILY))

_PREFIXES = (
    "van ",
    "van de ",
    "de ",
    "du ",
    "De La ",
    "Mac",
    "Mc",
    "O'",
    "Fitz",
    "Al-",
    "ter ",
    "Van ",
    "della ",
    "dos ",
    "Abu ",
    "ben ",
    "Vander",
)
_STARTS = "B Br C Ch Cl D Dr F G Gr H J K Kr L M N P Qu R S Sch Sh St T Th Tr V W Y Z Mb Nd Tsh Zw".split()
_HEARTS = "a e i o u aa ei ia ie oo ou au ee".split()
_CLOSES = "ck dler ff gan hardt k ker kins ll lman m mond n nelli ng nko nov nski r ra rez rd s sen ski ston t tti tz va vich wala x yan z".split()

TOWNS = tuple(
    "Aberdeen|Albany|Alice Springs|Altoona|Amherst|Antigo|Arlington|Asheville|Ashby|Athlone|Ayr|Bakersfield|Bangor|Barnsley|Bath|Battle Creek|Bay Ridge|Beaumont|Bellingham|Belleville|Bend|Big Timber|Bismarck|Blackpool|"
    "Boise|Boone|Bournemouth|Bozeman|Bracknell|Brattleboro|Brooklyn|Brownsville|Bury St Edmunds|Camden|Cape Girardeau|Carlisle|Cebu|Champaign|Charlottetown|Chattanooga|Chelmsford|Cheyenne|Chico|Chula Vista|Clonmel|Coimbatore|"
    "Coeur d'Alene|Coos Bay|Corpus Christi|Council Bluffs|Daly City|Darlington|Deadwood|Des Moines|Devonport|Doncaster|Dubuque|Duluth|Dunedin|East Lansing|Eau Claire|El Paso|Elko|Enfield|Exeter|Fall River|Fargo|Flagstaff|"
    "Flint|Fort Smith|Framingham|Fresno|Galway|Geelong|Gillette|Grand Forks|Great Falls|Great Yarmouth|Green Bay|Guadalajara|Hackney|Half Moon Bay|Harrogate|Hastings|Hialeah|Hope Mills|Hoboken|Huddersfield|Ibadan|Ipswich|"
    "Ithaca|Jackson Hole|Joplin|Kalamazoo|Kenosha|Kilkenny|King of Prussia|Kingston upon Hull|Kirkcaldy|Kumasi|La Crosse|Laramie|Las Cruces|Leamington Spa|Lexington|Limerick|Little Rock|Llanelli|Lowell|Lubbock|Macon|Mankato|"
    "Maidenhead|Maple Ridge|Medicine Hat|Merthyr Tydfil|Milton Keynes|Missoula|Moose Jaw|Muncie|Nacogdoches|New Bedford|Newcastle upon Tyne|Normal|Oaxaca|Olympia|Orange|Oswego|Paducah|Peoria|Perth Amboy|Pittsfield|Plano|"
    "Plymouth|Pocatello|Port St. Lucie|Pune|Queens|Rapid City|Reading|Red Deer|Rochester|Rocky Mount|Rotherham|Sale|Salinas|San Bernardino|Sault Ste. Marie|Schenectady|Scunthorpe|Sioux Falls|Skokie|Slough|Spokane|St. Albans|"
    "St. Cloud|Stockton-on-Tees|Sugar Land|Sutton Coldfield|Swindon|Tacoma|Terre Haute|Truth or Consequences|Tupelo|Tuscaloosa|Valparaiso|Ventura|Waco|Walla Walla|Warm Springs|Waterbury|Waukesha|Weston-super-Mare|Wichita|"
    "Wigan|Winnemucca|Woonsocket|Yakima|Youngstown|Ypsilanti|Yuma|Zanesville|the Bronx|South Side|Upper Darby|Lake Placid|Cape Cod|Long Beach|Bell|Page|Young|Church Stretton|Rice Lake"
    .split("|")
)  # fmt: skip

_ORGS: dict[str, tuple[str, ...]] = {
    "hosp": tuple(
        "Aultmere General|Beth Shalom Medical Center|Bishop Gray Hospital|Cedar Bluffs Regional|Charity Hospital|Children's of the Plains|Christus St. Gerard|Clearwater County Hospital|Deaconess|Doctors Hospital of Mesa Verde|Eastgate Royal Infirmary|"
        "Good Samaritan|Grace Lutheran Medical Center|Harrow Road Hospital|Highland Park Hospital|Holy Family|Hope Valley Medical Center|Jewish Memorial|Kings Cross Children's|Lady Margaret Hospital|Lakeshore General|Mater Dei|Memorial Hermitage|"
        "Mount Carmel East|North Shore Baptist|Our Lady of Lourdes|Parkview|Presbyterian|Prince Albert Hospital|Providence St. Jude|Queen Adelaide Hospital|Royal Devonport Infirmary|Saint Barnabas|Shriners|Southwest General|St. Elizabeth's|St Columba's|"
        "St. Vincent's|St. Agnes|Sunrise Children's|Sutter Creek Medical Center|Tri-County|Trinity West|University Hospitals of Ashland|Veterans Memorial|Walter Penn Army Medical Center|Western Plains|Women and Infants of Fall River|Wythenham Hospital".split("|")
    ),
    "abbr": tuple("MGH|BWH|BIDMC|UCSF|UPMC|CHOP|NYP|LIJ|UHCW|GOSH|RVI|QEH|SBUH|CCF|OHSU|HUP|JPS|RUH|TGH|VGH|MSKCC|UIHC|NMH|BMC|LGH|SVH|WGH|KUMC|CMH|NSMC|SMC|ECMC|PVAMC|St E's|St V's|the Brigham|the Beth|County|the Deaconess|the Children's".split("|")),
    "snf": tuple(
        "Autumn Leaves|Bayberry Commons|Brookhaven Manor|Cedars of Lebanon Care Home|Elm Terrace|Evergreen Living|Fox Hollow|Golden Acres|Greenbriar Rehab|Harbor House|Heritage Hall|Ivy Lodge|Life Care of Orange|Maplewood|Meadowbank House|Oak Hill SNF|"
        "Quaker Ridge|Riverside Manor|Rosewood Court|Sunny Vale|The Laurels|The Willows|Tudor Lodge|Victoria Villa|Whispering Pines".split("|")
    ),
    "pharmacy": tuple("Apothecary on Main|Boots|Corner Drug|CVS|Duane Reade|H-E-B Pharmacy|Hy-Vee|Kinney Drugs|Kroger|Lloyds|Medicine Shoppe|Osco|Rite Aid|Walgreens|Walmart|Wegmans|Well Pharmacy|Weaver's Drug Store".split("|")),
    "insurer": tuple("Aetna|Anthem|BCBS of Illinois|Blue Shield|Bupa|Cigna|Fallon|Geisinger Gold|Harvard Pilgrim|HealthNet|Horizon BCBSNJ|Humana|Kaiser|MassHealth|Molina|Mutual of Omaha|Oscar|Tufts Health Plan|UHC|UnitedHealthcare|WellCare|Workers Mutual".split("|")),
    "school": tuple(
        "Bryn Mawr|Cardinal Newman High|Cedarville State|Eastside Middle School|Franklin Elementary|Garfield High|Hillcrest Academy|Holy Trinity Primary|Horace Mann School|Jefferson Middle|King Edward VI Grammar|Little Acorns Preschool|Montessori of the Lakes|"
        "Oberlin|Penn State|Purdue|Queensmead Comprehensive|Roosevelt High|St. Ignatius Prep|Stanford|Tufts|UMass Lowell|UNC|West Point".split("|")
    ),
    "employer": tuple(
        "Amazon|Amtrak|Applebee's|Bath Iron Works|Boeing|Caterpillar|Con Edison|Costco|Dollar General|FedEx|Ford|General Dynamics|Goodyear|Home Depot|IBM|John Deere|Lockheed|Lowe's|Marriott|Network Rail|Northrop|Perdue Farms|Pratt & Whitney|Raytheon|"
        "Rolls-Royce|Royal Mail|Ryder Trucks|Sainsbury's|Starbucks|State Farm|Target|Tesco|Tyson|Union Pacific|UPS|Vauxhall|Verizon|Whole Foods|Blue Heron Diner|Stone & Webster|Tip Top Roofing|Quick Lube|Salt Creek Mine".split("|")
    ),
    "church": tuple("Bethel AME|Calvary Baptist Church|Church of the Redeemer|First Presbyterian|Gurdwara Singh Sabha|Holy Rosary Parish|Islamic Center of the Valley|Mount Zion|New Life Fellowship|Our Savior's Lutheran|Salvation Army|St. Bridget's|St. John the Divine|Temple Beth El|the Elks Lodge|the Kiwanis Club|the YMCA|VFW Post 312".split("|")),
    "practice": tuple(
        "Abbey Road Surgery|Allied Cardiology Associates|Bay Area Neurology|Bridge Street Practice|Capital Women's Care|Castle Medical Group|Desert Orthopaedics|Family Tree Pediatrics|Great Lakes Eye Consultants|Internal Medicine of the Pines|"
        "Manor House Surgery|Market Square Health Centre|Pinnacle Pain Management|Riverbend Family Health|Shoreline GI|Southside Community Health Center|The Orchard Practice|Tidewater Renal|Valley Oncology|Whole Child Pediatrics".split("|")
    ),
    "labname": tuple("Ambry|ARUP|Baylor Genetics|Bioreference|Blueprint Genetics|Centogene|Exeter Genomics Laboratory|Fulgent|GeneDx|Invitae|Labcorp|Mayo Clinic Laboratories|Myriad|Natera|PerkinElmer Genomics|Prevention Genetics|Quest|Quest Diagnostics|South West GLH|Variantyx".split("|")),
}  # fmt: skip
ORGANIZATIONS: tuple[str, ...] = tuple(name for names in _ORGS.values() for name in names)
_HOSPITAL_KINDS = "Hospital|Medical Center|General|Memorial|Infirmary|Regional|Community Hospital|Med Ctr|Health|Clinic|Valley Hospital|Children's|District General|Heart Institute|VA Medical Center|Surgical Center|Cottage Hospital".split(
    "|"
)


def _made_up(rng: random.Random) -> str:
    return (rng.choice(_STARTS) + "".join(rng.choice("aeiou") + rng.choice(("", "l", "r", "n", "m", "b", "d")) for _ in range(rng.choice((0, 1, 1, 2)))) + rng.choice(_HEARTS) + rng.choice(_CLOSES)).capitalize()  # fmt: skip


def _given(rng: random.Random) -> str:
    dice = rng.random()
    if dice < 0.08:
        return _made_up(rng)
    if dice < 0.095:
        return f"{rng.choice(_GIVEN)}-{rng.choice(_GIVEN)}"
    return rng.choice(_GIVEN)


def _surname(rng: random.Random) -> str:
    base = _made_up(rng) if rng.random() < 0.14 else rng.choice(_FAMILY)
    dice = rng.random()
    if dice < 0.05:
        return f"{base}-{rng.choice(_FAMILY)}"
    if dice < 0.09:
        return rng.choice(_PREFIXES) + base
    return f"{base} {rng.choice(_FAMILY)}" if dice < 0.11 else base


def _who(c: Cast, role: str) -> tuple[str, str]:
    if role not in c.names:
        shared = role.startswith("kin") and "patient" in c.names and c.rng.random() < 0.5
        c.names[role] = (_given(c.rng), c.names["patient"][1] if shared else _surname(c.rng))
    return c.names[role]


def _doctor(c: Cast) -> tuple[str, str]:
    roles = ("doc", "doc", "doc2", "doc3", "doc4")
    role = c.rng.choice(roles)
    if role == c.places.get("lastdoc"):  # a list of doctors seldom names one twice
        role = c.rng.choice(roles)
    c.places["lastdoc"] = role
    return _who(c, role)


def _relative(c: Cast) -> tuple[str, str]:
    return _who(c, c.rng.choice(("kin", "kin", "kin2")))


def _natural(c: Cast, person: tuple[str, str]) -> str:
    """A full name in one of the orders of running prose."""
    rng = c.rng
    given, family = person
    a, b = rng.choice("ABCDEFGHJKLMNPRSTVW"), rng.choice("ABCDEFGHJKLMNPRSTVW")
    return rng.choices(
        (f"{given} {family}", f"{given} {a}. {family}", f"{given} {a} {family}", f"{given[0]}. {family}", f"{given[0]} {family}", f"{given[0]}.{a}. {family}", f"{given[0]}{a} {family}", f"{given} {rng.choice(_GIVEN)} {family}",
         f"{given} {family} {rng.choice(('Jr.', 'Jr', 'Sr.', 'II', 'III'))}", f'{given} "{rng.choice(_GIVEN)}" {family}', f"{given} {a}.{b}. {family}", f"{a}. {given} {family}"),
        weights=(50, 12, 3, 7, 3, 4, 2, 4, 3, 1, 1, 2),
    )[0]  # fmt: skip


def _listed(c: Cast, person: tuple[str, str]) -> str:
    """A full name in one of the orders of registers and headers."""
    rng = c.rng
    given, family = person
    a = rng.choice("ABCDEFGHJKLMNPRSTVW")
    return rng.choices(
        (f"{family}, {given}", f"{family.upper()}, {given.upper()}", f"{family}, {given} {a}", f"{family},{given}", f"{family.upper()}, {given}", f"{given} {family}", f"{given.upper()} {family.upper()}", f"{given} {family.upper()}", f"{family.upper()} {given}", f"{family.upper()},{given.upper()} {a}", f"{family} {given[0]}"),
        weights=(22, 16, 10, 6, 8, 22, 10, 8, 3, 5, 2),
    )[0]  # fmt: skip


def _spelled(c: Cast) -> str:
    letters = [x for x in _who(c, "patient")[c.rng.choice((0, 1, 1))] if x.isalpha()]
    return c.rng.choice((" ", " ", "-", ", ", " dash ")).join(c.rng.choice((str.lower, str.upper))("".join(letters)))


def _login(c: Cast) -> str:
    given, family = _doctor(c)
    given, family = re.sub(r"\W", "", given).lower(), re.sub(r"\W", "", family).lower()
    return c.rng.choice((f"{given[0]}{family}", f"{family}{given[0]}", f"{given}.{family}", f"{family[:6]}{given[0]}{c.rng.randint(1, 9)}", f"{given[0]}{family}{c.rng.randint(1, 99)}", f"{family}_{given[0]}"))  # fmt: skip


_CREDENTIALS = frozenset("MD DO RN PA NP PT OT MR MS DR AM PM RT SW GP OR ER ED IV PO DNR".split())


def _letters(c: Cast, role: str) -> str:
    given, family = _who(c, role)
    letters = given[0] + family[0]
    if c.rng.random() > 0.6 or letters in _CREDENTIALS:
        letters = given[0] + c.rng.choice("ABCEGHJKLMPST") + family[0]
    return letters


# --- dates, numbers, places ---------------------------------------------------------------------------------------

_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third twenty-fourth twenty-fifth twenty-sixth twenty-seventh twenty-eighth".split()
_TENS = "oh-zero oh-one oh-two oh-three oh-four oh-five oh-six oh-seven oh-eight oh-nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty twenty-one twenty-two twenty-three twenty-four twenty-five twenty-six twenty-seven twenty-eight".split()
_ONES = "zero one two three four five six seven eight nine".split()
_HOLIDAYS = "Christmas|Christmas Eve|Thanksgiving|New Year's Eve|New Year's Day|Easter|Easter Sunday|Labor Day|Memorial Day|Halloween|Boxing Day|Independence Day|Diwali|Valentine's Day|Veterans Day|Good Friday|Passover|Mother's Day|Eid al-Fitr|Chinese New Year|Columbus Day|Bonfire Night".split(
    "|"
)


def _suffix(day: int) -> str:
    return "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _ymd(rng: random.Random) -> tuple[int, int, int]:
    return rng.choice((rng.randint(1928, 2028), rng.randint(1996, 2028))), rng.randint(1, 12), rng.randint(1, 28)


def _habit(c: Cast, what: str, shapes: tuple[str, ...]) -> str:
    """One of the shapes, more often than not the one that this note's author is used to."""
    used = c.places.setdefault(what, str(c.rng.randrange(len(shapes))))
    return shapes[int(used)] if c.rng.random() < 0.6 else c.rng.choice(shapes)


def _day(c: Cast) -> str:
    """A day with its year, in the shapes of several countries."""
    rng = c.rng
    y, m, d = _ymd(rng)
    name, week = _MONTHS[m - 1], rng.choice(_DAYS)
    s, th = name[:3], f"{d}{_suffix(d)}"
    return _habit(c, "day", (
        f"{m}/{d}/{y}", f"{m:02d}/{d:02d}/{y}", f"{m:02d}/{d:02d}/{y % 100:02d}", f"{d:02d}/{m:02d}/{y}", f"{d}.{m}.{y % 100:02d}", f"{d:02d}.{m:02d}.{y}", f"{y}-{m:02d}-{d:02d}", f"{y}/{m:02d}/{d:02d}", f"{m}-{d}-{y}", f"{m:02d}-{d:02d}-{y % 100:02d}",
        f"{name} {d}, {y}", f"{name} {th}, {y}", f"{name} {th} {y}", f"{th} {name} {y}", f"{d} {name} {y}", f"{d} {s} {y}", f"{s}. {d}, {y}", f"{s} {d} {y}", f"{d}-{s}-{y}", f"{d:02d}-{s.upper()}-{y % 100:02d}", f"{d:02d}{s.upper()}{y}", f"{week}, {name} {d}, {y}",
        f"{week} {th} {name} {y}", f"{week[:3]} {d} {s} {y}", f"the {th} of {name}, {y}", f"{d} of {name} {y}", f"{m}/{d}/{y % 100:02d}", f"{m}/{d}/{y % 100:02d}",
    ))  # fmt: skip


def _short_day(c: Cast) -> str:
    """A day without its year."""
    rng = c.rng
    _, m, d = _ymd(rng)
    name, th = _MONTHS[m - 1], f"{d}{_suffix(d)}"
    return _habit(c, "shortday", (f"{m}/{d}", f"{m}/{d}", f"{m:02d}/{d:02d}", f"{name} {d}", f"{name} {th}", f"{d} {name}", f"{th} {name}", f"the {th}", f"the {th} of {name}", f"{name[:3]} {d}", f"{d} {name[:3]}", f"{rng.choice(_DAYS)} the {th}", f"{rng.choice(_DAYS)}, {name} {d}", f"{name[:3]}{chr(46) if m != 5 else ''} {th}", f"{rng.choice(_DAYS)[:3]} {m}/{d}", f"{d}.{m}."))  # fmt: skip


def _month(c: Cast) -> str:
    rng = c.rng
    y, m, _ = _ymd(rng)
    name = _MONTHS[m - 1]
    return rng.choice((f"{name} {y}", f"{name} {y}", f"{name} of {y}", f"{name}, {y}", f"{name[:3]} {y}", f"{m}/{y}", f"{m:02d}/{y % 100:02d}", f"last {name}", f"this {name}", name, f"{name[:3]} '{y % 100:02d}", f"{name}-{_MONTHS[(m + 1) % 12]} {y}"))  # fmt: skip


def _spoken_day(c: Cast) -> str:
    rng = c.rng
    y, m, d = rng.randint(1931, 2028), rng.randint(1, 12), rng.randint(1, 28)
    tail = y % 100
    tens = "twenty thirty forty fifty sixty seventy eighty ninety".split()
    low = (
        _ONES[tail]
        if 0 < tail < 10
        else _TENS[tail]
        if tail < 20
        else tens[tail // 10 - 2] + (f" {_ONES[tail % 10]}" if tail % 10 else "")
    )
    year = (
        ("nineteen " + low if y < 2000 else "two thousand " + (low if tail else "")).strip()
        if y < 2010
        else rng.choice(("twenty ", "twenty ", "two thousand ")) + low
    )
    month = _MONTHS[m - 1].lower()
    day = _ORDINALS[d - 1]
    return rng.choice((f"{month} {day} {year}", f"{month} {day} {year}", f"the {day} of {month} {year}", f"{month} {day}", f"{month} the {day}", f"{month} of {year}", f"{_TENS[m]} {_TENS[d]} {year}".replace("-", " "), f"{month} {d} {y}", f"{m} slash {d} slash {y}")).replace("-", rng.choice(("-", " ")))  # fmt: skip


def _fill(c: Cast, *patterns: str) -> str:
    return re.sub("[#@]", lambda m: c.rng.choice("0123456789") if m[0] == "#" else c.rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ"), c.rng.choice(patterns))  # fmt: skip


def _place(c: Cast) -> str:
    if "place" not in c.places or c.rng.random() < 0.8:
        c.places["place"] = c.rng.choice(TOWNS) if c.rng.random() < 0.75 else IDENTIFIERS["town"][1](c)
    return c.places["place"]


def _hospital(c: Cast) -> str:
    rng = c.rng
    if "hospital" not in c.places or rng.random() < 0.5:
        dice = rng.random()
        c.places["hospital"] = (
            rng.choice(_ORGS["hosp"]) if dice < 0.35 else rng.choice(_ORGS["abbr"]) if dice < 0.5 else _fill(c, "@@H", "@MC", "@@MC", "@GH", "@@@", "@@RH", "@CH", "@VAMC") if dice < 0.6 else
            f"{rng.choice(('St.', 'St', 'Saint', 'Mt.', 'Mount', 'Our Lady of'))} {_given(rng)}{rng.choice((chr(39) + 's', ''))}" if dice < 0.7 else f"{rng.choice((_place(c), _surname(rng), f'{_given(rng)} {_surname(rng)}'))} {rng.choice(_HOSPITAL_KINDS)}"
        )  # fmt: skip
    return c.places["hospital"]


def _org_of(kind: str, *made: str) -> Callable[[Cast], str]:
    """An organisation of one kind: a listed one, or one made of a pattern of `{s}` (surname), `{g}` (given) and `{t}` (town)."""

    def fill(c: Cast) -> str:
        if c.rng.random() < 0.55:
            return c.rng.choice(_ORGS[kind])
        return c.rng.choice(made).format(
            s=_surname(c.rng), g=c.rng.choice(_GIVEN), t=c.rng.choice(TOWNS), u=c.rng.choice(_FAMILY)
        )

    return fill


def _house(c: Cast) -> str:
    rng = c.rng
    road = rng.choice((rng.choice(_FAMILY), rng.choice(TOWNS), "Main", "Church", "High", "Park", "Mill", "Station", "Orchard", "Victoria", "Sycamore", "Cemetery", "Old Post", "County", f"{rng.choice('NSEW')} {rng.choice(_FAMILY)}", f"{rng.randint(1, 90)}{_suffix(rng.randint(4, 9))}"))  # fmt: skip
    kind = rng.choice(
        "St|St.|Street|Rd|Road|Ave|Avenue|Ln|Lane|Close|Crescent|Drive|Dr.|Gardens|Hill|Court|Pike|Loop|Square|Row|Grove|Blvd|Turnpike".split(
            "|"
        )
    )
    return rng.choice((
        f"{rng.randint(1, 240)} {road} {kind}", f"{rng.randint(1, 9900)} {road} {kind}", f"{rng.randint(10, 990)} {road} {kind}, Apt {rng.randint(1, 30)}{rng.choice('ABCD')}", f"Flat {rng.randint(1, 40)}, {rng.randint(1, 99)} {road} {kind}", f"P.O. Box {rng.randint(10, 9900)}", f"PO Box {rng.randint(10, 9900)}",
        f"RR {rng.randint(1, 9)} Box {rng.randint(10, 400)}", f"{rng.randint(1, 300)} {road} {kind} #{rng.randint(1, 400)}", f"Unit {rng.randint(1, 20)}, {rng.randint(1, 99)} {road} {kind}", f"{rng.randint(1, 90)}{rng.choice('ab')} {road} {kind}",
    ))  # fmt: skip


def _mail_name(c: Cast) -> str:
    return _login(c) + "@" + c.rng.choice(("gmail.com", "nhs.net", "yahoo.co.uk", "outlook.com", "aol.com", f"{c.rng.choice(_FAMILY).lower()}clinic.org".replace("'", ""), "partners.org", "hotmail.com", "med.example.edu"))  # fmt: skip


_Identify = tuple[str, Callable[[Cast], str]]
_IDS: dict[str, _Identify] = {
    "pt": ("NAME", lambda c: _natural(c, _who(c, "patient"))),
    "ptrev": ("NAME", lambda c: _listed(c, _who(c, "patient"))),
    "ptlast": ("NAME", lambda c: _who(c, "patient")[1]),
    "ptfirst": ("NAME", lambda c: _who(c, "patient")[0]),
    "ptfull": ("NAME", lambda c: " ".join(_who(c, "patient"))),
    "ptfamily": ("NAME", lambda c: f"{_given(c.rng)} {_who(c, 'patient')[1]}"),
    "drfull": ("NAME", lambda c: " ".join(_doctor(c))),
    "kinfull": ("NAME", lambda c: " ".join(_relative(c))),
    "somefull": ("NAME", lambda c: f"{_given(c.rng)} {_surname(c.rng)}"),
    "ptinit": ("NAME", lambda c: c.rng.choice((_letters(c, "patient"), ".".join(_letters(c, "patient")) + "."))),
    "dr": ("NAME", lambda c: _natural(c, _doctor(c))),
    "drrev": ("NAME", lambda c: _listed(c, _doctor(c))),
    "drlast": ("NAME", lambda c: _doctor(c)[1]),
    "drfirst": ("NAME", lambda c: _doctor(c)[0]),
    "drinit": ("NAME", lambda c: _letters(c, c.rng.choice(("doc", "doc2")))),
    "typist": ("NAME", lambda c: c.rng.choice("bcfghjkltvw") + _fill(c, "@", "@@", "@").lower()),
    "kinn": ("NAME", lambda c: (lambda p: c.rng.choice((p[0], f"{p[0]} {p[1]}", _natural(c, p))))(_relative(c))),
    "kinfirst": ("NAME", lambda c: _relative(c)[0]),
    "kinlast": ("NAME", lambda c: _relative(c)[1]),
    "someone": ("NAME", lambda c: _natural(c, (_given(c.rng), _surname(c.rng)))),
    "somelast": ("NAME", lambda c: _surname(c.rng)),
    "somefirst": ("NAME", lambda c: _given(c.rng)),
    "loginname": ("NAME", _login),
    "spelledname": ("NAME", _spelled),
    "day": ("DATE", _day),
    "shortday": ("DATE", _short_day),
    "month": ("DATE", _month),
    "holiday": ("DATE", lambda c: f"{c.rng.choice(_HOLIDAYS)}{c.rng.choice((' ', ' ', ' of ', ', '))}{c.rng.randint(1995, 2028)}"),
    "spokendate": ("DATE", _spoken_day),
    "place": ("LOCATION", _place),
    "postcode": ("LOCATION", lambda c: _fill(c, "@@# #@@", "@@## #@@", "@# #@@", "@#@ #@#", "#####", "#####", "#####-####", "####")),
    "house": ("ADDRESS", _house),
    "hosp": ("ORGANIZATION", _hospital),
    "abbr": ("ORGANIZATION", lambda c: c.rng.choice(_ORGS["abbr"]) if c.rng.random() < 0.5 else _fill(c, "@@H", "@MC", "@@MC", "@GH", "@@@H", "@RMC")),
    "snf": ("ORGANIZATION", _org_of("snf", "{s} Manor", "{t} Care Center", "{s} House", "{g} {s} Rehabilitation", "Villa {g}", "{t} Nursing and Rehab")),
    "pharmacy": ("ORGANIZATION", _org_of("pharmacy", "{s} Drug", "{t} Pharmacy", "{s}'s Pharmacy", "{s} Chemists", "{s} & Son Apothecary")),
    "insurer": ("ORGANIZATION", _org_of("insurer", "{t} Mutual", "{s} Life", "Blue Cross of {t}", "{t} Health Plan", "{s} Casualty")),
    "school": ("ORGANIZATION", _org_of("school", "{s} Elementary", "{t} High School", "{s} College", "St {g}'s Primary School", "University of {t}", "{g} {s} Academy", "{t} Community College", "{s} Nursery")),
    "employer": ("ORGANIZATION", _org_of("employer", "{s} & {u}", "{s} Plumbing", "{s} Bros.", "{t} Steel", "{s}, {u} & Co.", "{t} Transit Authority", "{g}'s Diner", "{s} Trucking", "{t} Fire Department", "{t} Town Council")),
    "church": ("ORGANIZATION", _org_of("church", "St. {g} Parish", "{t} Methodist Church", "{t} Rotary Club", "Church of St. {g}", "{t} Senior Center", "{s} Foundation")),
    "practice": ("ORGANIZATION", _org_of("practice", "{s} Medical Group", "{t} Family Medicine", "{s} & {u} Orthopedics", "{t} Health Centre", "{s} Eye Clinic", "Dr {s} and Partners")),
    "trust": ("ORGANIZATION", lambda c: f"{c.rng.choice((_place(c), _surname(c.rng), _given(c.rng) + chr(32) + _surname(c.rng)))} {c.rng.choice(('NHS Trust', 'NHS Foundation Trust', 'Health Board', 'University Hospitals'))}"),
    "funeral": ("ORGANIZATION", lambda c: f"{_surname(c.rng)} {c.rng.choice(('Funeral Home', '& Sons Funeral Home', 'Mortuary', 'Funeral Directors', 'Chapel'))}"),
    "labname": ("ORGANIZATION", _org_of("labname", "{t} Reference Laboratory", "{s} Diagnostics", "{s} Genomics", "{t} Pathology Associates")),
    "tel": ("PHONE", lambda c: _fill(c, "(###) ###-####", "###-###-####", "###-####", "###.###.####", "01### ######", "0#### ### ###", "07### ######", "+44 #### ######", "1-###-###-####", "###/###-####", "### ### ####", "(0##) #### ####", "020 #### ####")),
    "beep": ("PHONE", lambda c: _fill(c, "#####", "####", "#-####", "###-####", "#####")),
    "ext": ("PHONE", lambda c: _fill(c, "####", "#####", "###")),
    "faxno": ("FAX", lambda c: _fill(c, "(###) ###-####", "###-###-####", "01### ######", "###.###.####")),
    "spokenphone": ("PHONE", lambda c: " ".join(c.rng.choice(_ONES) for _ in range(c.rng.choice((7, 10))))),
    "spokenmrn": ("MRN", lambda c: " ".join(c.rng.choice(_ONES) for _ in range(c.rng.choice((6, 7, 8))))),
    "mail": ("EMAIL", _mail_name),
    "web": ("URL", lambda c: c.rng.choice(("www.", "https://", "")) + re.sub(r"\W", "", c.rng.choice(_FAMILY)).lower() + c.rng.choice(("clinic.com", "surgery.nhs.uk", "health.org", "family.net/news"))),
    "chart": ("MRN", lambda c: _fill(c, "#######", "########", "###-##-##", "@#######", "### ### ####", "##-##-##", "@@-######", "######", "000#####", "###-####-#")),
    "nhsno": ("MRN", lambda c: _fill(c, "### ### ####", "##########", "###-###-####")),
    "member": ("HEALTH_PLAN", lambda c: _fill(c, "@@@#########", "#########-##", "@########", "#@@#-@@#-@@##", "####-#####")),
    "accountno": ("ACCOUNT", lambda c: _fill(c, "########", "@#########", "###-######", "####-####-##")),
    "npi": ("LICENSE", lambda c: _fill(c, "1#########", "@@#######", "MD#####", "##-#####")),
    "socsec": ("SSN", lambda c: _fill(c, "###-##-####", "xxx-xx-####", "#########")),
    "plate": ("VEHICLE", lambda c: _fill(c, "@@@-####", "@@## @@@", "#@@@###", "### @@@")),
    "serial": ("DEVICE", lambda c: _fill(c, "@@@######", "########", "@#####@", "@@#-#####", "##@#####")),
    "accession": ("ID", lambda c: _fill(c, "S##-#####", "SP-##-####", "@@##-####", "##-@@-#####", "########", "@####-##", "#######-###", "RAD#######", "FISH-##-###")),
    "filenumber": ("ID", lambda c: _fill(c, "#######", "JOB #####", "@@@####", "##########", "####-####")),
}  # fmt: skip


# --- clinical words -----------------------------------------------------------------------------------------------

_PHARMACOPOEIA = (
    "Tylenol 650 mg q6h prn|Xarelto 20 mg with supper|Eliquis 5 mg BID|Coumadin 2.5 mg MWF|Lasix 40 mg IV|Zosyn 3.375 g|vancomycin 1 g q12h|Humalog sliding scale|Lantus 18 units at bedtime|NovoLog 6 units|Keppra 750 mg BID|Depakote ER 500 mg|Haldol 2 mg IM|"
    "Ativan 0.5 mg|Zofran 4 mg ODT|Toradol 30 mg|Dilaudid PCA|Norco 5/325|Percocet 1-2 tabs|oxycodone 5 mg|gabapentin 300 mg TID|Lipitor 80 mg nightly|metoprolol tartrate 25 mg|lisinopril 10 mg daily|bisoprolol 2.5mg od|ramipril 5mg|co-amoxiclav 625mg tds|"
    "paracetamol 1g qds|Plavix 75 mg|aspirin 81 mg|Synthroid 88 mcg|Protonix 40 mg|omeprazole 20mg|Colace 100 mg|Senna 2 tabs|Ancef 2 g|Augmentin 875 mg|Bactrim DS|Rocephin 1 gm|Levophed at 8 mcg/min|propofol 20 mcg/kg/min|fentanyl 50 mcg|Precedex|Versed 2 mg|"
    "Nexium|Advair 250/50|Spiriva|albuterol nebs|Ventolin|Singulair 10 mg|prednisone 40 mg taper|Solu-Medrol 125 mg|Decadron 4 mg|methotrexate 15 mg weekly|Humira 40 mg|Remicade|Rituxan|Herceptin|carboplatin AUC 5|FOLFOX cycle 3|Taxol|Zometa|Neulasta|Epogen|"
    "MS Contin 15 mg|St. John's wort|Brand levothyroxine|Robaxin 750|Mother's Milk tea|Dr. Brown's bottle|Johnson's baby oil|Vicks|Botox 100 units|levetiracetam 20 mg/kg/day|risdiplam|Zoloft 50 mg|Prozac|Lexapro 10 mg|Seroquel 25 mg qhs|Abilify|lithium 300 mg|Sinemet 25/100|Aricept 10 mg|Namenda|Flomax 0.4 mg|Narcan|Suboxone 8/2|Miralax|Kayexalate 15 g|Mag citrate|Robitussin"
).split("|")
_SCALES = (
    "GCS 14 (E4 V4 M6)|APACHE II 22|Apgars 7 and 9|NIHSS 6|CHA2DS2-VASc 4|HAS-BLED 2|Wells score 4.5|MELD 18|Child-Pugh class B|Rockall 3|MoCA 22/30|MMSE 26/30|PHQ-9 of 14|GAD-7 11|ECOG 1|Karnofsky 70|NYHA class III|CCS II|Mallampati III|ASA 3|Gleason 4+3=7|"
    "Breslow depth 0.8 mm|Clark level IV|Nottingham grade 2|Bishop score 6|Ranson 2|CURB-65 of 2|qSOFA 1|SOFA 9|RASS -2|CAM-ICU negative|Braden 16|Morse fall scale 45|Norton 12|Waterlow 15|Snellen 20/40|Glasgow 13|Modified Rankin 3|Hunt and Hess 2|Fisher grade 3|"
    "Hoehn and Yahr 2.5|Epworth 11/24|Tanner 3|Ballard 37 weeks|Denver II normal|Kellgren-Lawrence grade 3|BI-RADS 4A|TI-RADS 3|Lung-RADS 2|PI-RADS 4|Bosniak IIF|Fontaine IIb|Rutherford 4|ASIA C|HEART score 5|TIMI 3|Alvarado 7|Hinchey II|DAS28 3.2|EDSS 4.0|Beighton 7/9"
).split("|")
_EPONYMS = (
    "Parkinson's disease|Crohn's|Graves' ophthalmopathy|Hodgkin lymphoma|Bell's palsy|Barrett's oesophagus|Cushing's|Addison's disease|Paget's disease|Wilson's|Hashimoto's|Dupuytren's contracture|Baker's cyst|Colles fracture|Smith fracture|Salter-Harris II fracture|"
    "Gallbladder with negative Murphy's sign|McBurney's point tenderness|Rovsing sign|Homans sign|Kernig and Brudzinski signs|Babinski downgoing|Romberg steady|Tinel and Phalen tests|Lachman grade 1|McMurray test|Spurling maneuver|Dix-Hallpike positive|Trendelenburg gait|"
    "Charcot foot|Marfan habitus|Down syndrome|Turner mosaicism|Williams syndrome|Angelman syndrome|Rett syndrome|Lynch syndrome|Li-Fraumeni syndrome|Peutz-Jeghers polyp|Cowden syndrome|Brugada pattern|Wolff-Parkinson-White|Lown-Ganong-Levine|Takotsubo|Kawasaki disease|"
    "Osgood-Schlatter|Legg-Calve-Perthes|Scheuermann kyphosis|Guillain-Barré|Miller Fisher variant|Lambert-Eaton|Charcot-Marie-Tooth|Friedreich ataxia|Todd's paresis|Meckel's diverticulum|Zenker's|Mallory-Weiss tear|Schatzki ring|Boerhaave|Bence Jones protein|"
    "Reed-Sternberg cells|Auer rods|Howell-Jolly bodies|Reinke edema|Whipple's triad|Whipple procedure|Roux-en-Y|Hartmann's procedure|Nissen fundoplication|Billroth II|Cimino fistula|Kasai|Fontan circulation|Glenn shunt|Blalock-Taussig shunt|Bristol stool type 6|Lyme disease|Rocky Mountain spotted fever|West Nile encephalitis|Philadelphia chromosome|Norwalk virus|Coxsackie B myocarditis|familial Mediterranean fever|German measles|Vancouver B2 fracture|Cincinnati stroke scale|Wisconsin Card Sorting Test|Boston Naming Test|Oxford knee score 31|Toronto neuropathy score|Dallas grade 3 fissure|Lake Louise criteria|Jones criteria|Duke criteria|Light's criteria|Virchow node|Sister Mary Joseph nodule|Rice bodies|White dermatographism|Young's syndrome|Page kidney|Stone-Wise bleeding|Frank's sign|Austin Flint murmur|Graham Steell murmur|St. Vitus dance|Hand-Schüller-Christian|Job syndrome|Ray amputation|Ludwig's angina"
).split("|")
_EQUIPMENT = (
    "Foley catheter|Kerlix wrap|Bovie cautery|Jackson-Pratt drain|JP drain|Penrose drain|Hickman line|Port-a-Cath|Swan-Ganz catheter|Quinton catheter|Shiley 6|Yankauer|Dobhoff tube|Salem sump|Hemovac|Bair Hugger|LigaSure|Steri-Strips|Dermabond|3-0 Vicryl|4-0 Monocryl|"
    "2-0 Prolene|Ethibond|Weitlaner retractor|Kelly clamp|Kocher|Allis clamp|Balfour|Bookwalter|Army-Navy retractors|DeBakey forceps|Adson|Metzenbaum scissors|Mayo scissors|Gigli saw|Steinmann pin|Kirschner wire|Thomas splint|Aircast boot|Philadelphia collar|Miami J|"
    "Hoyer lift|Geri chair|Holter|Medtronic pacemaker|St. Jude ICD|Boston Scientific stent|Stryker Triathlon|Zimmer NexGen knee|Smith & Nephew plate|DePuy hip|Edwards SAPIEN valve|Siemens scanner|GE Signa 1.5T|Philips monitor|Omnipod|Dexcom G6|BiPAP|Passy-Muir valve|"
    "Milwaukee brace|Boston brace|Minnesota tube|Denver shunt|Dr. Scholl's inserts|St. Jude valve|Mayo stand|Leica microscope|Hill-Rom bed|Ray-Tec sponge|Baker tube|Cook catheter|Cordis sheath|Mepilex|Aquacel|Xeroform|Tegaderm|Unna boot|Wound VAC|Ace wrap|TED hose|Lofstrand crutches|Rollator|Accu-Chek|Hemoccult|Surgicel|Gelfoam|Marlex mesh|Veress needle|Hasson trocar|Endo GIA"
).split("|")
_ORDINARY = (
    "May resume diet as tolerated.|Will follow closely.|Long discussion held about risks.|Page me with any change.|Page 2 of 3.|Young adult onset was suspected.|Rose spots were absent.|Hope is to wean next week.|Grace period ends soon.|Bill for extended visit.|"
    "Mark the skin before induction.|Stone burden is unchanged.|Rice water stools denied.|Brown sputum, green nasal discharge.|White count normal.|Black tarry stools reported.|Drew labs at bedside.|Rich vascular pattern is seen.|Church attendance is regular.|Banks own blood for surgery.|"
    "Early ambulation encouraged.|Sharp pain with inspiration.|Short of breath at rest.|Strong pulses bilaterally.|Cotton wool spots in the left eye.|Frost bite of two toes.|Frank hematuria noted.|Pat dry and apply ointment.|Joy in activities is reduced.|Penny-sized ulcer on the shin.|"
    "Dawn phenomenon discussed.|Ray of the fifth metatarsal is fractured.|Summer camp forms completed.|Art therapy is helpful.|Faith is important to the family.|Chase with water.|Dale is not applicable.|Glass in the wound was removed.|Bath chair ordered.|Reading glasses worn.|Normal for age.|"
    "Orange urine from rifampin.|Turkey sandwich tolerated.|China clay exposure denied.|Nice response to treatment.|Lance the abscess if fluctuant.|Earl Grey tea is fine.|Gene panel pending.|Carol singing worsened hoarseness.|Robin's egg blue sclera.|Iris is normal; Violet field defect none.|"
    "Sterling silver allergy.|Day 3 of antibiotics.|Field block performed.|Hand hygiene reinforced.|Head is atraumatic.|Foot drop persists.|Horn cells spared.|Bowel Regimen as ordered.|Fall Precautions in place.|Code Status: Full Code.|Jehovah's Witness, declines blood.|Uses Alexa for reminders.|Drives a Honda Civic.|Father's side: unknown.|Mother denies sick contacts.|Baby is feeding well.|Wife at bedside.|Husband to bring CPAP.|Pt's Son is aware.|Staff RN notified.|Attending aware.|Doctor on call paged.|Dr on call to review.|Nurse Practitioner to see.|Mr. and Mrs. were both present.|Long Term Goals: Independent Gait.|Short Term Goals: Met.|Will Rogers phenomenon was mentioned.|Guardian not assigned.|Name band checked.|Address verified.|Date of last tetanus unknown.|Phone consent obtained.|School physical form.|Church group supportive.|Bank statement not needed.|Hospital bed ordered.|Home Health to follow.|Insurance: Medicaid.|Diet: Regular, Low Sodium.|Activity as Tolerated."
).split("|")
_NEGATIVE = (
    "{medicine} was continued.|Started on {medicine} and {medicine}.|{medicine} held for bradycardia.|Allergic to penicillin, sulfa and Betadine.|{scale}.|{scale} on arrival, {scale} this morning.|Exam notable for {sign}.|There was no evidence of {sign}.|History of {sign} and {sign}.|"
    "{sign} remains on the differential, as does {sign}.|{vitals}.|Vitals: {vitals}.|{image}.|Imaging: {image}.|{variant}.|Testing showed {variant}.|{stage} disease was confirmed.|Staged as {stage}.|{spine} degenerative change.|Tender over {spine}.|Born at {gestation} by {delivery}.|"
    "Delivered at {gestation}.|Referred to {dept}.|{dept} was consulted and agreed.|Per {dept}, no intervention.|{gear} was placed.|{gear} removed without difficulty.|Dressed with {gear}.|{ordinary}|{ordinary}|{ordinary}|{tongue} interpreter was present.|{tongue}-speaking {man}.|"
    "The {role} will arrange follow-up.|Discussed with the {role} and the {role}.|Seen by the {role} on weekend cover.|{He} denies chest pain, dyspnea or syncope.|{labs}.|Labs: {labs}; {labs}.|{term} and {term} were noted.|{He} has {term}.|No {term}, no {term}.|{Term} is improving.|"
    "Last seen 3 weeks ago in the {dept} clinic.|Return in {num} weeks.|Diagnosed in {year}.|Status post appendectomy in {year}.|Quit smoking in {year}, {num} pack-years.|Symptoms began {num} days ago, around {clock}.|On Monday {he} felt worse.|Transferred from OSH.|"
    "Resident of a skilled nursing facility.|Medicare and Medicaid are active.|Followed at the VA.|CDC and FDA guidance was reviewed.|Contracted NHS pathway applies.|{He} moved here from {country} in {year}.|{He} is retired and widowed.|Works as a {job}.|Former {job}, now disabled.|"
    "{country} was the birthplace of both parents.|Of {nation} and {nation} descent.|Rx given for {medicine}, #30, no refills.|Trial of {medicine} after {num} months of conservative therapy.|POD {num}, doing well.|Hospital day {num}.|Cycle {num} of chemotherapy.|Pain {num}/10.|"
    "UpToDate and Epic SmartPhrase were used.|Zoom visit.|Hgb stable after 2 units PRBC.|ROM 0 to 110 degrees.|Strength 4+/5 in the left deltoid.|EBL {num}0 cc.|Cultures grew Klebsiella, Pseudomonas and Enterobacter.|Influenza A and RSV were negative.|Pneumovax and Shingrix are up to date.|"
    "Admitted to {ward}.|Moved to {ward} overnight.|Consented in {tongue}.|{sign}, {stage}.|Heart: RRR, no MRG. Lungs: CTAB. Abd: soft, NTND.|HEENT: PERRLA, EOMI, OP clear.|CN II-XII intact.|{gene} of uncertain significance.|{drug} was not tolerated."
).split("|")

_GENES = "BRCA1 BRCA2 TP53 MLH1 MSH2 PTEN CFTR FBN1 COL1A1 COL3A1 SCN1A KCNQ2 MECP2 DMD SMN1 NF1 TSC2 RYR1 MYH7 MYBPC3 GJB2 LMNA ATM PALB2 APC STK11 GAA HFE F5 MTHFR POLG PKD1 FGFR3 PTPN11 CHD7 KMT2D ARID1B SHANK3".split()
_AMINO = "Ala Arg Asn Asp Cys Gln Glu Gly His Ile Leu Lys Met Phe Pro Ser Thr Trp Tyr Val".split()


def _variant(c: Cast) -> str:
    rng = c.rng
    gene, at = rng.choice(_GENES), rng.randint(11, 4999)
    return rng.choice((
        f"{gene} c.{at}{rng.choice('ACGT')}>{rng.choice('ACGT')} (p.{rng.choice(_AMINO)}{at // 3}{rng.choice(_AMINO)})", f"{gene} c.{at}_{at + 3}del", f"{gene} c.{at}+1G>A", f"{gene} c.{at}dup p.({rng.choice(_AMINO)}{at // 3}fs*{rng.randint(2, 40)})",
        f"46,{rng.choice(('XX', 'XY'))}", f"47,{rng.choice(('XXY', 'XY,+21', 'XX,+18'))}", f"arr[GRCh38] {rng.randint(1, 22)}{rng.choice('pq')}{rng.randint(11, 36)}.{rng.randint(1, 3)}({at}000_{at + 900}000)x{rng.choice((1, 3))}", f"{rng.randint(1, 22)}{rng.choice('pq')}{rng.randint(11, 31)}.2 deletion",
        f"{gene} exon {rng.randint(1, 40)} deletion", f"NM_000{rng.randint(100, 999)}.{rng.randint(2, 6)}({gene}):c.{at}C>T", f"{gene} VUS", f"pathogenic variant in {gene}", f"{gene} {rng.choice(_AMINO)}{rng.randint(10, 900)}{rng.choice(_AMINO)}", "FMR1 repeat 84 CGG", "JAK2 V617F", "EGFR L858R", "KRAS G12D", "BRAF V600E",
    ))  # fmt: skip


def _vitals(c: Cast) -> str:
    rng = c.rng
    parts = [f"BP {rng.randint(82, 190)}/{rng.randint(44, 110)}", f"HR {rng.randint(48, 140)}", f"RR {rng.randint(10, 34)}", f"T {rng.randint(96, 103)}.{rng.randint(0, 9)}", f"SpO2 {rng.randint(86, 100)}% on {rng.choice(('RA', '2L', '4 L NC', 'room air'))}", f"Tmax {rng.randint(36, 39)}.{rng.randint(0, 9)}", f"wt {rng.randint(3, 120)}.{rng.randint(0, 9)} kg", f"pulse {rng.randint(50, 130)}", f"UOP {rng.randint(10, 90)} cc/h", f"MAP {rng.randint(55, 95)}", f"CVP {rng.randint(2, 16)}"]  # fmt: skip
    return rng.choice((", ", "; ", " ", ", ")).join(rng.sample(parts, rng.randint(2, 5)))


def _labs(c: Cast) -> str:
    rng = c.rng
    parts = [f"Na {rng.randint(122, 150)}", f"K {rng.randint(2, 6)}.{rng.randint(0, 9)}", f"Cr {rng.randint(0, 5)}.{rng.randint(1, 9)}", f"BUN {rng.randint(5, 80)}", f"WBC {rng.randint(1, 30)}.{rng.randint(0, 9)}", f"Hct {rng.randint(20, 48)}", f"plt {rng.randint(20, 500)}", f"INR {rng.randint(1, 4)}.{rng.randint(0, 9)}", f"troponin <0.0{rng.randint(1, 9)}", f"A1c {rng.randint(5, 13)}.{rng.randint(0, 9)}%", f"TSH {rng.randint(0, 9)}.{rng.randint(10, 99)}", f"CRP {rng.randint(1, 200)}", f"ALT {rng.randint(10, 900)}", f"lactate {rng.randint(1, 9)}.{rng.randint(0, 9)}", f"pH 7.{rng.randint(10, 50)}", f"CSF protein {rng.randint(20, 200)} mg/dL", f"CEA {rng.randint(1, 90)}"]  # fmt: skip
    return ", ".join(rng.sample(parts, rng.randint(1, 5)))


def _of(words: str) -> Callable[[Cast], str]:
    options = tuple(words.split("|"))
    return lambda c: c.rng.choice(options)


def _by_sex(male: str, female: str) -> Callable[[Cast], str]:
    males, females = male.split("|"), female.split("|")
    return lambda c: c.rng.choice(males if c.places.setdefault("sex", c.rng.choice("mf")) == "m" else females)


_WORDS: dict[str, Callable[[Cast], str]] = {
    "he": _by_sex("he", "she"),
    "He": _by_sex("He", "She"),
    "his": _by_sex("his", "her"),
    "His": _by_sex("His", "Her"),
    "him": _by_sex("him", "her"),
    "man": _by_sex("man|gentleman|male", "woman|lady|female"),
    "hon": _by_sex("Mr. |Mr. |Mr |Mister ", "Mrs. |Ms. |Mrs |Miss |Ms "),
    "drt": _of("Dr. |Dr. |Dr. |Dr |Dr |Doctor |Prof. |Professor |DR. |dr. "),
    "creds": _of(", MD|, MD|, M.D.| MD|, DO|, D.O.|, MD, PhD|, MD, FACS|, MBBS MRCP| FRCS|, MBChB MRCGP|, PA-C|, NP|, FNP-BC|, CRNA|, RN|, RN, BSN|, CNM|, LCSW|, PT, DPT|, OTR/L|, CCC-SLP|, MS, CGC|, PharmD|, RD|, DDS|, DPM|, MD MPH|, MRCPCH|, FRCPath|, RRT||||"),
    "roleword": _of("RN|NP|PA|SW|case manager|charge nurse|hospitalist|intern|resident|fellow|scrub tech|CRNA|anesthetist|midwife|chaplain|dietitian|PT|OT|pharmacist|registrar|SHO|health visitor|interpreter|genetic counselor"),
    "rel": _of("daughter|son|wife|husband|mother|father|sister|brother|niece|nephew|partner|neighbor|roommate|son-in-law|stepmother|foster mother|grandson|grandmother|aunt|cousin|fiancee|ex-wife|mum|dad|health care proxy|guardian|caregiver|friend|carer|power of attorney"),
    "role": _of("hospitalist|on-call resident|night float|primary team|wound care nurse|social worker|GP|district nurse|dietitian|charge nurse|covering physician|attending|fellow|pharmacist|speech therapist|health visitor|case manager|interventionalist|registrar|consultant on call"),
    "medicine": lambda c: c.rng.choice(_PHARMACOPOEIA),
    "scale": lambda c: c.rng.choice(_SCALES),
    "sign": lambda c: c.rng.choice(_EPONYMS),
    "gear": lambda c: c.rng.choice(_EQUIPMENT),
    "ordinary": lambda c: c.rng.choice(_ORDINARY),
    "variant": _variant,
    "vitals": _vitals,
    "labs": _labs,
    "image": _of("CT head without contrast was unremarkable|MRI brain shows scattered T2/FLAIR foci|CXR with bibasilar atelectasis|Doppler negative for DVT|CTA chest without pulmonary embolism|KUB nonspecific|US RUQ with sludge|PET avid node in station 4R|DEXA T-score -2.6|echo EF 35-40% with trace MR|EEG with left temporal sharp waves|Fluoroscopy time 1.2 minutes|HIDA negative|Panorex reviewed|MRCP without stones|barium swallow with tertiary contractions|mammogram BI-RADS 2|bone scan without uptake"),
    "stage": _of("T2N1M0|pT3 pN0|stage IIIB|stage IV|cT1c|Ann Arbor stage II|FIGO IB1|Dukes B|pT1a, margins clear|limited stage|Rai stage 0|ypT0N0|Gleason 3+4|grade II/III|WHO grade 2|CKD stage 3b"),
    "spine": _of("L4-L5|C5-6|T12|L1|C7-T1|S1|L2 through L4|C3-C4|T8-T9|the sacrum"),
    "gestation": _of("39+2 weeks|36 4/7 weeks|28 weeks|term|41w1d|34 weeks' gestation|26+5|37 weeks"),
    "delivery": _of("SVD|emergency C-section|Kiwi vacuum|Neville Barnes forceps|repeat cesarean|spontaneous vaginal delivery|LSCS"),
    "dept": _of("Cardiology|Infectious Disease|Physical Therapy|Palliative Care|Interventional Radiology|Neurosurgery|GI|Renal|Psychiatry|Endocrinology|Ophthalmology|Medical Genetics|Vascular Surgery|Speech and Language Therapy|Social Services|Hematology/Oncology|Wound Care|the Emergency Department|Medical Records|Ortho|ENT|Paediatrics"),
    "tongue": _of("Spanish|Mandarin|Cantonese|Arabic|Polish|Urdu|Haitian Creole|Vietnamese|Portuguese|Punjabi|Russian|Somali|Tagalog|American Sign Language|French|Hmong|Welsh"),
    "nation": _of("Italian|Irish|Ashkenazi Jewish|Greek|German|Hispanic|Puerto Rican|Korean|Nigerian|Filipino|Scottish|Lebanese|Norwegian|Native American|African American|Caucasian|Cuban|Turkish"),
    "job": _of("welder|machinist|baker|teacher|postman|truck driver|farmer|cook|carpenter|mason|nurse|cab driver|tailor|librarian|seamstress|coal miner|bishop|police sergeant|hairdresser|software engineer|smith|barber|fisherman"),
    "sitting": _of("clinic|the office|the emergency room|consultation|pre-op holding|outpatients|the ICU|dialysis|the infusion suite|triage"),
    "head": _of("History of Present Illness|HPI|PAST MEDICAL HISTORY|Social History|Family Hx|Medications on Admission|Brief Hospital Course|Physical Examination|Review Of Systems|Assessment and Plan|IMPRESSION|Pertinent Results|Laboratory Data|Reason for Visit|Discharge Instructions|ALLERGIES|Code Status|Procedures|Condition on Discharge"),
    "shortyear": lambda c: str(c.rng.randint(1948, 2027)),
}  # fmt: skip


def _changed(kind: str, change: Callable[[str], str]) -> tuple[dict[str, _Identify], dict[str, Callable[[Cast], str]]]:
    """Every slot once more, under its name with a suffix, with its text in another case."""
    ids = {
        f"{name}_{kind}": (label, lambda c, fill=fill: change(fill(c)))
        for name, (label, fill) in {**IDENTIFIERS, **_IDS}.items()
    }
    words = {f"{name}_{kind}": (lambda c, fill=fill: change(fill(c))) for name, fill in {**PLAIN, **_WORDS}.items()}
    return ids, words


_UPPER, _LOWER = _changed("upper", str.upper), _changed("lower", str.lower)
SLOTS_IDENTIFIERS: dict[str, _Identify] = {**_IDS, **_UPPER[0], **_LOWER[0]}
SLOTS_PLAIN: dict[str, Callable[[Cast], str]] = {**_WORDS, **_UPPER[1], **_LOWER[1]}


# --- composition --------------------------------------------------------------------------------------------------


def _cased(template: str, kind: str) -> str:
    """A template whose text and slots are all in capitals (`upper`) or small letters (`lower`)."""
    change = str.upper if kind == "upper" else str.lower
    parts = re.split(r"(\{\w+\})", template)
    return "".join(
        f"{{{part[1:-1].removesuffix('_upper')}_{kind}}}" if i % 2 else change(part) for i, part in enumerate(parts)
    )


def _some(c: Cast, bank: Sequence[str], low: int, high: int, joint: str = " ") -> str:
    return joint.join(c.rng.sample(bank, min(len(bank), c.rng.randint(low, high))))


def _neg(c: Cast, low: int = 0, high: int = 2, joint: str = " ") -> str:
    return joint.join(c.rng.choice(_NEGATIVE) for _ in range(c.rng.randint(low, high)))


def _mixed(c: Cast, bank: Sequence[str], low: int, high: int, joint: str = " ", *, plain: float = 0.5) -> str:
    """Sentences of a bank, each followed now and then by one that holds no identifier."""
    said = c.rng.sample(bank, min(len(bank), c.rng.randint(low, high)))
    return joint.join(f"{s}{joint}{_neg(c, 1, 2, joint)}" if c.rng.random() < plain else s for s in said)


def _wrap(c: Cast, template: str, chance: float = 0.3) -> str:
    """The template, at times broken into lines of a typist's width."""
    if c.rng.random() >= chance:
        return template
    width = c.rng.choice((58, 64, 72, 80))
    return "\n".join(
        "\n".join(textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False))
        for line in template.split("\n")
    )


def _t(text: str) -> tuple[str, ...]:
    """The lines of a table, in which a backslash with an n is a line break."""
    return tuple(line.strip().replace("\\n", "\n") for line in text.strip().split("\n"))


_HOME = _t("""
{He} lives in {place} with {his} {rel} {kinfirst} and two cats.
{He} moved from {place} to {place} in {month} to be near {his} {rel}.
Lives alone at {house}, {place}; {rel} ({kinn}, {tel}) checks daily.
{ptfirst} was raised in {place} by {his} {rel}, {kinn}, and attended {school}.
Retired from {employer} after thirty years; still volunteers at {church}.
Works nights at {employer} in {place}.
Married to {kinfirst} since {month}; they have three children: {somefirst}, {somefirst} and {somefirst}.
{His} {rel} {kinn} is the health care proxy and can be reached at {tel}.
{kinfirst} drives {him} in from {place} each week.
Attends {school}, where {his} teacher, {hon}{somelast}, has noticed staring spells.
Fills prescriptions at {pharmacy} in {place}.
Was incarcerated until {month}, now at a shelter run by {church}.
{His} brothers {somefirst} and {somefirst} both died of heart disease; sister {somefirst} is well.
Originally from {country}, grew up in {place}, now in {place}, {state}.
{He} spends winters in {place}, returning every {month}.
Was found down in {place} by {his} {rel} {kinfirst} on {shortday}.
Found by {someone}, a neighbor, on the floor of {his} apartment on {house}.
Drove down from {place} with {kinfirst}; car plate {plate} is in the short-stay lot.
{ptfirst}'s {rel}, {kinn}, is a nurse at {abbr}.
Widowed: {kinfirst} died at {hosp} on {holiday}.
The {ptlast} family asked that {kinfull} be called first ({tel}), then {somefirst} ({tel}).
Insured through {insurer}, policy {member}; {employer} is the subscriber's employer.
{He} fell at {church} on {holiday} and again on {shortday}.
Returned from a trip to {place} and {place} on {shortday}.
Emigrated from {country} in {year} and settled in {place}.
Plays bass with the band at {church}; last performed in {month}.
Was a {job} for {employer} until {month}.
Has a home aide, {someone}, from {employer}, four mornings a week.
""")
_TEAM = _t("""
Seen with {drt}{drlast} and his colleague {drlast}.
Discussed with {drlast} (neurology) and {drlast} (ID) by phone at {clock}.
{drt}{dr}{creds} of {practice} has been following {him} since {month}.
I spoke to {drt}{drlast}'s office at {tel}; {somefirst} will fax the tracing to {faxno}.
{drt}{drlast}, {drlast} and {drlast} all agreed with this plan.
Case reviewed with attending, {dr}{creds}, who examined the patient.
{dr} will see {him} on {shortday}.
PCP: {dr}, {practice}.
PCP {drlast} was notified and accepted the patient.
Referred to {dr}{creds} at {hosp} for a second opinion.
Transferred from {abbr} on {shortday} under the care of {drlast}.
Outside films from {hosp} dated {day} were obtained.
{drfull} from {dept} evaluated {him} at bedside.
Surgeon of record was {drlast}, assisted by {drlast} and {somelast}.
Per {drlast}'s note of {day}, no further imaging is needed.
Nurse {somefirst} and aide {somefirst} were present throughout.
Paged {drlast} at {beep}, no answer; paged {drlast} at {beep}, who called back.
Formerly a patient of {drt}{dr}, who retired in {month}.
Appreciate {drlast} and team's help.
{someone}{creds}, {roleword}, met with {kinfirst} and {kinfirst}.
Patient prefers {drt}{drfirst}, as {he} calls {him}.
Signed out to {drfirst} at {clock}.
Follow-up: {drlast} {shortday}, {drlast} {shortday} at {hosp}, {dept} in {num} weeks.
Consent was obtained by {drlast} with {somefirst} interpreting.
Thanks to {drfirst} for the referral; {drfirst}, please call me on {tel} if needed.
{labname} results were reviewed with {dr}.
""")
_SIGN = _t("""
{dr}{creds}
{dr}{creds}\\n{hosp}
Electronically signed by {drrev}{creds} on {day} at {clock}
{drinit}/{typist}
{drinit}:{typist}\\nD: {day}\\nT: {day}
D: {day} T: {day} J: {filenumber}
DD: {day}\\nDT: {day}\\nDV: {filenumber}
{dr}{creds}\\ncc: {dr}{creds}\\n    {drlast}, {practice}
Dictated by: {dr}{creds}\\nAttending: {dr}{creds}
_______________\\n{dr}{creds}\\nPager {beep}
Signed: {drlast}
-{drfirst}
{drfull}{creds}, {roleword}, x{ext}
Dictated but not read, {drlast}
[{loginname} {day} {clock}]
Authenticated by {drrev} ({loginname}) {day}
cc: {dr}; {dr}; {drlast} ({practice}); chart
Copy to {drt}{drlast}, {drt}{drlast} and patient
{drinit} {shortday}
I, {dr}, saw and examined the patient and agree with {drt}{drlast}'s findings.
""")


# --- styles: each its own grammar ---------------------------------------------------------------------------------


_REFERRAL_HEADS = _t("""
{practice}\\n{house} | {place}, {state} {postcode}\\nPhone {tel} | Fax {faxno}\\n\\n{day}\\n
{dr}{creds}\\n{house}\\n{place}, {state} {postcode}\\n\\nRE: {ptrev}\\nDOB: {day}\\n
{day}\\n\\n{dr}{creds}\\n{hosp}\\n{place}, {state}\\n\\nRe: {pt} ({chart})\\n
FAX COVER\\nTo: {dr}  Fax: {faxno}\\nFrom: {somefirst} at {practice}\\nPatient: {ptrev} {day}\\nPages incl. cover: {num}\\n
Regarding: {pt}, date of birth {day}, {insurer} ID {member}\\n
REFERRAL REQUEST   Auth #{filenumber}   Referring NPI {npi}\\nPatient {ptrev}   Plan {insurer}\\n
VIA FACSIMILE {faxno}\\n{day}\\n
""")
_REFERRAL = _t("""
I would be grateful for your evaluation of {pt}, whom I have known since {month}.
{ptfirst} is a {years}-year-old {job} with {term} who comes to you from {place}.
As you recall, {hon}{ptlast} underwent {sign} evaluation with {drt}{drlast} on {day}.
{He} was previously cared for by {dr} in {place}, {statename}, and those records are coming from {hosp}.
{His} {rel}, {kinn}, will accompany {him} and can supply the history.
{insurer} has approved three visits under {member}.
I enclose the report from {labname} (accession {accession}, {shortday}).
{hon}{ptlast} and {his} {rel} {kinfirst} would prefer to be seen at your {place} office.
Please copy {drlast} at {hosp} on your findings.
At {month}'s visit {he} reported {term}.
Between {shortday} and {shortday} {he} missed four days at {employer}.
When {drlast} raised the dose, {ptfirst} developed hives.
Of note, {ptlast}'s father, {kinn}, died of {sign} at {old}.
My nurse {somefirst} (ext. {ext}) will arrange the films.
{drlast}'s impression was {sign}; I am less certain.
On {holiday} {he} was taken by ambulance to {abbr}.
Should you need anything, my back line is {tel} or {mail}.
Please send the operative note to {house}, {place} {postcode}.
""")
_REFERRAL_ENDS = _t("""
Warm regards,\\n\\n{dr}{creds}\\n{practice}
Thank you for seeing this pleasant {man}.\\n\\nSincerely,\\n\\n\\n{dr}{creds}\\nNPI {npi}
Cordially,\\n{drfirst}\\n\\n{drinit}/{typist}\\ncc: {dr}{creds}, {hosp}
Very truly yours,\\n{dr}{creds}\\n{drinit}:{typist}\\nEncl.
Thanks as always, {drfirst}
Gratefully,\\n{drfull}{creds}
""")


def _referral_us(c: Cast) -> str:
    r = c.rng
    hello = r.choice(
        (
            "Dear {drt}{drlast}:",
            "Dear {drfirst},",
            "Dear Drs. {drlast} and {drlast}:",
            "{drfirst} -",
            "To Whom It May Concern:",
            "Dear {dr}{creds}:",
            "",
        )
    )
    body = (
        _mixed(c, _REFERRAL, 2, 4) + r.choice((" ", "\n\n")) + _mixed(c, (*_HOME, *_TEAM), 1, 3) + " " + _neg(c, 0, 3)
    )
    lists = r.choice(
        (
            "",
            "",
            "\n\nCurrent medications: {medicine}, {medicine}, {medicine}.",
            "\n\nPROBLEM LIST\n1. {Term}\n2. {sign}\n3. {Term}, followed by {drlast}",
            "\n\nAllergies: Sulfa, Latex.",
        )
    )
    return (
        r.choice(_REFERRAL_HEADS)
        + "\n"
        + hello
        + "\n\n"
        + _wrap(c, body)
        + lists
        + "\n\n"
        + r.choice(_REFERRAL_ENDS)
        + "\n"
    )


_UK_HEADS = _t("""
{trust}\\n{dept}\\nSecretary: {someone}  Tel: {tel}\\nOur ref: {drinit}/{typist}/{chart}\\nClinic date: {day}   Typed: {day}\\n
Private and Confidential\\n{drt}{dr}\\n{practice}\\n{house}\\n{place}\\n{postcode}\\n
NHS No: {nhsno}   Hospital No: {chart}\\n{hon}{pt}   DOB: {day}\\n{house}, {place}, {postcode}\\n
Consultant: {drt}{dr}{creds}\\nDirect line {tel}\\n{mail}\\n\\n{day}\\n
Dictated {shortday}, typed {shortday}\\nRef {drinit}/{typist}\\n
Re: {hon}{pt} d.o.b. {day}\\n{house} {place} {postcode}\\n
""")
_UK = _t("""
Many thanks for asking us to see this charming {years} year old {man} from {place}, who came up with {his} {rel} {kinfirst}.
I reviewed {ptfirst} in {drt}{drlast}'s clinic today alongside our specialist nurse {someone}.
You will remember that my colleague {drlast} performed an arthroscopy at {hosp} in {month}.
{He} is under {hon}{drlast} for {his} hip and {drt}{drlast} at {abbr} for {his} heart.
Mum ({kinn}) telephoned on {shortday} to say that {ptfirst} had been off school, {school}, for a fortnight.
{hon}{ptlast} tells me that {he} was made redundant from {employer} shortly after {holiday}.
I have asked Sister {somelast} to ring {him} on {tel} with the results.
Could I trouble you to prescribe {medicine}, to be collected from {pharmacy}?
{He} attends {church} on Sundays and gave up driving in {month}.
Since {month} {he} has lodged with {his} {rel} {kinfirst} near {place}.
{ptfirst}'s health visitor, {someone}, shares our concern.
We did not get the letter from {place}, only the one from {drt}{drlast} of {day}.
{drlast} and I will discuss {him} at the MDT on {shortday}.
Histology ({accession}) from {shortday} was reported by {drlast} as {stage}.
{He} was conveyed to {hosp} by ambulance from {employer} on {shortday} following a collapse.
I shall see {him} again in {num} months, or {drlast} will, should I be away.
As {he} is moving to {place} I have written to {drt}{dr} at {practice} there.
No further appointment has been made; {kinfirst} has our number.
Social worker {someone} (mobile {tel}) has been allocated.
{He} remains independent, shops at {employer} and was looking well at {old}.
""")
_UK_PLAIN = _t("""
Diagnoses: 1. {sign}  2. {Term}  3. {sign}
Medication: {medicine}; {medicine}
Action for GP: please recheck U&Es in {num} weeks
On examination chest clear, abdomen soft, no oedema.
Bloods were normal apart from a raised CRP.
{scale}; {vitals}.
Nil of note in the Past Medical History.
An MRI has been requested and Physiotherapy referral made.
{He} takes the occasional glass of Rioja and smokes ten Marlboro a day.
Blue Badge form completed.
Lasting Power of Attorney was discussed.
""")
_UK_ENDS = _t("""
Yours sincerely\\n\\nDictated but not signed to avoid delay\\n\\n{drt}{dr}{creds}\\nConsultant Physician
Kind regards\\nYours sincerely,\\n{dr}{creds}\\nST5 to {drt}{drlast}
With best wishes\\n\\n{dr}{creds}\\nLocum Consultant\\ncc {hon}{pt}, {house}, {place}
Yours ever, {drfirst}
Yours sincerely\\n{dr}{creds}\\nClinical Nurse Specialist\\nc.c. {drt}{drlast}, {hosp}\\n     {someone}, Social Services, {place}
Checked and electronically approved {day} {drlast}
""")


def _clinic_uk(c: Cast) -> str:
    r = c.rng
    hello = r.choice(
        (
            "Dear {drt}{drlast}",
            "Dear {drfirst}",
            "Dear Doctor",
            "Dear {hon}{ptlast}",
            "Dear Drs {drlast} & {drlast}",
            "Dear {drfirst} and {drfirst},",
        )
    )
    first = r.choice(("", _some(c, _UK_PLAIN, 1, 3, "\n") + "\n\n"))
    body = (
        _mixed(c, _UK, 2, 5, r.choice((" ", " ", "\n\n")), plain=0.3)
        + " "
        + _some(c, _UK_PLAIN, 0, 2)
        + " "
        + _neg(c, 0, 2)
    )
    return (
        _some(c, _UK_HEADS, 0, 2, "\n")
        + "\n"
        + hello
        + "\n\n"
        + first
        + _wrap(c, body, 0.15)
        + "\n\n"
        + r.choice(_UK_ENDS)
        + "\n"
    )


_STAY_OPEN = _t("""
{hon}{ptlast} is a {years}-year-old {man} with a history of {sign} who presented to {hosp} on {day} with {term}.
This is the second {hosp} admission for {pt}, a retired {job} from {place}.
{pt} was admitted from {snf} on {shortday} after staff there found {him} unresponsive.
{hon}{ptlast} is a {old}-year-old {man}, resident of {snf} transferred from {abbr}.
A {years} y/o {man} visiting from {place} was brought in by EMS after {his} {rel} {kinfirst} could not rouse {him}.
Briefly, {ptfull} was in {his} usual state of health until {holiday}, when {he} noted {term}.
Baby Boy {ptlast} was born at {gestation} to {kinn} at {hosp} on {day} by {delivery}.
Patient was a direct admit from {drlast}'s office at {practice}.
""")
_STAY = _t("""
{drt}{drlast} took {him} to the OR on {shortday} for placement of a {gear}.
{dept} ({drlast}) was consulted on {shortday} and recommended {medicine}.
On {shortday} the {gear} was removed, and by {shortday} {he} was eating.
Blood cultures from {shortday} grew Staphylococcus; those from {shortday} and {shortday} were clear.
{kinfirst} and {kinfirst} were updated daily; a family meeting with {drlast} took place on {shortday}.
Cardiac catheterization by {drt}{dr} at {abbr} in {month} had shown three-vessel disease.
{He} was transferred to {drlast}'s service on {shortday} and thence to {ward}.
{His} {rel} ({kinn}, {tel}) declined hospice on {shortday}.
Speech therapist {somefull} cleared {him} for thin liquids.
Prior records from {hosp} in {place} arrived on {shortday} and confirmed {sign}.
{He} was accepted at {snf} by {somefirst} in admissions; {insurer} authorised fourteen days (ref {filenumber}).
Anticoagulation will be managed by {drlast}'s clinic, ({tel}).
Scripts were sent to {pharmacy} on {house}.
Will see {dr} on {day} at {clock} and {drlast} the week after.
Discharged into the care of {kinn} on {shortday}.
{ptlast}'s pacemaker (serial {serial}) was interrogated by {someone}, the Medtronic technician.
Pending at discharge: send-out to {labname}, order {accession}.
Code status was readdressed with {hon}{ptlast}, {kinfirst} and the chaplain from {church}, Father {somelast}.
Ambulance to {place} was booked for {shortday}.
Pastor {somelast} visited on {shortday}.
""")
_STAY_TOP = _t("""
Admission Date: {day}     Discharge Date: {day}
Date of Birth: {day}     Sex: F
Service: MEDICINE
Attending: {drrev}
PATIENT: {ptrev}\\nUNIT #: {chart}\\nACCOUNT #: {accountno}
ADMITTED: {shortday}\\nDISCHARGED: {shortday}
DISPOSITION: {snf}
DISCHARGE PHYSICIAN: {dr}{creds}\\nREFERRING: {dr}{creds}
{hosp}\\n{place}, {statename}\\nDISCHARGE SUMMARY
Name: {ptrev}   Unit No: {chart}
ADM: {day} DIS: {day} DICTATED: {day}
""")


def _stay_prose(c: Cast) -> str:
    r = c.rng
    top = _some(c, _STAY_TOP, 0, 5, "\n")
    titled = r.random() < 0.5
    parts = []
    for part in (
        r.choice(_STAY_OPEN) + " " + _neg(c, 0, 2),
        _mixed(c, _STAY, 2, 4),
        _mixed(c, (*_HOME, *_TEAM), 0, 2),
        _mixed(c, _STAY, 1, 3),
    ):
        parts.append((r.choice(("{head}:\n", "{head}: ", "{head_upper}:  ")) if titled else "") + _wrap(c, part, 0.25))
    meds = r.choice(
        (
            "",
            "\n\nDISCHARGE MEDICATIONS:\n1. {medicine}\n2. {medicine}\n3. {medicine}",
            "\n\nFollow-Up Instructions: {drt}{drlast} at {tel}.",
        )
    )
    return top + "\n\n" + r.choice(("\n\n", "\n", "\n\n")).join(parts) + meds + "\n\n" + r.choice(_SIGN) + "\n"


_SOAP_S = _t("""
Here w/ {rel} {kinfirst}.
{ptfirst} reports {term} x{num} days, started {shortday}.
Says {drlast} stopped {his} {medicine}.
Saw {drlast} {shortday}, told it was {sign}.
Feels "about the same." Back from {place} on {shortday}.
{kinfirst} thinks {he} is more forgetful since {month}.
Stress at {employer}; boss {somefirst} cut {his} hours.
Went to urgent care in {place} {shortday}.
Ran out of meds, {pharmacy} would not refill w/o {drlast}.
"I told {hon}{somelast} I quit," pt states.
Pt's {rel} {kinn} passed {shortday}.
LMP {shortday}. No dysuria.
Ate well over {holiday}.
Moved in with {kinfirst} at {house}.
Needs form for {school} by {shortday}.
Thinks {kinfirst} has the same rash.
""")
_SOAP_P = _t("""
RTC {shortday} w/ {drlast}.
Refer {drlast} ({dept}), {tel}.
Labs at {labname} before {shortday}.
Call {kinfirst} w/ results {tel}.
Records from {abbr}, attn {somefirst}.
Rx to {pharmacy} {place}.
D/w {drlast}, agrees.
Note for {employer}: off until {shortday}.
PT at {practice}.
{medicine}; recheck {month}.
Mammo {month} at {hosp}.
See {somefirst} in billing re acct {accountno}.
Flu shot given, lot {serial}.
Form for {school} completed; copy to {kinn}.
{drlast} to cover while I am out {shortday}-{shortday}.
""")


def _soap(c: Cast) -> str:
    r = c.rng
    keys = r.choice(
        (
            ("S:", "O:", "A:", "P:"),
            ("SUBJECTIVE: ", "OBJECTIVE: ", "ASSESSMENT: ", "PLAN: "),
            ("S)", "O)", "A)", "P)"),
            ("Subjective\n", "Objective\n", "Assessment\n", "Plan\n"),
            ("S -", "O -", "A/P -", ""),
        )
    )
    head = r.choice(
        (
            "{shortday} {ptlast}",
            "{ptrev}  {day}  {drinit}",
            "{day}\n{pt} #{chart}",
            "{pt} {years} yo {man}\nseen {day} by {drlast}",
            "Office visit {day} {practice}",
            "",
            "{ptrev} ({ptinit}) / PCP {drlast} / {insurer}",
        )
    )
    plan = _some(c, _SOAP_P, 2, 4, r.choice((" ", "\n- ", "; ")))
    lines = (
        keys[0] + " " + _mixed(c, _SOAP_S, 1, 4, plain=0.4),
        keys[1] + " " + "{vitals}. " + _neg(c, 0, 2) + r.choice((" {labs}.", "", " Exam by {drlast}: {term}.")),
        keys[2]
        + " "
        + r.choice(
            (
                "{sign}, stable.",
                "1. {Term} 2. {Term}",
                "{Term} vs {sign}.",
                "{stage}, s/p {drlast} resection {month}.",
                "{scale}. {Term}.",
            )
        ),
        keys[3] + " " + plan,
    )
    return (
        head
        + "\n"
        + "\n".join(lines)
        + "\n"
        + r.choice((r.choice(_SIGN), "{drlast}", "{drinit}", "", "{dr}{creds}"))
        + "\n"
    )


_OP_TOP = _t("""
PREOPERATIVE DIAGNOSIS: {Term}.
POSTOPERATIVE DIAGNOSIS: Same.
PROCEDURE: {Term} repair with {gear}.
SURGEON: {dr}{creds}
ASSISTANT: {dr}{creds}; {drfull}{creds}
ASSISTANTS: {drlast}, {drlast}, and {somelast}
ANESTHESIA: General endotracheal ({drlast}).
ANESTHESIOLOGIST: {dr}{creds}
DATE OF OPERATION: {day}
PATIENT: {ptrev}    MR#: {chart}
ESTIMATED BLOOD LOSS: {num}0 mL.
IMPLANTS: Stryker 54 mm cup, lot {serial}.
SPECIMEN: To pathology, {accession}.
DRAINS: {gear}.
COMPLICATIONS: None.
SCRUB: {someone}   CIRCULATOR: {someone}, RN
LOCATION: {hosp}, OR 4
""")
_OP = _t("""
The patient was identified by {drlast} and nurse {somelast} in the holding area and the site marked with {his} initials, {ptinit}.
Informed consent had been signed by {kinn}, {his} {rel}, on {shortday}.
After {drlast} induced general anesthesia, a {gear} was placed.
{drt}{drlast} was present and scrubbed for the key portions of the case.
The {gear} was introduced and the fascia closed with 0 Vicryl.
At this point {drt}{drlast} of {dept} was called to the room and assisted.
A {gear} and a {gear} were used to develop the plane.
{hon}{ptlast} was extubated and taken to the PACU in stable condition.
The prior mesh, placed by {drlast} at {abbr} in {month}, was excised.
Frozen section was read by {drlast} as {stage}.
Trendelenburg position was assumed and pneumoperitoneum obtained with a {gear}.
Implant log: serial {serial}, sponsor representative {someone} from {employer} in attendance.
The findings were relayed to {kinfirst} and the rest of the {ptlast} family in the waiting room.
Skin was closed by {somefull}, PA-C, under {drlast}'s supervision.
Sponge, needle and instrument counts were correct times two per {somefirst}.
Allis clamps were placed on the cervix.
Exposure was maintained with Army-Navy retractors; the Bovie was set at 30.
Richardson retractors were replaced with a Balfour and the bowel packed with moist laps.
A longitudinal incision was made over {spine}.
{ptfirst} had been seen in {month} by {drlast}, who recommended this operation.
Photographs were taken for {drlast}'s teaching file.
""")


def _operative(c: Cast) -> str:
    r = c.rng
    top = _some(c, _OP_TOP, 3, 9, r.choice(("\n", "\n", "\n\n")))
    if r.random() < 0.25:
        top = re.sub(r"(?m)^([A-Z ]+):", lambda m: m[1].capitalize() + ":", top)
    title = r.choice(
        (
            "OPERATIVE REPORT\n",
            "{hosp}\nOPERATIVE NOTE\n{day}\n",
            "Operation Record - {drlast}\n",
            "",
            "Brief Op Note: {pt}\n",
        )
    )
    tail = r.choice(
        (
            "",
            "INDICATIONS: {ptfirst} is a {years}-year-old from {place} with {term}. ",
            "Indications: {hon}{ptlast} failed conservative care under {drt}{drlast}. ",
        )
    )
    body = (
        tail + r.choice(("PROCEDURE IN DETAIL: ", "Description of Procedure:\n", "")) + _mixed(c, _OP, 3, 6, plain=0.3)
    )
    return title + top + "\n\n" + _wrap(c, body, 0.35) + "\n\n" + r.choice(_SIGN) + "\n"


_RAD_TOP = _t("""
EXAM: CT ABDOMEN AND PELVIS W CONTRAST   {day}
MRI LUMBAR SPINE WITHOUT CONTRAST
XR Chest 2 Views, {day} {clock}
MAMMOGRAPHY, BILATERAL DIGITAL SCREENING
US Renal - {shortday}
ORDERING PROVIDER: {drrev}
Requested by {drlast}, {ward}
PATIENT: {ptrev}   DOB {day}   MRN {chart}
ACC#: {accession}
REASON: {years} yo with {term}, per {drlast} r/o {sign}
Radiologist: {dr}{creds}
Facility: {hosp}, {place}
HISTORY: fall at {employer} {shortday}
{ptrev} {chart} {accession} {day}
""")
_RAD = _t("""
COMPARISON: {day} and {day}, the latter from {hosp}.
Comparison is made to the outside study of {shortday} performed at {abbr}.
Since {month}, the nodule has not changed.
Findings were discussed with {drlast} by {drlast} at {clock} on {shortday}.
Critical result called to {drt}{drlast} ({ward}) and read back by {someone}, RN.
Images were reviewed with {drt}{drlast}, who concurs.
The {gear} terminates in the right atrium, as noted by {drlast}.
Preliminary read by {dr} ({roleword}) at {clock}; over-read {shortday}.
Recommend repeat in {month}.
{drlast} was paged ({beep}) at {clock} without response.
Technologist: {somefull}.
This report was sent to {drlast}'s office and to {practice}.
Prior biopsy {accession} of {month} was benign per {labname}.
I, {drt}{dr}, have personally reviewed the images.
""")
_RAD_PLAIN = _t("""
Schmorl nodes at {spine}. Modic type 2 change.
Circle of Willis is patent. Virchow-Robin spaces are prominent.
Hounsfield units average 32. Bosniak II cyst of the left kidney.
Kerley B lines and a small Bochdalek hernia.
{image}.
No hydronephrosis. Morison's pouch is dry.
Riedel lobe, normal variant. Hill-Sachs deformity is present.
Baker's cyst measures 2.1 x 0.8 cm; Hoffa fat pad edema.
The cardiomediastinal silhouette is within normal limits.
Cobb angle 22 degrees, Risser 3.
TECHNIQUE: Axial images with Omnipaque 350, 100 mL.
BI-RADS Category 2: Benign.
Fat-suppressed T1 and STIR images were acquired on a GE Signa.
May represent scarring; Early interstitial change is not excluded.
Doppler flow is normal. Valsalva was performed.
IMPRESSION: {stage}; {sign}.
Segond fragment absent. Lisfranc interval preserved.
Luschka joints hypertrophied, Schatzker II pattern.
White matter is preserved; No acute intracranial abnormality.
""")


def _radiology(c: Cast) -> str:
    r = c.rng
    top = _some(c, _RAD_TOP, 1, 6, r.choice(("\n", "\n", "   ")))
    lines = [s for bank, low, high in ((_RAD, 1, 3), (_RAD_PLAIN, 2, 5)) for s in r.sample(bank, r.randint(low, high))]
    r.shuffle(lines)
    at = r.randint(1, len(lines))
    body = (
        r.choice(("FINDINGS: ", "Findings:\n", "REPORT\n"))
        + " ".join(lines[:at])
        + r.choice(("\n\nIMPRESSION:\n", "\nCONCLUSION: ", "\n\n"))
        + r.choice(("\n", " ")).join(lines[at:])
    )
    return (
        top
        + "\n\n"
        + _wrap(c, body, 0.2)
        + "\n\n"
        + r.choice(
            (
                r.choice(_SIGN),
                "Read By: {drrev}  Released By: {drlast} {day} {clock}",
                "Transcribed by {typist} on {shortday}",
                "Reported: {dr}{creds} GMC {npi}",
                "",
            )
        )
        + "\n"
    )


_PATH_TOP = _t("""
SURGICAL PATHOLOGY REPORT\\nCase: {accession}
Accession No: {accession}   Collected: {day}   Received: {day}
{ptrev}   {chart}   Age {years}   Sex M
Submitting physician: {dr}{creds}
Attending: {drlast}   Copies to: {drlast}, {drlast}
Client: {practice}, {place}
{labname}, Medical Director {dr}{creds}, CLIA {npi}
Path no. {accession} / {drinit} / {shortday}
Location: {hosp} OR   Specimen taken by: {drlast}
""")
_PATH_PARTS = _t("""
received fresh labeled "{ptrev}" and "gallbladder", a 7.2 cm saccular structure.
received in formalin labeled with the patient's name and "left breast, {clock}", fibrofatty tissue inked blue.
"{ptlast} - antral bx", three tan fragments, 0.2 to 0.4 cm, entirely submitted in cassette A1.
in Michel's fixative labeled "{pt}", a 4 mm punch, bisected.
labeled "{ptrev}, {chart}, toe", gangrenous.
in RPMI, for flow; remainder in B5.
labeled "{ptinit}", two cores 1.4 cm each.
sigmoid, Hartmann specimen, 18 cm long, per {drlast}.
ten Bouin-fixed fragments; a note from {drlast} says "margin at stitch".
""")
_PATH = _t("""
The case was shown at consensus conference to {drlast}, {drlast} and {somelast}, who agree.
Previous material ({accession}, {month}) from {hosp} was re-reviewed by {drlast}.
Frozen section diagnosis was given to {drt}{drlast} in OR 3 by {drlast}.
Slides were sent to {dr} at {abbr} for consultation on {shortday}.
Results were telephoned to {drlast}'s secretary {somefirst} on {shortday} ({tel}).
Immunostains performed at {labname}, {place}, under block {accession}.
Gross dictated by {someone}; microscopic by {drlast}.
Clinical history supplied by {drlast}: {term}, biopsied {shortday}.
Addendum {day}: HER2 by FISH per {labname}.
{drlast} was informed of the discrepancy on {shortday}.
""")
_PATH_PLAIN = _t("""
Reed-Sternberg cells are not identified. Congo red is negative.
Ki-67 index 14%. CD20, PAX5 and BCL6 positive; Cyclin D1 negative.
Ziehl-Neelsen and Grocott stains negative for organisms; Giemsa with Helicobacter.
Perls stain shows iron; Masson trichrome shows bridging, Ishak 3, Batts-Ludwig 2.
Nottingham grade 2 of 3, tubules 3, mitoses 1.
pT2 pN1mi (sn), AJCC eighth edition.
Gleason 3+4=7, Grade Group 2, in 4 of 12 cores.
Von Meyenburg complex, benign. Barrett mucosa without dysplasia.
Brenner tumor, 1.1 cm. Hürthle cell change. Bethesda III.
Gross: Tan-White, Rubbery. Summary of Sections: A1-A4, Tip; B1, Base.
{variant} by next generation sequencing.
{stage}.
Warthin tumor; no Antoni B areas. Call-Exner bodies absent.
H. pylori not seen with Warthin-Starry.
""")


def _pathology(c: Cast) -> str:
    r = c.rng
    label = r.choice(("{a}. ", "{a}) ", "Part {a}: ", "Specimen {a} is ", "{a} - "))
    listed = "\n".join(label.replace("{a}", "ABCDEF"[i]) + r.choice(_PATH_PARTS) for i in range(r.randint(1, 4)))
    final = r.choice(("FINAL DIAGNOSIS\n", "Diagnosis:\n", "DIAGNOSIS (MICROSCOPIC): ")) + _some(
        c, _PATH_PLAIN, 1, 4, r.choice(("\n", " "))
    )
    note = _some(c, _PATH, 1, 3) + " " + _some(c, _PATH_PLAIN, 0, 2)
    parts = [
        r.choice(("SPECIMENS:\n", "GROSS DESCRIPTION\n", "Macroscopic\n")) + listed,
        final,
        r.choice(("COMMENT: ", "Note: ", "Comment\n")) + note,
    ]
    if r.random() < 0.4:
        r.shuffle(parts)
    return (
        _some(c, _PATH_TOP, 1, 4, "\n")
        + "\n\n"
        + "\n\n".join(parts)
        + "\n\n"
        + r.choice(
            (
                r.choice(_SIGN),
                "{dr}{creds}, Pathologist   {day}",
                "/{drinit}",
                "Resident: {dr}\n{drlast} (electronic signature {day})",
            )
        )
        + "\n"
    )


_ED = _t("""
Pt BIBA from {place} via Medic 4; {rel} {kinfirst} en route.
Restrained driver, T-boned at {house} on {shortday}.
Triage by {someone} RN at {clock}.
EMS gave {medicine}. GCS 15 throughout per medic {somelast}.
{kinn} ({rel}) states {he} was "fine at dinner" on {shortday}.
Pt seen at {abbr} {shortday} for same, left AMA.
Old EKG from {month} obtained from {hosp}, no change.
D/w {drlast} (cards) {clock} - admit tele.
{drlast} at bedside {clock}, reduces shoulder.
{drlast} wants heparin held.
Officer {somelast}, of the {place} police, took report.
CT read by {drlast} as neg.
Pt works construction for {employer}, nail gun injury R hand.
Pt staffed with {drlast}; signed out to {drlast} at {clock}.
Dispo: home w/ {kinfirst}. F/u {drlast} {shortday}.
PMD {drlast} called, will see {shortday}.
Tetanus UTD ({month}).
Toxicology on call, {somefirst}, case {filenumber}.
Found wandering near {employer} in {place}, ID bracelet reads {ptrev}.
Needs translator, {tongue}; {kinfirst} interpreting.
Pt recognized me from {holiday} visit.
Ate shellfish at {employer} {shortday} evening, hives w/in 20 min.
Accepting physician at {abbr}: {drlast}. Transport: air.
Daughter ({kinn}, {tel}) wants everything done.
Brother {kinfirst} and friend {somefirst} corroborate.
PCP: {drlast}. Ortho: {drlast}. Pharm: {pharmacy}.
{old}F from {snf}, AMS x2 days.
Rechecked by {drinit} {clock}, {vitals}.
""")
_ED_PLAIN = _t("""
MDM: PERC negative, Wells 0, HEART score 3.
{vitals}
Neg FAST. Ottawa rules: no film.
Given {medicine}, {medicine} with relief.
Repaired w/ 4-0 Ethilon x{num}; Dermabond to chin.
Ddx: {sign}, {sign}, {term}.
Kernig/Brudzinski neg. Murphy neg. Rovsing neg.
CC: {term}
ROS: neg x10 except HPI
Critical care time 35 min, exclusive of procedures.
EKG: NSR 84, no STEMI, Wellens or Brugada pattern.
Return precautions given; Good understanding verbalized.
Dix-Hallpike + on R; Epley done.
Splint: Ortho-Glass, sling. NVI.
BAL 0.21. UDS + THC.
""")


def _ed(c: Cast) -> str:
    r = c.rng
    head = r.choice(
        (
            "ED PHYSICIAN NOTE\n{ptrev}  {years} {man}  {chart}\nArrival {shortday} {clock}  MD: {drlast}\n",
            "Emergency Department - {hosp}\nTime seen: {clock}\nAttending: {dr}{creds}   Resident: {drlast}\n",
            "{ptlast} {years}yo {man} bed 14 {drinit}\n",
            "HPI: ",
            "{day} {clock} {drlast}:\n",
            "",
        )
    )
    lines = (
        r.sample(_ED, r.randint(2, 6))
        + r.sample(_ED_PLAIN, r.randint(1, 5))
        + [_neg(c, 1, 1) for _ in range(r.randint(0, 2))]
    )
    r.shuffle(lines)
    return (
        head
        + r.choice((" ", " ", "\n", "\n- ")).join(lines)
        + "\n"
        + r.choice((r.choice(_SIGN), "{drlast} {clock}", "scribed by {someone} for {drlast}", ""))
        + "\n"
    )


_LEGACY = _t("""
THIS {years}-YEAR-OLD {man} WAS ADMITTED BY DR. {drlast} ON {day} WITH {term}.
THE PATIENT WAS WELL UNTIL {shortday} WHEN, WHILE SHOVELING SNOW IN {place}, {he} DEVELOPED {term}.
{hon}{ptlast} IS KNOWN TO DR. {drlast} FROM {his} STAY AT {hosp}.
FAMILY HISTORY REVEALS THAT {his} {rel} {kinfirst} HAD {sign}.
PHYSICAL EXAMINATION REVEALED A WELL DEVELOPED, WELL NOURISHED {man}.
X-RAYS TAKEN {shortday} WERE READ BY DR. {drlast}.
DR. {drlast} SAW THE PATIENT IN CONSULTATION AND SUGGESTED {medicine}.
SOCIAL HISTORY - THE PATIENT LIVES AT {house} IN {place} WITH {kinn}.
HE IS EMPLOYED BY {employer} AND DENIES ALCOHOL.
IMPRESSION - 1. {term}. 2. {sign}.
THE PATIENT'S {rel}, {kinn}, WAS CALLED AT {tel}.
THE PATIENT WAS TRANSFERRED TO {snf} ON {shortday} IN THE CARE OF DR. {drlast}.
ON {holiday} {he} BECAME FEBRILE.
A {gear} WAS INSERTED BY DR. {drlast} WITHOUT INCIDENT.
{labs}.
{vitals}.
HEART - REGULAR. LUNGS - CLEAR. ABDOMEN - SOFT.
DISCHARGED HOME ON {medicine}, TO SEE DR. {drlast} IN {month}.
WORK-UP BY {labname} WAS NEGATIVE FOR {variant}.
DR. {drlast} AND DR. {drlast} CONCUR.
CONDITION ON DISCHARGE - FAIR. PROGNOSIS - GUARDED.
THE ABOVE WAS REVIEWED WITH {kinfull}, WHO UNDERSTANDS.
PATIENT IS A {tongue} SPEAKING {job} FROM {country}.
HE WAS IN AN ACCIDENT IN {place} IN {month}.
PRIOR SURGERY BY DR. {drlast} AT {hosp} IN {shortyear}.
NO KNOWN ALLERGIES. NEGATIVE BABINSKI. FOLEY DRAINING CLEAR URINE.
""")
_LEGACY_TOP = _t("""
{hosp}\\n{place}, {state}\\n
NAME- {ptrev}     HOSP NO- {chart}\\nADM- {day}     DISCH- {day}\\n
PT- {ptrev}   ROOM- 214   DR- {drlast}\\n
{ptrev}\\n{chart}\\n{drrev}\\n{day}\\n
HISTORY AND PHYSICAL\\nPHYSICIAN {drlast}\\n
""")


def _legacy_caps(c: Cast) -> str:
    r = c.rng
    text = (
        _some(c, _LEGACY_TOP, 0, 2, "\n")
        + "\n"
        + _wrap(c, _mixed(c, _LEGACY, 4, 8, r.choice((" ", "  ", "\n")), plain=0.2), 0.6)
        + "\n\n"
        + r.choice(_SIGN)
    )
    return _cased(text, "upper") + "\n"


_SPOKEN = _t("""
this is doctor {dr} dictating a clinic note on patient {pt} that's {spelledname}
first name {ptfirst} last name {ptlast} spelled {spelledname}
medical record number is {spokenmrn}
date of service {spokendate}
date of birth is {spokendate}
please send a copy to doctor {drlast} at {practice}
and a carbon copy to {dr} in {place}
um {he} was last seen by doctor {drlast} on {spokendate}
{he} came in with {his} {rel} {kinfirst} who drove up from {place}
the {rel} {kinfull} can be reached at {spokenphone}
{he} had surgery at {hosp} with doctor {drlast} back in {month}
correction the date was {spokendate}
scratch that it was doctor {drlast} not doctor {drlast}
period new paragraph assessment and plan colon
{ptfirst} is a {years} year old {man} open paren {job} close paren from {place}
i talked to {drfirst} in cardiology and to {somefirst} the nurse
pharmacy is {pharmacy} on {house}
{he} works for {employer} comma second shift
job number {spokencode}
{he} turned {old} on {spokendate}
let me spell that {spelledname}
{he} was fine until about {spokendate} when {he} noticed {term}
follow up with me doctor {drlast} on {spokendate}
thank you {somefirst} that is the end of the dictation
so {ptlast} tells me that {kinfirst} got sick over {holiday}
""")
_SPOKEN_PLAIN = _t("""
blood pressure one twenty eight over seventy six pulse seventy two
lungs are clear heart regular rate and rhythm no murmurs rubs or gallops
continue {medicine} and {medicine}
review of systems otherwise negative comma see intake form
impression number one {term} number two {sign}
next line new heading physical exam
strength is five out of five bilaterally babinski downgoing
ejection fraction thirty five to forty percent
may return in six weeks sooner if needed
{scale}
we will get a c t with contrast of the abdomen and pelvis
past surgical history includes a whipple in nineteen ninety eight
no history of {sign}
three point five centimeter lesion at l four l five
{he} is doing well question mark
long discussion had about risks and benefits
a foley was placed and then pulled
""")


def _dictation(c: Cast) -> str:
    r = c.rng
    lines = r.sample(_SPOKEN, r.randint(3, 8))
    for _ in range(r.randint(1, 5)):
        lines.insert(r.randint(0, len(lines)), r.choice(_SPOKEN_PLAIN))
    text = r.choice((" ", " ", " uh ", "\n", " period ")).join(lines)
    return (_cased(text, "lower") if r.random() < 0.85 else text) + "\n"


_CONSULT = _t("""
Thank you, {drt}{drlast}, for involving us in the care of {hon}{ptlast}.
We were asked by {drlast}'s team to comment on {term}.
{He} was evaluated in {month} at {abbr} by {drlast} and again in {month} by {drlast}, both of whom favored {sign}.
The patient's {rel}, {kinn}, supplied most of the history, as {ptfirst} was sedated.
{hon}{ptlast}, who grew up on a farm outside {place}, has had {term} since {month}.
According to {kinfirst}, symptoms date to {holiday}.
A call to {drlast} in {place} ({tel}) added that {he} had tested negative in {month}.
{ptfirst}'s neurologist is {dr}; {his} cardiologist, {dr}, is at {hosp}.
Chart review: notes by {drlast} ({shortday}), {drlast} ({shortday}) and {somelast} ({shortday}).
Patient examined with fellow {dr} and student {someone}.
We agree with {drlast} and would add {medicine}.
{drt}{drlast}, covering for {drlast}, will follow over the weekend.
Suggest transfer to {abbr}; {drlast} there is aware (pager {beep}).
Case discussed at length with {kinfirst}, {kinfirst} and {his} minister, Rev. {somelast}.
Stopped {medicine} on {shortday} at the suggestion of {his} pharmacist at {pharmacy}.
{He} returned on {shortday} from {place}, where {he} drank well water.
Tissue from {shortday} ({accession}) has been requested from {labname}.
{drlast} and {drlast}: please note the change in anticoagulation.
If {he} deteriorates, page {drlast} at {beep} or the {dept} fellow.
""")


def _consult(c: Cast) -> str:
    r = c.rng
    head = r.choice((
        "CONSULTATION\nDate of consult: {day}\nRequesting: {drlast}   Consultant: {dr}{creds}\nPatient: {ptrev}\n\n", "{dept} Consult Note\nReason for consultation: {term}\nRequested by: {drt}{drlast}\n\n", "INPATIENT CONSULT, {dept_upper} - {hosp}\n", "Re: {pt}\nConsulting Physician: {dr}\n", "{day} {clock} Consult ({drlast}/{drlast})\n", "",
    ))  # fmt: skip
    parts = [
        _mixed(c, _CONSULT, 2, 4),
        "PMH: {sign}; {Term}; {stage}. Meds: {medicine}, {medicine}. SH: " + r.choice(_HOME),
        "Exam: {vitals}. " + _neg(c, 1, 3),
        _mixed(c, (*_CONSULT, *_TEAM), 1, 3),
    ]
    if r.random() < 0.5:
        parts = [r.choice(("", "{head}: ", "{head_upper}\n")) + p for p in parts]
    if r.random() < 0.4:
        parts.pop(r.randrange(len(parts)))
    return (
        head
        + "\n\n".join(_wrap(c, p, 0.15) for p in parts)
        + "\n\n"
        + r.choice(
            (r.choice(_SIGN), "Thank you for this interesting consult.\n{drlast}, {dept}", "{dr}{creds} p{beep}")
        )
        + "\n"
    )


_GENETICS = _t("""
{ptfirst} was referred by {drt}{dr} because of {term}.
{ptfirst}'s mother, {kinn}, is {years} and of {nation} descent; {his} father, {someone}, comes from {place}.
The proband ({ptinit}) carries {variant}, inherited from {kinfirst}.
Parents {somefirst} and {ptfamily} are first cousins from a village near {place}.
The couple, {someone} and {someone}, have two healthy sons, {somefirst} and {somefirst}.
Maternal aunt {kinfirst} was tested at {labname} in {month} and is negative.
Sibling {somefirst} (born {day}) has similar features.
Samples were drawn on {shortday} and sent to {labname} under requisition {accession}.
The report of {day}, signed by {dr}{creds}, lists {variant}.
{kinfirst}'s sister died at {hosp} in {month} of {sign}.
Genetic counselor {someone}{creds} drew the pedigree with {kinfirst} on {shortday}.
We told the {ptlast}s that recurrence risk is 25%.
{drlast} examined {him} and thought of {sign}.
Family ID {filenumber}; pedigree updated {day} ({drinit}).
The variant was reported to {drlast} in {place} as likely benign in {month}.
{ptfirst} attends {school}; {his} teacher {hon}{somelast} notes good progress.
Photographs were taken with permission of {kinfirst}.
Please share this letter with {kinfirst}, {somefirst} and {somefirst}, who are at risk.
The {ptlast} kindred was first described by our colleagues at {abbr}.
Deceased: grandfather {someone}, of {place}, at {old}.
Telephone disclosure to {kinn} took place on {shortday} ({tel}).
{ptfirst} and {his} twin {somefirst} were born at {hosp}, {place}, at {gestation}.
""")
_GENETICS_PLAIN = _t("""
{variant} was detected in the heterozygous state.
{variant}, classified as likely pathogenic (PM2, PP3, PVS1) under ACMG criteria.
The phenotype overlaps {sign} and Noonan syndrome.
Absent from gnomAD; CADD 27.1; REVEL 0.81; ClinVar with conflicting entries.
Exome sequencing at 112x mean coverage; Sanger confirmation performed.
Head circumference 52.5 cm (-2.3 SD), inner canthal distance on the 75th centile.
{term}, {term} and {term} were observed.
Karyotype {variant}. Fragile X: normal.
Consider Kabuki, Sotos and Cornelia de Lange syndromes.
Beighton 6/9. Ghent criteria not met.
Inheritance: Autosomal Dominant with reduced penetrance.
HP:0001250, HP:0001263; OMIM 154700.
Manchester score 18; Amsterdam II criteria fulfilled; Tyrer-Cuzick 24%.
Lyonization and Knudson's two-hit model were explained.
Barr body analysis is no longer done; Giemsa banding 550.
""")


def _genetics(c: Cast) -> str:
    r = c.rng
    head = r.choice((
        "GENETICS CLINIC\n{hosp}, {place}\nFamily: {ptlast}   Proband: {ptfirst}   DOB {day}\n", "MOLECULAR GENETICS REPORT\n{labname}\nPatient {ptrev}; specimen {accession}; collected {day}; received {day}\nIndication: {term}\nOrdering: {dr}{creds}, {hosp}\n",
        "Dear {somefirst} and {somefirst},\n\nThank you for coming to see us with {ptfirst} on {shortday}. ", "Clinical Genetics, seen {day} by {dr} and {someone} (genetic counsellor)\n", "Genetic counseling note - {ptinit}\n", "",
    ))  # fmt: skip
    lines = r.sample(_GENETICS, r.randint(2, 5)) + r.sample(_GENETICS_PLAIN, r.randint(1, 4))
    r.shuffle(lines)
    return (
        head
        + "\n"
        + _wrap(c, r.choice((" ", " ", "\n\n")).join(lines), 0.2)
        + "\n\n"
        + r.choice(
            (r.choice(_SIGN), "{dr}{creds}\n{someone}, MS, CGC", "Reviewed by: {drlast}, Laboratory Director", "")
        )
        + "\n"
    )


_DEATH = _t("""
{hon}{ptlast} died peacefully at {clock} on {day} with {kinfirst} at {his} side.
I was called by nurse {somelast} to pronounce {pt} at {clock}.
{drt}{drlast} pronounced the patient on {shortday}.
{His} {rel} {kinn} was notified by {drlast} by telephone ({tel}) and declined autopsy.
The family, including {kinfirst}, {somefirst}, and {somefirst}'s wife {somefirst}, gathered on {shortday}.
Medical examiner {someone} of {county} was contacted and released the body, case {filenumber}.
{funeral} in {place} will collect.
{ptfirst}, {old}, had lived at {snf} since {month}.
Organ bank notified, spoke with {someone}, ref {filenumber}.
On {shortday}, after a conference led by {drlast} with {kinfirst} and {kinfirst}, care was redirected to comfort.
Rabbi {somelast} from {church} was at the bedside.
Extubated to comfort by {drlast} and RT {somefirst} on {shortday}.
{drlast} and {drlast}, who had cared for {him} at {practice} since {shortyear}, were informed.
Death certificate signed by {drlast}, licence {npi}.
{He} had been transferred from {abbr} on {shortday} for escalation.
{He} was born in {place} and worked at {employer} all {his} life.
The priest, Fr. {somefull}, gave the Sacrament of the Sick on {shortday}.
Belongings (a watch, a ring) were given to {kinn}.
{kinfirst} asked that {drlast} be thanked.
""")
_DEATH_PLAIN = _t("""
No heart sounds or respirations for two minutes; pupils fixed and dilated.
Immediate cause: respiratory failure. Antecedent cause: {term}.
Cheyne-Stokes respiration was noted overnight.
Morphine and Ativan were titrated for comfort.
Autopsy: Not requested. Tissue donation: Declined.
Pressors, including Levophed, were at maximal dose.
{stage} disease, refractory to Taxol.
Resuscitation Status: DNR/DNI, Comfort Measures Only.
""")


def _death(c: Cast) -> str:
    r = c.rng
    head = r.choice((
        "DEATH SUMMARY\nPatient: {ptrev}\nAdmitted {day}\nExpired {day}\nAttending {drlast}\n", "Death note {shortday} {clock}\n", "EXPIRATION SUMMARY - {hosp}\n{ptrev} ({chart})\n", "{pt}\nBorn {day} - Died {day}\n", "RIP note. ", "",
    ))  # fmt: skip
    lines = [*r.sample(_DEATH, r.randint(3, 6)), *r.sample(_DEATH_PLAIN, r.randint(1, 3))]
    r.shuffle(lines)
    story = r.choice(_STAY_OPEN) + " " + _neg(c, 0, 2) + " " if r.random() < 0.5 else ""
    return head + "\n" + _wrap(c, story + " ".join(lines)) + "\n\n" + r.choice(_SIGN) + "\n"


_ROUND = _t("""
o/n: desat x2, {drlast} to bedside, suctioned
Neuro: {scale}. {medicine} gtt. EEG read ({drlast}) no seizures
CV: {vitals}, echo {shortday} per {drlast}
Resp: trach {shortday} by {drlast}, Shiley 8
Resp: PSV 10/5, ABG 7.38/42/88; RT {somefirst} to wean
GI: TF via Dobhoff, last BM {shortday}; GI ({drlast}) signed off
Renal: {labs}; CVVH started {shortday}, renal following ({drlast}/{drlast})
Heme: Hct 24, HIT neg, xarelto held
ID: {medicine} D{num} (start {shortday}); cx {shortday} GNR
Endo: insulin gtt, goal <180
Lines: R IJ {shortday} ({drinit}), L rad a-line {shortday}, Foley {shortday}
Skin: stage 2 sacrum, Mepilex
Fam: {kinfirst} ({rel}) updated by {drlast}; mtg w/ {kinn} {shortday}
Fam: {rel} {kinn} {tel}, son {somefirst} flying in from {place}
Dispo: LTAC, {snf} reviewing; CM {somefirst} x{ext}
Consults: neuro {drlast}, CT surg {drlast}, pall {drlast}
Proph: SCDs, Protonix, HOB 30
Code: DNR per HCP {kinn}
from {abbr} {shortday}, POD {num} s/p Hartmann ({drlast})
to do: call {drlast} re trach, d/w {drlast} re PEG, LP w/ {drfirst}
plan d/w {drlast} on rounds, {drlast} agrees
RN {somefirst}: agitated o/n, Haldol x1
Pharm ({somefirst}): vanc trough 18, next {shortday}
pt's {rel} {kinfirst} asks re transfer to {hosp}
Access: PICC placed {shortday} IR/{drlast}
Nutrition: {someone} RD recs Jevity 1.5 @ 55
""")


def _rounds(c: Cast) -> str:
    r = c.rng
    head = r.choice(
        (
            "MICU rounds {day}\n{ptlast}, {years}M, HD#{num}, attg {drlast}\n",
            "{shortday} {clock} ICU progress - {drlast}/{drlast}\n",
            "Bed 7 {ptrev} {chart}\nAttending: {drlast} Fellow: {drlast} Resident: {drlast}\n",
            "SICU TEAM: {drlast}, {drlast}, {somelast}, {somefirst} (RN), {somefirst} (PharmD)\n",
            "HANDOFF {ptlast} ({ptinit})\n",
            "",
        )
    )
    mark = r.choice(("", "- ", "# ", "* "))
    lines = r.sample(_ROUND, r.randint(4, 11)) + ([_neg(c, 1, 1)] if r.random() < 0.4 else [])
    r.shuffle(lines)
    return (
        head
        + r.choice(("\n", "\n", ". ", " // ")).join(mark + line for line in lines)
        + "\n"
        + r.choice(("{drinit}", "{drlast} {beep}", "{drfirst}", "", "{dr}{creds}", "{drlast}, PGY-2"))
        + "\n"
    )


_CASEWORK = _t("""
Met with {ptfirst}, {his} {rel} {kinfirst} and {kinfirst}'s partner {somefirst} on {ward}.
Called {kinn} at {tel}: voicemail full. Called again {shortday}, spoke w/ {somefirst}.
{somefirst} from {snf} will screen on {shortday}.
{insurer} case manager {someone} ({tel}, fax {faxno}) approved days through {shortday}.
{ptfirst}'s landlord, {hon}{somelast}, is evicting {him} from {house} effective {shortday}.
Referral to {church} food pantry; contact {someone}.
Child's school, {school}, was notified; principal {hon}{somelast} is aware.
CPS worker {someone}, {county}, assigned {shortday}.
Attorney {someone} of {employer} holds power of attorney.
Emails to {mail} and {mail} went unanswered.
Children: {somefirst} (12), {somefirst} (9) and {somefirst} (4) stay with grandmother {kinn} in {place}.
Present: {dr}, {someone}{creds}, {someone}{creds}, {kinfirst}.
{hon}{ptlast} states that {he} left {employer} on bad terms in {month}.
{kinfirst} is driving from {place} and {somefirst} from {place}; both arrive {shortday}.
Support: sister {kinfirst} ({tel}); neighbor {somefirst}; sponsor {somefirst}.
SSN verified {socsec}; account {accountno} at {employer}.
Veteran, served two tours; receives care at the VA and at {hosp}.
Discharge to a shelter in {place} was declined.
Pt's dog, a Labrador, is boarded by {somefirst}.
PASRR faxed to {snf}, {snf} and {snf}.
Interpreter {someone} ({tongue}) assisted.
Judge {somelast} granted guardianship to {kinn} on {day}.
{somefull}, {tel}, {rel}; {somefull}, {tel}, {rel}.
Home oxygen through {employer}, tank serial {serial}.
Met {drlast}, {drlast} and the team; {drlast} expects discharge by {shortday}.
Website given: {web}
""")


def _casework(c: Cast) -> str:
    r = c.rng
    head = r.choice(
        (
            "SOCIAL WORK ASSESSMENT\n{day}  {someone}{creds}\n",
            "Case Management: {ptrev} / {chart} / {insurer} {member}\n",
            "CM note {shortday} - ",
            "Family conference {day}\n",
            "Psychosocial - {pt}, {years}, {place}\n",
            "",
        )
    )
    return (
        head
        + _wrap(c, _mixed(c, (*_CASEWORK, *_HOME), 3, 7, r.choice((" ", " ", "\n", "\n\n")), plain=0.35), 0.25)
        + "\n"
        + r.choice((r.choice(_SIGN), "{someone}{creds} {ext}", "{somefirst}, SW", ""))
        + "\n"
    )


_PSYCH = _t("""
{ptfirst}, who prefers to be called {somefirst}, was brought by police from {employer} in {place}.
{He} was the second of four children born to {someone} and {someone} in {place}.
{His} {rel} {kinfirst} left when {he} was seven, and an uncle, {somefirst}, raised {him} in {place}.
{He} graduated from {school} in {shortyear} and enrolled at {school} but left after {holiday}.
First admission was to {hosp} in {month} under {drlast}; the second, to {abbr}, in {month}.
Therapist: {someone}{creds} at {practice}, Tuesdays, {tel}.
{He} hears the voice of {somefirst}, a dead {rel}.
"I just want {kinfirst} back," {he} said.
{He} believes that {hon}{somelast} next door is poisoning {him}.
{ptlast} was served with papers by {kinfirst} on {shortday}.
Collateral from {kinn} ({rel}): last well around {month}.
Probation officer {someone}, {county}, requests a letter by {shortday}.
{He} met {his} ex, {somefirst}, at {church}; they share custody of {somefirst}.
Overdosed on {medicine} on {holiday}; found by roommate {somefirst}.
{drlast} tapered {medicine}, which {kinfirst} says made things worse.
{He} named the president correctly and the date as {shortday}.
Discharged from {snf} on {shortday} for fighting with {somefirst}.
Safety plan: call {kinfirst} {tel}, then {somefirst} {tel}, then the crisis line.
{ptfirst} drove to {place} at night and was stopped near {place}.
Treatment team: {drlast}, {somefirst} (OT), {somefirst} (SW), {someone}.
Plays guitar with {somefirst} and {somefirst}; works weekends at {employer}.
""")
_PSYCH_PLAIN = _t("""
Mood "fine", affect blunted; thought process linear.
Beck Depression Inventory 31; Hamilton 24; Young Mania Rating Scale 6.
Columbia Suicide Severity Rating: passive ideation only.
Rorschach and Wechsler testing deferred; Rey figure 28/36.
Axis I: Major Depressive Disorder, Recurrent. Axis V: GAF 45.
Capgras and Cotard phenomena denied; Ganser syndrome doubted.
Continue {medicine}; offer {medicine} at bedtime.
Drinks Budweiser daily, smokes Newports; tried Ecstasy once.
Insight: Limited. Judgment: Fair. Language: {tongue} and English.
Seen by video; Section 12 not applied.
Plays Fortnite and watches Seinfeld reruns.
""")


def _psych(c: Cast) -> str:
    r = c.rng
    head = r.choice(
        (
            "PSYCHIATRIC EVALUATION\n{ptrev}, {years}, seen {day} at {hosp}\nInformants: {kinn}, {drlast}\n",
            "Identifying data: {pt} is a {years}-year-old {nation} {man} from {place}.\n",
            "Psych C/L - {day} - {drlast}\n",
            "Intake {shortday} ({drinit}): ",
            "Mental Health Act assessment\nPresent: {drt}{dr}, {someone} (AMHP), {kinn}\n",
            "",
        )
    )
    lines = r.sample(_PSYCH, r.randint(3, 7)) + r.sample(_PSYCH_PLAIN, r.randint(1, 4))
    if r.random() < 0.5:
        r.shuffle(lines)
    return (
        head
        + "\n"
        + _wrap(c, r.choice((" ", " ", "\n\n")).join(lines))
        + "\n\n"
        + r.choice((r.choice(_SIGN), "{someone}, {drlast}", "{dr}{creds}, on behalf of {drt}{drlast}"))
        + "\n"
    )


_CHILD = _t("""
{ptfirst} is here with {kinfirst} (mom) and baby sister {somefirst}.
Mom ({kinn}) and dad ({someone}) split time; dad lives in {place}.
Will start kindergarten at {school} in {month}; teacher is {hon}{somelast}.
{ptfirst} loves {his} cat and friend {somefirst}.
Says "mama", "ball", and {somefirst}'s name.
Daycare at {school} reports biting of a classmate, {somefirst}.
Grandma {kinfirst} has hives; cousin {somefirst} had febrile seizures.
Walked on {shortday}, first tooth {month}.
Immunization record from {place} shows MMR on {shortday} and again {shortday}.
Newborn screen from {labname} {accession} normal.
Twin A {ptlast} and Twin B {ptlast} were delivered by {drlast} at {hosp} on {day}.
NICU at {abbr} until {shortday}, then {drlast}.
Lactation: {someone}, {tel}.
{kinfirst} says {ptfirst} snores; ENT ({drlast}) in {month}.
Sees {drlast} for eyes, {drlast} for ears, and {someone} for speech.
Camp form for {church} signed {drinit}.
EI coordinator {somefirst}, {county}, visits Thursdays.
Soccer for {place}; concussion on {shortday} after colliding with {somefirst}.
Foster placement with {hon}{somelast} of {house}, {place}, since {month}.
Rides bus to {school}; bus aide {somefirst} gives Diastat.
{somefirst} and {somefirst}, the older siblings, are well.
Baby {ptlast} (later named {ptfirst}) roomed in with {kinfirst}.
""")
_CHILD_PLAIN = _t("""
Ages and Stages: passed. M-CHAT low risk. Denver: appropriate.
Enfamil 4 oz q3h; Rice cereal at 5 months; Gerber foods.
Wt 25th %ile, Ht 40th %ile, OFC +1.2 SD. {vitals}.
Ortolani and Barlow negative. Moro present. Galant reflex present.
Born {gestation} via {delivery}, Apgars 8 and 9.
Epstein pearls, Mongolian spots and stork bites noted.
Pediarix, Prevnar and Rotateq given; VIS provided.
Back to Sleep, car seat and Poison safety reviewed.
Bright Futures handout. Tylenol dose chart given.
Still's murmur, grade II/VI. Tanner 1.
Likes Peppa Pig, Lego and Elmo.
Growth: Fenton chart; Silver-Russell considered. {variant}.
Ballard 38. Coombs positive. Kleihauer-Betke negative.
Sickle screen FA; Guthrie card sent.
""")


def _child(c: Cast) -> str:
    r = c.rng
    head = r.choice(
        (
            "WELL CHILD VISIT  {day}\n{ptrev}  DOB {day}  {practice}\n",
            "{years} month WCC - {drlast} - {shortday}\n",
            "Paediatric follow-up\nChild: {pt}   Parent/carer: {kinn}   Tel {tel}\n",
            "Baby {ptlast}, MRN {chart}, mother {kinn}\nBorn {day} {clock} at {hosp}\n",
            "Developmental clinic, {place}. {pt}, {day}. ",
            "",
        )
    )
    lines = r.sample(_CHILD, r.randint(3, 6)) + r.sample(_CHILD_PLAIN, r.randint(1, 4))
    r.shuffle(lines)
    return (
        head
        + "\n"
        + r.choice((" ", " ", "\n", "\n- ")).join(lines)
        + "\n"
        + r.choice((r.choice(_SIGN), "{dr}{creds}", "{drinit}", ""))
        + "\n"
    )


_EMPTY_BANKS = (
    _RAD_PLAIN,
    _PATH_PLAIN,
    _GENETICS_PLAIN,
    _DEATH_PLAIN,
    _PSYCH_PLAIN,
    _CHILD_PLAIN,
    _ED_PLAIN,
    _UK_PLAIN,
    _NEGATIVE,
    _NEGATIVE,
    _NEGATIVE,
    tuple(_ORDINARY),
    tuple(_ORDINARY),
)


def _impersonal(c: Cast) -> str:
    """A document of clinical words only, laid out like those with persons in them."""
    r = c.rng
    titles = (
        "Instructions for Home",
        "Operative Findings",
        "RADIOLOGY IMPRESSION",
        "Review of Systems",
        "Interval History",
        "Gross Description",
        "PLAN OF CARE",
        "Wound Care Protocol",
        "Molecular Findings",
        "Your Medicines",
        "Standing Orders",
        "Hospital Course by Problem",
        "Risk Factors",
        "PHYSICAL EXAM",
        "Morning Labs",
        "Technique",
    )
    parts = []
    for _ in range(r.randint(1, 4)):
        bank = r.choice(_EMPTY_BANKS)
        parts.append(
            r.choice(("", r.choice(titles) + ":\n", r.choice(titles) + "\n", "{head}: ", "{head_upper}\n"))
            + _some(c, bank, 1, 5, r.choice((" ", " ", "\n", "; ")))
        )
    text = _wrap(c, r.choice(("\n\n", "\n", " ")).join(parts), 0.2)
    return _cased(text, r.choice(("upper", "lower"))) if r.random() < 0.2 else text


STYLES: dict[str, tuple[Callable[[Cast], str], float]] = {
    "referral_us": (_referral_us, 10), "clinic_uk": (_clinic_uk, 10), "stay_prose": (_stay_prose, 12), "soap": (_soap, 8), "operative": (_operative, 7), "radiology": (_radiology, 7), "pathology": (_pathology, 6), "ed": (_ed, 9),
    "legacy_caps": (_legacy_caps, 8), "dictation": (_dictation, 8), "consult": (_consult, 8), "genetics": (_genetics, 8), "death": (_death, 5), "rounds": (_rounds, 8), "casework": (_casework, 8), "psych": (_psych, 8), "child": (_child, 7), "impersonal": (_impersonal, 16),
}  # fmt: skip
