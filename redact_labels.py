"""Words that tell numbers apart, for redact_patterns.py: labels of ids, of references and amounts, and codes of banks.

Used by redact_patterns.py. Every value is the inside of a regular expression, matched without regard to case.

Reads:  nothing
Writes: nothing
"""

def alternatives(text: str) -> str:
    """One regular expression of the words of a text, longest first, so that number is tried before no."""
    return "|".join(sorted(text.split(), key=lambda word: (-len(word), word)))


# Labels of each kind of id in Roman Hindi, Devanagari and English; _ stands for a space that people leave out.
LABELS: dict[str, str] = {key: alternatives(text).replace("_", "[ -]?") for key, text in {
    "AADHAAR": "aa?dh?aa?r aadhr addhar uid(?:ai)? आधार",
    "PAN": "pan permanent_account पैन पेन",
    "PASSPORT": "passports? pasport paasport visa पासपोर्ट वीज़ा वीजा",
    "VOTER_ID": "voter epic matdata electoral वोटर मतदाता एपिक पहचान_पत्र",
    "GSTIN": "gst(?:in?)? जीएसटी(?:आईएन|एन)?",
    "VEHICLE": """gaa?d[ij] gaa?dd?iy?on? gari car cab taxi auto bike scoot(?:y|er) vehicle truck bus rickshaw plate
        rc registration challan गाड़ी गाडी कार कैब टैक्सी ऑटो बाइक स्कूटी स्कूटर वाहन ट्रक प्लेट चालान""",
    "OTP": """otps? o\\.t\\.p one_time_(?:password|passcode|pin) verification passcode (?:upi|atm|m|card)_pin ओटीपी
        यूपीआई_पिन एटीएम_पिन""",
    "CVV": "cvv2? cvc सीवीवी",
    "UPI_ID": "upi vpa gpay google_pay phone_pe paytm bhim यूपीआई गूगल_पे फ़ोन_पे पेटीएम भीम",
    "IFSC": "ifsc आईएफएससी आई_एफ़?_एस_सी",
    "ACCOUNT_NUMBER": """a/?c acc acct acc?ount khaa?t[aeo]n? beneficiary neft rtgs imps (?:bank|neft)_details
        savings? बचत खात[ाेों]+ अकाउंट एकाउंट अकाउन्ट ए/सी""",
    "DATE_OF_BIRTH": """d\\.?o\\.?b date_of_birth birth_(?:dates?|days?)? b'?day born paida
        jana?m_(?:tithi|tareekh|tarikh|din|date)? जन्म_(?:तिथि|तारीख|दिनांक|दिन)? डीओबी डेट_ऑफ़?_बर्थ बर्थडे पैदा""",
    "CARD_NUMBER": """(?:credit|debit|atm|visa|master|rupay|amex)_card cards? mastercard rupay amex क्रेडिट डेबिट
        कार्ड""",
    "PHONE_NUMBER": """(?:tele|cell)?phones? fone? mobiles? mob mobail contact calls? callback whats_ap+ wats_ap+
        landline dial sms tel cell ring reach फ़?ोन मोबाइल मोबाईल कॉल संपर्क सम्पर्क व्हाट्स_[एऐ]प लैंडलाइन""",
    "NUMBER": "number no nambar numbar नंबर नम्बर",   # of a mobile phone, where nothing else is named
    "EMAIL_ADDRESS": "e_mail mail gmail ईमेल मेल",
    "NONE": "pin_code ration_card gift_card sim_card",  # they hold a label's word and mean something else
}.items()}
# What follows a label: PAN no, ऑर्डर नंबर.
MARK = alternatives("""id no nos?\\. num number nambar numbar nmbr # आई_डी नं नंबर नम्बर संख्या क्रमांक""").replace("_", " ?")
# What may stand between a label and its number.
FILLER = alternatives("""is are was the a this that your my of as for on hai h he hain ye yeh yehi yahi raha rahi
    rha ka ki ke ko mera meri mere aaya aya hua pe par me mein likha likhi da?alo daal bhejo lo है हैं यह ये का की
    के को मेरा मेरी मेरे पर में आया रहा लिखा लिखो""")
# Beside these a number is a reference, even if it looks like a phone number;
REFERENCE = alternatives("""pnr utr rrn awb txn ref reference invoice tracking consignment docket consumer customer
    policy loan imei serial meter roll enrol?lment पीएनआर यूटीआर रेफ़?रेंस इनवॉइस ट्रैकिंग उपभोक्ता पॉलिसी रोल""")
# beside these it is one where "number" or "id" follows (bill 98110 47263 pe bhejo is a phone number).
THING = alternatives("""order bill ticket booking complaint request service transaction payment receipt coupon
    product item model part train flight seat coach room flat sector block tower gate bus page version build sr job
    case token quote challan ऑर्डर आर्डर बिल टिकट बुकिंग शिकायत रिक्वेस्ट लेनदेन भुगतान रसीद ट्रेन फ़?्लाइट सीट कमरा
    फ़्लैट फ्लैट सेक्टर टोकन मॉडल""")
CURRENCY = alternatives("₹ \\brs \\binr रु \\$ \\busd rupees? rupa?ye amount amt price राशि कीमत")
UNIT = alternatives("""/- rs\\b rupees? rupa?i?y[aeo] rupay rupaiy rup?ye bucks रुप रु\\b lakhs? lacs? crores?
    hazaa?r thousand लाख करोड़ हज़ार हजार % km kms kilo kg gms?\\b grams? litre ltr meters? किलो किमी ग्राम लीटर min
    minutes? mins मिनट seconds? sec\\b hours? ghant घंट घण्ट baje bje बजे din\\b days? दिन log\\b people लोग baar\\b
    times? बार points? units? gb mb""")
MONTHS = alternatives("""jan(?:uary)? feb(?:ruary)? mar(?:ch)? apr(?:il)? may june? july? aug(?:ust)?
    sept?(?:ember)? oct(?:ober)? nov(?:ember)? dec(?:ember)? janvari farvari aprail joon julai agast sitambar
    aktubar navambar disambar जनवरी फ़?रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर सितम्बर अक्टूबर अक्तूबर नवंबर
    नवम्बर दिसंबर दिसम्बर""")
TLDS = alternatives("""com in org net edu gov io co info biz me uk us ai app dev xyz online site email live store
    tech cloud pro example test bank media""")
# The part of a UPI address behind the @.
HANDLES = alternatives("""ybl ibl axl okaxis okhdfcbank okicici oksbi paytm upi apl yapl rapl ptyes ptsbi pthdfc
    ptaxis axisbank axisb sbi hdfcbank hdfc icici kotak barodampay idfcbank idfcfirst jupiteraxis fbl federal
    freecharge ikwik airtel jio postbank waicici wahdfcbank waaxis wasbi slice indus yesbank yesg pnb cnrb unionbank
    boi kbl naviaxis tapicici""")
# First four letters of an IFSC.
IFSC_BANKS = alternatives("""SBIN HDFC ICIC UTIB PUNB BARB CNRB KKBK YESB IDIB IOBA UBIN BKID CBIN INDB IDFB FDRL
    MAHB UCBA PSIB SIBL KARB KVBL RATN DCBL BDBL AUBL ESFB CIUB JAKA DBSS HSBC SCBL CITI IBKL IPOS PYTM AIRP UJVN
    TMBL DLXB NKGS""")
# Vehicle codes of the states, as printed and as read aloud in Devanagari, and the letters read aloud.
STATES = alternatives("""AN AP AR AS BR CG CH DD DL DN GA GJ HP HR JH JK KA KL LA LD MH ML MN MP MZ NL OD OR PB PY
    RJ SK TG TN TR TS UA UK UP WB""")
STATES_HI = alternatives("""एपी एएस बीआर सीजी सीएच डीएल जीए जीजे एचपी एचआर जेएच जेके केए केएल एमएच एमपी ओडी पीबी
    आरजे टीएन टीएस यूके यूपी डब्ल्यूबी""")
LETTERS_HI = alternatives("""डब्ल्यू एक्स क्यू एच एफ एल एम एन एस ए बी सी डी ई जी आई जे के ओ पी आर टी यू वी वाई ज़ेड
    जेड""")
# Prefixes of business references that look like a voter id (three letters, seven digits).
NOT_VOTER = alternatives("ORD INV INC AWB TXN REF PNR TKT REQ SRN CRN UTR BIL JOB DOC SKU")
