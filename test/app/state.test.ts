import { expect, test } from 'vitest';
import { meaningOf, pictureState } from '../../app/fly/picture-meaning.ts';
import { actionOf, capsOf } from '../../app/input/keymap.ts';
import { sparkPoints } from '../../app/sheets/spark-points.ts';
import { LinkHistory } from '../../app/state/link-history.ts';
import { DEFAULT_SETTINGS, readSettings } from '../../app/state/settings-slice.ts';
import { ns } from '../../radio/base/time.ts';
import { link } from './canned.ts';

test('settings from anything at all are valid', () => {
  for (const broken of [
    null,
    7,
    'x',
    [],
    { cameraVfovDeg: '60' },
    { cameraVfovDeg: 500, osdMode: 'loud', cellLowV: NaN },
  ]) {
    expect(readSettings(broken)).toEqual(DEFAULT_SETTINGS);
  }
  expect(readSettings({ cameraVfovDeg: 75, speedUnit: 'mph' })).toEqual({
    ...DEFAULT_SETTINGS,
    cameraVfovDeg: 75,
    speedUnit: 'mph',
  });
});

test('a picture is stale after half a second, and there is none before the first', () => {
  expect(pictureState(undefined, false)).toBe('none');
  expect(pictureState(500, false)).toBe('live');
  expect(pictureState(501, false)).toBe('stale');
  expect(pictureState(10, true)).toBe('unsupported');
});

test('a missing picture is explained by what else is heard', () => {
  expect(meaningOf(100, undefined)).toMatch(/^Telemetry still comes/);
  expect(meaningOf(100, 9_000)).toMatch(/^Telemetry still comes/);
  expect(meaningOf(100, 100)).toMatch(/^Video is still received/);
  expect(meaningOf(250, 600)).toMatch(/^Telemetry still comes/);
  expect(meaningOf(9_000, 9_000)).toBe('Nothing is heard from the air unit.');
});

test('a link that falls silent is never said to be heard, from the moment the picture is stale', () => {
  for (let silentMs = 500; silentMs < 3000; silentMs += 50) {
    // Telemetry and video ended within a fifth of a second of each other, either one last.
    for (const telemetryFirstMs of [-200, 0, 200]) {
      expect(meaningOf(silentMs + telemetryFirstMs, silentMs)).toBe('Nothing is heard from the air unit.');
    }
  }
});

test('keys ask for named actions, and the browser keeps its own', () => {
  const press = (key: string, more = {}) => actionOf({ key, ctrlKey: false, altKey: false, metaKey: false, ...more });
  expect(press('F')).toBe('fullScreen');
  expect(press('f')).toBe('fullScreen');
  expect(press('?')).toBe('help');
  expect(press('f', { ctrlKey: true })).toBeUndefined();
  expect(press('F11')).toBeUndefined();
  expect(press('constructor')).toBeUndefined();
  expect(capsOf('back')).toEqual(['Esc', 'Backspace']);
});

test('history keeps the newest minute in order, two points a second', () => {
  const history = new LinkHistory(4, 500);
  for (let i = 0; i < 60; i++) history.take(link({ at: ns((i + 1) * 1e8), videoBitrateBps: i * 1e6 }));
  const values = history.unrolled(history.bitrateMbps);
  expect(values).toHaveLength(4);
  expect(values.map((value, i) => (i === 0 ? 5 : value - (values[i - 1] as number)))).toEqual([5, 5, 5, 5]);
  expect(values[3]).toBe(55);
});

test('a clock that went back starts the history anew', () => {
  const history = new LinkHistory(4, 500);
  history.take(link({ at: ns(9e9) }));
  history.take(link({ at: ns(1e9) }));
  expect(history.count).toBe(1);
});

test('a line of values ends at the right edge and has holes where nothing was heard', () => {
  const points = sparkPoints([0, Number.NaN, 100], 5, 400, 100, 0, 100, true);
  expect(points).toEqual([{ x: 200, y: 92 }, undefined, { x: 400, y: 8 }]);
});
