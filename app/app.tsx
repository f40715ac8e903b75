import { useEffect } from 'react';
import { VideoPane } from './fly/video-pane.tsx';
import { Shell } from './shell.tsx';
import { startRadio } from './state/radio.ts';

/** The interface with its radio and its picture. */
export function App() {
  useEffect(startRadio, []);
  return <Shell video={<VideoPane />} />;
}
