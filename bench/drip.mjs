// Connections whose requests never end: a byte a second, each. In a thread of its own, so that what it costs to open them
// is not taken for a wait of whoever measures. Started with { port, connections }, it goes on until it is ended.

import net from 'node:net';
import { workerData } from 'node:worker_threads';

const EACH_MS = 1_000;
// In so many parts a second, so that there is no one moment of all.
const PARTS = 20;

const { port, connections } = workerData;
const sockets = new Set();

function open() {
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  socket.write('GET /api/events HTTP/1.1\r\nhost: localhost\r\nx-slow: ');
  sockets.add(socket);
}

// Who is closed comes again.
function fill() {
  while (sockets.size < connections) open();
}

fill();
let part = 0;
setInterval(() => {
  part = (part + 1) % PARTS;
  [...sockets].filter((_, at) => at % PARTS === part).forEach((socket) => socket.write('a'));
  fill();
}, EACH_MS / PARTS);
