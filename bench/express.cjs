// The event stream server of the guide's Express chapter: a set of open responses, and a loop that writes to each.
// Publishing by POST stands in for its timer. The address is the argument.

const path = require('node:path');
const { createRequire } = require('node:module');

const express = createRequire(path.join(__dirname, '../end2end/package.json'))('express');

const app = express();
const clients = new Set();

app.get('/api/events', (req, res) => {
  res.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-cache',
    Connection: 'keep-alive',
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Allow-Headers': 'Cache-Control',
  });
  clients.add(res);
  res.write('data: {"type": "connected", "message": "SSE connection established"}\n\n');
  req.on('close', () => clients.delete(res));
});

app.post('/api/publish', express.json(), (req, res) => {
  broadcast(req.body.data, req.body.event);
  res.status(202).json({});
});

function broadcast(data, eventType = null) {
  const message = formatSSEMessage(data, eventType);
  clients.forEach((client) => {
    try {
      client.write(message);
    } catch (error) {
      console.error('Error writing to client:', error);
      clients.delete(client);
    }
  });
}

function formatSSEMessage(data, eventType = null, id = null) {
  let message = '';
  if (id) message += `id: ${id}\n`;
  if (eventType) message += `event: ${eventType}\n`;
  for (const line of JSON.stringify(data).split('\n')) message += `data: ${line}\n`;
  return `${message}\n`;
}

const [host, port] = process.argv[2].split(':');
app.listen(Number(port), host);
