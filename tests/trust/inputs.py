"""Bad inputs made by hand, by reader and name: what a mishap or an ill will may put into a file."""

import json
import struct

from tests.trust.readers import MANIFEST, RECIPE, ROW, TRACE, form, riff, safetensors, wav

DEEP = 20_000
NOISE = bytes((i * 7919 + 13) % 256 for i in range(4_000))


def _with(old: bytes, new: bytes) -> bytes:
    assert old in RECIPE
    return RECIPE.replace(old, new)


def _row(**changes: object) -> bytes:
    return MANIFEST + b"\n" + json.dumps({**ROW, **changes}).encode()


def _bomb(levels: int = 30) -> bytes:
    """Mappings that hold each other twice: 2 ** levels of them, written out."""
    rows = [b"a0: &a0 {x: 1}"] + [b"a%d: &a%d {x: *a%d, y: *a%d}" % (i, i, i - 1, i - 1) for i in range(1, levels)]
    return RECIPE + b"\n".join(rows)


RECIPES = {
    "empty": b"",
    "a comment": b"# nothing\n",
    "noise": NOISE,
    "text": b"hello",
    "a number": b"3",
    "a list": b"- encoder\n- adapter\n",
    "null": b"null",
    "a tab": b"encoder:\n\t{name: whisper-test}\n",
    "unclosed": b"encoder: {name: whisper-test\n",
    "two documents": RECIPE + b"---\n" + RECIPE,
    "deep lists": b"seed: " + b"[" * DEEP,
    "deep mappings": b"seed: " + b"{a: " * DEEP + b"1" + b"}" * DEEP,
    "an alias bomb": _bomb(),
    "an alias of itself": RECIPE + b"\nx: &x [*x]\n",
    "an unknown alias": RECIPE + b"\nx: *nothing\n",
    "a command": RECIPE + b'\nx: !!python/object/apply:os.system ["touch PWNED"]\n',
    "a module": RECIPE + b"\nx: !!python/module:os\n",
    "an object": RECIPE + b"\nx: !!python/object/new:subprocess.Popen [[ls]]\n",
    "a Python path for a part": _with(b"whisper-test", b"os.system"),
    "a file for a part": _with(b"whisper-test", b"../../zoo/fit.py"),
    "a target": _with(b"{name: whisper-test,", b"{_target_: os.system, name: whisper-test,"),
    "a broken reference": _with(b"seed: 3", b"seed: ${nowhere}"),
    "a reference to itself": _with(b"seed: 3", b"seed: ${seed}"),
    "an unknown resolver": _with(b"seed: 3", b"seed: ${os.system:ls}"),
    "half a reference": _with(b"seed: 3", b"seed: ${"),
    "extends itself": b"extends: recipe.yaml\n" + RECIPE,
    "extends nothing": b"extends: nowhere.yaml\n" + RECIPE,
    "extends a folder": b"extends: .\n" + RECIPE,
    "extends a list": b"extends: [a, b]\n" + RECIPE,
    "extends a system file": b"extends: /etc/passwd\n" + RECIPE,
    "extends a long name": b"extends: " + b"a" * 5_000 + b"\n" + RECIPE,
    "extends a zero byte": b'extends: "a\\0b"\n' + RECIPE,
    "a section that is a number": _with(b"{name: sft, max_new_tokens: 12}", b"3"),
    "a section that is a list": _with(b"{name: sft, max_new_tokens: 12}", b"[sft]"),
    "a name that is a list": _with(b"name: sft", b"name: [sft]"),
    "a name that is a mapping": _with(b"name: sft", b"name: {a: b}"),
    "a name that is null": _with(b"name: sft", b"name: null"),
    "a key that is a number": _with(b"{name: sft,", b"{1: 2, name: sft,"),
    "a key that is a list": _with(b"{name: sft,", b"{[1]: 2, name: sft,"),
    "a key that is null": _with(b"{name: sft,", b"{null: 2, name: sft,"),
    "the same key twice": RECIPE + b"seed: 4\n",
    "not a number": _with(b"1.0e-3", b".nan"),
    "infinity": _with(b"1.0e-3", b".inf"),
    "steps that are text": _with(b"max_steps: 2", b"max_steps: many"),
    "negative steps": _with(b"max_steps: 2", b"max_steps: -7"),
    "endless digits": _with(b"seed: 3", b"seed: " + b"9" * 6_000),
    "a rank that is text": _with(b"rank: 4", b"rank: four"),
    "bytes that are no UTF-8": RECIPE + b"\xff\xfe\xfa",
    "a zero byte": _with(b"seed: 3", b"seed: \x003"),
    "UTF-16": RECIPE.decode().encode("utf-16"),
    "a megabyte of text": RECIPE + b"x: " + b"a" * 1_000_000,
    "a hundred thousand keys": RECIPE + b"x: {" + b", ".join(b"k%d: 1" % i for i in range(20_000)) + b"}",
    "a starting point outside": RECIPE + b"start_from: ../../../../etc\n",
    "a starting point with a zero byte": RECIPE + b'start_from: "a\\0b"\n',
    "a starting point that is a list": RECIPE + b"start_from: [a]\n",
}
TRACES = {
    "empty": b"",
    "noise": NOISE,
    "no tags": b"angry",
    "half a tag": b"<think>high</think><answer>angry",
    "nested": b"<think><think>high</think></think><answer>angry</answer>",
    "turned round": b"<answer>angry</answer><think>high</think>",
    "twice": TRACE + TRACE,
    "a megabyte of tags": b"<think>" * 100_000,
    "an unclosed megabyte": b"<think>" + b"a" * 1_000_000,
    "zero bytes": TRACE.replace(b"high", b"\0\0"),
    "empty blocks": b"<think></think><answer></answer>",
    "a script": TRACE.replace(b"high", b"<script>alert(1)</script>"),
    "surrogates": TRACE.replace(b"high", b"\xed\xa0\x80"),
    "other letters": "<think>\u0430\u202e\u0301</think><answer>\U0001f600</answer>".encode(),
}
WAVES = {
    "empty": b"",
    "noise": NOISE,
    "text": b"this is no audio",
    "a web page": b"<!DOCTYPE html><html><body>404</body></html>",
    "a picture": b"\x89PNG\r\n\x1a\n" + NOISE,
    "an archive": b"PK\x03\x04" + NOISE,
    "a gzip": b"\x1f\x8b\x08\x00" + NOISE,
    "a RIFF header alone": b"RIFF\x00\x00\x00\x00WAVE",
    "a format alone": riff(form()),
    "data alone": riff((b"data", NOISE)),
    "data before its format": riff((b"data", NOISE), form()),
    "no samples": riff(form(), (b"data", b"")),
    "one sample": riff(form(), (b"data", b"\1\0")),
    "an odd byte": riff(form(), (b"data", b"\1\0\1")),
    "no channels": riff(form(channels=0), (b"data", NOISE)),
    "65,535 channels": riff(form(channels=65_535), (b"data", NOISE)),
    "no rate": riff(form(rate=0), (b"data", NOISE)),
    "a rate of 4 GHz": riff(form(rate=0xFFFFFFFF), (b"data", NOISE)),
    "a rate of 1 Hz": riff(form(rate=1), (b"data", NOISE)),
    "no bits": riff(form(bits=0), (b"data", NOISE)),
    "3 bits": riff(form(bits=3), (b"data", NOISE)),
    "640 bits": riff(form(bits=640), (b"data", NOISE)),
    "an unknown codec": riff(form(tag=0x7777), (b"data", NOISE)),
    "ADPCM that is none": riff(form(tag=2, bits=4), (b"data", NOISE)),
    "GSM that is none": riff(form(tag=0x31, bits=0), (b"data", NOISE)),
    "NaN": riff(form(tag=3, bits=32), (b"data", struct.pack("<f", float("nan")) * 4_000)),
    "infinity": riff(form(tag=3, bits=32), (b"data", struct.pack("<f", float("inf")) * 4_000)),
    "4 GB that are not there": wav()[:40] + b"\xff\xff\xff\xff" + wav()[44:],
    "cut in half": wav()[: len(wav()) // 2],
    "cut in its header": wav()[:20],
    "a RIFF of the wrong size": riff(form(), (b"data", NOISE), size=12),
    "silence": riff(form(), (b"data", bytes(32_000))),
    "FLAC that is none": b"fLaC\x00\x00\x00\x22" + NOISE,
    "OGG that is none": b"OggS\x00\x02" + NOISE,
    "MP3 that is none": b"\xff\xfb\x90\x00" + NOISE,
    "an endless ID3 tag": b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f" + NOISE,
    "AIFF that is none": b"FORM\x7f\xff\xff\xffAIFFCOMM\x00\x00\x00\x12" + NOISE,
    "AU that is endless": b".snd\x00\x00\x00\x18\xff\xff\xff\xff\x00\x00\x00\x03\x00\x00\x3e\x80\x00\x00\x00\x01",
    "RF64 that is none": b"RF64\xff\xff\xff\xffWAVEds64" + NOISE,
    "CAF that is none": b"caff\x00\x01\x00\x00desc" + NOISE,
    "a MATLAB file": b"MATLAB 5.0 MAT-file" + NOISE,
}
MANIFESTS = {
    "empty": b"",
    "blank lines": b"\n\n\n",
    "noise": NOISE,
    "no JSON": b"audio_path,speaker\n1.wav,s1\n",
    "a list": b"[1, 2]",
    "a number": b"3",
    "null": b"null",
    "half a row": MANIFEST[:-10],
    "deep": MANIFEST + b"\n" + b'{"a": ' * DEEP + b"1" + b"}" * DEEP,
    "deep lists": MANIFEST + b"\n" + b"[" * DEEP,
    "no speaker": _row(speaker=None),
    "a speaker that is a list": _row(speaker=["a"]),
    "a speaker that is a truth": _row(speaker=True),
    "a path that is a number": _row(audio_path=3),
    "a path with a zero byte": _row(audio_path="a\0b.wav"),
    "a path with a surrogate": _row(audio_path="\ud800.wav"),
    "a path that is too long": _row(audio_path="a" * 5_000),
    "a path that is a loop": _row(audio_path="/".join(["a", ".."] * 2_000)),
    "an emotion that is a mapping": _row(emotion={"a": 1}),
    "endless digits": MANIFEST + b'\n{"speaker": ' + b"9" * 6_000 + b"}",
    "a number beyond floats": MANIFEST + b'\n{"speaker": 1e999, "audio_path": "a"}',
    "the same path twice": MANIFEST + b"\n" + MANIFEST,
    "one speaker": json.dumps(ROW).encode(),
    "no UTF-8": MANIFEST + b"\xff\xfe",
    "UTF-16": MANIFEST.decode().encode("utf-16"),
    "a megabyte in a field": _row(transcription="a" * 1_000_000),
}
ONE = b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
TENSORS = {
    "empty": b"",
    "noise": NOISE,
    "a pickle": b"\x80\x04\x95\x1b\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94\x93\x94.",
    "a torch file": b"PK\x03\x04archive/data.pkl" + NOISE,
    "a header of 2**64 bytes": safetensors(ONE, bytes(4), size=2**64 - 1),
    "a header of 90 MB": safetensors(ONE, bytes(4), size=90_000_000),
    "a header that is no JSON": safetensors(b"{{{{", bytes(4)),
    "a header that is a list": safetensors(b"[1]", bytes(4)),
    "a deep header": safetensors(b'{"a":' * DEEP, bytes(4)),
    "no tensors": safetensors(b"{}"),
    "another tensor": safetensors(ONE, bytes(4)),
    "data beyond the end": safetensors(ONE.replace(b"[0,4]", b"[0,400]").replace(b"[1]", b"[100]"), bytes(4)),
    "offsets turned round": safetensors(ONE.replace(b"[0,4]", b"[4,0]"), bytes(4)),
    "negative offsets": safetensors(ONE.replace(b"[0,4]", b"[-4,0]"), bytes(4)),
    "a negative shape": safetensors(ONE.replace(b"[1]", b"[-1]"), bytes(4)),
    "a shape beyond 64 bits": safetensors(ONE.replace(b"[1]", b"[4294967296,4294967296,4]"), bytes(4)),
    "an unknown type": safetensors(ONE.replace(b"F32", b"PICKLE"), bytes(4)),
    "a type that is too wide": safetensors(ONE.replace(b"F32", b"F64"), bytes(4)),
    "data that nobody names": safetensors(ONE, bytes(400)),
}
CHECKPOINT_RECIPES = {
    "empty": b"",
    "noise": NOISE,
    "a list": b"[1]",
    "a command": b'!!python/object/apply:os.system ["touch PWNED"]',
    "no encoder": b"adapter: {name: conv-mlp}\n",
    "an unknown encoder": b"encoder: {name: os.system}\nadapter: {name: conv-mlp}\nbackbone: {name: qwen3-test}\n",
    "an encoder that is a number": b"encoder: 3\nadapter: {name: conv-mlp}\nbackbone: {name: qwen3-test}\n",
    "an option that is none": b"encoder: {name: whisper-test, wings: 2}\n",
    "a size beyond memory": b"encoder: {name: whisper-test}\nadapter: {name: conv-mlp, hidden: 999999999999}\n"
    b"backbone: {name: qwen3-test}\n",
    "a size that is text": b"encoder: {name: whisper-test}\nadapter: {name: conv-mlp, hidden: wide}\n"
    b"backbone: {name: qwen3-test}\n",
    "weights that are a device": b"encoder: {name: whisper-test, weights: /dev/zero}\n",
    "deep": b"encoder: " + b"[" * DEEP,
}
KNOWLEDGE = {
    "empty": b"",
    "noise": NOISE,
    "a list": b"[]",
    "nothing": b"{}",
    "deep": b'{"prompt": ' * DEEP,
    "a prompt that is a number": b'{"prompt": 3, "emotions": {}, "thresholds": {}}',
    "an unknown word": b'{"prompt": {"wings": "2"}, "emotions": {}, "thresholds": {}}',
    "emotions that are a number": b'{"prompt": {}, "emotions": 3, "thresholds": {}}',
    "options that are a number": b'{"prompt": {}, "emotions": {"a": 3}, "thresholds": {}}',
    "thresholds that are text": b'{"prompt": {}, "emotions": {}, "thresholds": {"a": "b"}}',
}
CARDS = {
    "empty": b"",
    "noise": NOISE,
    "a list": b"[]",
    "a command": b'!!python/object/apply:os.system ["touch PWNED"]',
    "deep": b"[" * DEEP,
    "an alias bomb": _bomb(),
}
BY_HAND = {
    "recipe": RECIPES,
    "trace": TRACES,
    "wave": WAVES,
    "manifest": MANIFESTS,
    "model.safetensors": TENSORS,
    "recipe.yaml": CHECKPOINT_RECIPES,
    "knowledge.json": KNOWLEDGE,
    "card.yaml": CARDS,
}
