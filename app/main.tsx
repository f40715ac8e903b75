import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import './styles/global.css';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
// Not in StrictMode: it mounts everything twice, and the port to the decoder can be given only once.
createRoot(root).render(<App />);
