import type { AccessUnit, Codec } from '../api/access-unit.ts';
import { msToNs, type Ns, ns } from '../base/time.ts';
import { NalCursor, nalRole, nalType } from './annex-b.ts';
import { ParameterSets } from './parameter-sets.ts';
import { PieceTimes } from './piece-times.ts';
import { SliceCount } from './slice-count.ts';
import { emptySliceHeader, readSliceHeader } from './slice-header.ts';

/** Longest access unit, and most memory ever held. 25 Mbit/s at 60 frames/s is 52 KB a frame. */
export const MAX_UNIT_BYTES = 4 * 1024 * 1024;
/** A picture of unknown length is given out when nothing came for this long. */
const PATIENCE = msToNs(25);
/** Parameter sets and SEI without a picture are given up beyond this. */
const MAX_BYTES_BEFORE_SLICE = 64 * 1024;
const FIRST_BUFFER_BYTES = 256 * 1024;

/**
 * Cuts an elementary stream into access units.
 *
 * The link's sender cuts the stream into units of its own (RubyFPV's frames): every one holds whole NAL units, but not
 * always one picture: SEI, AUD and each of several slices may come alone, and a small H.265 picture together with the
 * next (rubyfpv-link.md 4.5). A picture is given out as soon as it is known to be over: at its boundary, or when its
 * last slice is there, or when the next begins, or after 25 ms without more.
 *
 * Without loss the units' `data` put together are the stream, byte for byte, up to the last picture's end. Bytes are
 * gathered in one buffer and copied out once, to memory of the unit's exact length, because posting a view would copy
 * all memory behind it. Holds at most 4 MiB, whatever comes.
 */
export class AccessUnitAssembler {
  readonly #emit: (unit: AccessUnit) => void;
  readonly #sets = new ParameterSets();
  readonly #count = new SliceCount();
  readonly #times = new PieceTimes();
  readonly #cursor = new NalCursor();
  readonly #slice = emptySliceHeader();
  #codec: Codec | undefined = undefined;
  #buffer = new Uint8Array(FIRST_BUFFER_BYTES);
  #length = 0;
  /** The current picture, with what belongs before it, begins here; 0 between calls. */
  #unitAt = 0;
  /** Bytes before this are whole NAL units, already looked at. */
  #scanned = 0;
  #boundaryAt: Ns = ns(0);
  #overflow = false;
  #sequence = 0;

  /** The current picture. */
  #slices = 0;
  #keyFrame = false;
  #frameNum = -1;
  /** Sender's units in which its slices came, and whether the one being looked at is among them. */
  #parts = 0;
  #partCounted = false;
  #damaged = false;
  /** It is the rest of a picture that was given out, cut, before. */
  #useless = false;
  /** Bytes are missing around it, so its slices teach nothing. */
  #odd = false;

  /** The picture given out before. */
  #lastKeyFrame = false;
  #lastFrameNum = -1;
  #lastCut = false;

  #afterGap = false;
  /** A hole, and no byte since. */
  #hole = false;
  /** A hole, and no slice since. */
  #holeBeforeSlice = false;
  /** Bytes thrown away: cut, unusable or too many. */
  discardedBytes = 0;

  /** `emit` gets each unit as its own; `sentAt` is 0. */
  constructor(emit: (unit: AccessUnit) => void) {
    this.#emit = emit;
  }

  /** The newest parameter sets seen. */
  get parameterSets(): ParameterSets {
    return this.#sets;
  }

  /** The next bytes [start, end) of the stream, lent, which came at `at`. */
  payload(bytes: Uint8Array, start: number, end: number, at: Ns): void {
    const size = end - start;
    if (size <= 0) return;
    this.#hole = false;
    if (this.#overflow || this.#length + size > MAX_UNIT_BYTES) {
      this.#overflow = true;
      this.discardedBytes += size;
      return;
    }
    if (this.#length + size > this.#buffer.length) this.#grow(this.#length + size);
    for (let i = start, to = this.#length; i < end; i++, to++) this.#buffer[to] = bytes[i] as number;
    this.#length += size;
    this.#times.add(this.#length, at);
  }

  /** The sender's unit is over at `at`: all its NAL units are whole. */
  boundary(codec: Codec, at: Ns): void {
    if (codec !== this.#codec) this.#changeCodec(codec, at);
    if (this.#overflow) {
      this.gap(at);
      return;
    }
    this.#boundaryAt = at;
    this.#scan(codec, at, false);
    if (this.#slices > 0 && this.#count.complete(this.#keyFrame, this.#slices)) this.#finish(this.#length, at);
    else if (this.#slices === 0 && this.#length - this.#unitAt > MAX_BYTES_BEFORE_SLICE)
      this.#discardFrom(this.#unitAt);
    this.#compact();
  }

  /** Bytes are missing from here on; what comes next begins a sender's unit. */
  gap(at: Ns): void {
    if (this.#hole) return;
    const whole = this.#scanned;
    // Bytes that all were looked at end at a boundary: the hole is between two of the sender's units.
    const between = whole === this.#length;
    if (this.#codec) this.#scan(this.#codec, at, true);
    this.#odd = true;
    if (this.#slices > 0) {
      this.#damaged ||= !between || this.#count.spread;
      this.#finish(this.#length, at);
      this.#lastCut = true;
    } else {
      // Parameter sets that came whole before stay for the next picture; what was cut does not.
      this.#discardFrom(this.#overflow ? this.#unitAt : Math.max(whole, this.#unitAt));
      this.#afterGap = true;
    }
    this.#compact();
    this.#odd = true;
    this.#overflow = false;
    this.#hole = true;
    this.#holeBeforeSlice = true;
  }

  /** Lets time pass: gives out a whole picture that nothing followed. */
  tick(now: Ns): void {
    if (this.#slices === 0 || this.#length > this.#scanned || now - this.#boundaryAt < PATIENCE) return;
    this.#finish(this.#length, now);
    this.#compact();
  }

  /** The stream ends: gives out what is there when it has a slice, and forgets the rest. */
  flush(): void {
    const at = this.#times.of(this.#length);
    if (this.#codec) this.#scan(this.#codec, at, false);
    if (this.#slices > 0) this.#finish(this.#length, at);
    this.#discardFrom(this.#unitAt);
    this.#compact();
    this.#overflow = false;
  }

  /** Looks at the NAL units that came since the last scan. `cut`: the last one ends at a hole. */
  #scan(codec: Codec, at: Ns, cut: boolean): void {
    const cursor = this.#cursor;
    const sets = this.#sets;
    this.#partCounted = false;
    cursor.reset(this.#buffer, this.#scanned, this.#length);
    while (cursor.next()) {
      const type = nalType(codec, this.#buffer[cursor.start] as number);
      const role = nalRole(codec, type);
      const whole = !(cut && cursor.last);
      if (role === 'slice') {
        const fault = readSliceHeader(codec, this.#buffer, cursor.start, cursor.end, sets, this.#slice);
        if (!fault) this.#takeSlice(at);
        else if (!whole) this.#discardFrom(cursor.codeAt);
      } else if (role !== 'after') {
        if (this.#slices > 0) this.#finish(cursor.codeAt, at);
        // A set that was cut would be read as a wrong one.
        if (whole) sets.take(codec, role, this.#buffer, cursor.start, cursor.end);
      }
    }
    this.#scanned = this.#length;
  }

  #takeSlice(at: Ns): void {
    const slice = this.#slice;
    const other = slice.frameNum >= 0 && this.#frameNum >= 0 && slice.frameNum !== this.#frameNum;
    if (this.#slices > 0 && (slice.first || other)) this.#finish(this.#cursor.codeAt, at);
    if (this.#slices === 0) this.#beginPicture();
    this.#slices++;
    this.#keyFrame ||= slice.idr;
    if (!this.#partCounted) this.#parts++;
    this.#partCounted = true;
  }

  #beginPicture(): void {
    const { first, frameNum, idr, ppsId } = this.#slice;
    this.#frameNum = frameNum;
    if (first) {
      this.#lastCut = false;
    } else if (this.#lastCut && (frameNum < 0 || frameNum === this.#lastFrameNum)) {
      this.#useless = true;
    } else if (this.#holeBeforeSlice || (frameNum >= 0 && frameNum !== this.#lastFrameNum)) {
      this.#damaged = true;
    } else {
      this.#count.tooEarly(this.#lastKeyFrame);
    }
    // H.264 numbers its reference pictures, so a jump by more than one shows that some are missing.
    const spsId = this.#sets.h264Pps[ppsId]?.spsId ?? 0;
    const sps = this.#sets.h264Sps[spsId];
    if (this.#holeBeforeSlice && !idr && frameNum >= 0 && this.#lastFrameNum >= 0 && sps) {
      const range = 2 ** sps.log2MaxFrameNum;
      if ((frameNum - this.#lastFrameNum + range) % range > 1) this.#afterGap = true;
    }
    this.#holeBeforeSlice = false;
  }

  /** The current picture ends before byte `end` of the buffer: gives it out and begins the next. */
  #finish(end: number, at: Ns): void {
    if (!this.#odd) this.#count.learn(this.#keyFrame, this.#slices, this.#parts > 1);
    if (this.#useless) this.discardedBytes += end - this.#unitAt;
    else this.#give(end, at);
    this.#lastKeyFrame = this.#keyFrame;
    this.#lastFrameNum = this.#frameNum;
    this.#unitAt = end;
    this.#slices = 0;
    this.#parts = 0;
    this.#partCounted = false;
    this.#keyFrame = false;
    this.#frameNum = -1;
    this.#damaged = false;
    this.#useless = false;
    this.#odd = false;
  }

  #give(end: number, at: Ns): void {
    const afterGap = this.#afterGap;
    this.#afterGap = false;
    this.#emit({
      codec: this.#codec as Codec,
      data: this.#buffer.slice(this.#unitAt, end),
      keyFrame: this.#keyFrame,
      codecString: this.#sets.codecString,
      width: this.#sets.width,
      height: this.#sets.height,
      sequence: ++this.#sequence,
      damaged: this.#damaged,
      afterGap,
      firstAt: this.#times.of(this.#unitAt),
      lastAt: this.#times.of(end - 1),
      completeAt: at,
      sentAt: ns(0),
    });
  }

  /** The bytes since the last boundary are of another codec than those before. */
  #changeCodec(codec: Codec, at: Ns): void {
    const since = this.#length;
    this.#length = this.#scanned;
    if (this.#slices > 0) this.#finish(this.#length, at);
    this.discardedBytes += this.#length - this.#unitAt;
    this.#unitAt = this.#length;
    this.#length = since;
    this.#compact();
    this.#codec = codec;
    this.#sets.clear();
    this.#count.reset();
    this.#lastFrameNum = -1;
    this.#lastCut = false;
  }

  /** Throws away the bytes from `at` to the end of the buffer. */
  #discardFrom(at: number): void {
    this.discardedBytes += this.#length - at;
    this.#length = at;
    this.#scanned = Math.min(this.#scanned, at);
  }

  /** Moves the current picture to the beginning of the buffer. */
  #compact(): void {
    const taken = this.#unitAt;
    if (taken === 0) return;
    this.#buffer.copyWithin(0, taken, this.#length);
    this.#times.drop(taken);
    this.#length -= taken;
    this.#scanned = Math.max(0, this.#scanned - taken);
    this.#unitAt = 0;
  }

  #grow(needed: number): void {
    const grown = new Uint8Array(Math.min(MAX_UNIT_BYTES, Math.max(needed, this.#buffer.length * 2)));
    grown.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = grown;
  }
}
