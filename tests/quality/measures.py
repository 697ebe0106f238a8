"""What was heard against what was said: delay, PESQ, level, lost onsets, clicks, tones, echoes of oneself.

Places are samples, times are seconds since one moment before all of them.

Delay is mouth to ear beyond the packet's own time. A sample is said at the moment when its packet is due, plus its
place in the packet; it is heard when the packet that brings it arrives, plus its place in that. A wire that hands each
packet on at once has a delay of 0. The network's own delay is part of it.
"""

import json
import wave
from pathlib import Path

import numpy as np
from pesq import NoUtterancesError, pesq
from scipy.signal import fftconvolve

WIDE = 16_000
# What a telephone's loudest code word stands for in mu-law (ITU-T G.711).
FULL_SCALE = 32_124


class Reception:
    """One listener's side of a row."""

    def __init__(self, facts, folder):
        self.facts = facts
        self.row, self.app, self.says = facts["row"], facts["app"], facts["says"]
        self.rate = facts["heard_rate"]
        said_rate, said = read_wav(folder / f"{facts['name']}-said.wav")
        heard_rate, self.heard = read_wav(folder / f"{facts['name']}.wav")
        assert said_rate == heard_rate == self.rate, "said and heard at one rate"
        self.said = said
        begin = facts["programme"]
        self.parts = [(begin + first, begin + last) for first, last in facts["parts"]]
        sent = np.array([(due, late) for due, late in facts["sent"] if late is not None]).reshape(-1, 2)
        # The machine stopped: what it did to the conference then, a conference cannot help.
        self.stops = sent[sent[:, 1] > LATE, 0]
        arrivals = np.array(facts["arrivals"])
        self.positions = arrivals[:, 1]
        self.offsets = arrivals[:, 0] - arrivals[:, 1] / self.rate

    def said_at(self, place):
        """The time at which a sample was said."""
        return self.facts["said_from"] + place / self.rate / (1.0 + self.facts["clock"] * 1e-6)

    def disturbed(self, first, last):
        """Whether the machine stopped while this was said, or half a second before or after."""
        begin, end = self.said_at(first) - 0.5, self.said_at(last) + 0.5
        return bool(np.any((self.stops > begin) & (self.stops < end)))

    def place_heard(self, time):
        """The sample that is heard at a time: packets near it say where it lies, one late packet does not matter."""
        place = (time - np.median(self.offsets)) * self.rate
        near = np.abs(self.positions - place) < self.rate / 2
        if near.sum() < 5:
            return place
        return (time - np.median(self.offsets[near])) * self.rate

    def piece(self, first, length):
        """A piece of what was heard, silence where nothing came."""
        first = int(round(first))
        piece = np.zeros(length)
        begin, end = max(first, 0), min(first + length, len(self.heard))
        if begin < end:
            piece[begin - first : end - first] = self.heard[begin:end]
        return piece

    def delay_of(self, first, last):
        """The delay of a piece of what was said, and how alike the two are from 0 to 1."""
        said = self.said[first:last]
        start = self.place_heard(self.said_at(first)) - EARLIEST * self.rate
        heard = self.piece(start, int((LATEST + EARLIEST) * self.rate) + len(said))
        match = fftconvolve(heard, said[::-1], "valid")
        energy = np.concatenate([[0.0], np.cumsum(heard**2)])
        energy = energy[len(said) :] - energy[: -len(said)]
        alike = match / np.sqrt(np.maximum(energy * np.sum(said**2), 1.0))
        best = int(np.argmax(alike))
        shift = 0.0
        if 0 < best < len(match) - 1:
            left, top, right = match[best - 1 : best + 2]
            bend = left - 2 * top + right
            shift = 0.5 * (left - right) / bend if bend < 0 else 0.0
        rounding = (round(start) - start) / self.rate
        return (best + shift) / self.rate - EARLIEST + rounding, float(alike[best])

    def delays(self):
        """Delays over time: pairs of seconds since the first word and seconds of delay."""
        found = []
        length = self.rate
        for first, last in self.parts:
            for at in range(first, last - length // 2, length // 2):
                window = self.said[at : at + length]
                if level(window) < -45.0 or self.disturbed(at, at + length):
                    continue
                delay, alike = self.delay_of(at, at + length)
                if alike > 0.6:
                    found.append((self.said_at(at) - self.said_at(self.parts[0][0]), delay))
        return np.array(found).reshape(-1, 2)


def read_wav(path):
    with wave.open(str(path)) as file:
        assert file.getsampwidth() == 2 and file.getnchannels() == 1, path
        return file.getframerate(), np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float)


def load(folders):
    receptions = []
    for folder in map(Path, folders):
        receptions += [(facts, folder) for facts in json.loads((folder / "facts.json").read_text())]
    return receptions


def level(samples):
    """In dB of full scale (a sine of full scale has -3)."""
    return 10.0 * np.log10(np.mean(np.square(samples)) / 32_768.0**2 + 1e-12) if len(samples) else -120.0


def mulaw(samples):
    """What is left of samples after mu-law, as telephones send it."""
    sign = np.where(samples < 0, -1.0, 1.0)
    magnitude = np.minimum(np.abs(samples) + 132, 32_767)
    step = 2.0 ** (np.floor(np.log2(magnitude)) - 4)
    return sign * ((np.floor(magnitude / step) + 0.5) * step - 132)


def pesq_of(rate, said, heard):
    """PESQ (P.862 with the mapping of P.862.1, at 16 kHz P.862.2); 1.0, the worst, where nothing was heard."""
    if not heard.any():
        return 1.0
    mode = "wb" if rate == WIDE else "nb"
    try:
        return float(pesq(rate, said.astype(np.int16), np.clip(heard, -32_768, 32_767).astype(np.int16), mode))
    except NoUtterancesError:
        return 1.0


def judge(entry):
    """All measures of one reception."""
    facts, folder = entry
    reception = Reception(facts, Path(folder))
    result = {key: facts[key] for key in ("row", "app", "copy", "says", "late_median", "late_most")}
    result["network_loss"] = sum(late is None for _, late in facts["sent"]) / max(len(facts["sent"]), 1)
    match reception.says:
        case "speech" | "words":
            result |= judge_speech(reception)
        case "tone":
            result |= judge_tone(reception)
        case "shouting":
            result |= judge_shouting(reception)
    return result


def judge_speech(reception):
    delays = reception.delays()
    result = {"delays": delays.tolist()}
    usual = float(np.median(delays[:, 1])) if len(delays) else 0.0
    result["delay"] = usual if len(delays) else None
    result["growth"] = growth(delays)
    margin = reception.rate // 2
    scores, silent, ceiling, onsets, tails, levels, clicks = {}, [], [], [], [], [], 0
    filled = filled_with_silence(reception)
    whole = [number for number, part in enumerate(reception.parts) if not reception.disturbed(*part)]
    for number in whole:
        first, last = reception.parts[number]
        delay, alike = reception.delay_of(first, last)
        delay = delay if alike > 0.5 else usual
        begin = max(first - margin, 0)
        said = reception.said[begin : last + margin]
        heard = reception.piece(reception.place_heard(reception.said_at(begin) + delay), len(said))
        if reception.says == "speech":
            scores[number] = pesq_of(reception.rate, said, heard)
            if filled is not None:
                silent.append(pesq_of(reception.rate, said, filled[begin : last + margin]))
            if reception.row == "clean":
                ceiling.append(pesq_of(reception.rate, said, mulaw(said)))
        start, end = edges_lost(said, heard, reception.rate)
        onsets.append(start)
        tails.append(end)
        loud = loud_frames(said, reception.rate)
        levels.append(level(frames(heard, reception.rate)[loud]) - level(frames(said, reception.rate)[loud]))
        clicks += new_clicks(said, heard, reception.rate)
    mean = lambda values: float(np.mean(values)) if values else None
    result |= {"scores": scores, "pesq": mean(list(scores.values())), "silence": mean(silent), "ceiling": mean(ceiling)}
    result |= {"onset": mean(onsets), "onset_most": max(onsets, default=None), "tail": mean(tails)}
    result |= {"level": mean(levels), "clicks": clicks, "left_out": len(reception.parts) - len(whole), "pieces": len(reception.parts)}
    return result


def growth(delays):
    """By how much the delay changes after the first ten seconds, in seconds: medians of five neighbours."""
    late = delays[delays[:, 0] > 10.0, 1] if len(delays) else []
    if len(late) < 10:
        return None
    medians = [np.median(late[at : at + 5]) for at in range(len(late) - 4)]
    return float(np.max(medians) - np.min(medians))


def filled_with_silence(reception):
    """What a receiver makes of it that puts silence in place of what is lost, without any other fault."""
    sent = reception.facts["sent"]
    if not reception.row.startswith("loss"):
        return None
    filled = mulaw(reception.said)
    length = int(round(reception.facts["packet"] * reception.rate))
    for number, (_, late) in enumerate(sent):
        if late is None:
            filled[number * length : (number + 1) * length] = 0.0
    return filled


def frames(samples, rate):
    """Pieces of 5 ms."""
    length = rate // 200
    return samples[: len(samples) // length * length].reshape(-1, length)


def loud_frames(said, rate):
    """Those pieces that are speech: within 40 dB of the loudest."""
    energies = np.mean(np.square(frames(said, rate)), axis=1)
    return energies > energies.max() * 1e-4


def edges_lost(said, heard, rate):
    """Milliseconds of speech that are missing at its beginning and at its end: 5 ms are missing if they are 10 dB below
    what was said."""
    loud = np.flatnonzero(loud_frames(said, rate))
    energy = lambda samples: np.mean(np.square(frames(samples, rate)), axis=1)
    before, after = energy(said), energy(heard)
    # Half a piece of doubt about the delay.
    after = np.maximum(after, np.maximum(np.roll(after, 1), np.roll(after, -1)))
    there = after[loud] > before[loud] * 0.1
    if not there.any():
        return 5.0 * len(loud), 5.0 * len(loud)
    present = loud[there]
    return 5.0 * (present[0] - loud[0]), 5.0 * (loud[-1] - present[-1])


def bends(samples, rate):
    """Places where the signal bends far more than in the 20 ms around: a splice, a frame dropped or repeated."""
    bend = np.convolve(samples, [1.0, -2.0, 1.0], "valid")
    around = rate // 100
    sums = np.concatenate([[0.0], np.cumsum(bend**2)])
    at = np.arange(len(bend))
    low, high = np.maximum(at - around, 0), np.minimum(at + around, len(bend))
    near_low, near_high = np.maximum(at - 2, 0), np.minimum(at + 3, len(bend))
    others = (sums[high] - sums[low] - (sums[near_high] - sums[near_low])) / (high - low)
    return np.flatnonzero(np.abs(bend) > 8.0 * np.maximum(np.sqrt(np.maximum(others, 0.0)), 30.0)) + 1


def apart(places, gap):
    """How many places there are, those counted once that are closer than a gap."""
    return int(len(places) > 0) + int(np.sum(np.diff(places) > gap))


def shifted(samples, by):
    """The same a part of a sample earlier."""
    size = 1 << (len(samples) + 64).bit_length()
    turned = np.fft.rfft(samples, size) * np.exp(2j * np.pi * np.fft.rfftfreq(size) * by)
    return np.fft.irfft(turned, size)[: len(samples)]


def new_clicks(said, heard, rate):
    """Clicks in what was heard that what was said does not have within 10 ms, wherever between its samples it was heard:
    whose clock is another's hears it between them, and a sharp consonant may bend more there."""
    between = [shifted(said, part / 4.0) for part in range(4)]
    own = np.concatenate([bends(mulaw(samples) if rate != WIDE else samples, rate) for samples in between])
    new = [place for place in bends(heard, rate) if not len(own) or np.min(np.abs(own - place)) > rate // 100]
    return apart(np.array(new), rate // 100)


def judge_tone(reception):
    first, last = reception.parts[0]
    rate = reception.rate
    # The tone's beginning has its echo in no buffer; its end is not there yet.
    begin = reception.place_heard(reception.said_at(first + rate))
    heard = reception.piece(begin, int(min(last - first - 2 * rate, len(reception.heard) - begin)))
    step = 2.0 * np.pi * 1_004.0 * (1.0 + reception.facts["clock"] * 1e-6) / rate
    ratios, levels = [], []
    length = rate // 4
    told = np.ones(len(heard), bool)
    for at in range(0, len(heard) - length, length):
        if reception.disturbed(first + rate + at, first + rate + at + length):
            told[at : at + length] = False
            continue
        ratio, loud = tone_to_noise(heard[at : at + length], step)
        ratios.append(ratio)
        levels.append(loud)
    # Each sample of a tone follows from the two before it.
    error = heard[2:] - 2.0 * np.cos(step) * heard[1:-1] + heard[:-2]
    usual = np.median(np.abs(error)) / 0.6745
    clicks = np.flatnonzero((np.abs(error) > max(10.0 * usual, 0.1 * np.max(np.abs(heard)))) & told[2:])
    return {
        "tone": float(np.median(ratios)),
        "tone_least": float(np.min(ratios)),
        "level": float(np.median(levels)) + 10.0,
        "clicks": apart(clicks, rate // 100),
        "left_out": int(np.sum(~told) // length),
        "pieces": len(told) // length,
    }


def tone_to_noise(piece, step):
    """A tone to all else, in dB, and the tone's level in dB of a sine of full scale. Its frequency may be a little off."""
    at = np.arange(len(piece)) - len(piece) / 2
    for _ in range(3):
        sines = np.stack([np.cos(step * at), np.sin(step * at)], axis=1)
        slope = np.stack([-at * np.sin(step * at), at * np.cos(step * at)], axis=1)
        (a, b), *_ = np.linalg.lstsq(sines, piece, rcond=None)
        turn = slope @ np.array([a, b])
        fit, *_ = np.linalg.lstsq(np.column_stack([sines, turn]), piece, rcond=None)
        step += np.clip(fit[2], -1e-3, 1e-3)
    sines = np.stack([np.cos(step * at), np.sin(step * at)], axis=1)
    parts, *_ = np.linalg.lstsq(sines, piece, rcond=None)
    tone = sines @ parts
    noise = np.mean((piece - tone) ** 2)
    ratio = 10.0 * np.log10(max(np.mean(tone**2), 1e-3) / max(noise, 1e-3))
    return ratio, 20.0 * np.log10(np.hypot(*parts) / 32_768.0 + 1e-6)


def judge_shouting(reception):
    """The judged talker says the same again and again, every other time with its sign turned, and all others just the
    same: what differs between two times is his own voice."""
    rate = reception.rate
    (first, last), *_ = reception.parts
    period = last - first
    start = reception.place_heard(reception.said_at(first))
    turns = [reception.piece(start + number * period, period) for number in range(len(reception.parts))]
    own = reception.said[first:last]
    reach = int(0.4 * rate)
    found, rest = [np.zeros(2 * reach)], []
    whole = [number for number in range(len(turns)) if not reception.disturbed(*reception.parts[number])]
    # The first time begins in silence.
    for number in range(2, len(turns) - 1, 2):
        if not {number, number + 1} <= set(whole):
            continue
        difference = (turns[number] - turns[number + 1]) / 2.0
        probe = own[reach : period - reach]
        found.append(fftconvolve(difference, probe[::-1], "valid")[: 2 * reach] / np.sum(probe**2))
        rest.append(level(difference) - level(own))
    # In the middle, as one packet that came too late makes two times differ in all voices.
    gains = np.abs(np.median(found[1:] or found, axis=0))
    heard = np.concatenate([turns[number] for number in whole if 0 < number < len(turns) - 1] or turns)
    full = np.abs(heard) >= FULL_SCALE
    runs = np.diff(np.flatnonzero(np.diff(np.concatenate([[0], full.astype(int), [0]]))))[::2]
    loudest = int(np.argmax(np.convolve(heard**2, np.ones(rate // 20), "valid")))
    if len(found) == 1:
        gains[:] = np.nan
    decibels = lambda gain: None if np.isnan(gain) else float(20.0 * np.log10(max(gain, 1e-6)))
    return {
        # What came before it was said is chance: as much as cannot be told from nothing.
        "self_echo": decibels(gains[reach:].max()),
        "self_echo_floor": decibels(gains[:reach].max()),
        "difference": float(np.median(rest)) if rest else None,
        "left_out": len(turns) - len(whole),
        "pieces": len(turns),
        "full_scale": 100.0 * float(np.mean(full)),
        "plateaus": float(np.sum(runs >= 3) / (len(heard) / rate)),
        "peak": float(20.0 * np.log10(np.abs(heard).max() / 32_768.0)),
        "level": float(level(heard)),
        "wave": heard[loudest : loudest + rate // 20].tolist(),
    }


# How late a packet leaves, in seconds, where the machine is to blame and not the conference.
LATE = 0.008
# How early and how late something heard is looked for, in seconds.
EARLIEST = 0.15
LATEST = 0.8
