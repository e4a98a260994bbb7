import { type CDPSession } from '@playwright/test';
import { type Page, expect, logLines, open, test } from '../fixtures/page';

const MIB = 1024 * 1024;

interface Use {
  heap: number;
  nodes: number;
  listeners: number;
  wasm: number;
}

test('a flood of log lines leaves the page as small as it was', async ({ page, launch }) => {
  test.setTimeout(120_000);
  const server = await launch();
  await page.addInitScript(keepWasmMemory);
  await open(page, server.url);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');

  // 200 lines a second.
  let number = 0;
  const flood = setInterval(() => {
    const lines = Array.from({ length: 10 }, () => `line ${(number += 1)} of the flood`);
    server.appendLog(lines.join('\n'));
  }, 50);
  try {
    await page.waitForTimeout(7_000);
    const before = await use(page, session);
    await page.waitForTimeout(18_000);
    const after = await use(page, session);
    expect(after.heap - before.heap, 'JS heap').toBeLessThan(2 * MIB);
    expect(after.wasm - before.wasm, 'wasm memory').toBeLessThanOrEqual(2 * MIB);
    expect(after.nodes, 'DOM nodes').toBeLessThan(before.nodes * 1.25 + 500);
    expect(after.listeners, 'event listeners').toBeLessThanOrEqual(before.listeners + 20);
    expect(await logLines(page).count()).toBeLessThanOrEqual(200);
  } finally {
    clearInterval(flood);
  }
  // It has kept up: the last line shows.
  await expect(logLines(page).last()).toContainText(`line ${number} of the flood`, { timeout: 5_000 });
});

/** Keeps hold of the memory of whatever wasm the page starts. */
function keepWasmMemory(): void {
  const keep = <T extends WebAssembly.WebAssemblyInstantiatedSource>(source: T): T => {
    Object.assign(window, { wasmMemory: source.instance.exports.memory });
    return source;
  };
  const { instantiateStreaming } = WebAssembly;
  WebAssembly.instantiateStreaming = async (...args) => keep(await instantiateStreaming.apply(WebAssembly, args));
}

async function use(page: Page, session: CDPSession): Promise<Use> {
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  const metric = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? NaN;
  const wasm = await page.evaluate(
    () => (window as unknown as { wasmMemory: WebAssembly.Memory }).wasmMemory.buffer.byteLength,
  );
  return { heap: metric('JSHeapUsedSize'), nodes: metric('Nodes'), listeners: metric('JSEventListeners'), wasm };
}
