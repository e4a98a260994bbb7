// The figures as Markdown.

export const holds = ({ value, limit }) => value <= limit;

function row(figure) {
  const digits = figure.digits ?? 2;
  const cells = [`${figure.value.toFixed(digits)} ${figure.unit}`, `${figure.limit} ${figure.unit}`].map((text) => text.trim());
  return `| ${figure.what} | ${cells.join(' | ')} | ${holds(figure) ? 'holds' : 'over'} |`;
}

function table(rows) {
  return ['| figure | measured | limit | |', '|---|---:|---:|---|', ...rows.map(row)];
}

function run({ name, connections, medians: m }) {
  const counts = [m.deliveriesPerSecond.toFixed(0), m.lost, m.doubled];
  const times = [m.p50Ms, m.p99Ms, m.maxMs].map((ms) => ms.toFixed(1));
  const memory = [m.idleUser, m.idleBuffers + m.idleObjects].map((bytes) => (bytes / 1000).toFixed(1));
  const costs = [m.cpuUsPerDelivery.toFixed(2), ...memory];
  return `| ${[name, connections, ...counts, ...times, ...costs].join(' | ')} |`;
}

function watcher({ name, cpu, pss, readings }) {
  return `| ${name} | ${cpu.toFixed(2)} | ${pss.toFixed(1)} | ${readings} |`;
}

export function report(about, alone, { watched, logged, reading, ruled, beside }) {
  const others = alone.children.map(({ name, cpu, pss }) => `${name} (${cpu.toFixed(2)} %, ${pss.toFixed(1)} MiB)`);
  return [
    '# Figures',
    '',
    'Measured by `make bench` on the release build. How to read and run it: [README.md](README.md).',
    '',
    `- Date: ${about.date}`,
    `- Machine: ${about.machine}`,
    `- Versions: ${about.versions}`,
    '',
    '## By itself',
    'The binary alone in an empty folder, started with its defaults.',
    '',
    ...table(alone.rows),
    '',
    ...(others.length > 0 ? [`Processes that opsglass started, not counted above: ${others.join(', ')}.`, ''] : []),
    'KB and MB are 1,000 and 1,000,000 bytes. Files are counted as they are served.',
    '',
    '## Watching',
    `${watched.processes} processes, each program once a second, all at the same time.`,
    '',
    ...table(watched.rows),
    '',
    '| program | CPU, % of a core | memory (PSS), MiB | readings |',
    '|---|---:|---:|---:|',
    ...watched.costs.map(watcher),
    '',
    '## Log lines',
    `${logged.written} lines written to a file that is followed, 20,000 a second, and read by curl; ${logged.told} were told in a gap.`,
    '',
    ...table(logged.rows),
    '',
    '## Rules',
    `Beside its own; they take ${ruled.mib.toFixed(1)} MiB.`,
    '',
    ...table(ruled.rows),
    '',
    '## The page of the log',
    'Lines come from a file; Chromium tells what the page costs.',
    '',
    ...table(reading),
    '',
    '## Streams',
    'Ratios are of medians, from the same run on the same machine.',
    '',
    ...table(beside.rows),
    '',
    `Medians; rounds: ${beside.rounds}, in turn; lost and doubled are of all of them. ${beside.offered} deliveries a`,
    'second are offered, of events of 200 bytes. Latency is in ms, CPU in µs a delivery, memory in kB an idle connection',
    "(user: the server's processes; kernel: sockets and objects of the whole machine, both ends).",
    '',
    '| server | connections | deliveries/s | lost | doubled | p50 | p99 | max | CPU | user | kernel |',
    '|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|',
    ...beside.runs.map(run),
    '',
  ].join('\n');
}
