"""The README.md of an exported model: how its parts join, from the facts of its `parts.json`."""

from typing import Any

JOINS = {
    "enrolment": "`enrolment`: the speaker's own mean frame is taken from the frames that go to the adapter.",
    "prosody": '`prosody`: frames to cues (pitch, energy, speed, intonation), each with a "can\'t tell".',
    "scorer": "`scorer`: marks of a reasoning trace from the backbone's last hidden states.",
}


def readme(facts: dict[str, Any]) -> str:
    """The text."""
    lines = [
        f"# {facts['made_from']}, exported",
        "",
        f"Signal: 16 kHz mono wave -> {' -> '.join(facts['signal'])}. Each folder loads with `transformers` alone; "
        "`parts.safetensors` holds the rest under the names that `parts.json` lists with shapes.",
        "",
        *(_model(facts["model"]) if "model" in facts else _encoder(facts["encoder"])),
    ]
    lines += [f"- {words}" for part, words in JOINS.items() if part in facts]
    if "adapter" in facts and "model" not in facts:
        lines += _adapter(facts)
    if "backbone" in facts:
        lines += _backbone(facts)
    if "knowledge" in facts and "backbone" in facts["signal"]:
        lines += _prompt(facts["knowledge"]["prompt"])
    licences = [str(value) for value in facts["licences"].values() if value]
    return "\n".join([*lines, *(["", "Licence: " + "; ".join(licences)] if licences else [])]) + "\n"


def _model(row: dict[str, Any]) -> list[str]:
    thinker = f" (`{row['class']}` for the part that hears and writes)" if row["class"] else ""
    return [
        f"- `{row['folder']}/`: encoder, adapter and backbone as one `{row['model_type']}` model in the library's own "
        f"layout{thinker}. {row['replaced']} tensors are this checkpoint's, any LoRA merged; all others, and the "
        "processor's files, are the source's."
    ]


def _encoder(row: dict[str, Any]) -> list[str]:
    if "folder" not in row:
        return [f"- `encoder` ({row['name']}): in `parts.safetensors`, since {row['why']}."]
    lines = [
        f"- `encoder/`: `{row['class']}.from_pretrained` of `{row['module']}`, and `AutoFeatureExtractor`. Frames "
        f"[T, {row['width']}], {row['rate_hz']:g} a second: `{row['frames']}`."
    ]
    if row["frames"] != "last_hidden_state":
        lines.append(
            "  These are the first layers of a larger encoder, whose last norm fits its last layer alone: use "
            "`output_hidden_states=True`. The norm in this folder neither scales nor shifts, and "
            "`last_hidden_state`, which went through it, is not what the adapter knows."
        )
    if row["mixed_by"]:
        lines.append(
            f"  The adapter gets the sum of all hidden states, the frames above in the place of the last, weighted by "
            f"the softmax of `{row['mixed_by']}`."
        )
    if row["fixed_window_s"] and row["silence_is_data"]:
        lines.append(
            f"  The class takes windows of {row['fixed_window_s']:g} s, cut from the spectrogram of the wave with the "
            "silence behind it that fills the last one; the frames of that silence go to the adapter too."
        )
    elif row["fixed_window_s"]:
        lines.append(
            f"  The class takes windows of {row['fixed_window_s']:g} s, filled up with silence, and gives the zoo's "
            "frames on a whole window. The zoo runs the same layers on the frames that are there, so a shorter wave "
            "gets other frames: the attention sees no silence after it."
        )
    return lines


def _adapter(facts: dict[str, Any]) -> list[str]:
    row = facts["adapter"]
    cues = (
        " Cue tokens, one for each cue of the prosody head, come first, through `adapter.cue_tokens`."
        if any(name.startswith("adapter.cue_tokens") for name in facts["tensors"])
        else ""
    )
    return [
        f"- `adapter` ({row['name']}): frames [T, {row['in_width']}] -> audio tokens [ceil(T / {row['stride']}), "
        f"{row['out_width']}].{cues}"
    ]


def _backbone(facts: dict[str, Any]) -> list[str]:
    row = facts["backbone"]
    merged = " Its LoRA is merged into the weights." if row["lora_merged"] else ""
    return [
        f"- `backbone/`: `AutoModelForCausalLM` and `AutoTokenizer` ({row['class']}, {row['dtype']}).{merged} Its "
        "`inputs_embeds` are the embedded prompt with the audio tokens in the place of `<|audio|>`.",
    ]


def _prompt(prompt: dict[str, Any]) -> list[str]:
    return [
        "",
        "The prompt, by the tokenizer's chat template, without special tokens added:",
        "",
        f"- system: {prompt['system']}",
        f"- user: `<|audio|>`, a line break, {prompt['question']}",
        "",
        "The options of each corpus stand in `parts.json`, `knowledge.emotions`.",
    ]
