"""Word lists of redact_names.py: names that the repo's lists lack, and the words around names.

Used by redact_names.py.

Reads:  nothing
Writes: nothing
"""
import regex

from tokens import nfc


def words(text: str) -> frozenset[str]:
    return frozenset(nfc(text).split())


# First names and nicknames that are in neither data/context/names.txt nor data/lexicon/names.tsv.
MORE_FIRST = words("""
    aadhya aakriti aanchal aaradhya aarohi abdul abir adil adnan afreen aftab ahana ahmad aijaz ajmal akbar
    akhtar akram alisha altaf ambika amina amitabha amruta anamika anas angad anirban anisha annapurna anshika
    anuradha anushree anwar apoorva arindam arjit arush asad ashfaq asma avantika avneet ayaan babloo bablu
    baldev balraj balram banwari basanti bhaskar bhavin bholu bhuvan bimal binod bipin birju brij chaitanya
    chandra chandrika charu chhotu chintu dalbir daljeet damini damodar deepali deepanshu deepshikha devika
    devyani dhanraj dharampal dharmesh digvijay dilshad dinkar dipali durga fardeen farida farooq firoz gajendra
    ganga gargi ghanshyam girdhari girija gorakh guddi guddu gulshan gurdeep gurjeet gurmeet gurvinder hanif
    hansraj harinder harjeet harjit harman harshad harshal harshvardhan haseena hemlata hiren hiten huma humera
    husain ibrahim imtiaz inderjit indrajit indu ira irshad jagmohan jahangir jahnvi jaideep jaidev jamal janki
    janvi jasmeet jaspal jasvinder jaswant jaswinder jayant jayanta jhanvi jignesh jugal kaif kalavati kalyani
    kamala kamini kamran kanchan kanhaiya kanta karim kartikeya kashinath kaushal kaushik kedar ketaki khalil
    khyati kiara kinjal kishori krish krishnendu kshitij kulbir kuldip kulwant kundan lakhan lakhvinder lalita
    latika lavanya leena lokendra mahavir mahipal mahmood maitreyi majid manasvi mandeep mangesh manik manjari
    manjit manmohan maryam maya mayuri meenal mehboob meher mehnaz minakshi mini mira mitthu moin monu mridul
    mridula mumtaz munish munna munni murad murari mustafa naina nandlal nandu nargis narinder naseem nasreen
    natasha navdeep navjot navneet navya nazim neelima neena neeta nehal niranjan nirupama nishtha nita nivedita
    nizam omi omprakash padma padmini paramjeet paramjit parineeti pavan pihu pradip prajakta pranali pranjal
    prasanna prateeksha pratima preetam prithvi pushpa pushpendra qasim rabia rachit radheshyam rafiq
    raghavendra raghubir raghunath raisa rajbir rajdeep rajinder rajkumari rajnish rajshree rajveer rajvir
    rakshita ramakant ramavtar ramdas ramdev rameshwar ramkumar ramlal ramprakash ramswaroop ranjana ranjeet
    ratan razia rehan rehman revathi riddhi rinku riyaan ronak roopa roshni rudra rukmini rupa rustam sabir
    sadhana sadiq saeed sahdev sajan sajjan sameera samiksha sandip saraswati satpal satyajit satyendra savitri
    shabbir shahana shahbaz shahnaz shakuntala shambhu shamim shamsher shanaya shanta sharmila shaukat sheetal
    shrikant shrinivas shubhangi siddhi sidharth simi sita soham sohini sooraj soumya subhadra subodh sudarshan
    sudesh sudhanshu suhail suhas sukanya sukhbir sukhdeep sukhpreet sukhvinder sulekha sultana sunaina suneel
    supriya suraiya surender surinder surjeet surya sushila suvarna tahir tanuja tanushree tanvir tara taruna
    tasneem tejal tejaswini tejinder trilok tulsi udayan umar upasana urmi vaidehi vaishnavi vanita vasudev
    vasudha vedika veena vibha vidushi vijaya vijayalakshmi vijendra vimla vinayak viren virender vivaan vrinda
    wahid waseem yamuna yashoda yashpal yashwant yasmeen yuvika zafar zahid zakir zarina zeba zeenat zubeida
    zuber zubin""")
# Surnames, the same.
MORE_LAST = words("""
    abbasi acharya agnihotri ahirwar ahlawat alvi apte arya asthana awasthi bains bajpai bakshi balasubramanian
    bano barman barua baruah begum behera beniwal bhalla bharadwaj bhardwaj bhasin bhati bhatnagar bhonsle
    bhosle bibi bindra brar chahal chaubey chaurasia cherian chhabra d'souza dahiya daruwala dastur deol devi
    dhaliwal dsouza duggal farooqui fernandes gokhale goswami gounder guha gulati hashmi hazarika hooda irani
    jaiswal jatav jena joglekar kakkar kalita kalra karandikar kashyap kaushik kazmi kesarwani khare khatoon
    khosla khurana krishnamurthy kulshrestha kumari kurian kushwah kushwaha lele limaye lobo lodhi mahajan
    mahapatra mahato mahto majumdar makkar manchanda manjhi mansuri mathew maurya memon mhatre mistry mitra
    mohanty mohapatra mudaliar munjal naqvi narang natarajan nath nayak nigam nijhawan nishad pahwa pal
    panigrahi panwar parashar parihar patnaik patwardhan pereira phadke pillay pinto prajapati qadri rajagopal
    rajbhar randhawa ranganathan rastogi rizvi rodrigues sabharwal sachdev sachdeva sahoo sahu saikia sanyal
    sawhney sehgal sekhon sengupta shekhawat sisodia soni sonkar subramanian sundaram swain swaminathan syed
    tagore tambe tomar tripathy tyagi usmani vaidyanathan valmiki varghese vashisht vats venkataraman virk wagh
    wankhede zaidi""")
# Listed names that are rather a word, a god, a brand or a place in most messages.
WEAK = words("""
    bharat sarkar jay jai karan ram puri vikas vikash prem lal bharti raj raja rani das khushi kadam disha shiv
    puja pooja anand darshan rakhi hardik prakash sapna zara pai prasad hari manav kavita bhumika kamal varsha
    amar seema asha sagar sanket dev vishwas jaya rachna ekta prerna naman krishna vishnu tata suraj virat mamta
    ruchi saba vishal anant kalpana smriti adarsh bhavna bhavana lata srishti roshan arpit kushal mala pratibha
    vidya nidhi amrit dhruv arti aarti shobha chandan pawan ritu jyoti purnima mahima shraddha anmol palak
    karuna chhaya muskan manas rane prabhat kirti chandni gagan nitya lakshmi laxmi shankar ganesh sunny lucky
    harsh danish robin grover tina monty sen gill sam ali pinky twinkle kala uday bose dey gandhi nehru modi
    bajaj birla godrej ambani adani indra radha parvati saraswati noor jack tom rose grace mark vani sood naik
    shishir vasant nayan sona moti hira heera mani sita durga ganga tara tulsi maya mini surya umar yamuna
    chandra roshni ratan kanchan sadhana navya indu devi kumari begum bano bibi pal nath mitra soni george arya
    akbar vaidehi jamal prithvi mira maurya chetan kedar kaushal pushpa nayak mahajan munna munni chhotu padma
    valmiki kashinath somnath rudra tagore prachi irani""")
NOT_NAMES = words("rashi राशि")   # an amount, a zodiac sign
# Shri Ram is a god, Shri Ram Sharma a person.
GODS = words("""
    ram krishna shiv ganesh shankar vishnu hari radha lakshmi laxmi
    राम कृष्ण शिव गणेश शंकर विष्णु हरि राधा लक्ष्मी""")
TITLES = words("""
    mr mrs ms miss dr doctor prof professor shri sri shree smt shrimati shrimaan kumari adv advocate er captain
    capt inspector
    श्री श्रीमती श्रीमान सुश्री कुमारी डॉ डॉक्टर डाक्टर मिस्टर मिसेज मिसेज़ मिस प्रो प्रोफ़ेसर प्रोफेसर एडवोकेट
    इंस्पेक्टर""")
HONORIFICS = words("""
    ji jee sir madam maam ma'am mam mem saab sahab saheb sahib bhai bhaiya bhaiyya bhaiyaa didi uncle aunty
    auntie bhabhi chacha chachi mama mausi dada
    जी सर मैडम साहब साहिब भाई भैया दीदी अंकल आंटी भाभी चाचा चाची मामा मौसी""")
# A capitalised word after one of these is a person.
ROLES = words("""
    secretary plumber electrician driver landlord tenant manager teacher tutor nurse guard watchman auditor
    carpenter painter mechanic accountant contractor agent broker lawyer vakil mistri colleague classmate
    roommate neighbour neighbor friend cousin brother sister wife husband client customer patient student maid
    cook intern""")
# What takes an honorific without being a name.
ADDRESSED = words("""
    haan ha han hanji nahi na thik theek accha acha are arre arey o oye namaste namaskar hello hi dear bade
    chote chhote mere mera meri tere aap aapke uske papa mummy mumma maa mata pita dada dadi nana nani guru
    pandit doctor driver manager boss bank beta bhai didi uncle aunty sir madam bhaiya swami teacher principal
    mataji pitaji judge collector engineer inspector sarpanch mantri pradhan maharaj baba seth mistri dhobi
    thank thanks ok okay yes no good morning sorry please plz watchman guard customer care chacha mama yaar dost
    sab sabhi koi kisi ek ye wo woh hamare apne jija bhabhi sasur saas mausa fufa tau
    हाँ हां नहीं ना ठीक अच्छा अरे नमस्ते नमस्कार हेलो प्रिय बड़े छोटे मेरे मेरा मेरी तेरे आप आपके उसके पापा
    मम्मी माँ मां माता पिता दादा दादी नाना नानी गुरु पंडित डॉक्टर ड्राइवर मैनेजर बॉस बैंक बेटा भाई दीदी अंकल
    आंटी सर मैडम भैया स्वामी टीचर जज मंत्री प्रधान बाबा सेठ मिस्त्री सब सभी कोई किसी एक ये वो हमारे अपने जीजा
    भाभी ससुर सास मौसा ताऊ धोबी गार्ड यार दोस्त जी चाचा मामा""")
NAME_WORDS = words("""
    naam nam name
    नाम""")
# mera naam, full name
BEFORE_NAME = words("""
    mera meri my his her their your uska unka apna aapka aapke ka customer full
    मेरा उसका उनका आपका का पूरा""")
# Words that end a name, among them what people say about a name instead of the name.
STOP = words("""
    hai h he hain hu hun hoon tha thi the hoga hogi is was and aur or ya se ko ka ki ke ne me mein pe par bhi hi
    to mera meri mere my our main mai i from at on in of for with kya kyu galat sahi change update likha likho
    likh nahi nhi not bol bola bata batao batana raha rahi rha here speaking this that aap wala wali wale ye yeh
    wo woh kal aaj abhi number no address mobile phone bolo bolna has have will also but spelt wrong correct
    same please kindly sir madam ji only already currently ek do new old both sab calling had speaks called
    है हैं हूँ हूं हो था थी थे होगा और या से को का की के ने में मे पर भी ही तो मेरा मेरी मेरे मैं क्या गलत ग़लत
    सही बदल लिखा लिखो नहीं बोल बता रहा रही यहाँ यह ये वह वो आप वाला वाली कल आज अभी नंबर पता जी""")
COPULAS = words("""
    hai h he hain hu hun hoon
    है हैं हूँ हूं""")
BEFORE_SPEAKING = words("main mai me mein मैं hello hi , ji this is")
COUNTRY = words("bharat sarkar भारत सरकार")   # they act (sarkar ne kaha) without being persons
# Beside an unlisted word with a capital: then it is rather a place, a product or a firm.
PLACE_BEFORE = words("in at near of the on via a an my your our into this that new using through")
PLACE_AFTER = words("""
    me mein m par pe se branch station app website wala wali wale city district road airport store office bank team ltd
    phone tv cream shampoo hospital main highway village gaon zila""")
# Agents that no list has, lower case: dukandar ne, chaiwale ne.
AGENTS = regex.compile(r".*(?:d[a]+r|wal[aei]+|val[aei]|walo|log[oa]?n?|kar|man|wan|ing|ers?|mm[iy]+|pp?a)")
CONJUNCTIONS = words("aur and & or ya , और व या")
SPEAKING = words("""
    bol baat bata speaking calling here
    बोल बात""")
CASE = words("""
    ko ne se ka ki ke aur bhi
    को ने से का की के और भी""")
# After an unlisted word that begins a sentence with a capital.
ENGLISH_VERBS = words("""
    will is was has had can said says wants wanted asked told called came went joined left signed works sent and
    would could does did""")
# Before a name inside an English sentence.
ENGLISH_BEFORE = words("""
    ask call tell told asked called with from by for to contact hi hello hey dear thanks regards meet and
    message email inform invite cc sincerely wishes assign assigned yours cheers best love""")
GREETING = words("""
    hi hello hey dear regards sincerely cheers best warmly love""")
NOT_GREETED = words("""
    sir madam team all everyone customer sirs friend friends guys user member folks there sender colleague
    colleagues parent parents guest partner bro bhai yaar support hr concern""")
# A name before one of these is a shop, a firm or a place.
ORGANISATIONS = words("""
    sales nagar chowk road marg vihar puram pur colony park place garden mandir temple masjid gurudwara ghat bazaar
    bazar sweets sweet store stores medical medicals dhaba finance finserv motors jewellers jewelers travels
    electronics tailors bhandar bakery enterprises traders textiles classes academy industries pathlabs lab labs
    steel power bank insurance airport stadium university college institute hospital nursing clinic hotel
    restaurant cafe mobiles communication communications tower mall market complex apartment apartments society
    sons brothers ltd limited pvt setu express jayanti yojana foundation transport garments hardware sarees
    saree provision general kirana caterers opticals agency properties capital
    नगर चौक रोड मार्ग विहार पुरम कॉलोनी पार्क प्लेस मंदिर मन्दिर घाट बाज़ार बाजार स्वीट्स स्टोर स्टोर्स मेडिकल
    ढाबा फ़ाइनेंस फाइनेंस मोटर्स ज्वेलर्स ट्रैवल्स इलेक्ट्रॉनिक्स टेलर्स भंडार बेकरी ट्रेडर्स क्लासेस एकेडमी
    इंडस्ट्रीज़ स्टील पावर बैंक एयरपोर्ट स्टेडियम कॉलेज विश्वविद्यालय अस्पताल क्लिनिक होटल सोसाइटी अपार्टमेंट
    मार्केट जयंती योजना एक्सप्रेस सेतु किराना जनरल टावर मॉल""")
# After a first name these are only where the person is; after a surname a firm (Sharma Hospital, Neha hospital gayi).
PLACES_OF_WORK = words("""
    hospital clinic hotel restaurant cafe market mall bank college park airport stadium tower mandir temple
    bazaar bazar society road
    अस्पताल क्लिनिक होटल मार्केट बैंक कॉलेज पार्क एयरपोर्ट मंदिर बाज़ार बाजार मॉल""")
# Verbs that follow "naam" and mean the name, not name someone: naam badalwana hai.
VERBAL = regex.compile(
    ".+(?:w|v)(?:a|aa)(?:na|ne|ni|o|ya|yi|i|do|de)|"
    ".*(?:karna|krna|karne|karo|kro|jana|gaya|likha|dalo|daalo|bhejo|batao)|"
    ".+वा(?:ना|ने|नी|ओ|या|यी|ई|दो|दीजिए)|.*करना|.+िए")
# What one does to a person, in the spellings of chat: X ko bolo, X ko 500 bhjna hai.
TELLS = regex.compile(
    "bol|bat|bta|phone|fone|call|msg|mess|whats|sms|pu?c?h|keh|kah|bh?e?j|mail|inform|remind|yaad|mil|bul|de$|den|do$|"
    "diy|pata|wish|transfer|send|pay|pai?s|rup|add|invite|"
    "बोल|बता|फ़|फो|कॉल|मैसेज|पूछ|कह|भेज|याद|मिल|बुल|दे|दि|दो$|पता|पैसे|रुप")
