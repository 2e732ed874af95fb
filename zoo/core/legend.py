"""The legend of tensor shapes: one letter, one meaning, in every room.

    B  utterances in a batch          G  answers sampled for each utterance (the paper's K)
    N  audio samples at 16 kHz        T  encoder frames
    A  audio tokens, after the adapter
    P  prompt tokens, audio tokens included
    L  answer tokens                  D  width
    M  mel bands                      V  vocabulary
    C  classes of a cue, or options of a question

A tensor carries its shape as a comment, `# [B, T, D]`, where it is made or reshaped. A mask is boolean and True
where data is. A unit comes last in a name: `_hz _st _dbfs _pps _s _ms _steps`.
"""

SAMPLE_RATE_HZ = 16_000  # every encoder of the zoo was trained at this rate; a wave is resampled to it once, on reading
