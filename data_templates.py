"""The messages of the data set in normalized form, written by hand, one family a line.

Syntax: `[a|b|]` a choice, `<slot=...>` a slot, `$kind` a value of data_words.LEXICON (`$person2` a second one),
`@Big_Bazaar` a name, `\\n` a line break. A block starts with `= intent`; a line is
`split categories : message`, for clarify `split categories : message ?? requested_intent ?? question`.

Reads:  nothing
Writes: nothing
"""
from typing import NamedTuple

import contract


class Template(NamedTuple):
    family: str
    split: str
    intent: str
    text: str
    categories: tuple[str, ...]
    requested: str | None = None
    question: str | None = None
    styles: tuple[str, ...] = ()
    fixed: bool = False
    fixed_input: str | None = None


SPLIT_NAMES = {"tr": "train", "va": "val", "te": "test"}

BLOCKS = """
= schedule_meeting
tr time,entity : <time=$when> <participant=$person> के साथ [meeting|call] [रख दो|set कर दो|fix कर दो|schedule करो]
tr time : <title=$topic> [की|वाली] meeting <time=$when> रखनी है, [invite भेज दो|calendar में डाल दो]
tr entity : <participant=$person> [के साथ मेरी|से मेरी] meeting [लगवा दो|करवा दो] <time=$when>
tr partial : <time=$when> <title=$topic> call with <participant=$person>
tr time : team को बोलो <time=$when> सब <place=$app> पर आ जाएँ, <title=$topic> करना है
tr slang : [boss|bro], <time=$when> छोटी सी catch up रख लेते हैं <participant=$person> के साथ
tr time : <time=$when> <participant=$person> का slot book कर सकते हो? <title=$topic> है
tr self_correction : <participant=$person> से meeting कल नहीं, <time=परसों $clock> रख दो
tr twin : <time=कल $clock> <participant=$person> के साथ meeting रखना, भूलना मत
tr pure_english : [Set up|Schedule] a <title=$topic> call with <participant=$person> <time=tomorrow at $eclock>[.|]
tr pure_hindi : <participant=$person> से <time=$hwhen> मुलाक़ात [तय कर दो|रखवा दो]
va time,entity : <participant=$person> को <place=$app> link भेजो, <time=$when> मिलते हैं <title=$topic> के लिए
va slang : <title=$topic> का सोच रहे थे, <time=$when> <place=meeting room 2> में बैठ जाते हैं
te time,entity : HR से बोलना <participant=$person> का <title=interview> <time=$when> [रख लें|fix कर लें]
te time : sir बोल रहे हैं <title=$topic> <time=$when> करते हैं, सबका calendar block कर दो
te self_correction : <participant=$person> के साथ <title=$topic>, $wd को... अरे नहीं, <time=$wd2 $clock>
te partial : <title=$topic>, <participant=$person>, <time=$when>, <place=$place office>
= reschedule_meeting
tr time : <original_time=$when> वाली meeting <new_time=$wd $clock> पर [shift|move] कर दो
tr time,entity : <participant=$person> के साथ जो meeting थी <original_time=$when> उसे <new_time=$wd $clock> कर दो
tr homograph : the <title=$topic> meeting <original_time=$wd> को है, <new_time=$wd2 $clock> पर डाल दो
tr slang : [यार|bro] <original_time=आज> नहीं हो पाएगा, <participant=$person> वाली call <new_time=कल $clock> कर लेते हैं
tr self_correction : <title=$topic> को <original_time=$wd> से हटाकर Thursday... मतलब <new_time=$wd2 $clock> कर दो
tr entity : <participant=$person> busy [है|हैं], <title=$topic> आगे खिसका दो <new_time=अगले $wd $clock> तक
tr partial : <title=$topic> <original_time=$clock> → <new_time=$clock2>
tr pure_english : [Can you push|Please move] the <title=$topic> from <original_time=$wd> to <new_time=$wd2 $eclock>?
tr time : <participant=$person> बोल [रहे हैं|रही हैं] एक घंटा late होंगे, meeting <new_time=$clock> कर दो please
va time : <title=$topic> prepone करना पड़ेगा, <original_time=$wd> की जगह <new_time=$wd2 $clock>
va entity : <participant=$person> free नहीं, meeting का time <new_time=$when> कर दो
te time,entity : <participant=$person> की flight late है तो <title=$topic> <new_time=$when> ले जाओ
te twin : <original_time=आज $clock> वाली sync में नहीं आ पाऊँगा, <new_time=कल $clock2> रख सकते हैं?
te slang : <title=$topic> थोड़ा पीछे करना है, <original_time=$clock> से <new_time=$clock2> चलेगा?
te homograph : उस team के साथ वाली call <new_time=$wd $clock> में shift करो, <original_time=$wd2> नहीं जमेगा
= cancel_meeting
tr time : <time=$when> [की|वाली] meeting cancel [कर दो|करो]
tr entity : <participant=$person> के साथ <time=$wd> की meeting [हटा दो|cancel कर दो], [अब ज़रूरत नहीं|बात हो गई]
tr slang : [यार|bro] <title=$topic> drop कर, client नहीं आ रहा
tr homograph : इस बार <title=$topic> नहीं होगा, सबको बता दो meeting cancel है
tr time : मैं छुट्टी पर हूँ तो <time=$wd> का <title=$topic> रद्द कर दो
tr pure_english : Cancel my <time=$eclock> with <participant=$person>[.|]
tr partial : <title=$topic> <time=$wd> cancel
va entity : <participant=$person> को बोल दो <time=$when> नहीं मिल पाएँगे, meeting cancel
te entity,time : <participant=$person> बीमार हैं, <time=$when> वाला <title=$topic> उड़ा दो calendar से
te slang : <time=$when> वाली call की छुट्टी कर दो भाई, कोई नहीं आ रहा
te self_correction : Tuesday वाली... नहीं, <time=$wd> वाली meeting cancel करनी है <participant=$person> के साथ
= set_reminder
tr time : <time=$when> [मुझे|] <task=$task_ka> का reminder [लगा दो|set कर दो]
tr time : <time=$when> याद दिलाना <task=$task_na> है
tr entity : <time=$when> <task=$person को call करना> है, याद [दिला देना|दिलाना] [please|]
tr homograph : <time=$clock> तो बस remind कर देना कि <task=$task_na> है
tr numeral : <time=$dur बाद> याद दिलाओ, <task=gas बंद करनी> है
tr self_correction : $clock2 नहीं रुको, <time=$clock> का reminder लगाओ <task=$task_ka> का
tr slang : oye <time=$when> <task=$task_na> भूल न जाऊँ, ping मार देना
tr twin : <time=कल $clock> <task=$task_na> है, reminder लगाओ
tr pure_english : Remind me to <task=$etask> <time=at $eclock tomorrow>[.|]
tr pure_hindi : <time=$hwhen> <task=$htask> है, याद दिला देना
tr partial : reminder - <task=$task_na>, <time=$when>
tr deva_digits : <time=$when> का alarm जैसा लगा दो, <task=दवाई लेनी> है
va time : <time=$when> से पहले बता देना कि <task=$task_na> है
va slang : भूलने की बीमारी है यार, <time=$when> <task=$task_na> याद करा दियो
te time : phone पर reminder डाल दो, <time=$when> <task=$task_na> है
te self_correction : <task=$task_na> है, याद दिलाना $clock2... uh नहीं, <time=$clock>
te numeral : हर महीने <time=5 तारीख> को <task=SIP भरने> का reminder चाहिए
te entity : <task=$person का birthday wish करना> मत भूलने देना, <time=$when> बता देना
= transfer_money
tr money,entity : <recipient=$person> को <amount=$amt> [भेज दो|transfer कर दो|भेजो|send करो] [please|]
tr money,entity : [मेरे|] <source_account=$bank> account से <recipient=$person> को <amount=$amt> transfer करना है
tr money : <recipient=$upi> पर <amount=$amt> [डाल दो|भेज दो]
tr money,numeral : <recipient=$person> के account में <amount=$wamt> डालने हैं, <method=$paymode> कर दो
tr homograph : उस को नहीं यार, <recipient=$person> को दो <amount=$amt>
tr slang : <recipient=$person> का हिसाब clear करना है, <amount=$amt> <method=$wallet> कर दे
tr money : <recipient=$kin> को <method=$wallet> से <amount=$amt> भेजने हैं
tr self_correction : <recipient=$person> को $amt2, sorry <amount=$amt> [भेज दो|भेजना]
tr partial : <amount=$amt> <recipient=$person> <method=UPI>
tr twin : <time=कल सुबह> <recipient=$person> को <amount=$amt> भेज देना
tr money,time : <time=$day> तक <recipient=$person> के पास <amount=$amt> पहुँच जाने चाहिए, <source_account=salary> account से
tr pure_english : Send <amount=$eamt> to <recipient=$person> [via|through] <method=$paymode>[.|]
tr pure_hindi : <recipient=$person> को <amount=$hamt> भेज दीजिए
va money : <amount=$amt> <recipient=$person> के खाते में डाल दो <source_account=$bank> से
va slang : <recipient=$person> के पैसे लौटाने हैं यार, <amount=$amt> मार दे <method=$wallet> पर
te money,entity : <recipient=$person> का share बनता है <amount=$amt>, <method=$wallet> करो उसको
te numeral : rent वाले <recipient=$kin> को <amount=$wamt> <method=$paymode> करना है <time=$day> तक
te money : <source_account=$bank> से <recipient=$person> के <amount=$amt> settle कर दो
te self_correction : <amount=$amt>... हाँ वही, <recipient=$person> को भेजो, $person2 को नहीं
te money : ये UPI id है <recipient=$upi>, इस पर <amount=$amt> pay करना है
= check_balance
tr entity : [मेरे|] <bank=$bank> account में कितना balance है?
tr entity : <bank=$bank> के <account=$acc> account का balance [बताओ|check करो|दिखाओ]
tr slang : [यार|भाई] <bank=$wallet> में कितने पैसे बचे हैं?
tr partial : balance <account=$acc>
tr homograph : इस account में कितना है, <account=$last> वाले में
tr time : <bank=$bank> का पिछले महीने का statement चाहिए
tr entity : salary आई क्या? <account=$acc> account check करके बताओ
tr pure_english : [What's|Show me] my <bank=$bank> balance[?|]
tr pure_hindi : मेरे खाते में कितने पैसे हैं?
va entity : <bank=$wallet> wallet में कुछ बचा है या ख़ाली है?
te entity : ज़रा <bank=$bank> का mini statement निकाल दो
te slang : पैसे ख़त्म तो नहीं हो गए? <account=$acc> account देखो ज़रा
te numeral : <bank=$bank> <account=$last> में available balance कितना दिख रहा है
te partial : <bank=$wallet> balance कितना
= pay_bill
tr money : <bill_type=बिजली> का bill [भर दो|pay कर दो] <amount=$amt> का
tr entity : <provider=$util> का bill <source_account=$wallet> से [pay कर दो|भर दो]
tr time : <bill_type=$billt> की last date <time=$day> है, आज ही भर दो
tr entity,money : <provider=$bank> <bill_type=credit card> का due <amount=$amt> clear करना है
tr homograph : इस महीने का <bill_type=rent> भी दे दो, <amount=$amt> <source_account=$bank> से
tr slang : wifi बंद होने वाला है यार, <provider=$isp> का bill मार दे
tr money : बच्चों की <bill_type=school fee> <amount=$amt> जमा करनी है <time=$day> तक
tr numeral : <bill_type=$emi EMI> <amount=$amt> <source_account=$bank> account से कटवा दो
tr self_correction : gas का नहीं, <bill_type=बिजली> का bill पहले भर दो <source_account=$wallet> से
tr pure_english : Pay my <provider=$isp> bill of <amount=$eamt>[.|]
tr pure_hindi : <bill_type=मकान का किराया> <amount=$hamt> चुका दो
tr partial : <bill_type=$billt> <amount=$amt> <source_account=$wallet>
va money : <bill_type=society maintenance> के <amount=$amt> जमा कर दो <source_account=$bank> से
va time : <provider=$util> वाले light काट देंगे, <time=आज> ही <bill_type=bill> भर दो
te entity,time : <provider=$util> का <bill_type=electricity> bill आया है <amount=$amt> का, <time=$day> तक भरना है
te money : maid को नहीं, <bill_type=$billt> का payment करना है <amount=$amt> <source_account=$wallet> से
te slang : late fee लग जाएगी भाई, <provider=$bank> की <bill_type=EMI> भर दे जल्दी
= recharge_mobile
tr money : मेरे number पर <amount=$rech> का recharge [कर दो|करो|मार दो]
tr entity : <phone_number=$kin> के <operator=$op> number पर <amount=$rech> वाला recharge कर दो
tr numeral : <phone_number=$phone> पर <operator=$op> का <plan=$plan> वाला pack डाल दो
tr slang : net ख़त्म हो गया यार, <operator=$op> में <plan=$plan> डलवा दे
tr entity : <operator=$dth> का recharge ख़त्म है, <amount=$rech> डाल दो
tr partial : <operator=$op> <amount=$rech> <phone_number=$phone>
tr homograph : <phone_number=मम्मी> के phone में net डालना है, <amount=$rech> वाला <plan=$plan> का pack ले लो
tr self_correction : <amount=$rech> का recharge करो मेरा, sorry मेरा नहीं <phone_number=$kin> के number पर
tr pure_english : Recharge <phone_number=$phone> with the <amount=$rech> <operator=$op> plan[.|]
va money : <amount=$rech> वाला <operator=$op> plan activate करो <phone_number=$phone> पर
te entity : <operator=$op> की validity आज ख़त्म हो रही है, <amount=$rech> वाला recharge मार दो
te self_correction : <operator=$op> में <plan=$plan> वाला... नहीं वो नहीं, <amount=$rech> वाला डाल दो
te numeral : ये number है <phone_number=$phone>, इसमें <amount=$rech> का topup कर दो
= clarify
tr ambiguity : <ambiguous_term=कल> $amt $person को ?? transfer_money ?? $amt कल भेजने हैं या कल भेजे थे?
te ambiguity : $person से मिलना है कल <ambiguous_term=शाम> को, meeting डाल दो ?? schedule_meeting ?? शाम को कितने बजे?
va ambiguity : cab चाहिए <ambiguous_term=थोड़ी देर में> ?? book_cab ?? cab कितने बजे चाहिए?
= out_of_scope
tr small_talk : [और|अरे] [भाई|यार], क्या [हाल है|चल रहा है]?
te knowledge : India का PM कौन है?
va small_talk : आज मौसम कैसा है?
"""


def _parse(blocks: str) -> list[Template]:
    out, intent, count = [], "", 0
    for line in blocks.strip().splitlines():
        if line.startswith("= "):
            intent, count = line[2:].strip(), 0
            continue
        head, _, body = line.partition(" : ")
        split, *cats = head.split()
        text, *more = [p.strip() for p in body.split(" ?? ")]
        count += 1
        out.append(Template(f"{intent}.{count:02d}", SPLIT_NAMES[split], intent, text, tuple(cats),
                            *(more if intent == "clarify" else ())))
    return out


def load_templates() -> list[Template]:
    """All families, the public example first."""
    example = Template("example", "train", contract.EXAMPLE_OUTPUT["intent"],
                       "भाई <original_time=कल 2 बजे के बाद> meeting को <new_time=Friday 4pm> पर shift कर दो",
                       ("example", "time"), styles=("rrd",), fixed=True, fixed_input=contract.EXAMPLE_INPUT)
    return [example] + _parse(BLOCKS)
