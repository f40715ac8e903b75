import type { Fault } from '../base/fault.ts';
import { glyphText } from './text.ts';

/**
 * MSP DisplayPort (command 182): the flight controller draws its OSD as characters on a grid.
 *
 *   0        keep alive; also shows what was drawn
 *   1        release the screen
 *   2        clear what is being drawn
 *   3 row:u8 column:u8 attribute:u8 text     attribute bits 0-1: font page, bit 6: blink
 *   4        show what was drawn
 *
 * Source: rubyfpv-control.md 15.3.
 */
export type DisplayPortCommand =
  | { command: 'keep-alive' }
  | { command: 'release' }
  | { command: 'clear' }
  | { command: 'draw'; row: number; column: number; attribute: number; glyphs: number[] }
  | { command: 'publish' };

/** Largest grid. Source: rubyfpv-control.md 15.3. */
export const MAX_COLUMNS = 64;
export const MAX_ROWS = 24;

/** Reads the payload [start, end) of an MSP frame with command 182. Faults: `short`, `type` (another subcommand). */
export function readDisplayPort(bytes: Uint8Array, start: number, end: number): DisplayPortCommand | Fault {
  if (end <= start) return 'short';
  switch (bytes[start]) {
    case 0:
      return { command: 'keep-alive' };
    case 1:
      return { command: 'release' };
    case 2:
      return { command: 'clear' };
    case 3: {
      if (end - start < 4) return 'short';
      const glyphs: number[] = [];
      for (let i = start + 4; i < end && bytes[i] !== 0; i++) glyphs.push(bytes[i] as number);
      return {
        command: 'draw',
        row: bytes[start + 1] as number,
        column: bytes[start + 2] as number,
        attribute: bytes[start + 3] as number,
        glyphs,
      };
    }
    case 4:
      return { command: 'publish' };
    default:
      return 'type';
  }
}

/** A run of text as a record reports it. */
export interface TextRun {
  row: number;
  column: number;
  string: string;
}

/** The text of a draw command, symbols of the OSD font as blanks. */
export function textRun(draw: DisplayPortCommand & { command: 'draw' }): TextRun {
  return { row: draw.row, column: draw.column, string: glyphText(draw.glyphs) };
}

/**
 * The grid that DisplayPort commands draw on: drawn hidden, shown whole on `publish`. A cell is the glyph number plus
 * 256 times its font page (0 to 3); 0 is empty. What lies outside the grid is cut off.
 */
export class DisplayPortScreen {
  #rows: number;
  #columns: number;
  #drawn: Uint16Array;
  #shown: Uint16Array;
  /** How often something was shown; lets a painter see that it must paint. */
  published = 0;

  constructor(rows = 22, columns = 60) {
    this.#rows = rows;
    this.#columns = columns;
    this.#drawn = new Uint16Array(rows * columns);
    this.#shown = new Uint16Array(rows * columns);
  }

  get rows(): number {
    return this.#rows;
  }

  get columns(): number {
    return this.#columns;
  }

  /** The shown cells, row by row; lent until the next command. */
  get cells(): Uint16Array {
    return this.#shown;
  }

  /** Sets the grid's size and empties it when that changes. Fault `range` outside 1 to 24 rows, 1 to 64 columns. */
  resize(rows: number, columns: number): Fault | undefined {
    if (rows === this.#rows && columns === this.#columns) return undefined;
    if (!(rows >= 1 && rows <= MAX_ROWS && columns >= 1 && columns <= MAX_COLUMNS)) return 'range';
    this.#rows = rows;
    this.#columns = columns;
    this.#drawn = new Uint16Array(rows * columns);
    this.#shown = new Uint16Array(rows * columns);
    return undefined;
  }

  apply(command: DisplayPortCommand): void {
    switch (command.command) {
      case 'clear':
        this.#drawn.fill(0);
        return;
      case 'draw':
        this.#draw(command.row, command.column, command.attribute, command.glyphs);
        return;
      case 'release':
        this.#drawn.fill(0);
        this.#publish();
        return;
      default:
        this.#publish();
    }
  }

  /** The shown text of a row, symbols as blanks; empty outside the grid. */
  text(row: number): string {
    if (!(row >= 0 && row < this.#rows)) return '';
    const cells = this.#shown.subarray(row * this.#columns, (row + 1) * this.#columns);
    return glyphText([...cells].map((cell) => (cell >> 8 === 0 ? cell || 0x20 : 0x20)));
  }

  #draw(row: number, column: number, attribute: number, glyphs: readonly number[]): void {
    if (row >= this.#rows) return;
    const page = (attribute & 3) << 8;
    const count = Math.min(glyphs.length, this.#columns - column);
    for (let i = 0; i < count; i++) this.#drawn[row * this.#columns + column + i] = page | (glyphs[i] as number);
  }

  #publish(): void {
    this.#shown.set(this.#drawn);
    this.published++;
  }
}
