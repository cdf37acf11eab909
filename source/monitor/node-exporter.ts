import {request as requestPlainly} from 'node:http';
import {request as requestSecurely} from 'node:https';
import type {Sample} from '../core/metric.ts';
import {redactUrl} from '../core/secret.ts';
import {BenchtopError, messageOf} from '../errors.ts';
import {type CpuTimes, cpuShares} from './cpu.ts';
import {type Machine, thisMachine} from './machine.ts';
import type {Probe} from './probe.ts';

/** One line of the Prometheus text format: its labels by name, and its value. */
export type Series = {readonly labels: Readonly<Record<string, string>>; readonly value: number};

const unescaped: Readonly<Record<string, string>> = {n: '\n'};

const labelsIn = (text: string): Record<string, string> =>
	Object.fromEntries(
		[...text.matchAll(/([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"/g)].map(([, name = '', value = '']) => [
			name,
			value.replace(/\\(.)/g, (_, character: string) => unescaped[character] ?? character),
		]),
	);

/**
 * The series of some metrics, by the metric's name, in text that is exposed to Prometheus (text format 0.0.4). Lines that
 * are not understood are passed over.
 */
export const parseExposition = (text: string, names: ReadonlySet<string>): ReadonlyMap<string, readonly Series[]> => {
	const found = new Map<string, Series[]>();
	for (const line of text.split('\n')) {
		const name = /^[A-Za-z_:][\w:]*/.exec(line)?.[0];
		if (name === undefined || !names.has(name)) continue;
		const [, labels = '', value = ''] = /^(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?\s*$/.exec(line.slice(name.length)) ?? [];
		if (value === '' || !Number.isFinite(Number(value))) continue;
		const series = {labels: labelsIn(labels), value: Number(value)};
		const known = found.get(name);
		if (known === undefined) found.set(name, [series]);
		else known.push(series);
	}

	return found;
};

type DiskCounters = {readonly reads: number; readonly writes: number; readonly busySeconds: number};

/** What a node_exporter said at one moment. */
export type NodeReading = {
	/** By the clock of that machine where it tells it, else by ours. Seconds. */
	readonly time: number | undefined;
	readonly cpu: CpuTimes | undefined;
	readonly load: number | undefined;
	readonly memory: {readonly total: number; readonly available: number} | undefined;
	readonly disks: ReadonlyMap<string, DiskCounters>;
	readonly network: ReadonlyMap<string, {readonly received: number; readonly sent: number}>;
};

const wanted = new Set([
	'node_time_seconds',
	'node_cpu_seconds_total',
	'node_load1',
	'node_memory_MemTotal_bytes',
	'node_memory_MemAvailable_bytes',
	'node_disk_reads_completed_total',
	'node_disk_writes_completed_total',
	'node_disk_io_time_seconds_total',
	'node_network_receive_bytes_total',
	'node_network_transmit_bytes_total',
]);

/** What is no disk of its own, but made of others, and interfaces whose bytes are counted again at another. */
const isLayered = (device: string): boolean => /^(?:dm-|md|loop|ram|zram|sr)\d/.test(device);
const isVirtual = (device: string): boolean =>
	/^(?:lo$|veth|docker|br-|virbr|cni|flannel|cali|tun|tap|wg|bond|team|vlan|vxlan|dummy|ifb)|\.\d+$/.test(device);

/** Which of our figures a mode of node_cpu_seconds_total belongs to. */
const modes: Readonly<Record<string, keyof CpuTimes>> = {
	user: 'user',
	nice: 'user',
	system: 'system',
	irq: 'system',
	softirq: 'system',
	iowait: 'iowait',
	steal: 'steal',
	idle: 'idle',
};

/** Reads what a node_exporter exposes; `undefined` of text that has nothing of it. */
export const readNode = (text: string): NodeReading | undefined => {
	const metrics = parseExposition(text, wanted);
	if (metrics.size === 0) return undefined;
	const one = (name: string): number | undefined => metrics.get(name)?.[0]?.value;
	const byDevice = (name: string): ReadonlyMap<string, number> =>
		new Map(metrics.get(name)?.map(({labels, value}) => [labels.device ?? '', value]));

	const cpu = {user: 0, system: 0, iowait: 0, steal: 0, idle: 0};
	for (const {labels, value} of metrics.get('node_cpu_seconds_total') ?? []) {
		const mode = modes[labels.mode ?? ''];
		if (mode !== undefined) cpu[mode] += value;
	}

	const [total, available] = [one('node_memory_MemTotal_bytes'), one('node_memory_MemAvailable_bytes')];
	const [writes, busy] = [byDevice('node_disk_writes_completed_total'), byDevice('node_disk_io_time_seconds_total')];
	const sent = byDevice('node_network_transmit_bytes_total');
	return {
		time: one('node_time_seconds'),
		cpu: metrics.has('node_cpu_seconds_total') ? cpu : undefined,
		load: one('node_load1'),
		memory: total === undefined || available === undefined ? undefined : {total, available},
		disks: new Map(
			[...byDevice('node_disk_reads_completed_total')]
				.filter(([device]) => !isLayered(device))
				.map(([device, reads]) => [
					device,
					{reads, writes: writes.get(device) ?? 0, busySeconds: busy.get(device) ?? 0},
				]),
		),
		network: new Map(
			[...byDevice('node_network_receive_bytes_total')]
				.filter(([device]) => !isVirtual(device))
				.map(([device, received]) => [device, {received, sent: sent.get(device) ?? 0}]),
		),
	};
};

/** What a counter gained; one that was set back gained nothing that could be told. */
const gained = (before: number, after: number): number => Math.max(0, after - before);

/** Whether the machine was started anew between: all its counters are set back. Single ones run backwards at times. */
const hasRestarted = (before: NodeReading, after: NodeReading): boolean => {
	const total = ({cpu}: NodeReading): number =>
		cpu === undefined ? 0 : Object.values(cpu).reduce((sum, time) => sum + time, 0);
	return total(after) < total(before);
};

/** The levels between two readings that lie so many seconds apart, and those of the later one. */
export const nodeLevels = (before: NodeReading | undefined, after: NodeReading, seconds: number): Sample => {
	const sample: Sample = {};
	if (after.load !== undefined) sample['remote.load'] = after.load;
	if (after.memory !== undefined) {
		sample['remote.memory.used'] = after.memory.total - after.memory.available;
		sample['remote.memory.total'] = after.memory.total;
	}

	if (before === undefined || !(seconds > 0) || hasRestarted(before, after)) return sample;
	const shares = before.cpu && after.cpu && cpuShares(before.cpu, after.cpu);
	if (shares !== undefined) {
		sample['remote.cpu.user'] = shares.user;
		sample['remote.cpu.system'] = shares.system;
		sample['remote.cpu.iowait'] = shares.iowait;
		sample['remote.cpu.steal'] = shares.steal;
		sample['remote.cpu.idle'] = shares.idle;
	}

	let [reads, writes, busiest] = [0, 0, 0];
	for (const [device, now] of after.disks) {
		const then = before.disks.get(device) ?? now;
		reads += gained(then.reads, now.reads);
		writes += gained(then.writes, now.writes);
		busiest = Math.max(busiest, gained(then.busySeconds, now.busySeconds));
	}

	if (after.disks.size > 0) {
		sample['remote.disk.readIops'] = reads / seconds;
		sample['remote.disk.writeIops'] = writes / seconds;
		sample['remote.disk.utilisation'] = Math.min(100, (100 * busiest) / seconds);
	}

	let [received, sent] = [0, 0];
	for (const [device, now] of after.network) {
		const then = before.network.get(device) ?? now;
		received += gained(then.received, now.received);
		sent += gained(then.sent, now.sent);
	}

	if (after.network.size > 0) {
		sample['remote.network.received'] = received / seconds;
		sample['remote.network.sent'] = sent / seconds;
	}

	return sample;
};

/** Milliseconds between two questions, how long an answer may take, and how long what was said last holds. */
const interval = 1000;
const patience = 2000;
const freshness = 3500;
/** More than any node_exporter says; whoever says more is something else. Bytes. */
const mostBytes = 8 * 1024 * 1024;

/** Only what is read: a node_exporter gathers nothing else for this question. */
const collectors = ['time', 'cpu', 'loadavg', 'meminfo', 'diskstats', 'netdev'];

/** The address that is asked, from the one that was given: a bare host and port mean its /metrics. */
const questionFor = (given: string): URL => {
	const url = new URL(given);
	if (url.pathname === '/') url.pathname = '/metrics';
	if (url.search === '') for (const name of collectors) url.searchParams.append('collect[]', name);
	return url;
};

const ask = (url: URL, signal: AbortSignal): Promise<string> =>
	new Promise((resolve, reject) => {
		const request = url.protocol === 'https:' ? requestSecurely : requestPlainly;
		// Of the whole answer: one that comes drop by drop is never silent.
		const timer = setTimeout(
			() => asked.destroy(new Error(`it did not answer within ${patience / 1000} s`)),
			patience,
		).unref();
		const asked = request(url, {signal, agent: false}, (answer) => {
			if (answer.statusCode !== 200) {
				answer.resume();
				reject(new Error(`it answered with status ${answer.statusCode}`));
				return;
			}

			let text = '';
			answer.setEncoding('utf8');
			answer.on('data', (piece: string) => {
				text += piece;
				if (text.length > mostBytes) asked.destroy(new Error('its answer has no end'));
			});
			answer.on('end', () => resolve(text));
			answer.on('error', reject);
		});
		asked.on('error', reject);
		asked.on('close', () => clearTimeout(timer));
		asked.end();
	});

/**
 * The resources of another machine, as its Prometheus node_exporter tells them, once a second; each level holds until the
 * next. An address that does not answer as one is an error at the start; later, its levels are missing.
 */
export const nodeExporterProbe = (machine: Machine = thisMachine): Probe => ({
	name: 'node-exporter',
	about: 'resources of a remote machine, from its node_exporter',
	open: async ({nodeExporter}) => {
		if (nodeExporter === undefined) return undefined;
		const url = questionFor(nodeExporter);
		const shown = redactUrl(nodeExporter);
		const closing = new AbortController();
		let before: {readonly reading: NodeReading; readonly at: number} | undefined;
		let levels: {readonly sample: Sample; readonly at: number} | undefined;

		const read = async (): Promise<void> => {
			const reading = readNode(await ask(url, closing.signal));
			if (reading === undefined) throw new Error('it says nothing that a node_exporter would');
			const at = machine.now();
			const seconds =
				before === undefined
					? 0
					: reading.time !== undefined && before.reading.time !== undefined
						? reading.time - before.reading.time
						: (at - before.at) / 1000;
			levels = {sample: nodeLevels(before?.reading, reading, seconds), at};
			before = {reading, at};
		};
		try {
			await read();
		} catch (error) {
			throw new BenchtopError(`The node_exporter at ${shown} cannot be read: ${messageOf(error)}.`, {
				hint: /status 40[13]$/.test(messageOf(error))
					? 'One that wants a password or a token is not read: let it listen where no one needs one, or tunnel to it (ssh -L).'
					: 'Is it running, and is this the address of its metrics? For example: http://host:9100',
				cause: error,
			});
		}

		let timer: NodeJS.Timeout | undefined;
		const go = (): void => {
			timer = setTimeout(() => {
				// One answer that fails is one that is missing.
				void read()
					.catch(() => {})
					.then(() => {
						if (!closing.signal.aborted) go();
					});
			}, interval).unref();
		};
		go();
		return {
			sample: () => (levels === undefined || machine.now() - levels.at > freshness ? {} : levels.sample),
			close: () => {
				clearTimeout(timer);
				closing.abort();
			},
		};
	},
});
