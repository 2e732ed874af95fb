"""How many phones a transcript has: from CMUdict for English words, from eSpeak NG for the rest of the world."""

from functools import cache, lru_cache
from pathlib import Path

from zoo.acoustics.alignment import words_of
from zoo.acoustics.espeak import FASTEST_WPM, VoiceError
from zoo.acoustics.reading import read, voice_of

REMEMBERED = 65_536  # transcripts and words; corpora of acted speech repeat theirs
SILENT = {";", "?", "-", "'"}  # palatalised, glottalised: a manner of the phone before, no phone
# eSpeak's American English in the 39 phones of CMUdict. A vowel with its r is two phones there.
ARPABET_OF_ESPEAK = """
    @=AH @2=AH @5=AH a#=AH V=AH 3=ER 3:=ER I2=IH I#=IH a=AE aa=AE A:=AA 0=AA A@=AA+R E=EH eI=EY I=IH i=IY
    i:=IY i@=IY+AH i@3=IH+R O=AO O:=AO O2=AO O@=AO+R o@=AO+R oU=OW OI=OY aI=AY aI@=AY+AH aI3=AY+ER aU=AW
    aU@=AW+ER U=UH u:=UW U@=UH+R e@=EH+R @L=AH+L n-=AH+N m-=AH+M @-=AH r-=R p=P b=B t=T t#=T t2=T d=D d#=D k=K
    x=K g=G f=F v=V T=TH D=DH s=S z=Z S=SH Z=ZH h=HH tS=CH dZ=JH m=M n=N N=NG l=L r=R w=W j=Y
"""
ARPABET = {name: said.replace("+", " ") for name, said in (pair.rsplit("=", 1) for pair in ARPABET_OF_ESPEAK.split())}


@lru_cache(REMEMBERED)
def count_phones(transcription: str, language: str = "en") -> int | None:
    """The number of phones of a transcript as it is usually said; None without words or where nobody can say them.

    English words are counted as CMUdict has them first. Elsewhere a phone is one of eSpeak's: a diphthong or an
    affricate is one phone, as in CMUdict; what a language drops in running speech, eSpeak drops.

    Raises:
        ZooError: if eSpeak NG is not installed and is needed.
    """
    words = words_of(transcription)
    if not words:
        return None
    if voice_of(language) != "en-us":
        return _spoken(transcription, voice_of(language)) or None
    counts = [len(said.split()) if (said := pronounce(word)) else _spoken(word, "en-us") for word in words]
    return sum(counts) or None


@lru_cache(REMEMBERED)
def pronounce(word: str) -> str | None:
    """An English word in ARPAbet without stress marks: `K IH D Z`. By CMUdict, else by eSpeak; None where it cannot."""
    known = _dictionary().get(spelling(word))
    if known:
        return known
    names = [phone.name for phone in read(word, "en-us", FASTEST_WPM).phones if phone.name not in SILENT]
    said = [ARPABET.get(name) for name in names]
    return " ".join(filter(None, said)) if said and all(said) else None


def spelling(word: str) -> str:
    """A word as the dictionary spells it."""
    return word.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def _spoken(text: str, voice: str) -> int:
    """How many phones eSpeak says for a text; 0 where it does not know the voice."""
    try:
        return sum(phone.name not in SILENT for phone in read(text, voice, FASTEST_WPM).phones)
    except VoiceError:
        return 0


@cache
def _dictionary() -> dict[str, str]:
    """CMUdict's first pronunciation of each word, from pocketsphinx's copy (BSD), once per process."""
    import pocketsphinx

    path = Path(pocketsphinx.get_model_path("en-us/cmudict-en-us.dict"))
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = (line.split(" ", 1) for line in lines if " " in line)
    return {word: said for word, said in pairs if not word.endswith(")")}
