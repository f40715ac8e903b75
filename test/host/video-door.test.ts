import { expect, test } from 'vitest';
import type { AccessUnit } from '../../radio/api/access-unit.ts';
import type { Port } from '../../radio/api/port.ts';
import { readAccessUnit } from '../../radio/api/wire.ts';
import { ns, TestClock } from '../../radio/base/time.ts';
import { VideoDoors } from '../../radio/host/video-door.ts';

class TestPort implements Port {
  bufferedBytes = 0;
  readonly posted: unknown[] = [];
  hear: (message: unknown) => void = () => {};
  leave: () => void = () => {};

  post(message: unknown): void {
    this.posted.push(message instanceof Uint8Array ? message.slice() : structuredClone(message));
  }

  onMessage(listener: (message: unknown) => void): void {
    this.hear = listener;
  }

  onClose(listener: () => void): void {
    this.leave = listener;
  }

  close(): void {}

  get units(): (AccessUnit | undefined)[] {
    return this.posted.map((message) =>
      message instanceof Uint8Array
        ? readAccessUnit(message.buffer as ArrayBuffer)
        : (message as { unit: AccessUnit }).unit,
    );
  }
}

const unit = (sequence: number): AccessUnit => ({
  codec: 'h264',
  data: Uint8Array.of(0, 0, 0, 1, 0x65, sequence),
  keyFrame: false,
  codecString: 'avc1.64001f',
  width: 1280,
  height: 720,
  sequence,
  damaged: false,
  afterGap: false,
  firstAt: ns(1),
  lastAt: ns(2),
  completeAt: ns(3),
  sentAt: ns(0),
});

test('every decoder gets every unit, stamped with the time it left', () => {
  const clock = new TestClock();
  const doors = new VideoDoors(clock);
  const ports = [new TestPort(), new TestPort()] as const;
  doors.add(ports[0], true);
  doors.add(ports[1], false);
  clock.advance(5);
  doors.send(unit(1));
  for (const port of ports) expect(port.units).toEqual([{ ...unit(1), sentAt: 5_000_000 }]);
});

test('a decoder that falls behind is skipped, the others are not, and it hears of the gap once', () => {
  const doors = new VideoDoors(new TestClock());
  const [slow, quick] = [new TestPort(), new TestPort()];
  doors.add(slow, true);
  doors.add(quick, true);
  doors.send(unit(1));
  slow.bufferedBytes = 1_000_000;
  doors.send(unit(2));
  doors.send(unit(3));
  slow.bufferedBytes = 0;
  doors.send(unit(4));
  doors.send(unit(5));
  expect(slow.units.map((each) => [each?.sequence, each?.afterGap])).toEqual([
    [1, false],
    [4, true],
    [5, false],
  ]);
  expect(quick.units.map((each) => [each?.sequence, each?.afterGap])).toEqual(
    [1, 2, 3, 4, 5].map((sequence) => [sequence, false]),
  );
});

test('a decoder that left gets nothing more, and clock questions are answered', () => {
  const clock = new TestClock();
  const doors = new VideoDoors(clock);
  const port = new TestPort();
  doors.add(port, true);
  clock.advance(7);
  port.hear({ t: 'clock', id: 3 });
  port.hear('noise');
  expect(port.posted).toEqual([{ t: 'clock', id: 3, now: 7_000_000 }]);
  port.leave();
  doors.send(unit(1));
  expect(port.posted.length).toBe(1);
});
