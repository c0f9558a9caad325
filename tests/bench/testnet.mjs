// Four validator processes of the devnet on this machine, measured from outside for 60 s after a warm-up of 10 s:
//   first_finalized_ms   from starting `quoin testnet` to the first finalized_block event at a subscriber
//   time_to_finality_ms  from the start of a block's slot, when its proposer publishes, to its finalized_block event at
//                        WebSocket subscribers of the three nodes that did not propose it
//   memory_mib, peak_memory_mib, cpu_percent   of each node process, from /proc
// Usage: node tests/bench/testnet.mjs [path of quoin]. Prints one JSON object.

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

const program = process.argv[2] ?? 'build/release/quoin';
const warmUpMs = 10_000;
const measureMs = 60_000;
const folder = path.join(mkdtempSync(path.join(os.tmpdir(), 'quoin-bench-')), 'testnet');

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function getJson(url) {
  return new Promise((resolve, reject) => {
    http.get(url, (response) => {
      let body = '';
      response.on('data', (part) => { body += part; });
      response.on('end', () => { try { resolve(JSON.parse(body)); } catch (error) { reject(error); } });
    }).on('error', reject);
  });
}

// A text frame of a client: final, masked, up to 64 KiB.
function clientFrame(text) {
  const payload = Buffer.from(text);
  const mask = randomBytes(4);
  const head = payload.length < 126 ? Buffer.from([0x81, 0x80 | payload.length])
    : Buffer.from([0x81, 0x80 | 126, payload.length >> 8, payload.length & 255]);
  return Buffer.concat([head, mask, payload.map((octet, i) => octet ^ mask[i % 4])]);
}

// Calls `onText` for every text message of the server; enough of RFC 6455 for unfragmented frames.
function readFrames(socket, onText) {
  let pending = Buffer.alloc(0);
  socket.on('data', (part) => {
    pending = Buffer.concat([pending, part]);
    for (;;) {
      if (pending.length < 2) return;
      let length = pending[1] & 127;
      let offset = 2;
      if (length === 126) { if (pending.length < 4) return; length = pending.readUInt16BE(2); offset = 4; }
      if (length === 127) { if (pending.length < 10) return; length = Number(pending.readBigUInt64BE(2)); offset = 10; }
      if (pending.length < offset + length) return;
      if ((pending[0] & 15) === 1) onText(pending.subarray(offset, offset + length).toString());
      pending = pending.subarray(offset + length);
    }
  });
}

function subscribe(apiAddress, onEvent) {
  const [host, port] = apiAddress.replace('http://', '').split(':');
  const socket = net.connect(Number(port), host, () => {
    socket.write(`GET /v1/ws HTTP/1.1\r\nHost: ${host}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\n\r\n`);
  });
  socket.setNoDelay(true);
  socket.once('data', (answer) => {
    const end = answer.indexOf('\r\n\r\n') + 4;
    if (!answer.toString().startsWith('HTTP/1.1 101')) throw new Error(answer.toString());
    readFrames(socket, (text) => {
      const message = JSON.parse(text);
      if (message.op === 'event') {
        onEvent(message, Date.now());
        socket.write(clientFrame(JSON.stringify({ op: 'ack', sub: message.sub, seq: message.seq })));
      }
    });
    if (answer.length > end) socket.emit('data', answer.subarray(end));
    socket.write(clientFrame(JSON.stringify({ op: 'subscribe', id: 'bench', topic: 'finalized_block', from: 'finalized', credit: 64 })));
  });
  return socket;
}

const ticksPerSecond = 100;
const cpuTicks = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return Number(fields[11]) + Number(fields[12]);
};
const memoryMib = (pid, name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
const percentile = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
const round = (number) => Math.round(number * 10) / 10;

const startedMs = Date.now();
const testnet = spawn(program, ['testnet', '--dir', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
let firstFinalizedMs;
const latencies = [];
let measuring = false;
try {
  const file = path.join(folder, 'testnet.json');
  while (!existsSync(file)) await sleep(10);
  let nodes;
  while (!nodes) { try { nodes = JSON.parse(readFileSync(file, 'utf8')).nodes; } catch { await sleep(10); } }
  const apis = nodes.map((node) => (node.api_address ?? node.api).replace('http://', ''));
  let genesis;
  while (!genesis) { try { genesis = (await getJson(`http://${apis[0]}/v1/genesis`)).data; } catch { await sleep(10); } }
  genesis = genesis.genesis ?? genesis;
  const slotStart = (slot) => Number(genesis.time_ms) + Number(slot) * Number(genesis.spec.slot_ms);

  const sockets = apis.map((api, i) => subscribe(api, (event, nowMs) => {
    if (Number(event.data.slot) === 0) return;
    firstFinalizedMs ??= nowMs - startedMs;
    const proposer = Number(event.data.proposer_index ?? event.data.proposer);
    if (measuring && proposer !== i) latencies.push(nowMs - slotStart(event.data.slot));
  }));
  while (firstFinalizedMs === undefined) await sleep(5);
  await sleep(warmUpMs);
  const before = nodes.map((node) => cpuTicks(node.pid));
  measuring = true;
  await sleep(measureMs);
  measuring = false;
  const cpu = nodes.map((node, i) => (cpuTicks(node.pid) - before[i]) / ticksPerSecond / (measureMs / 1000) * 100);
  const sorted = [...latencies].sort((a, b) => a - b);
  console.log(JSON.stringify({
    machine: { cpu: os.cpus()[0].model, cores: os.cpus().length, memory_gib: Math.round(os.totalmem() / 2 ** 30), kernel: os.release() },
    workload: { nodes: nodes.length, slot_ms: Number(genesis.spec.slot_ms), seconds: measureMs / 1000, samples: sorted.length },
    first_finalized_ms: firstFinalizedMs,
    time_to_finality_ms: { p50: percentile(sorted, 0.5), p90: percentile(sorted, 0.9), p99: percentile(sorted, 0.99), max: sorted.at(-1) },
    memory_mib: nodes.map((node) => round(memoryMib(node.pid, 'VmRSS'))),
    peak_memory_mib: nodes.map((node) => round(memoryMib(node.pid, 'VmHWM'))),
    cpu_percent: cpu.map(round),
  }, null, 2));
  sockets.forEach((socket) => socket.destroy());
} finally {
  testnet.kill('SIGINT');
  await new Promise((resolve) => { testnet.once('exit', resolve); setTimeout(resolve, 10_000).unref(); });
  rmSync(path.dirname(folder), { recursive: true, force: true });
}
