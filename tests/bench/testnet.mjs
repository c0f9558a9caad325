// Four validator processes of the devnet on this machine, each with its own databases and TLS links, measured from outside
// after a warm-up of 10 s. Workloads:
//   timer       slots of 250 ms, for 60 s
//   responsive  slots that end when they are justified, 25 ms long at least, for 1,000 finalized blocks or more
// Measured:
//   first_finalized_ms   from starting `quoin testnet` to the first finalized_block event at a subscriber
//   time_to_finality_ms  from a block's time, when its proposer makes it public, to its finalized_block event at WebSocket
//                        subscribers of the three nodes that did not propose it
//   block_interval_ms    from one finalized block's time to the next one's
//   stages_us, per_block means of what the nodes themselves measured: a step of the engine with its effects, a batch of
//                        signatures checked, a commit of the ledger; and how many of them a block takes
//   hops_ms              with --hops, which costs CPU: medians, at nodes other than the proposer, of how long after a
//                        block's time they announce the block, have seen a quorum of its votes, see the next block, a
//                        quorum of that one's votes, and announce the first block as final
//   memory_mib, peak_memory_mib, cpu_percent   of each node process, from /proc
// Usage: node tests/bench/testnet.mjs [path of quoin] [--responsive] [--hops] [--set KEY=VALUE]...
// Prints one JSON object.

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

const flags = process.argv.slice(2);
const isResponsive = flags.includes('--responsive');
const wantsHops = flags.includes('--hops');
const settings = flags.flatMap((flag, i) => (flag === '--set' ? [flag, flags[i + 1]] : []));
const program = flags.find((flag, i) => !flag.startsWith('--') && flags[i - 1] !== '--set') ?? 'build/release/quoin';
const warmUpMs = 10_000;
const measureMs = 60_000;
const blocksWanted = isResponsive ? 1_000 : 0;
const giveUpMs = 600_000;
const quorum = 3; // of four validators with equal stake
const folder = path.join(mkdtempSync(path.join(os.tmpdir(), 'quoin-bench-')), 'testnet');

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function getText(url) {
  return new Promise((resolve, reject) => {
    http.get(url, (response) => {
      let body = '';
      response.on('data', (part) => { body += part; });
      response.on('end', () => resolve(body));
    }).on('error', reject);
  });
}
const getJson = async (url) => JSON.parse(await getText(url));
const metricsOf = async (api) => Object.fromEntries([...(await getText(`http://${api}/metrics`))
  .matchAll(/^(\w+) ([0-9.]+)$/gm)].map(([, name, value]) => [name, Number(value)]));

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
      if (message.op !== 'event') return;
      onEvent(message, performance.timeOrigin + performance.now());
      if (message.topic !== 'finalized_block') return;
      socket.write(clientFrame(JSON.stringify({ op: 'ack', sub: message.sub, seq: message.seq })));
    });
    if (answer.length > end) socket.emit('data', answer.subarray(end));
    socket.write(clientFrame(JSON.stringify({ op: 'subscribe', id: 'bench', topic: 'finalized_block', from: 'finalized', credit: 64 })));
    for (const topic of wantsHops ? ['block', 'attestation'] : []) {
      socket.write(clientFrame(JSON.stringify({ op: 'subscribe', id: topic, topic })));
    }
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
const ascending = (numbers) => [...numbers].sort((a, b) => a - b);
const median = (numbers) => (numbers.length === 0 ? null : round(percentile(ascending(numbers), 0.5)));
const spread = (numbers) => {
  const sorted = ascending(numbers);
  return { p50: round(percentile(sorted, 0.5)), p90: round(percentile(sorted, 0.9)), p99: round(percentile(sorted, 0.99)), max: round(sorted.at(-1)) };
};

// What one node's subscriber saw of each slot, and when.
class Sightings {
  slots = new Map();
  of(slot) {
    if (!this.slots.has(slot)) this.slots.set(slot, { votes: 0 });
    return this.slots.get(slot);
  }
  take(event, nowMs) {
    const { data } = event;
    if (event.topic === 'block') this.of(Number(data.slot)).seenMs ??= nowMs;
    if (event.topic === 'attestation') {
      const sighting = this.of(Number(data.data.slot));
      sighting.votes += 1;
      if (sighting.votes === quorum) sighting.quorumMs = nowMs;
    }
    if (event.topic === 'finalized_block') Object.assign(this.of(Number(data.slot)), { finalMs: nowMs, timeMs: Number(data.time_ms), proposer: Number(data.proposer) });
  }
}

function hopsOf(nodes) {
  const hops = { block_seen: [], quorum_seen: [], next_block_seen: [], next_quorum_seen: [], finalized: [] };
  nodes.forEach(({ slots }, node) => {
    for (const [slot, one] of slots) {
      const next = slots.get(slot + 1);
      if (!one.finalMs || !one.seenMs || !one.quorumMs || !next?.seenMs || !next.quorumMs || one.proposer === node) continue;
      hops.block_seen.push(one.seenMs - one.timeMs);
      hops.quorum_seen.push(one.quorumMs - one.timeMs);
      hops.next_block_seen.push(next.seenMs - one.timeMs);
      hops.next_quorum_seen.push(next.quorumMs - one.timeMs);
      hops.finalized.push(one.finalMs - one.timeMs);
    }
  });
  return Object.fromEntries(Object.entries(hops).map(([name, values]) => [name, median(values)]));
}

function meansOf(before, after) {
  const mean = (total, count) => {
    const sum = (name) => after.reduce((all, metrics, i) => all + (metrics[name] ?? 0) - (before[i][name] ?? 0), 0);
    return sum(count) === 0 ? null : round(sum(total) / sum(count));
  };
  const stages_us = {
    engine_step: mean('quoin_engine_step_microseconds_total', 'quoin_engine_steps_total'),
    engine_per_block: mean('quoin_engine_step_microseconds_total', 'quoin_ledger_blocks_total'),
    signature_batch: mean('quoin_signature_check_microseconds_total', 'quoin_signature_batches_total'),
    signatures_per_block: mean('quoin_signature_check_microseconds_total', 'quoin_ledger_blocks_total'),
    ledger_commit: mean('quoin_ledger_commit_microseconds_total', 'quoin_ledger_commits_total'),
  };
  const per_block = {
    engine_steps: mean('quoin_engine_steps_total', 'quoin_ledger_blocks_total'),
    signature_batches: mean('quoin_signature_batches_total', 'quoin_ledger_blocks_total'),
    signatures: mean('quoin_signatures_checked_total', 'quoin_ledger_blocks_total'),
    ledger_commits: mean('quoin_ledger_commits_total', 'quoin_ledger_blocks_total'),
    certificates: mean('quoin_certificates_total', 'quoin_ledger_blocks_total'),
    peers_blamed: mean('quoin_peers_blamed_total', 'quoin_ledger_blocks_total'),
  };
  return { stages_us, per_block };
}

const startedMs = performance.timeOrigin + performance.now();
const workload = ['testnet', '--dir', folder, '--api-port', '0', '--peer-port', '0', ...(isResponsive ? ['--responsive'] : []), ...settings];
const testnet = spawn(program, workload, { stdio: ['ignore', 'ignore', 'inherit'] });
const ended = new Promise((resolve) => { testnet.once('exit', resolve); });
let firstFinalizedMs;
const latencies = [];
const times = new Map(); // of finalized blocks, by number
let measuring = false;
try {
  const file = path.join(folder, 'testnet.json');
  while (!existsSync(file)) {
    if (testnet.exitCode !== null) throw new Error('the testnet did not start');
    await sleep(10);
  }
  let nodes;
  while (!nodes) { try { nodes = JSON.parse(readFileSync(file, 'utf8')).nodes; } catch { await sleep(10); } }
  const apis = nodes.map((node) => (node.api_address ?? node.api).replace('http://', ''));
  let genesis;
  while (!genesis) { try { genesis = (await getJson(`http://${apis[0]}/v1/genesis`)).data.genesis; } catch { await sleep(10); } }

  const sightings = apis.map(() => new Sightings());
  const sockets = apis.map((api, i) => subscribe(api, (event, nowMs) => {
    if (wantsHops && measuring) sightings[i].take(event, nowMs);
    const { data } = event;
    if (event.topic !== 'finalized_block' || Number(data.slot) === 0) return;
    firstFinalizedMs ??= nowMs - startedMs;
    if (!measuring) return;
    times.set(Number(data.number), Number(data.time_ms));
    if (Number(data.proposer) !== i) latencies.push(nowMs - Number(data.time_ms));
  }));
  while (firstFinalizedMs === undefined) await sleep(5);
  await sleep(warmUpMs);
  const metricsBefore = await Promise.all(apis.map(metricsOf));
  const ticksBefore = nodes.map((node) => cpuTicks(node.pid));
  const beginMs = performance.now();
  measuring = true;
  if (blocksWanted === 0) await sleep(measureMs);
  while (times.size < blocksWanted && performance.now() - beginMs < giveUpMs) await sleep(100);
  measuring = false;
  const seconds = (performance.now() - beginMs) / 1000;
  const cpu = nodes.map((node, i) => (cpuTicks(node.pid) - ticksBefore[i]) / ticksPerSecond / seconds * 100);
  const metricsAfter = await Promise.all(apis.map(metricsOf));
  const numbers = ascending(times.keys());
  const intervals = numbers.slice(1).map((number, i) => times.get(number) - times.get(numbers[i]));
  const { spec } = genesis;
  console.log(JSON.stringify({
    machine: { cpu: os.cpus()[0].model, cores: os.cpus().length, memory_gib: Math.round(os.totalmem() / 2 ** 30), kernel: os.release() },
    workload: { nodes: nodes.length, pacing: spec.pacing, slot_ms: Number(spec.slot_ms), min_slot_ms: Number(spec.min_slot_ms), view_merge: spec.view_merge,
      seconds: round(seconds), blocks: times.size, samples: latencies.length },
    first_finalized_ms: Math.round(firstFinalizedMs),
    time_to_finality_ms: spread(latencies),
    block_interval_ms: spread(intervals),
    ...meansOf(metricsBefore, metricsAfter),
    ...(wantsHops ? { hops_ms: hopsOf(sightings) } : {}),
    memory_mib: nodes.map((node) => round(memoryMib(node.pid, 'VmRSS'))),
    peak_memory_mib: nodes.map((node) => round(memoryMib(node.pid, 'VmHWM'))),
    cpu_percent: cpu.map(round),
  }, null, 2));
  sockets.forEach((socket) => socket.destroy());
} finally {
  testnet.kill('SIGINT');
  await Promise.race([ended, sleep(10_000)]);
  rmSync(path.dirname(folder), { recursive: true, force: true });
}
