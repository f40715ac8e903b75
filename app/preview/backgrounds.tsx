import { useEffect, useRef } from 'react';
import styles from './backgrounds.module.css';

type Painter = (context: CanvasRenderingContext2D, random: () => number) => void;

const WIDTH = 1280;
const HEIGHT = 720;

/** What is hard to read over: dark, bright, and restless. All drawn with a level horizon turned by 8 degrees. */
const PAINTERS: Record<string, Painter> = {
  forest: (context, random) => {
    land(context, '#5c7a8e', '#16221a');
    for (let i = 0; i < 5000; i++) {
      context.fillStyle = `hsl(${110 + random() * 40} ${20 + random() * 25}% ${5 + random() * 14}%)`;
      const depth = random() ** 2;
      context.fillRect((random() - 0.5) * 2000, depth * 700, 4 + depth * 40, 6 + depth * 60);
    }
  },
  snow: (context, random) => {
    land(context, '#e9f2fa', '#ffffff');
    for (let i = 0; i < 300; i++) {
      context.fillStyle = `rgba(190,205,220,${random() * 0.4})`;
      context.fillRect((random() - 0.5) * 2000, random() ** 2 * 700, 20 + random() * 120, 2 + random() * 6);
    }
  },
  busy: (context, random) => {
    context.resetTransform();
    for (let y = 0; y < HEIGHT; y += 6) {
      for (let x = 0; x < WIDTH; x += 6) {
        context.fillStyle = `hsl(${random() * 360} 40% ${random() * 100}%)`;
        context.fillRect(x, y, 6, 6);
      }
    }
  },
};

function land(context: CanvasRenderingContext2D, sky: string, ground: string): void {
  context.fillStyle = sky;
  context.fillRect(0, 0, WIDTH, HEIGHT);
  // Roll 8 degrees right, nose 4 degrees up, 60 degrees of view: what the canned attitude says.
  context.translate(WIDTH / 2, HEIGHT / 2);
  context.rotate((-8 * Math.PI) / 180);
  context.translate(0, (HEIGHT / 2 / Math.tan(Math.PI / 6)) * Math.tan((4 * Math.PI) / 180));
  context.fillStyle = ground;
  context.fillRect(-2000, 0, 4000, 2000);
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

/** A still picture to read the display over. */
export function PreviewPicture({ name }: { name: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    context.resetTransform();
    PAINTERS[name]?.(context, seeded(7));
  }, [name]);
  return <canvas ref={canvas} width={WIDTH} height={HEIGHT} className={styles['picture']} />;
}
