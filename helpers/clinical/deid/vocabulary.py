# ruff: noqa: E501 (tables of patterns, words and sentences read best unbroken)
"""Protected clinical vocabulary in lower case: words and headings that name no person, place or organisation."""

DRUGS = frozenset(
    """abacavir abatacept abciximab abemaciclib abilify abiraterone acamprosate acarbose accupril accutane acebutolol
    acetaminophen acetazolamide acetylcysteine aciclovir acitretin aclidinium actemra activase actonel actos acyclovir
    adalat adalimumab adapalene adcirca adderall adefovir adenosine adrenaline advair advil afatinib afinitor
    aflibercept aggrenox agomelatine aimovig ajovy albendazole albuterol aldactone aldara alectinib alefacept
    alemtuzumab alendronate alendronic aleve alfentanil alfuzosin alimta alirocumab aliskiren allopurinol almotriptan
    alogliptin aloxi alprazolam alprostadil altace alteplase alvesco amantadine amaryl ambien ambisome ambrisentan
    amikacin amiloride aminophylline amiodarone amisulpride amitriptyline amlodipine amoxicillin amoxiclav amoxil
    amphetamine amphotericin ampicillin anakinra anastrozole ancef anidulafungin anoro ansaid antabuse anusol anzemet
    apixaban apomorphine apremilast aprepitant aptiom aquaphor aranesp arava argatroban aricept arimidex aripiprazole
    arixtra armodafinil aromasin artemether artesunate asacol asenapine aspirin astepro atacand atazanavir atenolol
    atezolizumab ativan atomoxetine atorvastatin atovaquone atracurium atripla atropine atrovent aubagio augmentin
    austedo avandia avapro avastin avelox avibactam avodart avonex axitinib azacitidine azactam azathioprine azelastine
    azilect azithromycin azopt aztreonam azulfidine baclofen bactrim bactroban baricitinib basaglar basiliximab
    bebtelovimab beclometasone beclomethasone belatacept belimumab belsomra benadryl benazepril bendamustine
    bendroflumethiazide benicar benralizumab benserazide bentyl benzonatate benztropine benzylpenicillin betadine
    betahistine betamethasone betaseron betaxolol bethanechol bevacizumab bezafibrate biaxin bicalutamide bictegravir
    bikarvy biktarvy bimatoprost bisacodyl bismuth bisoprolol bivalirudin bleomycin blinatumomab boniva bortezomib
    bosentan bosutinib botox botulinum brentuximab breo brexpiprazole brigatinib brilinta brimonidine brinzolamide
    brivaracetam briviact bromocriptine brufen budesonide bumetanide bumex bupivacaine buprenorphine bupropion buscopan
    buspar buspirone busulfan butalbital butorphanol bydureon byetta bystolic cabazitaxel cabergoline cabozantinib
    calamine calcipotriol calcitonin calcitriol calpol campath canagliflozin canakinumab candesartan cangrelor
    cannabidiol capecitabine capsaicin captopril carafate carbamazepine carbidopa carbimazole carbocisteine carboplatin
    carboprost cardizem cardura carfilzomib carglumic cariprazine carisoprodol carmustine carvedilol casodex caspofungin
    cefaclor cefadroxil cefalexin cefazolin cefdinir cefepime cefiderocol cefixime cefotaxime cefotetan cefoxitin
    cefpodoxime ceftaroline ceftazidime ceftin ceftriaxone cefuroxime celebrex celecoxib celexa cellcept cemiplimab
    cenobamate cephalexin cerebyx certolizumab cetirizine cetrotide cetuximab cevimeline chantix chlorambucil
    chloramphenicol chlordiazepoxide chlorhexidine chloroquine chlorphenamine chlorpheniramine chlorpromazine
    chlorthalidone chlorzoxazone cholecalciferol cholestyramine cialis ciclesonide ciclosporin cidofovir cilostazol
    cimetidine cimzia cinacalcet cipro ciprodex ciprofloxacin cisatracurium cisplatin citalopram cladribine
    clarithromycin claritin clavulanate clemastine clenbuterol cleocin clevidipine clexane clindamycin clobazam
    clobetasol clofazimine clomid clomiphene clomipramine clonazepam clonidine clopidogrel clorazepate clotrimazole
    clozapine clozaril cobicistat cobimetinib cocodamol codamol codeine cogentin colace colchicine colesevelam
    colestipol colistin combivent compazine comtan concerta copanlisib copaxone cordarone coreg corlanor cosentyx cosopt
    coumadin cozaar crestor crizotinib cromolyn cubicin cyanocobalamin cyclizine cyclobenzaprine cyclopentolate
    cyclophosphamide cycloserine cyclosporine cymbalta cyproheptadine cyproterone cytarabine cytotec cytoxan dabigatran
    dabrafenib dacarbazine dactinomycin dalbavancin dalfampridine dalteparin danazol dantrolene dapagliflozin dapsone
    daptomycin daratumumab darbepoetin darifenacin darolutamide darunavir dasatinib daunorubicin daypro decadron
    decitabine deferasirox deferiprone deferoxamine degarelix delafloxacin demerol denosumab depakene depakote desferal
    desflurane desipramine desloratadine desmopressin desogestrel desonide desvenlafaxine detrol deutetrabenazine
    dexamethasone dexedrine dexilant dexlansoprazole dexmedetomidine dexmethylphenidate dexrazoxane dextroamphetamine
    dextromethorphan dextrose diamorphine diamox diazepam diazoxide diclofenac dicloxacillin dicyclomine didanosine
    diflucan digibind digoxin dihydrocodeine dihydroergotamine dilantin dilaudid diltiazem dimenhydrinate dinoprostone
    dioralyte diovan diphenhydramine diphenoxylate diprivan diprobase dipyridamole disopyramide disulfiram ditropan
    divalproex dobutamine docetaxel docusate dofetilide dolutegravir domperidone donepezil dopamine doravirine doripenem
    dorzolamide dosulepin dovonex doxazosin doxepin doxorubicin doxycycline doxylamine dronabinol dronedarone droperidol
    drospirenone duavee dulaglutide dulcolax dulera duloxetine duoneb dupilumab dupixent duragesic dutasteride dyazide
    dymista dysport edaravone edoxaban efavirenz effexor effient efient elagolix elavil eletriptan elidel eligard
    eliquis elocon eltrombopag emend emgality empagliflozin emtricitabine enalapril enalaprilat enbrel enfuvirtide
    enoxaparin entacapone entecavir entonox entresto entyvio enzalutamide epanutin ephedrine epidiolex epilim
    epinephrine epipen epirubicin eplerenone epoetin epogen epoprostenol eprosartan eptifibatide equetro erbitux
    erdafitinib erenumab eribulin erlotinib ertapenem ertugliflozin erythromycin erythropoietin escitalopram
    eslicarbazepine esmolol esomeprazole estrace estradiol estramustine estrogen eszopiclone etanercept ethambutol
    ethinylestradiol ethionamide ethosuximide etidronate etodolac etomidate etonogestrel etoposide etoricoxib etravirine
    eucreas euthyrox evenity everolimus evista evolocumab exelon exemestane exenatide eylea ezetimibe ezogabine
    famciclovir famotidine farxiga faslodex febuxostat felbamate felodipine fenofibrate fenoldopam fentanyl feraheme
    ferinject ferrous fesoterodine fexofenadine fidaxomicin filgrastim finasteride finerenone fingolimod fioricet flagyl
    flecainide flexeril flixotide flolan flomax flonase flovent floxin flucloxacillin fluconazole flucytosine
    fludarabine fludrocortisone flumazenil flunisolide fluocinolone fluocinonide fluorometholone fluorouracil fluoxetine
    fluphenazine flurazepam flurbiprofen flutamide fluticasone fluvastatin fluvoxamine folate folfirinox folfox folinic
    fomepizole fondaparinux foradil formoterol fortamet forteo fortum fosamax fosamprenavir fosaprepitant foscarnet
    fosfomycin fosinopril fosphenytoin fragmin fremanezumab frovatriptan frusemide fulvestrant furadantin furosemide
    fycompa gabapentin gabitril galantamine galcanezumab ganciclovir ganirelix gaviscon gefitinib gemcitabine
    gemfibrozil gemtuzumab gentamicin geodon gilenya gilotrif glargine glatiramer glecaprevir gleevec glibenclamide
    gliclazide glimepiride glipizide glucagon glucophage glucotrol glyburide glycerin glyceryl glycopyrrolate
    glycopyrronium glyxambi golimumab golytely goserelin granisetron griseofulvin guaifenesin guanfacine guselkumab
    halcion haldol haloperidol halothane harvoni heparin herceptin hibiclens humalog humira humulin hyaluronidase
    hycamtin hydralazine hydrea hydrochlorothiazide hydrocodone hydrocortisone hydromorphone hydroxocobalamin
    hydroxychloroquine hydroxyurea hydroxyzine hyoscine hyoscyamine hytrin hyzaar ibandronate ibandronic ibrance
    ibrutinib ibuprofen icatibant idarubicin idarucizumab idelalisib ifosfamide ilaris iloperidone iloprost imatinib
    imdur imigran imipenem imipramine imiquimod imitrex imodium implanon imuran indapamide inderal inderide indocin
    indometacin indomethacin infliximab inotuzumab integrilin interferon intralipid intuniv invanz invega invokana
    ipilimumab ipratropium irbesartan irinotecan isavuconazole isocarboxazid isoflurane isoniazid isoprenaline
    isoproterenol isordil isosorbide isotretinoin isradipine istradefylline itraconazole ivabradine ivacaftor ivermectin
    ixabepilone ixazomib ixekizumab jakafi janumet januvia jardiance juluca kadcyla kaletra kalydeco kanamycin
    kayexalate keflex keflin kefzol kenalog keppra kerendia kesimpta ketamine ketoconazole ketoprofen ketorolac
    ketotifen keytruda klonopin konsyl kytril labetalol lacosamide lactaid lactulose lamictal lamisil lamivudine
    lamotrigine lanreotide lansoprazole lanthanum lantus lapatinib lasix lasmiditan latanoprost latuda lecanemab
    leflunomide lemtrada lenalidomide lenvatinib lescol letermovir letrozole leucovorin leukeran leuprolide leuprorelin
    levalbuterol levaquin levemir levetiracetam levitra levobupivacaine levocarnitine levocetirizine levodopa
    levofloxacin levomepromazine levonorgestrel levophed levosimendan levothyroxine levoxyl lexapro lialda librium
    lidocaine lidoderm lifitegrast lignocaine linaclotide linagliptin linezolid linzess lioresal liothyronine lipitor
    lipofen liraglutide lisdexamfetamine lisinopril lispro lithium lithobid livalo lodine lofexidine lomotil lomustine
    loperamide lopid lopinavir lopressor loratadine lorazepam lorlatinib lortab losartan losec lotensin lotrimin
    lotronex lovastatin lovenox loxapine lubiprostone lucentis lumacaftor lumateperone lumigan lunesta lupron lurasidone
    luspatercept lutetium lymecycline lyrica lysodren maalox macitentan macrobid macrodantin malarone mannitol maraviroc
    marcaine mavenclad mavyret maxalt maxitrol maxolon mebendazole mebeverine meclizine medrol medroxyprogesterone
    mefenamic mefloquine megace megestrol mekinist melatonin meloxicam melphalan memantine menopur mepacrine meperidine
    mepivacaine mepolizumab meprobamate mercaptopurine meropenem mesalamine mesalazine mesna mestinon metamucil
    metaraminol metaxalone metformin methadone methazolamide methenamine methergine methimazole methocarbamol
    methotrexate methyldopa methylergonovine methylnaltrexone methylphenidate methylprednisolone metoclopramide
    metolazone metoprolol metronidazole mevacor mexiletine micafungin micardis miconazole microgynon micronor midazolam
    midodrine midostaurin mifepristone miglitol miglustat milnacipran milrinone minipress minocin minocycline minoxidil
    mirabegron miralax mirapex mirena mirtazapine misoprostol mitomycin mitotane mitoxantrone mobic modafinil moexipril
    molindone molnupiravir mometasone monistat montelukast monurol morphine motilium motrin mounjaro movantik movicol
    moxifloxacin mucinex mucomyst multaq mupirocin myambutol mycamine mycophenolate mycostatin myfortic mylanta mylotarg
    myrbetriq mysoline nabilone nabumetone nadolol nafcillin nalbuphine naloxegol naloxone naltrexone namenda nandrolone
    naprosyn naproxen naratriptan narcan nardil nasonex natalizumab nateglinide navelbine nebivolol nefazodone nefopam
    nelarabine nelfinavir neomycin neoral neostigmine neosynephrine nepafenac neratinib neulasta neupogen neupro
    neurontin nevirapine nexavar nexium nexplanon niacin nicardipine nicorandil nicotinamide nicotine nifedipine
    nilotinib nilutamide nimodipine nimotop nintedanib niraparib nirmatrelvir nitazoxanide nitisinone nitrofurantoin
    nitroglycerin nitroprusside nitrostat nivolumab nizatidine nizoral nolvadex noradrenaline norco norepinephrine
    norethindrone norethisterone norfloxacin normodyne norpace norpramin nortriptyline norvasc norvir novolin novolog
    novorapid noxafil nplate nucala nucynta nuedexta nulojix nuplazid nurofen nurtec nusinersen nuvaring nuvigil
    nystatin obeticholic obinutuzumab ocrelizumab ocrevus octreotide ofatumumab ofev ofloxacin olanzapine olaparib
    olmesartan olodaterol olopatadine olumiant omacetaxine omadacycline omalizumab omeprazole omnicef omnipaque
    ondansetron onfi opdivo opdualag oramorph orencia orilissa oritavancin orkambi orlistat orphenadrine oseltamivir
    osimertinib ospemifene otezla oxaliplatin oxandrolone oxaprozin oxazepam oxcarbazepine oxtellar oxybutynin oxycodone
    oxycontin oxymetazoline oxymorphone oxytocin ozanimod ozempic ozurdex pabrinex paclitaxel palbociclib paliperidone
    palivizumab palonosetron pamelor pamidronate pancrelipase pancuronium panitumumab pantoprazole papaverine
    paracetamol paregoric paricalcitol parlodel parnate paromomycin paroxetine pasireotide patanol paxil paxlovid
    pazopanib pegaspargase pegfilgrastim peginterferon pembrolizumab pemetrexed penicillamine penicillin pentamidine
    pentasa pentobarbital pentoxifylline pepcid pepto peramivir perampanel percocet periactin perindopril periogard
    perphenazine persantine pertuzumab pethidine phenazopyridine phenelzine phenergan phenobarbital phenobarbitone
    phenoxybenzamine phentermine phentolamine phenylephrine phenytoin phytomenadione phytonadione pilocarpine
    pimavanserin pimecrolimus pimozide pindolol pioglitazone piperacillin pirfenidone piriton piroxicam pitavastatin
    pitocin pizotifen plaquenil plavix plazomicin plendil plerixafor pletal podophyllin polatuzumab polymyxin polysporin
    pomalidomide pomalyst ponatinib ponesimod posaconazole pradaxa pralidoxime pramipexole pramlintide prandin prasugrel
    pravachol pravastatin praziquantel prazosin precedex precose prednisolone prednisone pregabalin premarin prempro
    prevacid prevnar prevymis prezcobix prezista priftin prilocaine prilosec primaquine primaxin primidone prinivil
    pristiq probenecid procainamide procarbazine procardia prochlorperazine procrit procyclidine progesterone prograf
    prolia promacta promethazine propafenone propantheline proparacaine propofol propranolol propylthiouracil proscar
    prostin protamine protonix protopic provera provigil prozac prucalopride pseudoephedrine psyllium pulmicort
    pulmozyme pyrantel pyrazinamide pyridium pyridostigmine pyridoxine pyrimethamine qudexy quetiapine quinapril
    quinidine quinine quinupristin qulipta qvar rabeprazole radicava raloxifene raltegravir ramelteon ramipril
    ramucirumab ranexa ranibizumab ranitidine ranolazine rapamune rasagiline rasburicase ravulizumab razadyne rebif
    reclast regadenoson reglan regorafenib relafen relistor relpax relugolix remdesivir remeron remicade remifentanil
    renagel renvela repaglinide repatha repotrectinib reslizumab restasis restoril retacrit reteplase retrovir revatio
    revlimid revolade rexulti reyataz ribavirin ribociclib rifabutin rifadin rifampicin rifampin rifapentine rifaximin
    rilpivirine riluzole rimegepant rinvoq riociguat ripretinib risankizumab risdiplam risedronate risedronic risperdal
    risperidone ritalin ritonavir rituxan rituximab rivaroxaban rivastigmine rivotril rizatriptan robaxin robitussin
    rocaltrol rocephin rocuronium roflumilast rogaine romidepsin romiplostim romosozumab ropinirole ropivacaine
    rosuvastatin rotigotine roxicodone rozerem rucaparib rufinamide ruxolitinib rybelsus rydapt rythmol sabril
    sacituzumab sacubitril safinamide salbutamol salicylate salmeterol sandimmune sandostatin saphris sapropterin
    sarilumab savella saxagliptin saxenda scopolamine secukinumab selegiline selinexor selpercatinib selumetinib
    semaglutide senna sennosides senokot septra serax seretide serevent seroquel sertraline sevelamer sevoflurane
    shingrix sildenafil silodosin silvadene simponi simulect simvastatin sinemet sinequan singulair siponimod sirolimus
    sirturo sitagliptin skelaxin skyrizi slozem sofosbuvir solifenacin soliris solriamfetol solumedrol somatostatin
    somatropin sonata sorafenib sotalol sotorasib spinraza spiriva spironolactone sporanox spravato sprycel stalevo
    stelara stemetil stiolto strattera streptokinase streptomycin streptozocin stribild suboxone subutex succinylcholine
    sucralfate sudafed sufentanil sugammadex sulbactam sulfadiazine sulfamethoxazole sulfasalazine sulindac sulpiride
    sumatriptan sunitinib supprelin sustiva sutent suvorexant suxamethonium symbicort symbyax symdeko symtuza synagis
    synercid synthroid syntocinon tacrolimus tadalafil tafamidis tafinlar tagrisso talazoparib tamiflu tamoxifen
    tamsulosin tapentadol tarceva tasigna tasmar tavneos taxol taxotere tazarotene tazemetostat tazobactam tazocin
    tecentriq tecfidera tedizolid tegretol teicoplanin telavancin telbivudine telmisartan temazepam temodar temozolomide
    temsirolimus tenecteplase tenofovir tenoretic tenormin terazosin terbinafine terbutaline terconazole teriflunomide
    teriparatide terlipressin tessalon testosterone tetrabenazine tetracaine tetracycline teveten tezacaftor tezepelumab
    thalidomide theophylline thiamine thioguanine thiopental thioridazine thiotepa thiothixene thymoglobulin thyrogen
    tiagabine tibolone ticagrelor ticarcillin ticlopidine tigecycline tikosyn timolol timoptic tinidazole tinzaparin
    tioconazole tiotropium tirofiban tirzepatide tivicay tizanidine tobradex tobramycin tocilizumab tofacitinib tofranil
    tolazamide tolcapone tolterodine tolvaptan topamax topiramate topotecan toprol toradol toremifene torsemide toujeo
    tracleer tradjenta tramadol trametinib trandate trandolapril tranexamic tranxene tranylcypromine trastuzumab
    travatan travoprost trazodone trelegy tremfya treprostinil tresiba tretinoin triamcinolone triamterene triazolam
    tricor trifluoperazine trihexyphenidyl trikafta trileptal trilipix trimethoprim trimipramine trintellix triptorelin
    triumeq trokendi trospium trulicity truvada tucatinib tygacil tykerb tylenol tymlos tysabri ubrelvy ubrogepant
    uceris uloric ultracet ultram umeclidinium unasyn uniphyl upadacitinib uptravi urofollitropin ursodeoxycholic
    ursodiol ustekinumab utibron vabomere vabysmo vagifem valaciclovir valacyclovir valbenazine valcyte valganciclovir
    valium valproate valproic valrubicin valsartan valtrex vancocin vancomycin vandetanib vardenafil varenicline varubi
    vascepa vaseline vasopressin vasostrict vasotec vecuronium vedolizumab velcade veletri velphoro veltassa vemlidy
    vemurafenib venclexta venetoclax venlafaxine venofer ventolin verapamil vericiguat versed verzenio vesicare vfend
    viagra vibativ vibramycin vicodin victoza vidaza vigabatrin viibryd vilanterol vilazodone vimovo vimpat vinblastine
    vincristine vinorelbine viracept viread visine vismodegib vistaril vivitrol voltaren voltarol vonoprazan
    voriconazole vorinostat vortioxetine votrient vraylar vyepti vyndaqel vytorin vyvanse wakix warfarin wegovy welchol
    wellbutrin xalatan xalkori xanax xarelto xeljanz xeloda xenazine xeomin xgeva xifaxan xigduo xofluza xolair xopenex
    xtandi xylocaine xyrem xyzal yervoy yohimbine yondelis zaditor zafirlukast zaleplon zanaflex zanamivir zantac
    zarontin zaroxolyn zebeta zejula zelapar zelboraf zemplar zenpep zepatier zeposia zerbaxa zestoretic zestril zetia
    ziagen ziconotide zidovudine zileuton zinacef ziprasidone zithromax zocor zofran zoladex zoledronate zoledronic
    zolgensma zolmitriptan zoloft zolpidem zometa zomig zonegran zonisamide zopiclone zosyn zovirax zubsolv zyban
    zyloprim zyprexa zyrtec zytiga zyvox
    """.split()
)
"""Generic and brand names of drugs used in the US and the UK."""

EPONYMS = frozenset(
    """abadie abbe addison addisonian adie adson aicardi albright alcock alexander allen allgrove allis alport alstrom
    alvarado alzheimer amsel amsler andersen angelman apert apgar argyll arnold aschoff ashworth asperger auer auerbach
    auspitz austin auvard avellis babcock babinski bachmann baker bakri balfour balint balkan ballance ballard balthazar
    bankart bannayan barany bard bardet barlow barr barre barrett barth barthel bartholin barton bartter bassen batson
    batten battle bayley bazex beau beck becker beckwith behcet bell bellucci bence bennett berger bernard bernstein
    berry bickerstaff bielschowsky biermer bigelow billroth binet binswanger biot birt bishop bismuth bitot bivona
    blakemore blalock bland blatchford bloch bloom blount blumberg blumer boari bochdalek boerhaave bohler boies
    bookwalter borg borrmann bouchard bouchet bougie bovie bowen bowman boyden bracht braden branham braxton breslow
    bright bristol broca broden brodie brooke broselow broviac bruce brudzinski brugada brugia bruns brushfield bruton
    budd budin buerger bunnell burch burkitt burnett caldwell calot cameron camurati canavan cantrell caplan carney
    caroli carpenter carrion caspar castleman castroviejo celestin chaddock chadwick chagas chandler charcot charnley
    chassaignac chediak cherney chevrel cheyne chiari chilaiditi child chopart christmas churg chvostek claude
    clostridium cloward cobb codman coffin cogan colles collins comolli concato conn conners conradi cooley coombs
    cordis cori cornelia corrigan corti costen cotard cottle cotton coude courvoisier couvelaire cowden cowper coxsackie
    craig crede creutzfeldt crigler crile crohn cronkhite crouzon cruveilhier cullen curling currarino cusco cushing
    czerny dalrymple dandy danlos darier darling dawson deaver debakey debre degos deiters dejerine delorme
    denonvilliers denver denys dercum destot diamond dieulafoy digeorge dix dobhoff dohle donath doose doppler dorfman
    down doyen dravet dressler duane dubin dubowitz duchenne duhamel duke dukes dupuytren duret duroziez duval dwyer
    dyggve eagle eales ebstein eccles edinger edwards ehlers eisenmenger ellis ellsworth emery engelmann epley epstein
    epworth erb erlenmeyer esmarch esquirol evans ewart ewing fabry fagan fallopian fallot fanconi farber fazekas
    fechter felix felty ferguson finkelstein finochietto fisher fishman fitz fitzpatrick fleischer fleischner flexner
    fogarty foix foley fong fontaine fontan fordyce forestier forrest fothergill fournier fowler frankel frankenhauser
    frazier fredet freiberg frenzel frey friedlander friedman friedreich froehlich frohlich froment fuchs fuhrman
    fukuyama galant galeazzi galen galezowski gallavardin galvayne ganser garden gardner garre gartland gaucher gehrig
    gelpi genga gerdy gerota gerstmann ghon giannotti gianotti giemsa gigli gilbert gilles gilmore girdlestone glasgow
    gleason glenn glisson goldenhar goldmann golgi goltz goodell goodpasture goodsall gorlin gottron gowers gowing
    gradenigo graefe graf gram grashey graves grawitz grey griesinger gritti groshong gruber guedel guillain gustilo
    guthrie guyon haab hachinski hadlock haemophilus haglund hailey haller hallervorden hallpike hamilton hamman hansen
    harada harrington harris hartmann hartnup harvey hashimoto hasner hasson heaf heberden hebra hegar heimlich heinz
    heister helicobacter heller hemovac henle henoch hering hermansky hertel hess hesselbach heubner hickman
    higoumenakis hinchey hippel hirschberg hirschsprung hirst hodge hodgkin hoehn hoffa hoffman hoffmann hohmann
    hollenhorst holmes holt holter homans homer hopkins horner horton hounsfield howell howship hubbard huckman humphrys
    hunner hunter huntington hurler hurthle hutchinson ilizarov inglis isaacs ishihara ito ivor jaboulay jaccoud jackson
    jacob jacobsen jacod jadassohn jaeger jakob jamshidi janeway janz jarisch jarvik jefferson jendrassik jervell jobe
    jod jolly jones joubert kaposi karman karnofsky karnovsky kartagener kasabach kasai katayama katz kawasaki kayser
    kearns kehr kell kellgren kelly kerley kernig kernohan kerrison kesson kestenbaum kevorkian kielland kienbock
    kiesselbach killian killip kimmelstiel kimura kirklin kirschner klatskin klebsiella kleihauer klein kleine
    klinefelter klippel klumpke koch kocher koebner kohler kohn koplik korotkoff korsakoff kostmann krabbe kramer krause
    krukenberg kugelberg kuntscher kupffer kussmaul kveim lachman ladd laennec lafora laimer lambert lambl landau landry
    lange langenbeck langer langerhans langhans laplace laron larrey larsen lasegue lauge laurence leber leclerc lee
    lefort legg legionella leigh leiner leksell lembert lemierre lempert lenegre lennox leopold leriche lermoyez lesch
    leser levin levine lewy leydig lhermitte libman lichtenstein liddle lieberkuhn likert lindau lisch lisfranc lister
    littre ljungan lloyd lockwood loeffler loeys loffler louis lowe lown luc lucey luciani ludwig lugano luschka
    lutembacher lyme lynch macconkey macewen macintosh macleod maddox madelung maffucci magendie magill magnan malecot
    mallampati mallet mallory malpighi mantoux marburg marchiafava marcus marfan marie marjolin markus maroteaux marsh
    masson mayfield maylard mayo mazzotti mcardle mcburney mccune mcdonald mcgill mcgoon mcgrath mckusick mclean
    mcmurray mcroberts meckel meigs meissner melkersson mendel mendelson menetrier meniere menkes merkel metzenbaum
    meyer michaelis mikulicz millard miller milroy minerva minnesota minor mirizzi mitsuda mobitz moebius mohs moll
    mondor monge monro monteggia montgomery mooren morgagni moro morquio morse morton mosteller mowat moynihan muckle
    muehrcke mueller muir muller mullerian munchausen munro murphy mustard myerson naegele naffziger nager neelsen neer
    negri neisser neisseria netherton nezelof niemann nikolsky nissen nissl nocardia noonan norrie norton norwood
    nottingham novak nylen obersteiner oddi ogilvie ollier omenn ommaya oppenheim ormond orth ortolani osgood osler
    osmond oswestry otto overholt paget palmer panayiotopoulos pancoast paneth papanicolaou papez parinaud parkinson
    parkland parks parrot parry parsonage pasteurella patau paterson pautrier pavlik peabody pean peau pederson pelger
    pelizaeus pellegrini pemberton pendred penfield penrose perthes peters petri peutz peyer peyronie pfannenstiel
    pfeiffer phalen phemister pick pickwick pickwickian pierre pierson pinard pipelle pittsburgh platt plummer poland
    pompe poncet poole pott potter potts poupart prader pratt prausnitz pringle prinzmetal puestow pugh purkinje
    purtscher putti queckenstedt quervain quincke quinton radovici ramsay ramstedt ranke rankin ranson ranvier rapoport
    rasmussen rastelli rathke raynaud recklinghausen reed refsum reid reinke reiss reissner reiter rendu renpenning rett
    reye richardson richter rickettsia rickham riedel rieger riga riley ringer rinne ritter robertson robin robinow
    robson rochester rockall rolando romana romano romberg rood rorschach rosai rosenbach rosenmuller rosenthal
    rossolimo roth rothmund rotor rouviere roux rovsing rubinstein rumack russell rutherford sachs salter sandhoff
    sanfilippo santorini sarnat satinsky savary sayre scarpa schamroth schatz scheie scheuermann schiff schilder
    schiller schilling schirmer schlatter schlemm schmidt schmorl schneider schober schoenlein schonlein schwabach
    schwann schwartz scribner seckel seddon segond seldinger sellick semmelweis senear sengstaken senn senning serratia
    sertoli sever sezary sharpey sheehan shenton shigella shiley shine shirodkar shone shouldice shprintzen shwachman
    silverman simmonds simpson sims sipple sistrunk sjogren skene smith snellen soave sotos spalding spearman sperling
    spetzler spiegel spigelian spitz spurling stafne stargardt starling steele stein steinert steinmann stellwag stener
    stensen sternberg stevens stewart stickler stills stokes stroop strumpell stryker sturge sudeck swan swyer sydenham
    syme symington symonds takayasu tanner tarui taussig tay tenckhoff terson thiersch thompson thomsen tietze tinel
    tinetti tischler todd tolosa torkildsen tourette towne traube treacher treitz trendelenburg trousseau tullio turcot
    turcotte turner uhl uhthoff unna usher valsalva vaquez vater veau ventouse verbrugge veress verhoeff verner verneuil
    vierordt villaret vincent vineland virchow vogt volhard volkmann waardenburg waldenstrom waldeyer wallenberg waller
    wallerian walthard wartenberg waterhouse waterston weaver weber wechsler wegener weil weiler weill weinberg
    weingarten weitlaner welch wells wenckebach werdnig werlhof wermer werner wernicke wertheim weschler west wharton
    whipple whitaker whitmore wickham wilkie wilks willebrand willi willis wilms wilson wimberger winslow winterbottom
    wirsung wiskott wolff wolfram wolman wood wormian wright wrigley wuchereria yahr yale yankauer yates yersinia
    yesavage young zahn zancolli zellweger zenker ziehl zieve zinn zollinger zoon zuelzer zung
    """.split()
)
"""Words of eponymous signs, diseases, instruments, tests and classifications; many are also family names."""

ABBREVIATIONS = frozenset(
    """a1c a2c a4c aaa aao aaox ab abd abg abi abpm abx ac accp ace acei ach acl acls acr acs acth ad adb adh adhd adl adls
    adr aed afb afi afib afp afvss ag agc ahi aicd aids aka aki ala alk alkp all alp als alt ama aml ams anc anca angio
    ant aob aom aox aox3 ap apap apc apd apgar aps apt aptt ar arb arbs ards arf art asa asap asc ascvd asd asis asl ast
    atn atnd aub av avf avm avn avnrt avpu avr avrt avss b12 ba bal baso bbb bc bcc bcg bcr bcx be beta bhcg bi bibems
    bid bilat bili bipap bka bkg ble blt bm bmi bmp bmt bnp bos bp bpd bph bpm bpp bppv bpsd br brbpr brca bs bsa bse
    bso bt btl bts bue bun bw bx c1 c2 ca ca125 ca199 cabg cad caf cag cah cap capd car cath cav cbc cbd cbt cc ccb ccf
    ccu cd10 cd117 cd138 cd19 cd20 cd3 cd30 cd34 cd4 cd45 cd56 cd8 cdai cdc cdr cea cf cfs cft cfu cga ch chd chf chl
    cho chol ci cidp cin ck ckd ckmb cl cld cll cm cma cml cmp cms cmt cmv cn cnii cns co co2 coags copd cp cpa cpap cpk
    cpr cps cpt cr crao crc creat crf crp crpn crrt crt cs csa csf csm ct cta ctab ctb ctp ctpa ctrx cts ctx cu cultx
    cva cvat cvc cvd cvp cvs cvvh cvvhd cvvhdf cx cxr d10 d50 d5ns d5w dapt db dbp dbs dc dca dcis dcm dd ddavp ddd ddx
    dexa dfa dfe dhea di diag dic diff dig dip dis disp dispo dj djd dka dl dlbcl dlco dm dmard dmards dmd dme dmso dna
    dnar dni dnr do doa doac doe dold dp dpl dpp dre drg drt ds dsa dsd dsdna dsm dt dtap dtr dtrs dts dtv dub dva dvt
    dw dwi dx dz e2 ea ebl ebv ecf ecg echo ecmo ecoli ect ecv ed edc edh edss eeg eent ef efm egd egfr ehr eia ekg em
    emb emg emr ems emt ena enmt ent eob eom eomi eoms eos ep epap eph epi eps er ercp erv es esbl esi esld esr esrd
    essm et etco etco2 etoh ett eua eus evar evd ews ex exam expl ext exts fb fbs fdg fdp fe fena ferr fev fev1 fevs ffp
    fh fhr fhs fht fhx fi fim fio fio2 fish fit fk flair flap flc flu fm fmh fmhx fmla fna fob fobt foc fov fp frc fs
    fsbg fsbs fsgs fsh fss ft ft3 ft4 fta ftm ftnd ftnvd ftt fu fuo fup fvc fwb fx fy g6pd ga gad gad7 gbm gbs gc gca
    gcs gcsf gd gdm gdmt ger gerd gfr ggt gh gi gib gist gm gmfcs gn gnr gnrh gp gpa gpc gpcr gpd gr grv gs gsw gt gtt
    gtts gu gvhd gxt gyn h1n1 h2o ha haart hads hai hapu hav hb hba hba1c hbig hbr hbsag hbv hc hcc hcg hcl hcm hco hco3
    hct hctz hcv hd hdl hds hdu heent hellp hep her2 hf hfnc hfpef hfref hg hgb hgsil hgt hh hhs hi hib hida hie hiit
    hit hiv hiv1 hj hjr hla hld hlh hlhs hnp hnpcc hns ho hob hocm hoh hpf hpi hpl hpo hpv hr hrct hrt hs hsg hsil hsm
    hsp hst hsv ht hte htn hts hu hus hx iabp iadl iadls ibd ibs ibw ic ica icd ich icp icpc icr ics icsi icu id iddm
    idh ie ief ifa ifn iga ige igf igg igm ihc ihd ihss ii iih ij il ild ili im ima imc imi imp imrt imv inc inf ing inj
    inr int intub inv io iol iop ip ipap ipc ipf ipj iq ir is iss it itb itp iu iucd iud iufd iugr iui ius iv ivc ivcd
    ivda ivdu ivf ivfs ivh ivig ivp ivpb ivt ivus ja jia jme jp jra jvd jvp k2 kbytes kcl kg ki67 kj ko koh kpa kub kvo
    l1 l4 l5 la lab labs lac lad lae lai lap lar lasik lbbb lbo lbp lbw lcis lcl lcsw lct lcx ldh ldl le leep les lfb
    lft lfts lgsil lh lhc lij liq llb llbw lle llq llsb lm lma lmca lml lmn lmp lmwh loa loc locm loh lom lop los lp lpn
    lr lrti ls lscs lsd lsil lt ltac ltb ltm ltot ltr lu lue luq lut luts lv lvad lvedd lvef lvesd lvf lvh lvidd lvot
    mabs maoi maois map mapk mar mas mca mcc mcgs mch mchc mcl mcp mcpj mctd mcv md mdd mdi mdma mdr mdrd mds mdt me med
    meds meld men meq mews mfm mfs mg mgd mgus mh mhc mi mibg mic micu mid min mip mis mld mm mmol mmr mmrc mms mmse mn
    mo moca mod mof mom mono mos mpa mpgn mpv mr mra mrcp mrd mri mrm mrsa mrv ms msa msaf mse msk mssa mst msu msud mtp
    mtpj mtx mua muga mugs mva mvc mvd mvi mvp mvr mvt n2o na naat nabothian nabs nac nad nafld nah nai nas nb nbm nbme
    nc ncat ncs nct ncv ndm nec neg neuro nf ng ngs ngt ngtd nhl nhs ni nibp nicu niddm nihss nippv nit nitro niv nka
    nkda nkfa nkh nl nls nm nmda nme nmo nms nnt nob nos np npc npdr nph npi npo npr nps npv npwt nqmi nr nrb nrbm nrs
    nrt ns nsaid nsaids nscl nsclc nsd nsr nst nstemi nsvd nsvt nt ntd ntg ntm ntmb ntnd nv nvd nvi nwb nyha o2 oa ob
    obgyn obs occ oct od odt og ogd ogt ogtt ohss oi om omfs omm oob op opat opd opg oph opv or orif orl ors orsa os osa
    ot otc ou ov p16 p40 p53 pa pac paced paco2 pacs pacu paf pafib pah paln pals pao2 pap paps par pas pasp pbc pbl pc
    pca pcc pci pcl pcn pcos pcp pcr pct pcv pcwp pd pda pdd pdgf pdl pdr pe pea peds peep pef pefr peg pegj pep per
    perc perrl perrla pet pf pfa pfo pfs pft pfts ph phn phpt phq phq2 phq9 pht pi picc pics picu pid pih pip pipj pir
    pivc pk pkd pku pl plb plif plt plts pm pmb pmd pmdd pmh pmhx pmi pml pmn pmns pmp pmr pms pnd pne pnes pns pntx po
    poa poc poct pocus pod pogo pom ponv pop popq pos post pot pp ppa ppb ppd ppe pph ppi ppm ppms ppn pprom prbc prbcs
    pre prn prnx prob probnp prom prp prs prvc prw ps psa psc psg psh pshx psi psp psv psvt psych pt pta ptca ptcl pth
    ptld ptsd ptt ptx pud pulm puo pus puva pvc pvcs pvd pvl pvn pvod pvr pw pws px q12h q15min q24h q2h q2hr q3h q4h
    q6h q8h qac qam qd qds qhs qid qns qod qow qpm qrs qt qtc qual qwk ra raa rad rapd ras rbbb rbc rbcs rca rcc rcr rct
    rdi rds rdw reds ref rehab rem resp retic rf rfa rfs rft rgb rh rhc rhd rhf rhm rib rims rind rip rle rll rlq rls
    rml rnfl roa rom rop rosc rp rpe rpr rps rr rrr rrrs rrt rsb rsbi rsi rsv rt rta rtc rtka rue rul ruq rv rvad rve
    rvh rvot rvr rvsp rx s1 s2 s3 s4 sab sah saht sai sald sao sao2 sats sbe sbft sbo sbp sbrt sbs sbt sc scc scd scds
    sch sci scid sclc scm scs sd sda sdh sdoh se sed sem sfa sga sgot sgpt shbg shx si siadh sicu sids sie sig sil simv
    sirs sj sjs sl sle slnb slp slr slt slums sma smbg smi smn snf snhl snp snri snris snt soap sob sobe sofa sol som
    sop sos sp spect spep spk spn spo spo2 spp sq sr srom srs ss ssc ssdi ssi ssri ssris sss ssss st staph stat std
    stemi sti stis strep sts stsg sub subcut subq sud sui supp sv svc svd svr svt sx sxs sz t1 t1w t2 t2w t3 t4 ta tab
    tabs tace tach tah taha tahbso tar tat tavi tavr tb tbi tbili tbl tbsa tca tcas tcd tco td tdap tdp tds teds tee tef
    tens tep tevar tf tfts tg tga tgn tha thc thr ti tib tibc tid tig tim tims tips tipss tiva tka tkr tkvo tl tlc tle
    tlif tls tlso tm tma tmj tmp tms tn tnd tnf tnm tnt toa tob toc tof top torp tos tp tpa tpal tpf tpl tpmt tpn tpo tr
    trach tral tram trh trop troph tropi trus ts tsh tsi tss tst ttd tte ttf1 ttg ttkg ttm ttn ttp ttts tur turbt turp
    tus tv tvh tvt twi twins tx txa ua uacr uag ualb ubw uc uds ue ues ufh ugi ugib uhb ui uip ulq umn unk uop uosm up
    upep upj uprt uri urol us usoh usp usss uti utis uv uva uvj uvr v1 v6 va vac vad vag vap vas vasc vats vb vbac vbg
    vc vcd vcf vcug vd vdrf vdrl ve vep vf vfib vfss vgb vhl vin vit vldl vlu vma vna vo vol vp vpa vq vrad vre vs vsd
    vsr vss vst vt vtach vtbi vte vur vv vwd vwf vzv wa wbat wbc wbcs wd wdwn wf wgs wh whodas wic wk wks wm wn wnl wo
    wob wpw wt wwp x2 x3 xa xl xm xr xray xrt xs yag yo yob yrs zes zn zpack
    """.split()
)
"""Clinical abbreviations and short keys of sections; some are also English words."""

DEVICES_AND_BRANDS = frozenset(
    """abbvie acapella accuchek aerochamber affymetrix agilent aircast airvo alaris allevyn alloderm allura aloka ambu
    amplatz amplatzer angiocath angiojet angioseal aquacel aquamantys arista autopap babygram baerveldt bair bakri balke
    bardex bemer biofire biofreeze bioglue biograph biopatch bioprosthesis bioprosthetic biotronik bipap bivona
    blakemore bluetooth bovie broviac bulkamid cadd cannula caprosyn cavilon cellsaver chemoport chloraprep coban
    cochlear cologuard coloplast colostomy comfeel cordis coude covid cryocuff cypher cystoscope dacron dermabond
    dermatome dexa dexcom dialyzer difco dobhoff doppler duoderm dynamap easypump endobronchial endocatch endoloop
    endostitch epicel epipen ethibond ethicon ethilon evarrest everflex evicel exablate exactech exofin exogen facetime
    fibrin fibroscan filshie fitbit flexiseal flexitouch floseal flotrac flowtron fluoroscan fluoroscope freestyle freka
    gadavist gadobutrol gadolinium gammaknife gastrografin gelfoam glidescope glidewire glucerna glucometer goretex
    gortex groshong guidewire hansaplast heartmate heartware hemashield hemedex hemoccult hemoclip hemopatch hemovac
    hepafilter hibiclens histoacryl hologic holter hoverjack hoyer ikea illumina impax impella implantable inogen insyte
    intellivue interceed interdry intermec intrathecal isolyte jelco jelonet jevity kardia kerlix kinair kinesio kwire
    lantiseptic laryngoscope leksell lifepak lifevest ligasure linq liquiband lithotripter lokomat luer lumenis luminex
    macbook mahurkar mammotome marlex masimo maxon medela medihoney mediport medtronic mefix mepilex mepitel mepore
    mersilene microclave micropuncture midline minimed miniport mitraclip monocryl monosof moviprep myriad nanopore
    natus nellcor neocate neoprobe nepro neuropace nexiva novaseq novasure novopen nutrison nuvasive nylon ommaya
    omnicell omnipaque omnipod onetouch optease optiflow orthofix osmolite ostomy oxepa oximeter oxivir oxymask pacbio
    pacer palacos palindrome parietex passport pds pedialyte pediasure penumbra perclose percuflex permacath permacol
    pessary phasix picc picco pigtail pillcam pleurx pneumoboots pneumovax polysorb portacath powerport prevena prolene
    promogran pulmocare purewick pyxis quantiferon quikclot reslife resmed respimat respironics restylane roho rollator
    rotablator sapien scopolatch seprafilm seton shiley siemens signia sitz somatom sonosite spirometer stapler stapling
    statlock steri steristrip steristrips stratafix strattice stryker surgicel surgiflo surgipro swanganz synchromed
    synvisc tachosil taperguard tegaderm teletherapy telfa tenckhoff tens theraband thermage thinprep thoracentesis
    tisseel toumey trialysis trilogy trocar truebeam tubigrip twocal unaboot urostomy vacuette vacutainer vapotherm
    vascath venflon venodyne ventriculostomy versajet vicryl visipaque vitek vitros vivonex vortex wallstent watchman
    wheelchair xenograft xeroform xience yankauer zilver zimmer zimmerframe zio ziopatch zoll
    """.split()
)
"""Devices, dressings, sutures, feeds and their makers."""

GENES = frozenset(
    """abca1 abca4 abcb11 abcb4 abcc8 abcd1 abl1 acadm acadvl acta1 acta2 actb actc1 actg1 actn2 acvr1 acvrl1 adamts13 adnp
    aga agl agxt ahdc1 aimp1 aip aire akt1 akt2 akt3 alas2 aldh5a1 aldh7a1 aldob alk alms1 alpl amhr2 ankrd11 ano5 apc
    apob apoe apol1 aptx ar arid1a arid1b arid2 arsa arx asah1 asl aspa aspm ass1 asxl1 asxl3 atl1 atm atp1a2 atp1a3
    atp2a2 atp7a atp7b atr atrx atxn1 atxn2 atxn3 atxn7 auts2 avpr2 b2m bag3 bap1 bard1 bbs1 bbs10 bckdha bcl11a bcl2
    bcl6 bcor bcr best1 blm bmpr1a bmpr2 braf brca1 brca2 brd4 brip1 bscl2 btd btk c9orf72 cacna1a cacna1c cacna1s calr
    capn3 card11 casq2 casr cav3 cbfb cbl cbs ccm2 ccnd1 ccr5 cd19 cd274 cd79a cd79b cdc73 cdh1 cdh23 cdk12 cdk13 cdk4
    cdk6 cdkl5 cdkn1b cdkn1c cdkn2a cdkn2b cebpa cep290 cftr chd2 chd3 chd4 chd7 chd8 chek1 chek2 chrna4 chrnb2 ciita
    clcn1 clcn5 clcn7 cln3 cln5 cln6 cnbp cngb3 cntnap2 col11a1 col1a1 col1a2 col2a1 col3a1 col4a1 col4a3 col4a4 col4a5
    col5a1 col5a2 col6a1 col6a2 col6a3 col7a1 col9a1 comt cpt1a cpt2 crb1 crebbp crlf2 cryab csf1r csf3r ctcf ctla4
    ctnna1 ctnnb1 ctns ctrc cubn cul3 cul4b cybb cyp11b1 cyp17a1 cyp19a1 cyp1b1 cyp21a2 cyp27a1 cyp2c19 cyp2c9 cyp2d6
    cyp3a4 cyp3a5 dars2 dcx ddr2 ddx3x ddx41 depdc5 des dhcr7 dicer1 dkc1 dlg3 dmd dmpk dnah11 dnah5 dnm1 dnm1l dnm2
    dnmt3a dock8 dok7 dpyd dpys dsc2 dsg2 dsp duox2 dux4 dync1h1 dyrk1a dysf ebp edar ednrb eef1a2 efemp1 efnb1 egfr
    ehmt1 eif2b5 elane elf4 eln emd eml4 enpp1 ep300 epas1 epcam epm2a epor erbb2 erbb3 erbb4 ercc1 ercc2 ercc6 ercc8
    esr1 etfdh etv6 ewsr1 ext1 ext2 eya1 eya4 ezh2 f11 f5 f7 f8 f9 fah fanca fancc fancd2 fancg fas fat1 fbln5 fbn1 fbn2
    fbxo11 fbxw7 fgf23 fgf3 fgfr1 fgfr2 fgfr3 fgfr4 fh fhl1 fkrp fktn flcn flna flnc flt3 fmo3 fmr1 foxc1 foxf1 foxg1
    foxl2 foxp1 foxp2 foxp3 frmd7 fshr fus fxn g6pc g6pd gaa gabra1 gabrb3 gabrg2 galc galns galt gamt gars gata1 gata2
    gata3 gata4 gata6 gatm gba gba1 gch1 gck gdap1 gdf2 gfap gh1 ghr gja1 gjb1 gjb2 gjb6 gla glb1 gldc gli2 gli3 glis3
    glud1 gna11 gnao1 gnaq gnas gnb1 gne gnptab gpc3 gpr143 grin1 grin2a grin2b grn gsdme gyg1 gys2 h3f3a hadha hamp
    hba1 hba2 hbb hcn1 hcn4 hdac8 hesx1 hexa hexb hfe hgd hjv hmbs hnf1a hnf1b hnf4a hnrnpu hoxd13 hprt1 hras hsd10
    hsd17b10 hsd3b2 hspb1 htra1 htt iba57 idh1 idh2 ids idua ifih1 igf1r igf2 igh ighv ikbkg ikzf1 il10ra il2rg il7r
    inpp5e ins insr invs irf6 ist1 itga2b itgb3 itpr1 jag1 jak1 jak2 jak3 kansl1 kat6a kat6b kcna1 kcna2 kcnb1 kcnc3
    kcne1 kcnh2 kcnj11 kcnj2 kcnma1 kcnq1 kcnq2 kcnq3 kcnt1 kctd7 kdm5c kdm6a kdr keap1 kif11 kif1a kif5a kif7 klf1
    klhl40 kmt2a kmt2b kmt2c kmt2d kras krit1 krt14 krt5 l1cam lama1 lama2 lamb2 lamp2 lars2 lcat ldb3 ldlr lep lgi1
    lhx3 lhx4 lipa litaf lmna lmnb1 lmx1b lpin1 lpl lrp5 lrrk2 lztr1 maf magel2 map2k1 map2k2 map3k1 mapt mc4r mccc1
    mcoln1 mdm2 mecp2 med12 med13l mef2c mefv men1 met mfn2 mfsd8 mgmt mid1 mitf mkks mkrn3 mks1 mlc1 mlh1 mlh3 mmaa
    mmachc mmut mpl mpv17 mpz mre11 msh2 msh3 msh6 mtap mthfr mtm1 mtor muc1 mut mutyh myb mybpc3 myc mycn myd88 myh11
    myh2 myh3 myh6 myh7 myh9 myl2 myl3 myo15a myo5b myo6 myo7a myot naga naglu nars1 nbn ncf1 ndp ndufs1 ndufs4 neb nefl
    nexmif nf1 nf2 nfe2l2 nfix nfkb1 nipbl nkx2 nlrp3 nod2 notch1 notch2 notch3 npc1 npc2 nphp1 nphs1 nphs2 npm1 nr0b1
    nr2f1 nr5a1 nras nrxn1 nsd1 nsdhl nt5c2 ntrk1 ntrk2 ntrk3 nudt15 oca2 ocrl ofd1 opa1 opn1lw otc otof otx2 pafah1b1
    pah palb2 pank2 pax2 pax3 pax6 pax8 pcca pccb pcdh15 pcdh19 pcnt pcsk9 pdgfra pdgfrb pdha1 pdx1 pex1 pex6 phex phf6
    phf8 phip phox2b pi3k piga pign pigt pik3ca pik3cd pik3r1 pink1 pitx2 pkd1 pkd2 pkhd1 pklr pkp2 pla2g6 pln plod1
    plp1 pml pmm2 pmp22 pms2 pnpla2 pnpo pogz polg pomc pomt1 pou3f4 pparg ppox ppp2r5d ppt1 prf1 prkag2 prkar1a prkn
    prnp proc prodh pros1 prph2 prps1 prrt2 prss1 psen1 psen2 ptch1 pten ptpn11 ptpn22 ptprc pura pygm rab27a rac1 rad21
    rad50 rad51c rad51d raf1 rag1 rag2 rai1 rapsn rara rars2 rb1 rbm20 recql4 reep1 ret rhd rho rit1 rnf213 robo3 ros1
    rpe65 rpgr rpgrip1 rpl5 rps19 rps6ka3 rrm2b rs1 runx1 ryr1 ryr2 sall1 sall4 samhd1 sars2 satb2 sbds scn11a scn1a
    scn1b scn2a scn3a scn4a scn5a scn8a scn9a sco2 sdha sdhaf2 sdhb sdhc sdhd serpina1 serpinc1 setbp1 setd2 setd5 setx
    sf3b1 sgca sgcb sgce sgcg sgsh shank3 shh shoc2 shox sik1 six3 ski slc12a3 slc16a2 slc17a5 slc22a5 slc25a13 slc26a4
    slc2a1 slc35a2 slc3a1 slc4a1 slc6a1 slc6a8 slc9a6 smad3 smad4 smarca2 smarca4 smarcb1 smc1a smc3 smn1 smn2 smo smpd1
    snap25 snca snrpn socs1 sod1 sos1 sos2 sox10 sox11 sox2 sox5 sox9 spast spg11 spg7 spop spred1 spta1 sptan1 sptb src
    srcap srsf2 stag2 stard7 stat1 stat3 stat5b stk11 strc stx1b stxbp1 sufu sumf1 surf1 suz12 syn1 syne1 syngap1 taf1
    tardbp taz tbc1d24 tbk1 tbx1 tbx20 tbx3 tbx5 tcf12 tcf4 tcof1 tcoff tert tet2 tfap2a tgfb1 tgfb2 tgfb3 tgfbr1 tgfbr2
    tgm1 th thap1 thrb tmc1 tmem127 tmem43 tmem67 tmprss2 tnfrsf13b tnni3 tnnt2 tor1a tp53 tp63 tpm1 tpm2 tpm3 tpmt tpo
    tpp1 trex1 trim32 trio trip12 trpm1 trpv4 tsc1 tsc2 tshr ttc8 ttn ttpa ttr tub tuba1a tubb2b tubb3 tubb4a tulp1 tymp
    tyms tyr tyrp1 u2af1 uba1 ube3a ugt1a1 umod unc13d upf3b uroc urod ush1c ush2a usp9x vangl1 vapb vcp vegfa vhl
    vkorc1 vps13a vps13b vps35 vwf wac was wasf1 wdr45 wdr62 wfs1 wnk1 wnt10a wnt7a wrn wt1 xiap xist xpa xpc xpo1 yap1
    yars yy1 zap70 zbtb20 zeb1 zeb2 zic1 zic2 zic3 zmpste24 zmynd11 znf469 zrsr2
    """.split()
)
"""Gene symbols."""

ANATOMY_AND_EXAM = frozenset(
    """abducens abduction ablation acalculous acetabular acetabulum achilles acral acromial acromioclavicular acromion
    adenoids adenoma adenomatous adenopathy adipose adnexa adnexal adrenals adventitia adventitious afebrile afferent
    agonal akinesis akinetic ala alar alopecia alveolar alveoli amblyopia amnion amniotic ampulla amygdala anasarca
    anastomosis anastomotic anechoic aneurysm aneurysmal angiography angulation anhedonia anicteric anisocoria ankylosis
    annular annulus anterior anterolateral anteromedial anteroposterior anteverted anus aorta aortic aortoiliac apex
    aphasia aphasic apical apices aponeurosis appendiceal appendicular appendix apraxia aqueduct arachnoid arcuate
    areola areolar arterial arteries arterioles arthroplasty articular articulation arytenoid ascites asterixis
    astigmatism asymmetric asymmetry asynergy ataxia ataxic atelectasis atelectatic atlantoaxial atraumatic atresia
    atria atrial atrioventricular atrium atrophic atrophy attenuated attenuation auricle auricular auscultation
    auscultatory autolysis avascular avulsion axial axilla axillae axillary axonal azygos ballotable ballottement barrel
    basal basilar basilic basolateral bibasilar biceps bicipital bicuspid bifida bifrontal bifurcation bilaterally
    bilayer biliary bimalleolar bimanual binocular bisferiens bitemporal bladder bleb blebs blepharitis bony borborygmi
    borderzone bowel brachial brachialis brachiocephalic brachioradialis brachycephaly bradycardia bradycardic
    bradykinesia brainstem breech bronchi bronchial bronchiectasis bronchogram bronchograms bronchovascular bronchus
    bruit bruits buccal bulbar bulla bullae bullous bunion bursa bursal buttock buttocks calcaneal calcaneus calcific
    calcification calcifications calcified calculi calculus caliber calices callosum callus calvarial calvarium calyceal
    calyces canaliculi canthal canthus capitate capitellum capitulum capsular caput cardia cardiomediastinal
    cardiomegaly cardiothoracic carina carinal carious carotid carotids carpal carpi carpus cartilage cartilaginous
    caruncle catheterization cauda caudal caudate cavernous cavitary cavitation cavum cecal cecum celiac centrilobular
    cephalad cephalic cephalocaudal cerebella cerebellar cerebellum cerebral cerebri cerebrovascular cerebrum cervical
    cervicothoracic cervix chemosis chiasm chiasmatic choana choanal cholecystectomy cholelithiasis chordae choreiform
    chorionic choroid choroidal choroideal chromaffin cilia ciliary cingulate circumferential circumflex circumoral
    cisterna cisterns clavicle clavicles clavicular clitoral clitoris clivus clonus clubbing coapted coarctation coccyx
    cochlea cogwheel cogwheeling collapsible collateral collaterals colliculus colonic colonoscopic columella columnar
    comedones comminuted commissural commissure communicans communis compressible concha conchae concordant condylar
    condyle confluent congenita congested conjugate conjunctiva conjunctivae conjunctival consolidation consolidations
    consolidative contiguous contour contours contraction contracture contractures contralateral contusion conus
    convergence convexity coracoid cornea corneal corneas cornua coronal coronaries coronary coronoid corpora corpus
    corrugated cortex cortical corticated corticomedullary corticospinal costal costochondral costophrenic
    costovertebral cotyledon coxa crackles cranial craniocaudal craniocervical craniofacial craniotomy cranium
    cremasteric crepitant crepitus cribriform cricoid cricothyroid crista cruciate cruciform crura crural crus
    cryptorchid cuboid cuneiform cupping cusp cuspid cusps cutaneous cyanosis cyanotic cyst cystic cysts dactylitis
    deafferentation decidua decompressed decompression decorticate decubitus decussation defervesced dehiscence
    delirious deltoid demarcated demarcation demyelinating demyelination dendritic denervation dentate dentition
    denudation denuded dependently depigmented depressed dermal dermatomal dermatome dermis descensus desiccation
    desquamation deviated deviation dextro dextroscoliosis diaphoresis diaphoretic diaphragm diaphragmatic diaphragms
    diaphyseal diaphysis diastasis diastole diastolic diencephalon digastric digital digits dilatation dilated dilation
    diminished diploic diplopia disc discoid discolored discs dislocation displaced distally distended distension
    distention diverticula diverticular diverticulosis diverticulum dolichocephaly dolichoectasia dorsal dorsalis
    dorsiflexion dorsolateral dorsum ductal ducts ductus duodenal duodenum dura dural dysarthria dysarthric dysconjugate
    dysdiadochokinesia dyskinesia dyskinetic dysmetria dysmorphic dysphagia dysphonia dysplastic dyspneic dystonia
    dystonic dystrophic ecchymoses ecchymosis ecchymotic echogenic echogenicity echotexture ectasia ectatic ectocervix
    ectopia ectopic ectropion edema edematous edentulous effaced effacement efferent effusion effusions egophony
    ejection elastic elbows electrodes emesis emphysema emphysematous encephalomalacia enchondral endobronchial
    endocardial endocardium endocervical endocervix endometrial endometrium endoscope endoscopic endothelial
    endotracheal enhancement enhancing enlarged enteric enthesitis enthesopathy entropion eosinophilic ependymal
    epicanthal epicanthus epicardial epicondyle epididymal epididymis epidural epigastric epigastrium epiglottis
    epiphyseal epiphyses epiphysis epiploic episcleral epistaxis epithelial epithelium equinovarus erector erosions
    erosive erythema erythematous eschar esophageal esophagus esotropia ethmoid ethmoidal euthymic euvolemic eversion
    evert everted evoked excoriated excoriation excoriations excursion exophoria exophthalmos exostosis exotropia
    extensor extensors exteriorized extraaxial extradural extrahepatic extraocular extrapyramidal extravasation
    extremities extremity extrinsic extubated exudate exudates exudative eyelid eyelids facet facets facial facies
    falciform fallopian falx fascia fascial fascicular fasciculation fasciculations fasciculus fatigability faucial
    febrile femora femoral femur femurs fenestrated fenestration fetal fetus fibroadenoma fibroglandular fibroid
    fibroids fibrosis fibrotic fibula fibular filum fimbria fimbriae fissure fissured fissures fistula fistulas flaccid
    flatus flexion flexor flexors flexural flexure floaters flocculation fluctuance fluctuant fluctuation folliculitis
    fontanel fontanelle fontanelles foramen foramina foraminal forearm forefoot foreskin fornices fornix fossa fossae
    fovea foveal fracture fractured fractures fremitus frenulum friable frontal frontalis fronto frontoparietal
    frontotemporal fundal fundi fundoscopic fundoscopy fundus fusiform gadolinium gait galea gallbladder gallop gallops
    ganglia ganglion ganglionic gastric gastrocnemius gastroesophageal gastrohepatic gastrointestinal genicular
    geniculate genioglossus genital genitalia genitourinary genu gestational gibbus gingiva gingivae gingival glabella
    glabellar glandular glans glenohumeral glenoid glioma gliosis gliotic globes globus glomerular glomeruli glossal
    glottic glottis gluteal gluteus goiter goitre gracilis granular granulation granuloma granulomata granulomatous
    gravid guaiac guarding gutters gynecomastia gyral gyri gyrus haemostasis halitosis hallucis hallux hamate hamstring
    hamstrings haustral heaves heel heels helices helix hematemesis hematochezia hematoma hematuria hemianopia
    hemianopsia hemicolectomy hemidiaphragm hemidiaphragms hemiparesis hemiparetic hemiplegia hemiplegic hemisphere
    hemispheres hemithorax hemodynamically hemoptysis hemorrhage hemorrhages hemorrhagic hemorrhoids hemosiderin
    hemostasis hepatic hepatis hepatobiliary hepatojugular hepatomegaly hepatopetal hepatorenal hepatosplenomegaly
    hernia hernias herniated herniation heterogeneous heterogeneously heterotopia hiatal hiatus hila hilar hilum
    hindbrain hindfoot hippocampal hippocampus hirsutism histiocytic hoarse hoarseness holosystolic homogeneous
    homonymous humeral humerus hyaline hydrocele hydrocephalus hydronephrosis hydroureter hymen hymenal hyoid
    hyperacusis hyperalert hyperattenuating hyperdense hyperdynamic hyperechoic hyperemia hyperemic hyperesthesia
    hyperexpanded hyperextensible hyperextension hyperhidrosis hyperinflated hyperinflation hyperintense
    hyperintensities hyperintensity hyperkeratosis hyperkeratotic hyperkinetic hyperlucency hypermetabolic hypermobile
    hypermobility hyperopia hyperpigmentation hyperpigmented hyperplasia hyperplastic hyperpnea hyperreflexia
    hyperreflexic hyperresonance hyperresonant hypersomnolent hypertelorism hyperthermia hypertonia hypertonic
    hypertrichosis hypertrophic hypertrophied hypertrophy hypoattenuating hypochondrium hypodense hypodensity
    hypoechogenic hypoechoic hypoenhancing hypogastric hypogastrium hypoglossal hypointense hypointensity hypokinesis
    hypokinetic hypometabolism hypomimia hypoperfusion hypopharynx hypophonia hypophonic hypopigmented hypoplasia
    hypoplastic hypopyon hyporeflexia hypospadias hypothalamic hypothalamus hypothenar hypotonia hypotonic hypovolemic
    hypoxemia hypoxic ictal icterus ileal ileocecal ileocolic ileum ileus iliac iliacus iliopsoas iliotibial ilium
    impacted impingement incisional incisor incisors incisura incontinence incus indurated induration infarct infarction
    infarcts inferior inferiorly inferolateral inferomedial infiltrate infiltrates infiltrative infraclavicular
    infragluteal infrahepatic infraorbital infrarenal infraspinatus infratentorial infundibulum inguinal injected
    injection innervated innervation innominate inotropic insertional inspiratory insula insular intercostal
    intercostals interdigital interhemispheric interictal interlobar interlobular internus interossei interosseous
    interparietal interpeduncular interphalangeal interstitial interstitium intertriginous intertrigo intertrochanteric
    interventricular intervertebral intestinal intestine intima intimal intraarticular intraaxial intracardiac
    intracranial intracranially intraductal intrahepatic intralobular intraluminal intramedullary intramural
    intramuscular intraocular intraoperative intraosseous intraparenchymal intraperitoneal intrapulmonary intrarenal
    intratendinous intrathecal intrathoracic intrauterine intravascular intravenous intraventricular introitus
    invaginated inversion inverted involucrum involuting ipsilateral irides iridis ischemia ischemic ischial ischium
    isodense isoechoic isointense isthmus jaundice jaundiced jejunal jejunum jugular juxtaarticular juxtacortical
    juxtaposed keloid keratinized keratitis keratoses keratosis kidneys kinetic koilonychia kyphoscoliosis kyphosis
    kyphotic labia labial labile labral labrum labyrinth laceration lacerations lacrimal lacunar lamina laminae laminar
    laminectomy lanugo laryngeal larynx lateral lateralis laterality lateralized lateralizing laterally latissimus
    leaflet leaflets leiomyoma lenticular lentiform leptomeningeal leptomeninges lesion lesions leukoaraiosis leukokoria
    leukoplakia levator levoconvex levoscoliosis lichenification lichenified ligament ligamentous ligaments ligamentum
    linea lingual lingula lingular lipoma lipomatosis livedo lobar lobe lobes lobular lobulated lobule lobules loculated
    loculation longissimus longus lordosis lordotic lucencies lucency lumbar lumbosacral lumen luminal lunate lungs
    lunula luxation lymph lymphadenopathy lymphatic lymphatics lymphedema lymphocytic lymphoid lymphovascular lytic
    macerated maceration macrocephalic macrocephaly macroglossia macula macular macule macules maculopapular
    malalignment malar malleolar malleoli malleolus malleus malocclusion malrotation malunion mammary mandible
    mandibular manubrium marrow masseter mastication mastoid mastoids maxilla maxillae maxillary maxillofacial meatal
    meatus mediastinal mediastinum medulla medullary megacolon melena meningeal meninges meningismus meniscal menisci
    meniscus mentation mentum mesenchymal mesenteric mesentery mesial mesocolon mesoderm mesorectal mesotympanum
    metacarpal metacarpals metacarpophalangeal metaphyseal metaphysis metastases metastasis metastatic metatarsal
    metatarsals metatarsophalangeal microcalcifications microcephalic microcephaly micrognathia microvascular
    micturition midaxillary midbrain midclavicular midfoot midgut midline midsternal midsystolic midthoracic miosis
    miotic mitral molars monocular monoparesis mons mottled mottling mucocutaneous mucoid mucoperiosteal mucopurulent
    mucosa mucosae mucosal mucous mucus multifocal multigravida multiloculated multinodular multiparous multiplanar
    murmur murmurs muscular muscularis musculature musculoskeletal mydriasis mydriatic myelination myelomalacia
    myelopathy myocardial myocardium myoclonic myoclonus myofascial myometrial myometrium myopia myopic myosin myotomal
    nares naris nasal nasi nasion nasogastric nasolabial nasolacrimal nasopharyngeal nasopharynx nasoseptal navicular
    necrosis necrotic neoplasm neoplastic neovascularization nephrogram nephrographic neural neurocranium neuroforamina
    neuroforaminal neurovascular neurovascularly nevi nevus nipple nipples nocturia nodal node nodes nodosum nodular
    nodularity nodule nodules nondisplaced nondistended nonenhancing nonfocal noninvasive nonlabored nonobstructive
    nonocclusive nonpalpable nonpitting nonpurulent nontender nontoxic normoactive normocephalic normochromic normocytic
    normokinetic normotensive normothermic nuchal nuclear nuclei nucleus nulliparous numbness nystagmus obese oblique
    obliques obliteration obtunded obturator obtuse occipital occipitalis occipitofrontal occiput occluded occlusal
    occlusion occlusive ocular oculi oculomotor odontoid olecranon olfaction olfactory oligohydramnios oliguria omental
    omentum omphalos onychomycosis oophorectomy opacification opacified opacities opacity opercular operculum ophthalmic
    ophthalmoplegia ophthalmoscopic opisthotonos optic orbicularis orbit orbital orbits organomegaly oriented orifice
    orolabial oromandibular oromucosal oropharyngeal oropharynx orthopnea orthostasis orthostatic orthotopic
    oscilloscope osseous ossicles ossification osteoblastic osteochondral osteolysis osteolytic osteomyelitis osteopenia
    osteopenic osteophyte osteophytes osteophytic osteotomy ostia ostial ostium otorrhea otoscopy ovale ovarian ovaries
    ovary pacchionian palatal palate palatine palatoglossal pallor palmar palmaris palms palpable palpation palpebral
    palpitation palpitations palsy pampiniform pancolic pancreas pancreatic pancreaticoduodenal panniculus papilla
    papillae papillary papilledema papilloedema papular papules parametrial parametrium paranasal parasagittal
    parascapular paraspinal paraspinous parasternal parathyroids paraumbilical paravertebral parenchyma parenchymal
    paresthesia paresthesias paretic paries parietal parieto parietooccipital paronychia parotid parotids parous
    paroxysmal patchy patella patellae patellar patellofemoral patency patent patulous pectoral pectoralis pectus pedal
    pedicle pedicles peduncle pedunculated pelvic pelvicaliceal pelvis penetrance penile penis percussion perforating
    perforation perforator perfused perfusion perianal periapical periaqueductal periarticular pericardial pericardium
    pericholecystic pericolic pericolonic pericystic perihepatic perihilar perilesional perilunate perimesencephalic
    perineal perinephric perineum perineural perioral periorbital periosteal periosteum peripancreatic peripheral
    peripherally periportal periprosthetic perirectal perirenal perisplenic peristalsis peritoneal peritoneum
    peritonsillar periumbilical periungual perivascular periventricular peroneal peroneus pervious pes petechia
    petechiae petechial petrous phalangeal phalanges phalanx pharyngeal pharynx philtrum phlegm phlegmon phonation
    phonophobia photophobia phrenic pigmentary pigmented piloerection pineal pinna pinnae pinprick piriform pisiform
    pitting pituitary placenta placental plantar plantarflexion plantaris platysma plethora plethoric pleura pleural
    plexiform plexopathy plexus plicae pneumatized pneumobilia pneumocephalus pneumomediastinum pneumoperitoneum
    pneumothoraces pneumothorax podagra polydactyly polydipsia polyhydramnios polymicrogyria polyp polyphagia polyps
    polyuria pons pontine popliteal popliteus porta portocaval postauricular postcentral postcontrast posterior
    posteriorly posterolateral posteromedial postictal postmenopausal postnasal postprandial postsurgical postural
    preauricular precentral precordial precordium preload premolar premotor prepatellar prepuce presacral presbyopia
    presternal presyncope pretibial prevertebral priapism primigravida procerus processus proctoscopic profunda
    prognathism prominence pronate pronation pronator proprioception prostate prostatic protrusion protuberant
    proximally pruritic pruritus psoas ptosis ptotic puberty pubic pubis puborectalis pudendal pulmonary pulmonic
    pulsatile pulsations pulseless pulsus pupil pupillary pupils purpura purpuric purulence purulent pustular pustules
    putamen pyelocaliceal pyloric pylorus pyramidal pyramids pyuria quadrant quadrantanopia quadrants quadrate quadratus
    quadriceps quadriparesis quadriplegia rachitic radial radially radicle radicular radiculopathy radii radiocarpal
    radiograph radiographs radiolucent radiopaque radiotracer radius rales rami ramus raphe rarefaction reabsorption
    reactive recession rectal rectocele rectosigmoid rectouterine rectovaginal rectum rectus redness reducible
    reduplicated reflexes reflux refractive regurgitant regurgitation remodeling renal reniform resected resection
    resonance resonant retching retinacula retinaculum retinal retinopathy retracted retraction retractions
    retroauricular retrobulbar retrocalcaneal retrocardiac retrocecal retrogastric retrognathia retrolisthesis
    retromolar retroorbital retroperitoneal retroperitoneum retropharyngeal retrosternal retroverted rhinorrhea rhomboid
    rhonchi rhonchorous ribs rigidity rigors romboid rostral rotator rotatory rubor rubs rugae rugal rupture saccades
    saccadic saccular sacral sacroiliac sacrum sagittal salivary salpinx saphenous sarcoid sartorius scalene scalloping
    scaphocephaly scaphoid scapula scapulae scapular sciatic sclera sclerae scleral sclerosis sclerotic scoliosis
    scoliotic scotoma scotomata scrotal scrotum sebaceous seborrheic sella sellae sellar semilunar semimembranosus
    semitendinosus sensorineural sensorium septa septal septate septations septum sequela sequelae sequestration serosa
    serosal serosanguineous serosanguinous serous serpiginous serratus sesamoid sessile shoddy sialorrhea sigmoid
    sigmoidoscopy sinoatrial sinus sinuses sinusoidal situs skeletal skull soleus somatic somatosensory somnolence
    somnolent spastic spasticity speculum spermatic sphenoid sphenoidal spherical sphincter sphincters spinal spine
    spinous splayed spleen splenic splenium splenius splenomegaly splenules spondylolisthesis spondylolysis spondylosis
    spondylotic spongiform spongy sputum squamous stasis steatosis steatotic stellate stenosed stenoses stenosis
    stenotic sterna sternal sternoclavicular sternocleidomastoid sternomastoid sternum stertorous strabismus stranding
    stratified stria striae striated striatum stridor stridorous stroma stromal stuporous styloid subacromial subacute
    subaortic subarachnoid subareolar subcapsular subcarinal subcentimeter subchondral subclavian subclavicular
    subconjunctival subcortical subcostal subcutaneous subdeltoid subdiaphragmatic subdural subependymal subepidermal
    subepithelial subfascial subgaleal subgingival subglottic subhepatic subinguinal subjacent sublingual subluxation
    subluxed submandibular submental submucosa submucosal suboccipital suboptimal subperiosteal subphrenic subpleural
    subscapularis subsegmental subserosal substantia substernal subtalar subtrochanteric subungual subxiphoid sulcal
    sulci sulcus superficialis superior superiorly superolateral superomedial supinate supination supinator supine
    suppurative supraclavicular supraglottic suprahyoid supraorbital suprapatellar suprapubic suprarenal suprasellar
    supraspinatus supratentorial supraventricular sural sutural suture sutures symphysis synapse synchondrosis syncopal
    syncope syndactyly syndesmosis syndesmotic synovial synovitis synovium syrinx systemic systole systolic tachycardia
    tachycardic tachypnea tachypneic talar tali talipes talonavicular talus tandem tangential tarsal tarsals tarsus
    tectum tegmen telangiectasia telangiectasias temporal temporalis temporomandibular temporoparietal tenderness
    tendinitis tendinopathy tendinosis tendinous tendon tendons tenesmus tenosynovitis tension tensor tentorial
    tentorium teres terminal testes testicle testicles testicular testis thalami thalamic thalamus thecal thenar thigh
    thighs thoraces thoracic thoracoabdominal thoracolumbar thorax thready threshold thrills thrombi thrombosed
    thrombosis thrombotic thrombus thymic thymus thyroglossal thyroid thyromegaly tibia tibial tibialis tibiofemoral
    tibiotalar tinnitus titubation tonsil tonsillar tonsils tophaceous tophi tophus torso torticollis tortuosity
    tortuous torus trabecula trabeculae trabecular trabeculated trabeculation trachea tracheal tracheobronchial
    tracheostomy tragus transabdominal transaxial transcortical transection transesophageal transillumination transition
    transitional transmural transplantation transplanted transsphenoidal transudative transurethral transvaginal
    transverse transversum transversus trapezium trapezius trapezoid tremor tremors tremulous triceps tricuspid
    trigeminal trigonal trigone triquetrum trismus trochanter trochanteric trochlea trochlear trophic tubal tubercle
    tubercles tuberosity tubular tubules tumefactive tumor tumors tumour tunica turbinate turbinates turgor tympanic
    tympanicity tympanites tympanitic tympanum tympany ulcer ulcerated ulceration ulcerations ulcers ulna ulnar
    ultrasonographic ultrasonography umbilical umbilicated umbilicus unciform uncinate uncovertebral uncus undescended
    ungual unicornuate unilateral unilocular univentricular uptake urachal urachus ureter ureteral ureteric
    ureteropelvic ureterovesical ureters urethra urethral urogenital urothelial urothelium urticaria urticarial uterine
    uterosacral uterus utricle uvea uveal uvula uvular vaginal vaginalis vagus valgus vallecula valleculae valvular
    varices varicocele varicose varicosities varus vasa vascular vascularity vasculature vasculitis vasogenic vasospasm
    vastus venous ventral ventralis ventricle ventricles ventricular ventriculomegaly ventrogluteal ventrolateral
    venules vermian vermilion vermis vertebra vertebrae vertebral vertebrobasilar vertex vertiginous vertigo vesicle
    vesicles vesicocele vesicoureteral vesicular vessels vestibular vestibule vestibulocochlear villi villous viscera
    visceral viscus vitiligo vitrectomy vitreous vocal volar volume volvulus vomer vulva vulvar vulvovaginal wheeze
    wheezes wheezing whorled wrist wrists xanthelasma xanthoma xanthomas xerosis xerostomia xerotic xiphisternum xiphoid
    zygoma zygomatic zygomaticus
    """.split()
)
"""Words of anatomy, examination and imaging."""

BACTERIA_AND_LABS = frozenset(
    """acetaldehyde acinetobacter actinobacillus actinomyces actinomycetes acylcarnitine acylcarnitines adenosine
    adenovirus aeromonas aggregatibacter albumin alcaligenes aldolase aldosterone alkaline alphavirus ammonia amoeba
    amylase anaplasma ancylostoma androstenedione anisocytosis anthracis antimicrosomal antithrombin antitrypsin
    apolipoprotein arbovirus ascaris aspergillus astrovirus aureus autoantibody azurophilic babesia bacillus bacteroides
    balantidium bandemia bartonella basophils baumannii bicarbonate bilirubin blastocystis blastomyces blasts bocavirus
    bordetella borrelia botulinum brucella bun burgdorferi burkholderia calcitonin calcium calprotectin campylobacter
    candida capnocytophaga carboxyhemoglobin carcinoembryonic cardiobacterium carnitine catecholamines cepacia
    ceruloplasmin chikungunya chlamydia chlamydophila chloride cholesterol cholinesterase chromogranin citrobacter
    cloacae clostridioides clostridium coagulase cobalamin coccidioides coccobacilli coli copeptin copper coronavirus
    cortisol corynebacterium coxiella coxsackievirus creatine creatinine cryoglobulins cryptococcus cryptosporidium
    cutibacterium cyclospora cystatin cystine cytomegalovirus dehydroepiandrosterone dehydrogenase demodex dengue
    deoxycortisol difficile dimer diphtheriae diphtheroids ebola echinococcus echovirus ehrlichia eikenella elastase
    electrolytes electrophoresis elizabethkingia entamoeba enterobacter enterobacterales enterobius enterococcus
    enterovirus eosinophils epidermidis epidermophyton erysipelothrix erythrocyte erythrocytes escherichia faecalis
    faecium falciparum fasciola ferritin fetoprotein fibrinogen flavivirus folate francisella fructosamine fusarium
    fusobacterium gardnerella gastrin giardia globulin glucagon glucose gondii gonorrhoeae granulocytes haematocrit
    haemoglobin haemolyticus haemophilus hafnia hantavirus haptoglobin helicobacter hematocrit hemoglobin hemogram
    hemolysis hemolyzed hepatitidis herpesvirus histolytica histoplasma homocysteine hyaline hypochromia icteric
    immunofixation immunoglobulin immunoglobulins influenzae insulin intracellulare iron isoenzymes isospora jirovecii
    kansasii ketones kingella klebsiella lactate lactic lactobacillus legionella leishmania leptin leptospira
    leuconostoc leukocyte leukocytes lipase lipemic lipids lipoprotein listeria lugdunensis lymphocytes macrocytosis
    magnesium malassezia maltophilia marcescens measles meningitidis meningococcus metamyelocytes metanephrines
    metapneumovirus methemoglobin methylmalonic microalbumin microcytosis microsporidia microsporum mirabilis monocytes
    monocytogenes moraxella morganella mucin mucor mycobacterium mycoplasma myelocytes myoglobin necator neisseria
    neoformans neutrophils nitrite nocardia normetanephrine normoblasts norovirus onchocerca orientia osmolality
    osteocalcin oxalate oxyhemoglobin oxytoca pallidum parainfluenza parathormone parathyroid parvovirus pasteurella
    peptostreptococcus phosphatase phosphate phosphorus phytanic plasmodium platelet platelets plesiomonas pneumococcus
    pneumocystis pneumoniae pneumophila poikilocytosis poliovirus polychromasia polyomavirus porphobilinogen porphyrins
    porphyromonas prealbumin prevotella procalcitonin progesterone prolactin promyelocytes propionibacterium protein
    proteus prothrombin providencia pseudomallei pseudomonas pyogenes pyruvate ralstonia rbcs renin reticulocytes
    rheumatoid rhinovirus rhizopus rhodococcus rickettsia roseola rotavirus rouleaux rubella rubeola salmonella
    saprophyticus sarcoptes scedosporium schistocytes schistosoma sedimentation serratia shigella smudge sodium
    spherocytes sporothrix squames staphylococci staphylococcus stenotrophomonas stippling streptobacillus streptococci
    streptococcus strongyloides taenia testosterone thrombin thromboplastin thyroglobulin thyrotropin thyroxine toxocara
    toxoplasma transaminase transaminases transferrin transglutaminase treponema trichinella trichomonas trichophyton
    trichosporon trichuris triglyceride triglycerides triiodothyronine troponin trypanosoma tryptase tuberculosis
    tularensis typhi urate urea ureaplasma uric urinalysis urobilinogen varicella vasopressin veillonella vibrio
    viridans viscosity vivax wuchereria xanthochromia yersinia zika zoster
    """.split()
)
"""Microbes and what laboratories measure."""

INSTITUTIONS_GENERIC = frozenset(
    """allergist allergy ambulatory anaesthesia anaesthetics anaesthetist andrology anesthesia anesthesiologist
    anesthesiology antenatal audiologist audiology bariatric bariatrics birthing bronchoscopy cardiac cardiologist
    cardiology cardiothoracic cardiovascular caregiver carers caseworker casualty catheterization chaplain chaplaincy
    chemotherapy chiropractic chiropractor clerk clinic clinician clinicians colorectal community consultant consultants
    coordinator coroner counseling counsellor counselor craniofacial crisis cytogenetics cytology cytopathology daycare
    dental dentist dentistry department dermatologist dermatology dermatopathology detox diabetologist dialysis
    dietetics dietician dietitian dispensary dispensing electrophysiology embryology emergency endocrine endocrinologist
    endocrinology endodontist endoscopy endovascular ent epidemiology epilepsy epileptologist extern fellow fertility
    forensic gastroenterologist gastroenterology geneticist genetics genomics geriatric geriatrician geriatrics
    gerontology gynaecologist gynaecology gynecologist gynecology haematologist haematology haemodialysis hematologist
    hematology hematopathology hemodialysis hepatobiliary hepatologist hepatology histology histopathology hospice
    hospital hospitalist hospitalists housekeeping imaging immunologist immunology infirmary inpatient inpatients
    intensivist intern internist interpreter interventional interventionalist laboratory labour lactation maternity
    matron maxillofacial metabolic microbiologist microbiology midwife midwifery midwives mortuary multidisciplinary
    neonatal neonatologist neonatology nephrologist nephrology neuroimaging neurologist neurology neuromuscular
    neuropathology neurophysiology neuropsychologist neuropsychology neuroradiologist neuroradiology neurosurgeon
    neurosurgery neurosurgical nuclear nurse nursery nurses nursing nutrition nutritionist obstetric obstetrician
    obstetrics occupational oncologist oncology ophthalmic ophthalmologist ophthalmology optician optometrist optometry
    orderly orthodontics orthodontist orthopaedic orthopaedics orthopedic orthopedics orthopedist orthoptics orthotics
    otolaryngologist otolaryngology otology outpatient outpatients paediatric paediatrician paediatrics palliative
    paramedic paramedics parathyroid pathologist pathology pediatric pediatrician pediatrics perfusionist perinatal
    perinatologist perinatology perioperative pharmacist pharmacists pharmacology pharmacy phlebotomist phlebotomy
    phototherapy physiatrist physiatry physician physicians physio physiologist physiotherapist physiotherapy podiatrist
    podiatry polysomnography postgraduate postnatal preadmission preassessment preoperative primary proctology
    prosthetics prosthetist prosthodontics provider providers psychiatric psychiatrist psychiatry psychologist
    psychology psychotherapist psychotherapy pulmonary pulmonologist pulmonology radiation radiographer radiologist
    radiology radiotherapy receptionist registrar rehabilitation renal reproductive residency resident residents
    respiratory resuscitation retina rheumatologist rheumatology scheduler screening secretary sonographer sonography
    specialist specialists spinal surgeon surgeons surgical technician technologist telehealth telemedicine telemetry
    theatre theatres therapist therapists thoracic toxicologist toxicology transcriptionist transfusion transplant
    transplantation trauma triage ultrasound urodynamics urogynecology urologist urology vaccination vascular
    venereology veterinary volunteer ward
    """.split()
)
"""Words of departments, services and roles that name no institution."""

HEADINGS = frozenset(
    " ".join(phrase.split())
    for phrase in """abdominal exam, active issues, active medications, active problem list, active problems, activities of daily living,
    activity level, activity restrictions, additional comments, additional findings, additional history, additional
    information, admission diagnosis, admitting diagnosis, advance care planning, advance directive, advance directives,
    adverse drug reactions, adverse reactions, alcohol use, allergies and intolerances, allergies to medications,
    allergy history, amniotic fluid, anesthesia record, anesthesia type, anesthetic plan, annual physical, annual
    wellness visit, antenatal course, anticipatory guidance, aspiration precautions, assessment and plan, assessment and
    recommendation, assessment and recommendations, attending attestation, attestation statement, background and aims,
    billing code, birth history, bones and soft tissues, breast exam, brief hospital course, cancer screening,
    cardiovascular exam, cardiovascular system, care plan, case management, chief complaint, chronic issues, clinical
    correlation, clinical details, clinical history, clinical impression, clinical indication, clinical information,
    clinical summary, code status, cognitive assessment, comparison studies, comparison study, complications none,
    condition at discharge, condition on discharge, consent obtained, consult note, consultation note, continuous
    infusions, contrast material, coordination and gait, cranial nerves, culture results, current level of function,
    current medications, daily progress note, data reviewed, deep tendon reflexes, deep vein thrombosis prophylaxis,
    delivery note, delivery summary, description of procedure, details of procedure, developmental history,
    developmental milestones, diagnosis comment, diagnostic data, diagnostic results, diagnostic studies, diagnostic
    testing, diet and activity, diet instructions, dietary history, differential diagnosis, discharge condition,
    discharge diagnoses, discharge diagnosis, discharge disposition, discharge exam, discharge instructions, discharge
    medications, discharge plan, discharge planning, discharge summary, disposition and follow up, drains and tubes,
    drug allergies, drug history, durable medical equipment, dvt prophylaxis, ed course, emergency department course,
    equipment needs, estimated blood loss, events overnight, exam findings, examination findings, exclusion criteria,
    eyes ears nose throat, face to face time, fall precautions, fall risk, fall risk assessment, family history, feeding
    history, fetal anatomy survey, fetal heart tracing, fetal monitoring, final diagnoses, final diagnosis, findings and
    impression, fluid balance, focused exam, follow up, follow up appointments, follow up instructions, followup
    instructions, full code, functional assessment, functional status, fundoscopic exam, gait and station,
    gastrointestinal system, gene panel, general appearance, general examination, general information, genetic
    counseling, genetic counselling, genetic test results, genetic testing, genitourinary exam, gi prophylaxis, goals of
    care, gross description, gross examination, growth and development, growth parameters, gynaecological history,
    gynecologic history, handoff summary, head and neck, head eyes ears nose and throat, health maintenance, heart and
    lungs, heart and mediastinum, histologic grade, histologic type, history obtained from, history of present illness,
    history of presenting complaint, home environment, home medications, homicidal ideation, hospital course, hospital
    course by problem, hospital course by system, icu course, illicit drug use, imaging findings, imaging results,
    imaging studies, imaging technique, immunization history, immunizations up to date, immunohistochemical stains,
    implants used, impression and plan, impression and recommendations, incidental findings, inclusion criteria,
    indication for procedure, indications for procedure, indications for surgery, informed consent, input and output,
    insight and judgement, insight and judgment, instructions given, intake and output, interval events, interval
    history, intraocular pressure, intraoperative findings, investigations and results, isolation precautions, key
    findings, known allergies, lab results, labor and delivery, labor course, laboratory data, laboratory findings,
    laboratory results, laboratory studies, labs at discharge, labs on admission, legal history, level of service,
    limitations of testing, lines and drains, lines tubes and drains, liver and biliary tree, living situation, long
    term goals, lungs and pleura, lymph nodes, lymphovascular invasion, main outcome measures, margin status, maternal
    history, medical decision making, medical history, medication changes, medication history, medication list,
    medication reconciliation, medications at discharge, medications on admission, medications prior to admission,
    menstrual history, mental state examination, mental status exam, mental status examination, methods and results,
    microbiology results, microscopic description, microscopic examination, mood and affect, motor exam, motor
    examination, musculoskeletal exam, name of procedure, neonatal history, neurologic examination, neurological exam,
    neurological examination, new medications, newborn exam, newborn screening, nursing assessment, nursing
    interventions, nursing note, nutrition assessment, nutritional assessment, objective findings, obstetric history,
    occupational history, occupational therapy, ocular exam, on examination, oncologic history, oncology history,
    operation performed, operations performed, operative findings, operative note, operative procedure, operative
    report, operative technique, other findings, other history, outstanding issues, overnight events, pain assessment,
    past history, past medical history, past obstetric history, past ocular history, past psychiatric history, past
    surgical history, pathologic diagnosis, pathologic stage, pathologic staging, pathological diagnosis, patient
    education, patient information, patient instructions, pedigree analysis, pelvic exam, pending labs, pending results,
    pending studies, perinatal history, perineural invasion, pertinent findings, pertinent labs, pertinent negatives,
    pertinent positives, pertinent results, physical exam, physical examination, physical therapy, physical therapy
    evaluation, placenta and membranes, plan of care, postoperative course, postoperative diagnosis, postoperative
    instructions, postoperative plan, prenatal history, prenatal labs, preoperative diagnoses, preoperative diagnosis,
    preoperative evaluation, presenting complaint, preventive care, preventive health, primary diagnosis, primary
    endpoint, primary outcome, principal diagnosis, prior level of function, prior studies, prior study, prn
    medications, problem list, procedure details, procedure in detail, procedure note, procedure performed, procedures
    performed, progress note, provisional diagnosis, psychosocial assessment, psychosocial history, radiation dose,
    radiographic findings, radiology results, range of motion, reason for admission, reason for consultation, reason for
    exam, reason for referral, reason for study, reason for transfer, reason for visit, recommended follow up, rectal
    exam, rehabilitation potential, resident note, resolved problems, respiratory exam, respiratory support, respiratory
    system, results review, return precautions, review of systems, risk assessment, risk factors, ros negative, safety
    plan, scheduled medications, school performance, secondary diagnoses, secondary diagnosis, secondary outcomes,
    seizure precautions, sensory exam, sensory examination, sexual history, shift assessment, shift summary, short term
    goals, significant events, skin and integument, skin assessment, skin exam, slit lamp exam, smoking history, smoking
    status, social history, social situation, social work, social work assessment, soft tissues, source of history,
    source of information, sources of information, special stains, special tests, specimen source, specimen submitted,
    specimen type, specimens removed, specimens sent, speech and language, speech language pathology, speech therapy,
    sponge and needle counts, statistical analysis, stopped medications, study design, subjective and objective,
    subjective complaints, substance abuse, substance use history, suicidal ideation, suicide risk assessment, summary
    of hospital course, surgical history, surgical margins, synoptic report, systemic enquiry, systems review, teaching
    physician statement, technique and contrast, tentative diagnosis, test methodology, test performed, test results,
    thought content, thought process, time out, time spent, title of operation, tobacco use, total time spent, transfer
    summary, transfusion history, transitional issues, trauma history, travel history, treatment course, treatment
    goals, treatment plan, tumor markers, tumor site, tumor size, type of anesthesia, universal protocol, upper abdomen,
    vaccination history, variant classification, variant interpretation, ventilator settings, visual acuity, visualized
    portions, vital signs, vital signs stable, vitals on arrival, well child check, well child visit, working diagnosis,
    wound assessment, wound care
    """.split(",")
)
"""Headings of notes of two words or more."""
