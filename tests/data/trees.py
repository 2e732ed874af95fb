"""Small folders in the layouts of corpora as downloaded: empty files under the corpora's own names, and their tables.

Every reader of a downloaded corpus has a maker here; `test_corpora.py` finds the readers in the registry.
"""

import json
from collections.abc import Callable, Iterable
from itertools import product
from pathlib import Path

Maker = Callable[[Path], None]


def files(root: Path, names: Iterable[str]) -> None:
    for name in (*names, "._macos.wav", "notes.txt", "stray.wav"):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def text(path: Path, *lines: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")


def ravdess(root: Path) -> None:
    cells = product(range(1, 9), (1, 2), range(1, 25))
    files(root, (f"Actor_{a:02d}/03-01-{e:02d}-01-{s:02d}-01-{a:02d}.wav" for e, s, a in cells))
    files(root, ["Actor_03/03-02-01-01-01-01-03.wav", "Actor_07/03-01-03-01-02-02-07.wav"])  # song; a copy


def emodb(root: Path) -> None:
    speakers = ("03", "08", "09", "10", "11", "12", "13", "14", "15", "16")
    files(root, (f"wav/{s}a0{n}{e}a.wav" for s, n, e in product(speakers, (1, 2), "WLEAFTN")))


def savee(root: Path) -> None:
    emotions = ("a", "d", "f", "h", "n", "sa", "su")
    cells = product(("DC", "JE", "JK", "KL"), emotions, (1, 2))
    files(root, (f"AudioData/{speaker}/{emotion}{n:02d}.wav" for speaker, emotion, n in cells))


def cremad(root: Path) -> None:
    emotions = ("ANG", "DIS", "FEA", "HAP", "NEU", "SAD")
    names = [f"{actor}_MTI_{emotion}_XX" for actor, emotion in product(range(1001, 1092), emotions)]
    files(root, (f"AudioWAV/{name}.wav" for name in names))  # 1076_MTI_SAD_XX and _NEU_XX are bad ones
    text(root / "VideoDemographics.csv", "ActorID,Age,Sex", *(f"{a},30,Female" for a in range(1001, 1092)))
    votes = ["1,1001_MTI_ANG_XX,A", "1,1001_MTI_ANG_XX,D", "2,1001_MTI_ANG_XX,H", "1,1002_MTI_SAD_XX,S"]
    text(root / "finishedResponses.csv", "queryType,clipName,respEmo", *votes)


def tess(root: Path) -> None:
    emotions = ("angry", "disgust", "fear", "happy", "ps", "sad", "neutral")
    cells = product(("OAF", "YAF"), ("back", "bar"), emotions)
    files(root, (f"{speaker}_{emotion}/{speaker}_{word}_{emotion}.wav" for speaker, word, emotion in cells))
    files(root, ["OAF_neutral/OA_bite_neutral.wav"])


def esd(root: Path) -> None:
    folders = {0: "Neutral", 350: "Angry", 700: "Happy", 1050: "Sad", 1400: "Surprise"}
    for speaker, at, number in product(range(1, 21), folders, (1, 2)):
        files(root, [f"{speaker:04d}/{folders[at]}/{speaker:04d}_{at + number:06d}.wav"])
    (root / "0011" / "0011.txt").write_text("0011_000001\tThe nine the eggs, I keep.\tNeutral\n", encoding="utf-16")
    (root / "0001" / "0001.txt").write_text("0001_000001\t打远一看\t中立\n", encoding="gb18030")


def emovo(root: Path) -> None:
    emotions, actors = ("dis", "gio", "neu", "pau", "rab", "sor", "tri"), ("f1", "f2", "f3", "m1", "m2", "m3")
    sentences = ("b1", "b2", "b3", "l1", "l2", "l3", "l4", "n1", "n2", "n3", "n4", "n5", "d1", "d2")
    files(root, (f"{a}/{e}-{a}-{s}.wav" for e, a, s in product(emotions, actors, sentences)))


def mead(root: Path) -> None:
    emotions = ("neutral", "happy", "sad", "angry", "fear", "disgusted", "contempt", "surprised")
    actors = ("M003", "M005", "M007", "M009", "W009", "W011", "W014", "W015")
    cells = product(actors, emotions, (1, 2))
    files(root, (f"{a}/audio/{e}/level_1/{n:03d}.{kind}" for a, e, n in cells for kind in ("m4a", "wav")))


def expresso(root: Path) -> None:
    styles = ("default", "happy", "sad", "confused", "whisper", "laughing", "enunciated")
    names = [f"{s}_{style}_{n:05d}" for s, style, n in product(("ex01", "ex02", "ex03", "ex04"), styles, (1, 2))]
    audio = root / "audio_48khz"
    files(audio, (f"read/{name[:4]}/{name[5:].rpartition('_')[0]}/base/{name}.wav" for name in names))
    files(audio, ["read/ex03/default/longform/ex03_default_longform_00001.wav"])
    files(audio, ["conversational/ex04-ex01/happy/ex04-ex01_happy_001.wav"])
    text(root / "read_transcriptions.txt", *(f"{name}\tIt was *not* me." for name in names))


def ears(root: Path) -> None:
    words = [
        "adoration",
        "amazement",
        "amusement",
        "anger",
        "confusion",
        "contentment",
        "cuteness",
        "desire",
        "disgust",
    ]
    words += ["disappointment", "distress", "embarassment", "extasy", "fear", "guilt", "interest", "neutral", "pain"]
    words += ["pride", "realization", "relief", "sadness", "serenity"]
    cells = product(range(1, 108, 5), words, ("sentences", "freeform"))
    files(root, (f"p{speaker:03d}/emo_{word}_{kind}.wav" for speaker, word, kind in cells))
    files(root, ["p001/rainbow_01_whisper.wav", "p001/freeform_speech_01.wav"])
    text(root / "speaker_statistics.json", json.dumps({"p001": {"gender": "male", "age": "26-35"}}))
    text(root / "transcripts.json", json.dumps({"emo_anger_sentences": "How could you?"}))


def nemo(root: Path) -> None:
    lines = ["file_id\temotion\traw_text\tnormalized_text\tspeaker_id\tgender\tage"]
    words = ("neutral", "happiness", "sadness", "anger", "fear", "surprised")
    for speaker, word, n in product(range(9), words, (1, 2)):
        name, gender = f"S{speaker}_{word}_{n}.wav", "female" if speaker % 2 else "male"
        files(root, [f"samples/{name}"])
        lines.append(f"{name}\t{word}\tTo zdanie {n}.\tto zdanie {n}\tS{speaker}\t{gender}\t30")
    text(root / "data.tsv", *lines)


def iemocap(root: Path) -> None:
    for session, lead in product(range(1, 6), "FM"):
        place, dialogue = root / f"Session{session}", f"Ses0{session}{lead}_impro01"
        labels = ["% [START_TIME - END_TIME] TURN_NAME EMOTION [V, A, D]"]
        said = []
        for turn, code in enumerate(("neu", "hap", "exc", "sad", "ang", "fru", "xxx")):
            name = f"{dialogue}_{'FM'[turn % 2]}{turn:03d}"
            files(place, [f"sentences/wav/{dialogue}/{name}.wav"])
            labels += ["", f"[6.2901 - 8.2357]\t{name}\t{code}\t[2.5000, 2.5000, 2.5000]"]
            labels += ["C-E2:\tNeutral;\t()", "C-E3:\tAnger; Frustration;\t()", "C-F1:\tSadness;\t()"]
            said.append(f"{name} [006.2901-008.2357]: Excuse me.")
        text(place / "dialog" / "EmoEvaluation" / f"{dialogue}.txt", *labels)
        text(place / "dialog" / "transcriptions" / f"{dialogue}.txt", *said)


def meld(root: Path) -> None:
    emotions = ("neutral", "joy", "sadness", "anger", "fear", "disgust", "surprise")
    sides = (
        ("train", "train_splits", ("Monica", "Ross", "Gunther")),
        ("test", "test/output_repeated_splits_test", ("Monica", "The Waiter")),
    )
    for side, folder, speakers in sides:
        lines = ["Sr No.,Utterance,Speaker,Emotion,Sentiment,Dialogue_ID,Utterance_ID,Season"]
        for dialogue, speaker in enumerate(speakers):
            for turn, emotion in enumerate(emotions):
                lines.append(f'1,"Oh, it\x92s you.",{speaker},{emotion},positive,{dialogue},{turn},1')
                files(root, [f"{folder}/dia{dialogue}_utt{turn}.{kind}" for kind in ("mp4", "wav")])
        text(root / f"{side}_sent_emo.csv", *lines)
    (root / "train_splits" / "dia125_utt3.wav").touch()


def msp_podcast(root: Path) -> None:
    lines = ["FileName,EmoClass,EmoAct,EmoVal,EmoDom,SpkrID,Gender,Split_Set"]
    votes = ["FileName,Worker,EmoClass_Major"]
    parts = ("Train", "Development", "Test1", "Test2")
    for (i, part), letter in product(enumerate(parts), "NHSAUFDCOX"):
        name = f"MSP-PODCAST_{i:04d}_{ord(letter):04d}.wav"
        files(root, [f"Audios/{name}"])
        lines.append(f"{name},{letter},4,4,4,{'Unknown' if part == 'Test2' else i},Female,{part}")
        votes += [f"{name},WORKER1,Happy", f"{name},WORKER2,Neutral"]
    text(root / "Labels" / "labels_consensus.csv", *lines)
    text(root / "Labels" / "labels_detailed.csv", *votes)
    text(root / "Transcripts" / "MSP-PODCAST_0002_0078.txt", "And so I said no.")


TREES: dict[str, Maker] = {
    "ravdess": ravdess,
    "emodb": emodb,
    "savee": savee,
    "cremad": cremad,
    "tess": tess,
    "esd": esd,
    "emovo": emovo,
    "mead": mead,
    "expresso": expresso,
    "ears": ears,
    "nemo": nemo,
    "iemocap": iemocap,
    "meld": meld,
    "msp-podcast": msp_podcast,
}
