"""Word lists of the data generator, written by hand: spellings people type, typos, names, amounts, times.

    python -c "import data_words; print(len(data_words.ROMAN))"

Reads:  data/family_values.txt
Writes: nothing
"""
import re
from pathlib import Path

# word, then how people type it in Roman letters; the first spelling is the commonest
_ROMAN = """
भाई bhai bhaii bhay | यार yaar yar yr | अरे arre are arey | हाँ haan han ha haa | ना na naa | जी ji jee | न na
नहीं nahi nhi nahin nai | मत mat mt | हूँ hu hoon hun hoo | हो ho | है hai h he | हैं hain | था tha | थी thi | थे the
में me mein m | मैं main mai mein | मैंने maine mene | मुझे mujhe mje mujhko | मेरा mera mra | मेरी meri mri | मेरे mere mre
हम hum ham | हमें hame humein | हमारा hamara humara | हमारे hamare humare | हमारी hamari humari
तू tu | तुम tum | आप aap ap | आपका aapka apka | आपके aapke apke | आपकी aapki apki | अपना apna | अपनी apni | अपने apne
वो wo vo | वह woh | ये ye | यह yeh | इस is iss | उस us uss | इसे ise isse | उसे use usse | इसका iska | इसकी iski | उसको usko | उसका uska
को ko | का ka | की ki | के ke k | से se | पर par pe pr | तक tak tk | लिए liye lie ly | साथ saath sath | बाद baad bad | पहले pehle pahle phle
कि ki ke | और aur or | या ya yaa | तो to toh | भी bhi bi | ही hi hee | अगर agar agr | लेकिन lekin | मगर magar | क्योंकि kyunki kyuki | बस bas bs | सिर्फ़ sirf | ताकि taki
क्या kya kia | क्यों kyu kyun kyo | कब kab kb | कहाँ kahan kaha | कैसे kaise kese | कितना kitna kitnaa | कितनी kitni | कितने kitne | कौन kaun kon | कौनसा konsa kaunsa | किस kis | किसी kisi
कर kar kr | करो karo kro | करना karna krna | करनी karni krni | करने karne krne | करके karke krke | करवा karwa krwa | करवाना karwana krwana | करवानी karwani | करूँ karu karun | करें karein karen | कीजिए kijiye kijie | करिए kariye | किया kiya kia | की ki
दो do | दे de | देना dena | देनी deni | दूँ du doon | दिया diya dia | दी di | दिए diye | दीजिए dijiye dijie | दें dein den
लो lo | ले le | लेना lena | लेनी leni | लिया liya | ली li | लूँ lu loon
भेजो bhejo | भेज bhej bhj | भेजना bhejna bhjna | भेजने bhejne | भेजा bheja | भेजी bheji | भेजे bheje | भेजनी bhejni
बता bata bta | बताओ batao btao | बताना batana btana | बताइए bataiye batao_ | बोल bol | बोलो bolo | बोला bola | बोले bole | कह keh kah | कहा kaha
रख rakh rkh | रखो rakho rkho | रखना rakhna rkhna | रखनी rakhni | रखी rakhi | रखवा rakhwa
लगा laga lga | लगाओ lagao lgao | लगाना lagana | लगी lagi | लगे lage | लगता lagta | लग lag | लगवा lagwa
हटा hata hta | हटाओ hatao | हटाना hatana | बदल badal bdl | बदलो badlo | बदलना badalna badlna | बदलवाना badalwana | बदलनी badalni badlni
आ aa a | आओ aao | आना aana ana | आया aaya aya | आई aai aayi | आए aaye aae | आता aata ata | आती aati ati | आते aate | आएगा aayega ayega aaega | आएगी aayegi ayegi | आने aane ane | आ aa
जा ja | जाओ jao | जाना jana jaana | जानी jani | जाने jane | जाए jaye jae | जाएगा jayega jaega | जाएगी jayegi | जाता jata jaata | जाती jati | जाऊँ jau jaun | गया gaya gya | गई gayi gai gyi | गए gaye gae gye
हुआ hua huaa | हुई hui huyi | हुए hue huye | होगा hoga hga | होगी hogi | होंगे honge | होना hona | होनी honi | होने hone | होता hota | होती hoti | हो ho
रहा raha rha | रही rahi rhi | रहे rahe rhe | सकता sakta skta | सकते sakte skte | सकती sakti skti
चाहिए chahiye chaiye chahie | चाहता chahta | पड़ेगा padega | पड़ेगी padegi | पड़ेंगे padenge | पड़ pad pr_
मिल mil | मिला mila | मिली mili | मिले mile | मिलेगा milega | मिलना milna | मिलनी milni | मिलता milta
देख dekh dkh | देखो dekho dkho | देखना dekhna | देखनी dekhni | सुनो suno | सुन sun | ढूँढ dhundh | पूछ puch | पूछना puchna | समझ samajh smjh | समझाओ samjhao
कल kal kl | परसों parso parson prso | आज aaj aj | अभी abhi abi | अब ab | फिर phir fir | तब tab | जब jab jb | रोज़ roz | कभी kabhi
सुबह subah subh | शाम shaam sham | रात raat rat | दोपहर dopahar dopeher | बजे baje bje | घंटे ghante | घंटा ghanta | दिन din | हफ़्ते hafte | हफ़्ता hafta | महीने mahine mahene | महीना mahina | साल saal sal | तारीख़ tareekh tarikh | देर der
अगले agle | अगली agli | पिछले pichle pichhle | पिछली pichli | इसी isi | ठीक theek thik thk | करीब kareeb karib
सोमवार somwar | मंगलवार mangalwar | बुधवार budhwar | गुरुवार guruwar | शुक्रवार shukrawar shukravar | शनिवार shaniwar | रविवार raviwar | इतवार itwar
एक ek | दो do | तीन teen tin | चार char chaar | पाँच paanch panch | छह che chhe | सात saat sat | आठ aath ath | नौ nau | दस das dus | ग्यारह gyarah | बारह barah baarah | पंद्रह pandrah | बीस bees bis | पच्चीस pachees | तीस tees | पचास pachaas pachas
डेढ़ dedh ded | ढाई dhai dhaai | सवा sawa sava | पौने paune pone | साढ़े saadhe sadhe | आधा aadha adha | आधे aadhe adhe | सौ sau so_ | हज़ार hazaar hazar hajar | लाख lakh laakh | करोड़ crore karod
रुपये rupaye rupye | रुपए rupaye | पैसे paise pese | पैसा paisa | किलो kilo | किराया kiraya | बिजली bijli bijlee | पानी pani paani
घर ghar ghr | दुकान dukaan dukan | पता pata pta | काम kaam kam | बात baat bat | लोग log | मन man | आदमी aadmi
जल्दी jaldi jldi | थोड़ा thoda thora | थोड़ी thodi | थोड़े thode | बहुत bahut bhot bohot | ज़्यादा zyada jyada | कम kam | पूरा pura poora | पूरी puri poori | सारा sara | सारे sare | सब sab sb | कुछ kuch kuchh | कोई koi
अच्छा accha acha achha | अच्छी acchi achi | बेकार bekar | ख़राब kharab khrab | ग़लत galat glt | सही sahi shi | नया naya nya | नई nayi nai | नए naye | पुराना purana | पुरानी purani | पुराने purane | दूसरा dusra doosra | दूसरी dusri doosri | दूसरे dusre | बड़ा bada | बड़ी badi | छोटा chhota chota | छोटी chhoti choti | ठंडा thanda | ठंडी thandi | गरम garam garm
मतलब matlab mtlb | शायद shayad | वाला wala vala | वाली wali vali | वाले wale vale | बिना bina | बारे baare bare | तरफ़ taraf | अंदर andar | बाहर bahar | पास paas pas | सामने samne | वापस wapas vapas wapis | दोबारा dobara dubara | बार baar bar | जैसे jaise | ऐसा aisa | ऐसे aise | इतना itna | इतनी itni | कृपया kripya | धन्यवाद dhanyavaad | नमस्ते namaste | शुक्रिया shukriya
पापा papa | मम्मी mummy mumy | भैया bhaiya bhaiyya | दीदी didi | चाचा chacha | माँ maa ma | नाना nana | दादी dadi | बहन behen behan | दोस्त dost | बेटे bete | पत्नी patni
चाय chai chay | दाल daal dal | चावल chawal | रोटी roti | पनीर paneer panir | बिरयानी biryani biriyani | समोसा samosa | समोसे samose | दूध doodh dudh | दही dahi | खाना khana | खाने khane | आलू aloo alu | प्याज़ pyaz pyaaz | टमाटर tamatar | मसाला masala | डोसा dosa | इडली idli | पराठा paratha | पराठे parathe | छोले chole | भटूरे bhature | राजमा rajma | रायता raita | लस्सी lassi
डाल daal dal | डालो dalo daalo | डालना dalna daalna | डालने dalne daalne | डलवा dalwa | जाएँ jaye jayein | सी si | ले le | भूल bhool bhul | भूलना bhoolna bhulna | भूलने bhoolne bhulne | मुलाक़ात mulakat mulaqat | तय tay | मिलते milte | सोच soch | बैठ baith beth | जाते jaate jate | बोलना bolna | लें lein len | करते karte krte | करता karta krta | करती karti krti | सबका sabka | सबको sabko sbko | जो jo | पाएगा payega paega | पाऊँगा paunga | पाएँगे payenge | हटाकर hatakar hatake | आगे aage age | पीछे peeche piche | खिसका khiska | जगह jagah jgh | चलेगा chalega chlega | जमेगा jamega | ज़रूरत zarurat jarurat jrurt | छुट्टी chutti chhutti | रद्द radd | बीमार beemar bimar | बीमारी bimari beemari | उड़ा uda | याद yaad yad | दिला dila dilaa | दिलाना dilana | दिलाओ dilao | बंद band bnd | रुको ruko | मार maar mar | जैसा jaisa | दवाई dawai davai | करा kara kra | दियो diyo | हर har hr | भर bhar bhr | भरना bharna bhrna | भरने bharne bhrne | हिसाब hisaab hisab | पहुँच pahunch pohoch | खाते khate khaate | खाता khata | लौटाने lautane | बनता banta bnta | वही wahi vahi | दिखाओ dikhao dikhaao | दिख dikh | बचे bache bche | बचा bacha | ख़ाली khali | ज़रा zara jara | निकाल nikal nikaal | ख़त्म khatam khtm | बच्चों bachhon baccho | जमा jama jma | कटवा katwa | मकान makan makaan | चुका chuka | काट kaat kat | देंगे denge | इसमें isme ismein | उसमें usme | हाल haal | चल chal chl | मौसम mausam mosam | कैसा kaisa kesa | कैसी kaisi | बुआ bua | मौसी mausi | जूते joote jute | घड़ी ghadi | चप्पल chappal | चश्मा chashma | गाड़ी gaadi gadi | करानी karani krani | कराना karana | कराने karane krane | लाना lana laana | लानी lani | लेने lene | उठाना uthana | पौधों paudhon podho | देने dene | बुलाने bulane | बुला bula | सब्ज़ी sabzi sabji | पूजा puja pooja | सामान saman saamaan | डाले dale
लेते lete
लिखा likha | निपटा nipta | छोड़ो chhodo chodo | बनेगी banegi | लगेंगे lagenge | लगेगी lagegi | लगेगा lagega | ब्याज byaj byaaj | कर्ज़ karz karj | माँग maang mang | ने ne n | बढ़ा badha | कहीं kahin kahi | गिर gir | चोरी chori | तुरंत turant | निकाले nikale nikaale | खो kho | छूट chhoot chut | निगल nigal | मारो maro maaro | करवाओ karwao krwao | जिसके jiske | अटका atka | अटक atak atk | डालते dalte daalte | बोलता bolta | वालों walon walo | ग़ायब gayab gayb | कट kat kt | कटे kate | निकले nikle | चला chala chla | मज़ाक mazak majak | कटा kata | दिखा dikha | पूछे pooche puche | किए kiye | देखिए dekhiye dekhie | ग़लती galti glti | उड़ ud | मँगा manga mangaa | मँगवाओ mangwao | मँगवा mangwa | भूख bhook bhukh | मेहमान mehmaan mehman | भिजवा bhijwa | चटनी chatni chatnee | अंडे ande | मीठा meetha mitha | आम aam | खिला khila | मँगाना mangana | टिंडे tinde | बनाए banaye | चुपके chupke | पहुँचा pahuncha pohcha | मँगाया mangaya mangwaya | पहुँचेगा pahunchega pohchega | मर mar | उठा utha | इंतज़ार intezaar intzar | सो so | डल dal | रोक rok | भेजें bhejein bhejen | रहने rehne rhne | टूटा toota tuta | निकला nikla | नकली nakli | अलग alag alg | बड़े bade | बदलवा badalwa | लौटा lauta | मिलेंगे milenge | पसंद pasand psnd | घटिया ghatiya | छोड़ chhod chod | निकलना nikalna | फटाफट fatafat phatafat | चलते chalte chlte | चलेगी chalegi | निकालो nikalo nikaalo | सस्ती sasti | सस्ता sasta | सबके sabke | पेल pel | बढ़िया badhiya bdhiya | तबीयत tabiyat tabyat | दूर door dur | बोली boli | मना mana | लिखो likho | शिकायत shikayat shikayt | बदतमीज़ी badtameezi batamizi | यहाँ yahan yaha | वहाँ wahan vahan | उठाते uthate | बासी baasi basi | दर्ज darj | रखते rakhte | ऊपर upar oopar | रहता rehta rhta | नाम naam nam | लिखना likhna | बेटी beti | उठना uthna | सवेरे savere sawere | गर्मी garmi grmi | पहाड़ों pahadon pahado | वैसे waise vaise | दुनिया duniya | सबसे sabse sbse | ऊँचा ooncha uncha | पहाड़ pahad pahaad | सा sa | आसान aasan asaan | भाषा bhasha | नीला neela nila | कुर्सी kursi | उड़ती udti | देखा dekha dkha | मारा mara maara | सुनाओ sunao | कविता kavita | लिख likh | गाना gaana gana | बजाओ bajao | चाँद chaand chand | पृथ्वी prithvi | लगाते lagate | खा kha | तुमने tumne | करे kare | हाथी haathi hathi | हरा hara | जवाब jawab javab | दोगे doge | जीतेगा jeetega jitega | राशि rashi | सिंह singh | यही yahi yehi | सवाल sawaal sawal | चोर chor | बकवास bakwas bakwaas | टिक्का tikka | नान naan nan | थाली thali thaali | गुलाब gulab gulaab | जामुन jamun jaamun | कुर्ता kurta kurtaa | साड़ी saree sadi sari
गली gali | कूड़ा kooda kuda | उठ uth | भिजवाना bhijwana | ढीला dheela dhila | कढ़ी kadhi | भर bhar
वरना varna warna | बने bane | फँस phans fas | सोलह solah | बच्चे bachhe
कटेगी kategi | बनेगा banega
टाल taal tal | बाक़ी baaki baki | लूँगा lunga loonga | बुलाना bulana | बुख़ार bukhar bukhaar | आराम aaram aram | उनको unko | सुनना sunna | पड़ता padta | पक्का pakka pkka | इन in | दिनों dino dinon | भरा bhara | हिस्सा hissa | आख़िर aakhir akhir | डर dar | महँगा mehnga mahanga | शादी shaadi shadi | ख़र्चा kharcha kharch | उतरा utra | देखेंगे dekhenge | काटे kaate kate | बनाने banane | बिल्कुल bilkul blkul | बारिश baarish barish | रह reh rah | बोलते bolte | सच sach | इसको isko isko | रोको roko | डाला dala daala | लाए laye laaye | चलता chalta chlta | तरह tarah trh | लोगों logon logo | घूमने ghumne ghoomne | सुनते sunte | डाली dali daali | बढ़ाओ badhao | पते pate | देखूँ dekhu dekhun | यूँ yun yu
चौदह chaudah choda | तेरह terah tera | पाव pav paav | भाजी bhaji bhaaji
पुलाव pulao pulav
ज़रूरी zaruri jaruri zroori | रास्ते raste raaste | फटा fata phata | खड़ा khada | कटता katta | थक thak
बीच beech bich | सोचो socho | भरो bharo bhro | लेंगे lenge | माँगेंगे maangenge mangenge | बोलूँ bolu bolun | बताए bataye btaye | पूछने puchne poochne | वहीं wahin vahin wahi
"""

# two words typed as one, or the order said the short way; tried before the words
_PHRASES = """
कर दो : kardo, krdo, kr do, kar de, krde, karde
भेज दो : bhejdo, bhej de, bhjdo, bhejde
दे दो : dedo, de de, dedo
बता दो : batado, bta do, bata de, btado
रख दो : rakhdo, rakh de, rkhdo
लगा दो : lagado, laga de, lgado
हटा दो : hatado, hata de
बदल दो : badaldo, badal de
करवा दो : karwado, karwa de, krwado
दिला दो : dilado, dila de
बोल दो : boldo, bol de
मँगा दो : mangado, manga de
डाल दो : daaldo, dal de
कर दिया : kardiya, krdiya, kr dia
कर दी : kardi, krdi
हो गया : hogaya, hogya, ho gya
हो गई : hogayi, hogyi
हो रहा : horaha, hora, ho rha
कर रहा : karraha, kr rha
आ रहा : aarha, aa rha
नहीं है : nahi h, nhi hai, nahihai
कर लो : karlo, krlo
"""


def _words(block: str) -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for entry in block.replace("\n", "|").split("|"):
        if entry.strip():
            word, *forms = entry.split()
            old = table.setdefault(word, [])
            old += [f for f in forms if f not in old and not f.endswith("_")]
    return table


def _phrases(block: str) -> dict[str, list[str]]:
    pairs = (line.split(":") for line in block.strip().splitlines())
    return {k.strip(): [f.strip() for f in v.split(",")] for k, v in pairs}


ROMAN = _words(_ROMAN)
PHRASES = _phrases(_PHRASES)
# verb stems whose order with दो is often said with de
_STEMS = """
कर भेज दे बता रख लगा हटा बदल करवा दिला बोल मँगा डाल मार भर छोड़ दिखा लौटा निपटा भिजवा बुला पेल रोक डलवा रखवा कटवा
चुका खिसका लिख उड़ा लगवा बदलवा निकाल
"""
STEMS = frozenset(_STEMS.split())
# Latin words of the golds, read one by one: English beyond doubt. On these the gate overrules the checker; the
# homographs of the test (main, to, me ...) are left out, on them the checker has its say.
_REVIEWED_ENGLISH = """
a about ac acc account acount activate address airport alert all allowed am amount and answer app apply appointment
area asdf assignment assistant at atm audit auto available backpack bag balance balence balnce bank be before bike
bill birthday block book booking bored boss bread bro broadband budget burger burgers business busy butter by c cab
cafeteria cake calendar call calling can cancel cancl cancle capital car card care catch change charge charged
charger charges check cheese chicken class clear client clone closed code coffee cold colour complain complaint
confirm cooker courier credit cricket crore csv cup current curry customer daily data date day debit deliver
delivery delivry demo design discussion dispatch doctor documents don't done double down driver drop dryer dth due
education egg election electricity eligibility email emi ending english entry error evening everything exchange
expire extra fail farewell fee fees first fish fix flat flight for forex form format four fraud free freeze french
friday from gas gate german getting geyser gold good gym haiku hair hakka has headphones heater hello helmet hey
hindi hmm hold home honest horoscope hospital hostel hotel how hr i id ignore imps info inr instruction instructions
insurance intent interest internet interview invalid invite invoice issue it join joint joke json june just k
keyboard kickoff klingon km know kyc lakh language laptop last late let letters light like line link list loan
location login lol lost lunch ma'am machine maid maintenance manager march margherita margin markdown match meeeting
meeting meetng mess meter meting metro min mini minute mistake mix mixer mobile model monday money mood morning move
movie must my name neft net netbanking network new nominee noodles noon not now nre nullpointerexception number of
office ok old on online only option or order ordered ordr otp out output over override oye pack pan parcel party
passport pay payment paymnt penalty pending per person personal petrol phone photosynthesis piano pick pickup ping
pirate pizza place plain plan plants please pleaseee pls plumber plz pm pnr poem poet power ppf prepayment pressure
pretend previous print problem processing profile project prompt pump purse push pymt python quality quarterly qwer
railway rain rate reading reason recharg recharge rechrge ref reference refnd refund regex register remind reminder
renew rent repair reply respond restart retro return reverse review rider roadmap robot roll room rs rtgs rude
rupees s salary sales salon saturday savings say scam scene schedule school scooty scratch screen seat seats
security sedan send service set settle share shift ship shipped show sip sir size sleeper slot slots slow society
sorry speak speaker speed spring sprint sql sr staff standup statement station status step stolen stop street stuck
submit sunday surname suv swipe sync system t table tablet taxi team telephone tell terminal thanks they thnx
through thursday ticket time timesheet tmrw toaster tomorow tomorrow topup track train transaction transfer transfr
translate travel trimmer tripod trnsfr try tuesday twice two txn uh umm unknown unlimited up update upi urgent user
validate validity veg vendor via visa wait wallet want warehouse was water wednesday weekend what what's where who
why wifi wish with won work working world write wrong xml yaml yesterday yet yoga you your zero
"""
REVIEWED_ENGLISH = frozenset(_REVIEWED_ENGLISH.split())

# Where a homograph in Latin was read and is English, by intent: the Goa bus, the main issue, main gate.
HOMOGRAPHS_READ = dict(line.split(" : ") for line in """
reschedule_meeting : the to
schedule_meeting : in
cancel_meeting : are
set_reminder : her in mat me the to
transfer_money : are in to use
check_balance : me
pay_bill : is
recharge_mobile : in log the to
loan_inquiry : is par the
block_card : in use
otp_issue : in is log main the us
dispute_transaction : do is so to
track_order : in is use
return_or_refund : mat me the to
book_cab : bus main me to
book_ticket : bus to
cancel_booking : bus main
raise_complaint : in par to
update_details : to
clarify : in me the to
out_of_scope : are do hi in is man me so the to use
""".strip().splitlines())
STRETCH = {"भाई", "यार", "जल्दी", "हाँ", "अरे", "अच्छा", "नहीं", "बहुत", "ना"}
FILLERS = {"hmm", "umm", "uh", "uhh", "hm"}
OPENERS = ("भाई", "अरे", "यार", "सुनो", "अच्छा", "ok", "hello", "hey", "bro", "sir", "umm", "hmm", "हाँ")
ADDRESSES = {"भाई", "यार", "bro", "boss", "sir", "भैया", "please", "thanks", "sorry", "oye"}     # said once is enough
CLOSERS = ("please", "plz", "pls", "यार", "भाई", "thanks", "🙏", "thnx")
DEVA_TYPED = {"नहीं": "नही", "में": "मे", "मैं": "मै", "हूँ": "हूं", "पाँच": "पांच", "हाँ": "हां", "यहाँ": "यहां",
              "चाहिए": "चाहिये", "गई": "गयी", "गए": "गये", "लिए": "लिये", "हज़ार": "हजार", "डेढ़": "डेढ",
              "थोड़ा": "थोडा", "ज़्यादा": "ज्यादा", "कहाँ": "कहां", "परसों": "परसो", "हुई": "हुयी",
              "ग़लत": "गलत", "ख़राब": "खराब", "तारीख़": "तारीख", "ख़त्म": "खत्म", "सिर्फ़": "सिर्फ", "ज़रा": "जरा", "ख़ाली": "खाली",
              "ग़लती": "गलती", "ग़ायब": "गायब", "ज़रूरत": "जरूरत", "हफ़्ते": "हफ्ते", "मँगा": "मंगा", "पहुँचा": "पहुंचा", "दूँ": "दूं",
              "कूड़ा": "कूडा", "साढ़े": "साढे", "छोड़ो": "छोडो", "गाड़ी": "गाडी", "बच्चों": "बच्चो", "दोनों": "दोनो", "बाक़ी": "बाकी", "बुख़ार": "बुखार", "आख़िर": "आखिर", "ख़र्चा": "खर्चा"}

_ENGLISH_DEVA = """
meeting मीटिंग | call कॉल | shift शिफ्ट | cancel कैंसिल | book बुक | cab कैब | ticket टिकट | train ट्रेन | order ऑर्डर | balance बैलेंस | account अकाउंट | card कार्ड | block ब्लॉक | OTP ओटीपी | payment पेमेंट | bill बिल | recharge रिचार्ज | loan लोन | refund रिफंड | please प्लीज़ | bank बैंक | transfer ट्रांसफर | time टाइम | office ऑफिस | reminder रिमाइंडर | set सेट | Friday फ्राइडे | Monday मंडे | Sunday संडे | Tuesday ट्यूज़डे | Wednesday वेडनेसडे | Thursday थर्सडे | Saturday सैटरडे | tomorrow टुमॉरो | UPI यूपीआई | EMI ईएमआई | ATM एटीएम | delivery डिलीवरी | address एड्रेस | number नंबर | mobile मोबाइल | check चेक | pizza पिज़्ज़ा | slot स्लॉट | budget बजट | savings सेविंग्स | credit क्रेडिट | debit डेबिट | station स्टेशन | complaint कंप्लेंट | team टीम | urgent अर्जेंट | link लिंक | flight फ्लाइट | hotel होटल | status स्टेटस | update अपडेट | email ईमेल | password पासवर्ड | app ऐप | online ऑनलाइन | school स्कूल | fees फीस | driver ड्राइवर | return रिटर्न | message मैसेज | phone फोन | interview इंटरव्यू | manager मैनेजर | sir सर | doctor डॉक्टर | appointment अपॉइंटमेंट | late लेट | plan प्लान | pack पैक | bus बस | seat सीट | statement स्टेटमेंट | KYC केवाईसी | PAN पैन | insurance इंश्योरेंस | premium प्रीमियम | gas गैस | plumber प्लंबर | service सर्विस | gym जिम | rent रेंट | burger बर्गर | branch ब्रांच | problem प्रॉब्लम | network नेटवर्क | internet इंटरनेट | auto ऑटो | airport एयरपोर्ट | confirm कन्फर्म | location लोकेशन | salary सैलरी | calendar कैलेंडर | client क्लाइंट | demo डेमो | project प्रोजेक्ट | courier कूरियर | salon सैलून | movie मूवी | show शो | change चेंज | charges चार्जेस | rate रेट | personal पर्सनल | home होम | gold गोल्ड | electricity इलेक्ट्रिसिटी | wifi वाईफाई | charge चार्ज | fail फेल | login लॉगिन | wallet वॉलेट | railway रेलवे | metro मेट्रो | minute मिनट | system सिस्टम | weekend वीकेंड | exchange एक्सचेंज | size साइज़ | party पार्टी | joke जोक | birthday बर्थडे | mood मूड | hospital हॉस्पिटल | reverse रिवर्स | free फ्री | busy बिज़ी | share शेयर | speed स्पीड | slow स्लो | expire एक्सपायर | hold होल्ड | apply अप्लाई | documents डॉक्यूमेंट्स | interest इंटरेस्ट | business बिज़नेस | down डाउन | send सेंड | pay पे | okay ओके | hello हेलो | thanks थैंक्स | bro ब्रो | good गुड | morning मॉर्निंग | clear क्लियर | due ड्यू | register रजिस्टर | invite इनवाइट | assignment असाइनमेंट | submit सबमिट | alarm अलार्म | review रिव्यू
"""
ENGLISH_DEVA = {k.lower(): v for k, v in _words(_ENGLISH_DEVA).items()}
ENGLISH_DEVA = {k: v[0] for k, v in ENGLISH_DEVA.items()}

ENGLISH_TYPOS = {"meeting": ["meetng", "meting", "meeeting"], "please": ["pls", "plz", "pleaseee"],
                 "tomorrow": ["tmrw", "tomorow"], "balance": ["balnce", "balence"], "account": ["acc", "acount"],
                 "cancel": ["cancle", "cancl"], "recharge": ["rechrge", "recharg"], "transfer": ["transfr", "trnsfr"],
                 "order": ["ordr"], "payment": ["paymnt", "pymt"], "refund": ["refnd"], "delivery": ["delivry"]}

NAME_DEVA = {
    "Rahul": "राहुल", "Priya": "प्रिया", "Amit": "अमित", "Neha": "नेहा", "Rohit": "रोहित", "Pooja": "पूजा",
    "Vikas": "विकास", "Sneha": "स्नेहा", "Suresh": "सुरेश", "Anjali": "अंजलि", "Deepak": "दीपक", "Imran": "इमरान",
    "Sunita": "सुनीता", "Arjun": "अर्जुन", "Sharma": "शर्मा", "Verma": "वर्मा", "Karan": "करण", "Divya": "दिव्या",
    "Harsh": "हर्ष", "Tanvi": "तन्वी", "Aakash": "आकाश", "Ishita": "इशिता", "Tarun": "तरुण", "Bhavna": "भावना",
    "Naveen": "नवीन", "Zoya": "ज़ोया", "Pranav": "प्रणव", "Simran": "सिमरन", "Gaurav": "गौरव", "Yusuf": "यूसुफ़",
    "Paytm": "पेटीएम", "PhonePe": "फोनपे", "Amazon": "अमेज़न", "Flipkart": "फ्लिपकार्ट", "Meesho": "मीशो",
    "Swiggy": "स्विगी", "Zomato": "ज़ोमैटो", "Ola": "ओला", "Uber": "उबर", "Jio": "जियो", "Airtel": "एयरटेल",
    "Rapido": "रैपिडो", "Blinkit": "ब्लिंकिट", "Zepto": "ज़ेप्टो",
    "Andheri": "अंधेरी", "Karol Bagh": "करोल बाग", "Lajpat Nagar": "लाजपत नगर", "Dwarka": "द्वारका",
    "Rohini": "रोहिणी", "Indiranagar": "इंदिरानगर", "Jayanagar": "जयनगर", "Whitefield": "व्हाइटफील्ड", "Delhi": "दिल्ली", "Mumbai": "मुंबई",
    "Pune": "पुणे", "Jaipur": "जयपुर", "Lucknow": "लखनऊ", "Patna": "पटना", "Goa": "गोवा", "Indore": "इंदौर",
    "Bhopal": "भोपाल", "Surat": "सूरत", "Ranchi": "रांची", "Nagpur": "नागपुर", "Varanasi": "वाराणसी",
    "Diwali": "दिवाली", "Haldiram": "हल्दीराम", "Dominos": "डोमिनोज़"}

# kind, then train / val / test values in template syntax, values apart by commas. A kind with one list serves all.
_LEXICON = """
person : Rahul, Priya, Amit, Neha, Rohit, Pooja, Vikas, Sneha, Suresh, Anjali, Deepak, Imran, Gurpreet, Joseph, Sunita, Arjun, @Sharma जी, @Verma जी, @Mishra sir, @Anita ma'am / Karan, Divya, Nikhil, Ritu, Harsh, Tanvi, Rakesh, Swati, Faizan, Meenal, @Iyer sir, @Khanna जी, @Thomas sir / Aakash, Ishita, Yusuf, Lakshmi, Tarun, Bhavna, Naveen, Zoya, Pranav, Simran, Gaurav, @Pillai sir, @Chauhan जी, @Dsouza ma'am
man : Rahul, Amit, Vikas, Rohit, Imran / Karan, Harsh / Yusuf, Tarun, Pranav
woman : Priya, Neha, Sneha, Anjali, Pooja / Divya, Tanvi / Ishita, Zoya, Bhavna
kin : पापा, मम्मी, भैया, दीदी / चाचा जी, बुआ / मौसी, नाना जी, दादी
place : Karol Bagh, Lajpat Nagar, Sector 18, Hauz Khas, Dwarka, MG Road, Rohini, Connaught Place / Powai, Andheri, Juhu, Ghatkopar, Bandra, Thane / Whitefield, Indiranagar, Hebbal, Jayanagar, Marathahalli, Electronic City
city : Delhi, Mumbai, Pune, Jaipur, Lucknow, Bangalore, Patna, Ahmedabad, Goa / Chennai, Agra, Amritsar, Kolkata, Dehradun / Kochi, Indore, Bhopal, Surat, Ranchi, Nagpur, Varanasi, Shimla
bank : HDFC, SBI, ICICI, Axis, PNB, Kotak / Federal Bank, Yes Bank, Indian Bank, Bandhan Bank / Canara Bank, IndusInd, IDFC First, Bank of Baroda, RBL, Union Bank
wallet : Paytm, PhonePe, Google Pay / Cred, Freecharge / MobiKwik, Amazon Pay, BHIM
shop : Amazon, Flipkart, Snapdeal, Meesho, Tata Cliq / ShopClues, Paytm Mall, Tata Neu / Croma, JioMart, Vijay Sales, Shopsy, Reliance Digital
foodapp : Swiggy, Zomato / EatSure, Ownly, Toing / Magicpin, Zepto, Blinkit
resto : Dominos, KFC, Haldiram, Bikanervala, Burger King / Faasos, Sagar Ratna / Pizza Hut, Behrouz, Wow Momo, Paradise, Barbeque Nation
op : Jio, Airtel / Vi / BSNL, MTNL
dth : Tata Play, Dish TV / Airtel Xstream / Sun Direct, Videocon d2h
util : Tata Power, BESCOM, Adani Electricity / MSEB / Torrent Power, BSES, UPPCL
isp : ACT Fibernet, Hathway, JioFiber / Tikona / Excitel, Spectra
app : Zoom, Google Meet, Slack / Jitsi / Webex, Skype
cabapp : Ola, Uber / Namma Yatri / Rapido, BluSmart, inDrive
film : Jawan, Pathaan, Dangal, Dunki / Fighter / Stree 2, Kantara, Laapataa Ladies, 12th Fail
rail : Rajdhani, Shatabdi, Duronto / Humsafar / Vande Bharat, Tejas, Garib Rath
airline : IndiGo, Air India / Vistara / SpiceJet, Akasa Air
hotel : Taj, Treebo, OYO / FabHotel / Lemon Tree, Ibis, Ginger
amt : ₹500, 2000 रुपये, Rs 750, 1500, 5 हज़ार, 300rs, ₹12,000, 1200 rupees, दो हज़ार, 10k, पंद्रह सौ रुपये, ₹1,999, 800 रुपये / ₹450, 900 रुपये, 4 हज़ार, 6k, 350rs, Rs 1,150, ₹3,300, छह हज़ार, 7200, चौदह सौ रुपये / ₹650, 7500 रुपये, Rs 1,340, 2200, 8 हज़ार, 425rs, ₹18,500, सात हज़ार, 15k, 960 रुपये, पच्चीस सौ रुपये, ₹3,249
wamt : डेढ़ हज़ार, सवा लाख, 1.5 lakh, साढ़े चार हज़ार, सवा दो लाख, 2.5 lakh, पाँच हज़ार, एक लाख, 20k / पौने तीन लाख, 1.2 lakh / ढाई हज़ार, पौने दो लाख, 3.75 lakh, साढ़े छह हज़ार, सवा तीन लाख, 4.25 lakh, डेढ़ लाख
big : 5 lakh, 10 lakh, डेढ़ करोड़, 20 lakh, 50 lakh, दस लाख, साढ़े सात लाख / 8 lakh, 15 lakh / 12 lakh, 35 lakh, ढाई करोड़, पच्चीस लाख, 6.5 lakh, 1 crore
hamt : पाँच सौ रुपये, दो हज़ार रुपये, डेढ़ हज़ार, दस हज़ार रुपये / नौ सौ रुपये, चार हज़ार / सात सौ रुपये, ढाई हज़ार रुपये, ग्यारह हज़ार, साढ़े छह हज़ार रुपये
eamt : ₹500, Rs 1,500, INR 2,000, 750 rupees / ₹450 / ₹650, Rs 2,200, INR 8,400
rech : 239, ₹299, 199, 599 रुपये, ₹666 / 349, ₹449, 398, ₹859 / 155, ₹719, 479 रुपये, 179, ₹899
phone : 9876501234, 9812045670, 98765 43210, 7011223344, +91 99100 11223 / 9654120987, 8800112255 / 9345678120, 8765409213, 70451 88236, +91 81305 44210
upi : rahul@okaxis, amit.k@ybl, 9876501234@paytm, neha88@oksbi / karan@okicici / zoya.t@ibl, 8765409213@upi, pranav@axl, store7@okhdfcbank
last : 4321, 9087, xx1234, 5566 / 2210 / 7781, xx6049, 3390
oid : OD11223344, 402-7788991, #55821, ORD7765, 1120987 / OD5566771, #7712 / FN908812, 171-4430912, #90417, ODR33118, 6650023
pnr : 2456789012, 8123456670, 4412009871 / 6234100987 / 2847710936, 4519002283, 8360114425
utr : UTR340912887, 412309887766, TXN99812 / UTR771200345 / T2409118820, UTR506617742, 308817726612
tkt : SR-20981, 88213, CMP4471 / REF7719 / INC0042816, C-55107, 6604192
topic : client demo, budget review, sprint review, design review, project kickoff, team standup, 1:1 / code review, sales review / quarterly review, roadmap discussion, vendor demo, security audit, retro
mail : neha.k88@gmail.com, rohit_work@outlook.com, info@sharmatraders.in / ritu.s@yahoo.com / zoya_t21@gmail.com, pranav@studio9.in
dish : पनीर टिक्का, chicken बिरयानी, मसाला डोसा, margherita pizza, spring roll, cold coffee, पनीर पराठा / छोले भटूरे, fish curry, पाव भाजी, veg पुलाव / hakka noodles, butter chicken, राजमा चावल, cheese burger, veg थाली
hdish : आलू पराठा / छोले भटूरे / राजमा चावल, कढ़ी चावल
item : phone, कुर्ता, mixer, laptop bag, hair dryer, helmet, backpack / charger, keyboard, speaker, tablet, toaster / trimmer, power bank, pressure cooker, room heater, tripod
rent : 18,000, ₹22,500, 15 हज़ार, साढ़े बारह हज़ार, Rs 9,800, बीस हज़ार / 9,500, 14 हज़ार, ₹16,200, तेरह हज़ार / ₹27,000, साढ़े सोलह हज़ार, 11,500, 32 हज़ार
task_na : bill भरना, दवाई लेनी, gym जाना, गाड़ी की service करानी, plumber को call करना / passport renew करना, दूध लाना / car का insurance भरना, cake उठाना, बच्चों को लेने जाना, form submit करना, पौधों को पानी देना
task_ka : bill भरने, दवाई लेने, assignment submit करने, गाड़ी की service कराने, rent देने / passport renew करने / insurance भरने, plumber को बुलाने, fees जमा करने
etask : pay the rent, call the plumber, submit the timesheet / renew my passport / pick up the cake, water the plants
htask : दवाई लेनी, किराया देना, दूध वाले को पैसे देने / सब्ज़ी लानी / पौधों को पानी देना, पूजा का सामान लाना
acc : savings, salary, current / joint / PPF, NRE, zero balance
billt : बिजली, gas, internet, पानी / DTH / electricity, water, broadband
ebig : 5 lakh, 20 lakh, ₹50 lakh / 8 lakh / 12 lakh
surname : Bansal, Chatterjee / Kulkarni / Pillai, Bhatt, Saxena
emi : car, bike, home / phone / laptop, scooty
paymode : UPI, NEFT, IMPS / RTGS / UPI, NEFT, IMPS
plan : 84 दिन, 28 दिन, 2GB daily, unlimited calling / 1GB per day / 56 दिन, 1.5GB daily, एक साल, 3 महीने
"""
# The clock and the calendar are the same everywhere: there is no unseen hour.
_SHARED = """
clock : 5 बजे, 4pm, शाम 6 बजे, साढ़े पाँच बजे, 11 am, सुबह 10 बजे, पौने तीन बजे, 7:30 बजे, दोपहर 2 बजे, रात 9 बजे, सवा चार बजे, 3:15 pm, डेढ़ बजे, 6pm
wd : Monday, Wednesday, Thursday, Saturday, मंगलवार, शुक्रवार
day : कल, परसों, Friday, Monday, 15 तारीख़, tomorrow, 20 March, रविवार
wclock : 4pm, 5 बजे, 11 am, 3 बजे, साढ़े पाँच बजे, सुबह 10 बजे, पौने तीन बजे, 2:30 बजे, दोपहर 2 बजे, सवा चार बजे, 3:15 pm, ढाई बजे, 12 noon, शाम 5:30 बजे
ewd : Monday, Tuesday, Wednesday, Thursday, Friday
when : कल $wclock, $wd $wclock, परसों $wclock, tomorrow $wclock, अगले $wd $wclock, आज $wclock, कल 3 बजे के बाद, $wd 5 बजे से पहले, 12 June $wclock
rwhen : कल $clock, $wd $clock, परसों $clock, tomorrow $clock, आज $clock, 25 तारीख़ को सुबह 9 बजे, Sunday $clock
eclock : 4pm, 11 am, 5:30 pm, 9am
dur : 20 minute, आधे घंटे, 2 घंटे, डेढ़ घंटे, 45 min
hwhen : कल शाम पाँच बजे, सोमवार सुबह दस बजे, परसों दोपहर तीन बजे, आज रात नौ बजे
"""
FAMILY_VALUES = Path(__file__).resolve().parent / "data" / "family_values.txt"     # further values, for the split "more"
SPLITS = ("train", "val", "test")
# kinds whose value is a name, kept in the script it is typed in
NAME_KINDS = {"person", "man", "woman", "place", "city", "bank", "wallet", "shop", "foodapp", "resto", "op", "dth",
              "util", "isp", "app", "cabapp", "surname", "film", "rail", "airline", "hotel"}
# kinds whose test values must not occur in training, and what the card calls them
UNSEEN_KINDS = {"person": "person", "man": "person", "woman": "person", "surname": "person", "kin": "person", "place": "place",
                "city": "place", "bank": "bank", "wallet": "bank", "shop": "shop", "foodapp": "shop", "resto": "shop",
                "op": "company", "dth": "company", "util": "company", "isp": "company", "app": "company",
                "cabapp": "company", "film": "title", "rail": "title", "airline": "company", "hotel": "company",
                "amt": "amount", "wamt": "amount", "big": "amount", "ebig": "amount", "hamt": "amount", "eamt": "amount",
                "rech": "amount", "rent": "amount", "phone": "number", "upi": "number", "last": "number", "oid": "number",
                "pnr": "number", "utr": "number", "tkt": "number"}


def _lexicon() -> dict[str, dict[str, list[str]]]:
    out, further = {}, _family_values()
    for line in _LEXICON.strip().splitlines():
        kind, _, lists = line.partition(" : ")
        values = [[v.strip() for v in re.split(r",(?!\d)", part)] for part in lists.split(" / ")]
        assert len(values) == 3, f"{kind}: {len(values)} lists, not train / val / test"
        out[kind] = dict(zip(SPLITS, values))
    for line in _SHARED.strip().splitlines():
        kind, _, lists = line.partition(" : ")
        values = [v.strip() for v in lists.split(",")]
        out[kind] = {split: values for split in SPLITS}
    for kind, by_split in out.items():
        held_out = {v.casefold() for v in by_split["val"] + by_split["test"]}
        by_split["more"] = by_split["train"] + [v for v in further.get(kind, ()) if v.casefold() not in held_out]
    return out


def _family_values() -> dict[str, list[str]]:
    lines = FAMILY_VALUES.read_text(encoding="utf-8").splitlines()
    parts = (line.partition(" : ") for line in lines if line.strip() and not line.startswith("#"))
    return {kind: [v.strip() for v in re.split(r",(?!\d)", values)] for kind, _, values in parts}


LEXICON = _lexicon()
