/** Colours of flight data (visual-language.md 5). */
export const INK = {
  white: '#ffffff',
  /** Units and secondary text. */
  soft: 'rgba(255,255,255,0.8)',
  /** Older than two seconds. */
  old: 'rgba(255,255,255,0.45)',
  cyan: '#4cc9f0',
  amber: '#ffb000',
  red: '#ff5a52',
} as const;

const OUTLINE = 'rgba(0,0,0,0.65)';
/** Each side of a stroke or letter, at 720 lines. */
const OUTLINE_PX = 1.3;
/** A faint halo around letters: over snow and noise the outline alone leaves them hollow. */
const HALO = 'rgba(0,0,0,0.28)';
const HALO_PX = 3.2;
const FAMILY = 'B612, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif';

export type Align = 'left' | 'center' | 'right';

/** The part of a 2D context that a pen needs; tests give their own. */
export type Surface = Pick<
  CanvasRenderingContext2D,
  | 'beginPath'
  | 'moveTo'
  | 'lineTo'
  | 'closePath'
  | 'arc'
  | 'roundRect'
  | 'stroke'
  | 'fill'
  | 'fillText'
  | 'strokeText'
  | 'measureText'
  | 'fillStyle'
  | 'strokeStyle'
  | 'lineWidth'
  | 'lineJoin'
  | 'lineCap'
  | 'font'
  | 'textAlign'
  | 'textBaseline'
>;

/**
 * Draws twice: a whole picture as dark outlines, then the same as fills, so that no outline lies on a neighbour. Give
 * coordinates in CSS pixels; sizes in lines of a 720-line picture, scaled by `k`.
 */
export class Pen {
  readonly #surface: Surface;
  readonly #widths = new Map<string, Map<string, number>>();
  /** CSS pixels per line of a 720-line picture. */
  k = 1;
  /** No text is smaller than this, CSS pixels. */
  leastTextPx = 10;
  outlining = true;
  #font = '';

  constructor(surface: Surface) {
    this.#surface = surface;
  }

  /** Runs `draw` for the outlines and again for the fills. The context's state must be fresh or as the last run left it. */
  twice(draw: (pen: this) => void): void {
    const surface = this.#surface;
    surface.lineJoin = 'round';
    surface.lineCap = 'butt';
    surface.textBaseline = 'alphabetic';
    surface.textAlign = 'left';
    this.#font = '';
    this.outlining = true;
    draw(this);
    this.outlining = false;
    draw(this);
  }

  #use(size: number, bold: boolean): string {
    const font = `${bold ? 700 : 400} ${Math.max(size * this.k, this.leastTextPx).toFixed(2)}px ${FAMILY}`;
    if (font !== this.#font) {
      this.#surface.font = font;
      this.#font = font;
    }
    return font;
  }

  /** Width of `text` in CSS pixels. Glyphs are measured once per font; B612 has no kerning to lose. */
  width(text: string, size: number, bold = false): number {
    const font = this.#use(size, bold);
    let glyphs = this.#widths.get(font);
    if (glyphs === undefined) {
      glyphs = new Map();
      this.#widths.set(font, glyphs);
    }
    let sum = 0;
    for (const glyph of text) {
      let width = glyphs.get(glyph);
      if (width === undefined) {
        width = this.#surface.measureText(glyph).width;
        glyphs.set(glyph, width);
      }
      sum += width;
    }
    return sum;
  }

  /** Forgets measured widths: fonts have loaded, or the scale changed. */
  forgetWidths(): void {
    this.#widths.clear();
  }

  /** Text with its baseline at `y`; returns its width. */
  text(text: string, x: number, y: number, size: number, ink: string, align: Align = 'left', bold = false): number {
    const width = this.width(text, size, bold);
    const left = align === 'left' ? x : align === 'right' ? x - width : x - width / 2;
    const surface = this.#surface;
    if (text === '') return 0;
    if (this.outlining) {
      surface.strokeStyle = HALO;
      surface.lineWidth = 2 * HALO_PX * this.k;
      surface.strokeText(text, left, y);
      surface.strokeStyle = OUTLINE;
      surface.lineWidth = 2 * OUTLINE_PX * this.k;
      surface.strokeText(text, left, y);
    } else {
      surface.fillStyle = ink;
      surface.fillText(text, left, y);
    }
    return width;
  }

  /** Strokes what `trace` draws, `thickness` in lines of 720. */
  stroke(trace: (surface: Surface) => void, thickness: number, ink: string): void {
    const surface = this.#surface;
    surface.lineWidth = (thickness + (this.outlining ? 2 * OUTLINE_PX : 0)) * this.k;
    surface.strokeStyle = this.outlining ? OUTLINE : ink;
    surface.lineCap = this.outlining ? 'square' : 'butt';
    surface.beginPath();
    trace(surface);
    surface.stroke();
  }

  /** Fills what `trace` draws; the outline is a stroke around it. */
  fill(trace: (surface: Surface) => void, ink: string): void {
    const surface = this.#surface;
    surface.beginPath();
    trace(surface);
    surface.closePath();
    if (this.outlining) {
      surface.lineWidth = 2 * OUTLINE_PX * this.k;
      surface.strokeStyle = OUTLINE;
      surface.stroke();
    } else {
      surface.fillStyle = ink;
      surface.fill();
    }
  }

  /** A dark plate under what follows; draw it while outlining. */
  plate(x: number, y: number, width: number, height: number, radius: number, ink: string): void {
    const surface = this.#surface;
    surface.fillStyle = ink;
    surface.beginPath();
    surface.roundRect(x, y, width, height, radius);
    surface.fill();
  }

  /** A filled box, outlined like all else unless `bare`. */
  box(x: number, y: number, width: number, height: number, ink: string, bare = false): void {
    if (bare) {
      if (this.outlining) return;
      const surface = this.#surface;
      surface.fillStyle = ink;
      surface.beginPath();
      rectangle(surface, x, y, width, height);
      surface.fill();
      return;
    }
    this.fill((surface) => rectangle(surface, x, y, width, height), ink);
  }
}

function rectangle(surface: Surface, x: number, y: number, width: number, height: number): void {
  surface.moveTo(x, y);
  surface.lineTo(x + width, y);
  surface.lineTo(x + width, y + height);
  surface.lineTo(x, y + height);
}
