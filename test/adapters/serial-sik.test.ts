import { describe, expect, test } from 'vitest';
import { SikModem } from '../../radio/adapters/serial/sik-at.ts';
import { bandMhz, rubyParameters } from '../../radio/adapters/serial/sik-parameters.ts';
import { RadioError } from '../../radio/base/errors.ts';
import { type Misbehaviour, SimulatedModem } from './serial-modem.ts';

/** Short silences; answers may take as long as a busy machine needs. */
const TIMING = { guardMs: 30, enterMs: 800, enterSilentMs: 400, answerMs: 400, quietMs: 40, rebootMs: 40 };

/** A modem at the end of a wire that cuts and delays what it says. */
function wired(faults: Misbehaviour = {}) {
  const say = (text: string) => {
    for (const piece of text.match(/.{1,7}/gs) ?? []) {
      setTimeout(() => modem.receive(new Uint8Array(Buffer.from(piece, 'latin1'))), 2);
    }
  };
  const simulated = new SimulatedModem(say, 20, faults);
  const modem: SikModem = new SikModem({ path: '/dev/ttyTEST', write: async (bytes) => simulated.hear(bytes) }, TIMING);
  return { modem, simulated };
}

/** Code and message of the RadioError that `work` rejects with. */
async function refusal(work: Promise<unknown>): Promise<[string, string]> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RadioError);
  return [(error as RadioError).code, (error as RadioError).message];
}

describe.concurrent('the AT dialogue', () => {
  test('enters between two silences, with nothing but +++ sent', async () => {
    const { modem, simulated } = wired();
    await modem.enter();
    expect(simulated.commandMode).toBe(true);
    expect(simulated.commands).toEqual([]);
    await modem.leave();
    expect(simulated.commandMode).toBe(false);
    expect(simulated.commands).toEqual(['ATO']);
  });

  test('hears the OK behind packets that the modem was still passing on', async () => {
    const { modem, simulated } = wired();
    const entering = modem.enter();
    setTimeout(() => modem.receive(Uint8Array.of(0x0f, 0x12, 0x00, 0x4f, 0x00)), 35);
    await entering;
    expect(simulated.commandMode).toBe(true);
  });

  test('tells banner, board, versions and band', async () => {
    const { modem } = wired();
    expect(await modem.identify()).toEqual({
      banner: 'SiK 2.2 on HM-TRP',
      firmwareKnown: true,
      id: 'HM-TRP-77-43-freq 433-433',
      bandMhz: 433,
    });
    const old = wired({ banner: 'SiK 1.9 on HM-TRP' });
    expect(await old.modem.identify()).toMatchObject({ firmwareKnown: false, banner: 'SiK 1.9 on HM-TRP' });
  });

  const READ = {
    serialSpeedCode: 57,
    airSpeedKbps: 64,
    netId: 25,
    txPowerDbm: 20,
    ecc: false,
    minFrequencyKhz: 433_050,
    maxFrequencyKhz: 434_790,
    channels: 10,
    dutyCyclePercent: 100,
    lbtRssi: 0,
    manchester: false,
    maxWindowMs: 131,
  };

  test('reads all settings from the list', async () => {
    const { modem, simulated } = wired();
    expect(await modem.readParameters()).toEqual(READ);
    expect(simulated.commands).toEqual(['ATI5']);
  });

  test('reads the settings one by one from a modem without the list', async () => {
    const { modem, simulated } = wired({ noList: true });
    expect(await modem.readParameters()).toEqual(READ);
    expect(simulated.commands).toContain('ATS15?');
  });

  test('writes only what differs, stores it, restarts, and finds it kept', async () => {
    const { modem, simulated } = wired();
    const change = { netId: 27, ecc: true, txPowerDbm: 20, airSpeedKbps: 64 };
    expect(await modem.apply(change)).toEqual(['netId', 'ecc']);
    expect(simulated.commands).toEqual(['ATI5', 'ATS3=27', 'ATS5=1', 'AT&W', 'ATZ', 'ATI5', 'ATO']);
    expect(simulated.restarts).toBe(1);
    expect(simulated.registers.slice(3, 6)).toEqual([27, 20, 1]);
    expect(simulated.commandMode).toBe(false);
  });

  test('does not restart a modem that has it all already', async () => {
    const { modem, simulated } = wired();
    expect(await modem.apply({ netId: 25 })).toEqual([]);
    expect(simulated.restarts).toBe(0);
    expect(simulated.commandMode).toBe(false);
  });

  test('writes a whole link of RubyFPV', async () => {
    const { modem, simulated } = wired();
    const link = { frequencyKhz: 433_500, baudRate: 57_600, airSpeedKbps: 128, txPowerDbm: 11 };
    await modem.apply(rubyParameters({ ...link, ecc: false, listenBeforeTalk: true, manchester: false }));
    expect(simulated.registers).toEqual([25, 57, 128, 27, 11, 0, 1, 0, 433_500, 434_500, 5, 100, 50, 0, 0, 50]);
  });

  test('refuses values that no modem takes before it writes any', async () => {
    const { modem, simulated } = wired();
    const tell = (change: object) => refusal(modem.apply({ netId: 27, ...change }));
    expect(await tell({ txPowerDbm: 31 })).toEqual([
      'bad-argument',
      'TXPOWER 31: a whole number from 1 to 30 is needed',
    ]);
    expect(await tell({ airSpeedKbps: 65 })).toEqual([
      'bad-argument',
      'AIR_SPEED 65: one of 2, 4, 8, 16, 19, 24, 32, 48, 64, 96, 128, 192, 250 is needed',
    ]);
    expect(await tell({ minFrequencyKhz: 434_790 })).toEqual([
      'bad-argument',
      'MIN_FREQ 434790 kHz is not below MAX_FREQ 434790 kHz',
    ]);
    expect(await tell({ netId: 1.5 })).toMatchObject(['bad-argument', expect.stringContaining('NETID')]);
    expect(simulated.commands.filter((command) => command.includes('='))).toEqual([]);
  });

  test('asks again when noise came instead of an answer', async () => {
    const { modem, simulated } = wired({ noList: true });
    await modem.enter();
    simulated.faults.stumbles = 3;
    expect(await modem.readParameters()).toMatchObject({ serialSpeedCode: 57, netId: 25 });
    expect(simulated.commands.slice(0, 4)).toEqual(['ATI5', 'ATS1?', 'ATS1?', 'ATS1?']);
  });

  test('says that nothing answers when nothing does', async () => {
    const { modem } = wired({ silent: true });
    expect(await refusal(modem.enter())).toEqual([
      'timeout',
      '/dev/ttyTEST: no modem answers; is it a SiK radio, and at this speed?',
    ]);
  });

  test('says that what answers is no modem', async () => {
    const { modem } = wired({ garbage: '$GPGGA,\r\n' });
    expect(await refusal(modem.enter())).toEqual([
      'unsupported',
      '/dev/ttyTEST: what answers is no SiK modem ("$GPGGA,\\r\\n")',
    ]);
  });

  test('says so when a modem that was entered then talks garbage', async () => {
    const { modem, simulated } = wired();
    await modem.enter();
    simulated.faults.garbage = '\xff\xfe??\r\n';
    expect(await refusal(modem.readParameters())).toMatchObject(['unsupported', expect.stringContaining('ATS1?')]);
    expect(await refusal(modem.save())).toEqual(['unsupported', expect.stringContaining('answer to AT&W is none')]);
  });

  test('says which setting the modem refuses, and which it did not keep', async () => {
    const refusing = wired({ refuses: 4 });
    expect(await refusal(refusing.modem.apply({ txPowerDbm: 30 }))).toEqual([
      'unsupported',
      '/dev/ttyTEST: the modem refuses TXPOWER 30',
    ]);
    expect(refusing.simulated.restarts).toBe(0);
    const forgetting = wired({ forgets: 3 });
    expect(await refusal(forgetting.modem.apply({ netId: 99 }))).toEqual([
      'unsupported',
      '/dev/ttyTEST: the modem did not keep NETID 99',
    ]);
  });

  test('finds a modem that a program left in command mode', async () => {
    const { modem, simulated } = wired();
    simulated.commandMode = true;
    expect(await modem.readParameters()).toMatchObject({ netId: 25 });
  });

  test('ends with the reason when the port is gone in the middle', async () => {
    const { modem } = wired({ silent: true });
    const entering = refusal(modem.enter());
    modem.fail(new RadioError('radio-gone', 'unplugged'));
    expect(await entering).toEqual(['radio-gone', 'unplugged']);
    expect(await refusal(modem.readParameters())).toEqual(['radio-gone', 'unplugged']);
  });

  test('does not grow over an endless answer', async () => {
    const { modem } = wired({ garbage: 'x'.repeat(20_000) });
    const [code, message] = await refusal(modem.enter());
    expect(code).toBe('unsupported');
    expect(message.length).toBeLessThan(120);
  });
});

test('a band is known by its lowest frequency', () => {
  expect([414_000, 433_050, 868_000, 915_000].map(bandMhz)).toEqual([433, 433, 868, 915]);
});
