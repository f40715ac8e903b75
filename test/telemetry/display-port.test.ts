import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DisplayPortScreen, readDisplayPort, textRun } from '../../radio/telemetry/display-port.ts';

const read = (...payload: number[]) => readDisplayPort(Uint8Array.from(payload), 0, payload.length);

test('each subcommand is read', () => {
  expect(read(0)).toEqual({ command: 'keep-alive' });
  expect(read(1)).toEqual({ command: 'release' });
  expect(read(2)).toEqual({ command: 'clear' });
  expect(read(3, 4, 7, 1, 0x41, 0x42, 0, 0x43)).toEqual({
    command: 'draw',
    row: 4,
    column: 7,
    attribute: 1,
    glyphs: [0x41, 0x42],
  });
  expect(read(4)).toEqual({ command: 'publish' });
});

test('an empty payload, a cut draw and an unknown subcommand are refused', () => {
  expect(read()).toBe('short');
  expect(read(3, 1, 2)).toBe('short');
  expect(read(5)).toBe('type');
  expect(read(255, 1, 2, 3)).toBe('type');
});

test('nothing shows before it is published, and clearing waits for it too', () => {
  const screen = new DisplayPortScreen(20, 53);
  screen.apply({ command: 'draw', row: 3, column: 2, attribute: 0, glyphs: [0x48, 0x49] });
  expect(screen.text(3).trim()).toBe('');
  screen.apply({ command: 'publish' });
  expect(screen.text(3).trimEnd()).toBe('  HI');
  screen.apply({ command: 'clear' });
  expect(screen.text(3).trimEnd()).toBe('  HI');
  screen.apply({ command: 'keep-alive' });
  expect(screen.text(3).trim()).toBe('');
  expect(screen.published).toBe(2);
});

test('a cell holds the glyph and its font page', () => {
  const screen = new DisplayPortScreen(2, 4);
  screen.apply({ command: 'draw', row: 1, column: 2, attribute: 0x42, glyphs: [0x7b] });
  screen.apply({ command: 'publish' });
  expect(screen.cells[6]).toBe(0x27b);
});

test('what is drawn outside the grid is cut off and never wraps to another row', () => {
  fc.assert(
    fc.property(fc.nat(255), fc.nat(255), fc.array(fc.integer({ min: 1, max: 255 })), (row, column, glyphs) => {
      const screen = new DisplayPortScreen(5, 8);
      screen.apply({ command: 'draw', row, column, attribute: 0, glyphs });
      screen.apply({ command: 'publish' });
      for (let i = 0; i < 40; i++) {
        const inRun = Math.floor(i / 8) === row && i % 8 >= column && i % 8 < column + glyphs.length;
        expect(screen.cells[i]).toBe(inRun ? glyphs[(i % 8) - column] : 0);
      }
    }),
  );
});

test('an impossible size is refused and the grid stays', () => {
  const screen = new DisplayPortScreen();
  for (const [rows, columns] of [
    [0, 60],
    [22, 0],
    [25, 60],
    [22, 65],
    [Number.NaN, 1],
  ] as const) {
    expect(screen.resize(rows, columns)).toBe('range');
  }
  expect([screen.rows, screen.columns]).toEqual([22, 60]);
  expect(screen.resize(24, 64)).toBeUndefined();
  expect(screen.cells.length).toBe(24 * 64);
});

test('symbols of the OSD font become blanks that keep the column', () => {
  const run = textRun({ command: 'draw', row: 0, column: 0, attribute: 0, glyphs: [0x01, 0x31, 0x7f, 0x32, 0xb0] });
  expect(run.string).toBe(' 1 2°');
});
