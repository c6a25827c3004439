"""The lexicon: spellings, readings, English in Devanagari, paradigms, standard spelling, hostile strings."""
import marshal
from types import SimpleNamespace
import random
import unicodedata
from pathlib import Path

import pytest

import lexicon
import wordlists
from inflect import noun_forms, verb_forms
from loanwords import acronym, spell_letters
from romanize import NEVER, fit, nfc, spellings, units
from spelling import fold, standard

CHAT_FORMS = Path(__file__).with_name("chat_forms.tsv")


@pytest.fixture(scope="module")
def lex():
    return lexicon.load()


@pytest.mark.parametrize("roman, deva", [
    ("nhi", "नहीं"), ("nahin", "नहीं"), ("kr", "कर"), ("hu", "हूँ"), ("hun", "हूँ"), ("hoon", "हूँ"), ("pe", "पर"), ("h", "है"),
    ("q", "क्यों"), ("kyun", "क्यों"), ("ye", "ये"), ("yeh", "यह"), ("woh", "वह"), ("aur", "और"), ("mereko", "मेरे को"), ("gaya", "गया"),
    ("gayi", "गई"), ("gaye", "गए"), ("chahiye", "चाहिए"), ("liye", "लिए"), ("liy", "लिए"), ("hazar", "हज़ार"), ("zyada", "ज़्यादा"),
    ("padhna", "पढ़ना"), ("ladki", "लड़की"), ("gaadi", "गाड़ी"), ("achha", "अच्छा"), ("accha", "अच्छा"), ("kal", "कल"), ("baje", "बजे"),
])
def test_chat_word_reads_as_its_standard_spelling(lex, roman, deva):
    assert lex.readings(roman)[0][0] == nfc(deva)


@pytest.mark.parametrize("roman, deva", [
    ("karunga", "करूँगा"), ("bhejungi", "भेजूँगी"), ("karana", "कराना"), ("dilwa", "दिलवा"), ("bataiye", "बताइए"), ("milega", "मिलेगा"),
    ("katwaye", "कटवाए"), ("bhejiega", "भेजिएगा"), ("mangwana", "मँगवाना"), ("likhwaunga", "लिखवाऊँगा"), ("pahunchunga", "पहुँचूँगा"),
])
def test_inflected_verbs_are_read(lex, roman, deva):
    assert lex.readings(roman)[0][0] == nfc(deva)


@pytest.mark.parametrize("roman, deva", [("kardo", "कर दो"), ("hogaya", "हो गया"), ("bhejdena", "भेज देना"), ("bharlo", "भर लो"),
                                         ("nikaldiya", "निकाल दिया"), ("samajhgaya", "समझ गया")])
def test_glued_light_verbs_split(lex, roman, deva):
    assert nfc(deva) in [w for w, _ in lex.readings(roman, 3)]


def test_whole_words_beat_joins(lex):
    assert lex.readings("holi")[0][0] == nfc("होली")


@pytest.mark.parametrize("word, english", [
    ("मीटिंग", "meeting"), ("फ्राइडे", "Friday"), ("फ़्राइडे", "Friday"), ("ओटीपी", "OTP"), ("रिचार्ज", "recharge"), ("ट्रांजैक्शन", "transaction"),
    ("ट्रांसैक्शन", "transaction"), ("एसबीआई", "SBI"), ("पासवर्ड", "password"), ("अकाउंट", "account"), ("आरबीआई", "RBI"),
])
def test_english_in_devanagari_is_read_back(lex, word, english):
    found = lex.latin(word)
    assert found[0][0] == english and found[0][1] > -0.4


@pytest.mark.parametrize("word, english", [("थर्मामीटर", "thermometer"), ("बैकस्टेज", "backstage"), ("डिस्पेंसर", "dispenser"), ("ट्रेडमिल", "treadmill")])
def test_unlisted_english_words_are_found_by_sound(lex, word, english):
    assert word not in lex.loans
    assert lex.latin(word)[0][0] == english


def test_weekdays_and_acronyms_keep_their_capitals(lex):
    assert "थर्ज़डे" not in lex.loans and lex.latin("थर्ज़डे")[0][0] == "Thursday"
    assert lex.latin("जीएसटी")[0][0] == "GST"


@pytest.mark.parametrize("word", "काम बस मन में है का कल घर पानी राम बात लोग अन्य कार्य मंदिर दिन चाय रोटी".split())
def test_hindi_words_are_not_english(lex, word):
    assert lex.deva_hindi_logp(word) > lex.deva_english_logp(word) + 1


def test_loans_are_more_english_than_hindi(lex):
    for word in "मीटिंग पासवर्ड रिचार्ज ट्रांसैक्शन".split():
        assert lex.deva_english_logp(word) > lex.deva_hindi_logp(word)


@pytest.mark.parametrize("token", "hai nahi kya karunga mera bhejna accha paisa".split())
def test_roman_hindi_is_more_hindi_than_english(lex, token):
    assert lex.hindi_logp(token) > lex.english_logp(token) + 3


@pytest.mark.parametrize("token", "meeting office please shift account password cancel tomorrow the and".split())
def test_english_is_more_english_than_hindi(lex, token):
    assert lex.english_logp(token) > lex.hindi_logp(token) + 3


def test_chat_forms_are_read(lex):
    gold = lexicon.read_pairs(str(CHAT_FORMS))
    assert len(gold) >= 300
    result = lexicon.measure(gold, lex)
    assert result["top1"] >= 0.95 and result["top5"] >= 0.98, result


@pytest.mark.parametrize("token", ["", " ", "🙏", "नहीं", "a-b", "4pm", "₹500", "\u200d", "é", "x" * 10_000, "a\x00b", "İ"])
def test_what_is_no_roman_word_has_no_reading(lex, token):
    assert lex.readings(token) == []
    assert lex.hindi_logp(token) <= -20


@pytest.mark.parametrize("word", ["", "🙏", "abc", "\u200d", "़", "्", "ं", "क" * 10_000, "१२", "॥", "क्\u200dष"])
def test_any_string_may_be_asked_for_english(lex, word):
    assert isinstance(lex.latin(word), list)
    assert lex.deva_hindi_logp(word) <= 0 and lex.deva_english_logp(word) <= 0
    assert isinstance(lex.romanizations(word), list)


def test_random_strings_raise_nothing(lex):
    rng = random.Random(3)
    for _ in range(150):
        token = "".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(rng.randint(1, 12)))
        assert all(score <= 0 for _, score in lex.readings(token))
        word = "".join(chr(rng.randint(0x900, 0x97f)) for _ in range(rng.randint(1, 10)))
        lex.latin(word)
        assert standard(standard(nfc(word))) == standard(nfc(word))


def test_nfd_and_joiners_change_nothing(lex):
    for word in ["ज़रूरत", "पढ़ाई", "ट्रांजैक्शन", "फ़्राइडे"]:
        other = unicodedata.normalize("NFD", word)
        assert lex.latin(word) == lex.latin(other)
        assert lex.romanizations(word) == lex.romanizations(other)
        assert lex.deva_hindi_logp(word) == lex.deva_hindi_logp(other)
    assert nfc("क्\u200dष") == "क्ष"


def test_every_reading_is_nfc(lex):
    for token in ["zaroor", "padhai", "gaadi", "farq", "khabar", "xyz", "office"]:
        for word, _ in lex.readings(token, 12):
            assert word == unicodedata.normalize("NFC", word)


def test_stretched_letters_are_read_once(lex):
    assert lex.readings("bhaiiiii")[0][0] == "भाई"


def test_case_does_not_matter(lex):
    assert lex.readings("NAHI") == lex.readings("nahi")


def test_names_in_both_scripts(lex):
    assert all(lex.is_name(n) for n in ["Rahul", "rahul", "राहुल", "Jaipur", "paytm", "Swiggy", "SBI"])
    assert not any(lex.is_name(n) for n in ["meeting", "kal", "", "मीटिंग", "nahi"])


@pytest.mark.parametrize("stem, forms", [
    ("कर", "करना करता करूँगा करेंगे किया की कीजिए कीजिएगा करके"), ("जा", "जाऊँगा जाएगा जाएँगे जाओ जाइए गया गई गए"),
    ("दे", "दूँगा देगा देंगे दो दीजिए दिया दी"), ("भेज", "भेजूँगी भेजिएगा भेजा भेजते"), ("बता", "बताऊँगा बताइए बताया बताई बताए"),
    ("सो", "सोऊँगा सोएगा सोया"), ("पी", "पिएगा पियो पिया पीजिए"), ("छू", "छुआ छूना"),
])
def test_verb_paradigm(stem, forms):
    assert set(map(nfc, forms.split())) <= set(verb_forms(nfc(stem)))


def test_noun_forms():
    assert "किताबों" in noun_forms("किताब") and nfc("लड़के") in noun_forms(nfc("लड़का")) and nfc("लड़कियाँ") in noun_forms(nfc("लड़की"))


@pytest.mark.parametrize("variant, word", [
    ("गयी", "गई"), ("नये", "नए"), ("जायेगा", "जाएगा"), ("करूंगा", "करूँगा"), ("जाएंगे", "जाएँगे"), ("हां", "हाँ"), ("जरूरत", "ज़रूरत"),
    ("ज्यादा", "ज़्यादा"), ("पहुंचा", "पहुँचा"), ("चाहिये", "चाहिए"), ("रुपये", "रुपये"), ("नहीं", "नहीं"), ("में", "में"), ("नही", "नहीं"),
])
def test_standard_spelling(variant, word):
    assert standard(nfc(variant)) == nfc(word)


def test_fold_joins_what_scoring_joins():
    assert fold("ज़रूरत") == fold("जरूरत") and fold("हूँ") == fold("हूं") and fold("कर") != fold("कार")


def test_spellings_fit_their_word():
    for word in map(nfc, ["ज़िंदगी", "करूँगा", "क्षमा", "ज्ञान", "कुत्ता", "दुःख", "आइए", "बॉल"]):
        listed = spellings(word, 8)
        assert listed and all(fit(roman, word) > NEVER for roman, _ in listed)
        assert [p for _, p in listed] == sorted((p for _, p in listed), reverse=True)
    assert fit("zindagi", "कमल") == NEVER


def test_nukta_stays_with_its_letter():
    assert units(nfc("ज़रा")) == [nfc("ज़"), "ə", "र", "ा"]


def test_acronyms_by_letter_names():
    assert acronym("एसबीआई") == "SBI" and acronym("ओटीपी") == "OTP" and acronym("पानी") is None and acronym("") is None
    assert spell_letters("upi") == "यूपीआई"


def test_word_lists_are_clean():
    for name in ("chat", "english", "words", "verbs", "spelling", "names", "native", "loans_found"):
        rows = wordlists.read_tsv(name)
        assert rows and all(cell == cell.strip() and unicodedata.is_normalized("NFC", cell) for r in rows for cell in r), name
    assert len({r[0] for r in wordlists.read_tsv("chat")}) == len(wordlists.read_tsv("chat"))
    assert len({r[0] for r in wordlists.read_tsv("english")}) == len(wordlists.read_tsv("english"))


def test_a_damaged_cache_is_built_again(lex, tmp_path, monkeypatch):
    path = tmp_path / "lexicon-x.bin"
    tables = {"words": {}}
    built = []
    monkeypatch.setattr(lexicon, "_cache_path", lambda: path)
    monkeypatch.setattr(lexicon, "build_tables", lambda: built.append(1) or tables)
    monkeypatch.setattr(lexicon, "Lexicon", lambda t: SimpleNamespace(words=t["words"], read_ahead=dict))
    for damage in (None, b"", b"junk", marshal.dumps({})):
        if damage is not None:
            path.write_bytes(damage)
        lexicon.load.__wrapped__()
    assert len(built) == 4
    assert marshal.loads(path.read_bytes()) == tables


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path, capsys):
    blocker = tmp_path / "file"
    blocker.write_text("")
    lexicon._write_cache(blocker / "lexicon.bin", {})
    assert "not cached" in capsys.readouterr().err


def test_what_was_read_ahead_is_what_reading_gives(lex):
    some = sorted(lex.ready)[::500]
    kept, lex.ready = lex.ready, {}
    try:
        assert [lex._rank(*key) for key in some] == [kept[key] for key in some]
    finally:
        lex.ready = kept


def test_measuring_nothing_gives_none(lex):
    assert lexicon.measure({}, lex)["top1"] is None
