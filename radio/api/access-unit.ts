import type { Ns } from '../base/time.ts';

export type Codec = 'h264' | 'h265';

/** One coded picture with what belongs before it (parameter sets, SEI), in Annex B form. */
export interface AccessUnit {
  codec: Codec;
  /** Annex B bytes, start codes included. Owned by whoever receives the unit. */
  data: Uint8Array<ArrayBuffer>;
  /** Contains an IDR (H.264 type 5; H.265 types 16 to 21). */
  keyFrame: boolean;
  /** WebCodecs codec string from the newest SPS, such as `avc1.64001f`; empty until one has been seen. */
  codecString: string;
  /** Picture size from the newest SPS, after cropping; 0 until one has been seen. */
  width: number;
  height: number;
  /** Counts access units of this source from 1; a new source or codec goes on counting. */
  sequence: number;
  /** Bytes of this unit are known to be missing; it is cut before the hole. */
  damaged: boolean;
  /** At least one whole unit is missing between this one and the one before. */
  afterGap: boolean;
  /** First and last fragment of the unit received. */
  firstAt: Ns;
  lastAt: Ns;
  /** The unit was complete in the link. */
  completeAt: Ns;
  /** The unit was handed to the port to the decoder. */
  sentAt: Ns;
}
