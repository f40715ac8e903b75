import { useEffect, useRef } from 'react';
import { useApp } from '../state/store.ts';
import { words } from '../words.ts';
import styles from './start-screen.module.css';

/** What is shown without a source: what Spinel is, what it found, and one thing to do. */
export function StartScreen() {
  const phase = useApp((state) => state.door.phase);
  const adapters = useApp((state) => state.adaptersFound);
  const version = useApp((state) => state.version);
  return (
    <div className={styles['start']}>
      <Attitude />
      <div className={styles['column']}>
        <header>
          <h1 className={styles['name']}>{words.product}</h1>
          <p className={styles['tagline']}>
            {words.tagline}
            {version === '' ? '' : ` · ${version}`}
          </p>
        </header>
        <p className={styles['about']}>{words.about}</p>
        {phase === 'connecting' ? <Connecting /> : null}
        {phase === 'up' ? (
          <>
            <Failure />
            <DemoAction />
            <dl className={styles['facts']}>
              <dt>{words.adapters(adapters)}</dt>
              <dd>{words.adaptersExplained(adapters)}</dd>
              <dt>{words.capturesExplained}</dt>
              <dd>
                <code className={styles['command']}>{words.captureCommand}</code>
              </dd>
            </dl>
          </>
        ) : null}
      </div>
    </div>
  );
}

function Connecting() {
  const detail = useApp((state) => (state.door.phase === 'connecting' ? state.door.detail : ''));
  return (
    <output className={styles['connecting']}>
      <strong>{words.connecting}</strong>
      <span>{detail}</span>
    </output>
  );
}

function Failure() {
  const source = useApp((state) => state.source);
  if (source.phase !== 'failed') return null;
  return (
    <div className={styles['failure']} role="alert">
      <strong>
        <span className={styles['square']} aria-hidden="true" />
        {source.title === '' ? words.failedTitle : `${words.failedTitle}: ${source.title}`}
      </strong>
      <span>{source.reason}</span>
      <span className={styles['help']}>{words.failedExplained[source.code] ?? words.failedOtherwise}</span>
    </div>
  );
}

function DemoAction() {
  const openSource = useApp((state) => state.openSource);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus({ preventScroll: true }), []);
  return (
    <button ref={button} type="button" className={styles['action']} onClick={() => void openSource({ kind: 'demo' })}>
      <span className={styles['actionName']}>{words.demoFlight}</span>
      <span className={styles['actionText']}>{words.demoExplained}</span>
      <kbd className={styles['cap']}>Enter</kbd>
    </button>
  );
}

const RUNGS = [-20, -10, 10, 20];

/** A level-off caught in line: the instrument this program is about, as faint as paper grain. */
function Attitude() {
  return (
    <svg className={styles['attitude']} viewBox="-400 -400 800 800" aria-hidden="true">
      <g transform="rotate(-12)" fill="none" stroke="currentColor" strokeWidth="2">
        <path d="M-330 60H-110M110 60H1200" />
        {RUNGS.map((deg) => (
          <path
            key={deg}
            strokeDasharray={deg < 0 ? '16 10' : undefined}
            d={`M-190 ${60 - deg * 9}H-110M110 ${60 - deg * 9}H190`}
          />
        ))}
      </g>
      <path d="M-60 0H-30L-18 14M60 0H30L18 14" fill="none" stroke="currentColor" strokeWidth="4" />
      <circle r="3" fill="currentColor" />
    </svg>
  );
}
