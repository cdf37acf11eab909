// `npm run bench:generators`: what it costs to generate load, and how punctual it is, benchtop beside its peers in turn.
// With names of parts only those; `--engine NAME` for another engine of benchtop's; `--rounds N`.
// CPU is the operating system's count for the client's processes, in a window that leaves out its start and its end.
import {parseArgs} from 'node:util';
import {stallTruth} from '../../truth/rows/latency.ts';
import {percentilesOf} from '../../truth/tools/tool.ts';
import {median, say} from '../measure.ts';
import {absentClients, benchtopWords, clients, resultIn, type Usage, use} from './clients.ts';
import {isInstalled, startNative, startNginx, whereItRan} from './servers.ts';

const {values: flags, positionals: wanted} = parseArgs({
	allowPositionals: true,
	options: {engine: {type: 'string', default: 'http'}, rounds: {type: 'string', default: '5'}},
});
const {engine} = flags;
const rounds = Number(flags.rounds);

const cell = (value: number, digits = 2): string => value.toFixed(digits).padStart(9);

type Cost = {
	readonly each: number;
	readonly user: number;
	readonly system: number;
	readonly loading: number;
	readonly rate: number;
	readonly memory: number;
};

const costOf = (usage: Usage): Cost => {
	const each = 1e6 / (usage.counted / usage.window);
	return {
		each: usage.cpu * each,
		user: usage.user * each,
		system: usage.system * each,
		loading: usage.loading * each,
		rate: usage.counted / usage.window,
		memory: usage.memoryAfter / 2 ** 20,
	};
};

/** CPU per request of every client in a closed loop on nginx, in interleaved rounds. */
const cost = async (path: string, connections: number, threads: number, title: string): Promise<void> => {
	if (!isInstalled('nginx')) return say(`${title}: left out, nginx is not installed`);
	const seconds = 7;
	const nginx = await startNginx();
	const measured = new Map<string, Cost[]>();
	const asked = clients.filter((client) => threads === 1 || client.threads);
	try {
		for (let round = 0; round < rounds; round++) {
			for (let step = 0; step < asked.length; step++) {
				// Each comes first equally often.
				const {name, words} = asked[(round + step) % asked.length]!;
				const given = words({url: nginx.origin + path, connections, seconds, threads});
				const chosen = name === 'benchtop' ? given.map((word) => (word === 'http' ? engine : word)) : given;
				const usage = await use(chosen, seconds, threads, nginx.requests);
				if (usage.counted > 100) measured.set(name, [...(measured.get(name) ?? []), costOf(usage)]);
			}
		}
	} finally {
		await nginx.close();
	}

	say(`${title}: µs of CPU per request, median of ${rounds} interleaved rounds; ratios of the same round`);
	say(
		`  ${''.padEnd(30)}${['all', 'user', 'system', 'loading', '÷ wrk', '÷ a.cannon', '1/s', 'MiB'].map((word) => word.padStart(11)).join('')}`,
	);
	for (const [name, costs] of measured) {
		const of = (key: keyof Cost): number => median(costs.map((given) => given[key]));
		const to = (peer: string): string => {
			const others = measured.get(peer);
			if (others === undefined) return '–'.padStart(11);
			const ratios = costs.flatMap(({each}, round) => (others[round] === undefined ? [] : each / others[round].each));
			return median(ratios).toFixed(2).padStart(11);
		};
		say(
			`  ${name.padEnd(30)}${(['each', 'user', 'system', 'loading'] as const).map((key) => of(key).toFixed(2).padStart(11)).join('')}${to('wrk')}${to('autocannon')}${of('rate').toFixed(0).padStart(11)}${of('memory').toFixed(0).padStart(11)}`,
		);
	}
};

const withCompiler = (title: string): boolean => {
	if (isInstalled('cc')) return true;
	say(`${title}: left out, there is no C compiler for the target`);
	return false;
};

/** A freezing target whose distribution is known, in open loop. */
const stall = async (): Promise<void> => {
	const freeze = {frozen: 200, period: 2000};
	const title = 'stall: 1 ms, frozen 200 ms of every 2 s, open loop';
	if (!withCompiler(title)) return;
	say(`${title}; each round begins at another phase`);
	say(
		`  ${'rate'.padEnd(10)}${['p50', 'p95', 'p99', 'p99.9', 'answered', 'CPU %'].map((word) => word.padStart(9)).join('')}`,
	);
	say(`  ${'truth'.padEnd(10)}${[0.5, 0.95, 0.99, 0.999].map((q) => cell(stallTruth(1, freeze, q))).join('')}`);
	for (const rate of [500, 5000, 20_000]) {
		for (let round = 0; round < rounds; round++) {
			const target = await startNative({service: 1, ...freeze});
			const seconds = 10;
			// What comes due in a freeze waits on connections of its own, or it would be late afterwards.
			const connections = Math.max(64, (rate * freeze.frozen * 1.25) / 1000);
			const usage = await use(
				benchtopWords(engine, {url: target.origin, connections, seconds, threads: 1}, [
					...['-R', String(rate), '--warmup', '2s'],
				]),
				seconds + 2,
			);
			await target.close();
			const {latency, throughput} = resultIn(usage).summary;
			say(
				`  ${String(rate).padEnd(10)}${[latency.p50, latency.p95, latency.p99, latency.p999].map((value) => cell(value ?? Number.NaN)).join('')}${cell(throughput.mean ?? 0, 0)}${cell(usage.cpu * 100, 0)}`,
			);
		}
	}
};

/** How late and how uneven requests come, in microseconds, by the log of the target. The first second is left out. */
const punctuality = (arrivals: readonly number[], rate: number) => {
	const begin = arrivals[0] ?? 0;
	const residuals = arrivals
		.map((arrival, index) => arrival - begin - (index * 1e6) / rate)
		.filter((_, index) => index >= rate);
	// Nothing is sent before it is due: the earliest one was on time, less what the way takes at least.
	const earliest = residuals.reduce((least, residual) => Math.min(least, residual), Number.POSITIVE_INFINITY);
	const late = percentilesOf(residuals.map((residual) => residual - earliest));
	const middle = percentilesOf(residuals).p50 ?? 0;
	const off = percentilesOf(residuals.map((residual) => Math.abs(residual - middle)));
	return {late50: late.p50 ?? Number.NaN, late99: late.p99 ?? Number.NaN, off50: off.p50 ?? Number.NaN};
};

const seconds = 6;

const pace = async (rate: number, more: readonly string[] = []) => {
	const target = await startNative({});
	const usage = await use(
		benchtopWords(engine, {url: target.origin, connections: 64, seconds, threads: 1}, ['-R', String(rate), ...more]),
		seconds,
	);
	const arrivals = (await target.close()).toSorted((a, b) => a - b);
	return {
		...punctuality(arrivals, rate),
		share: arrivals.length / (rate * seconds),
		cpu: usage.cpu * 100,
		loading: usage.loading * 100,
		usage,
	};
};

const pacing = async (): Promise<void> => {
	const title = 'pacing: when requests come to a native target, 64 connections';
	if (!withCompiler(title)) return;
	say(`${title}; µs, medians of ${rounds} rounds`);
	say(
		`  ${'rate'.padEnd(18)}${['late p50', 'late p99', 'off grid', 'sent %', 'CPU %', 'loading %'].map((word) => word.padStart(11)).join('')}`,
	);
	for (const more of engine === 'http' ? [[], ['--precise']] : [[]]) {
		for (const rate of [1000, 5000, 20_000]) {
			const runs: Array<Awaited<ReturnType<typeof pace>>> = [];
			for (let round = 0; round < rounds; round++) runs.push(await pace(rate, more));
			const of = (read: (run: (typeof runs)[number]) => number, digits: number): string =>
				median(runs.map(read)).toFixed(digits).padStart(11);
			say(
				`  ${`${rate} ${more.join(' ')}`.padEnd(18)}${of(({late50}) => late50, 0)}${of(({late99}) => late99, 0)}${of(({off50}) => off50, 0)}${of(({share}) => share * 100, 1)}${of(({cpu}) => cpu, 0)}${of(({loading}) => loading, 0)}`,
			);
		}
	}
};

/** The highest rate that one thread holds, and that it says so when it cannot. */
const highest = async (): Promise<void> => {
	const title = 'highest rate of one thread: all sent, late p99 below 1 ms';
	if (!withCompiler(title)) return;
	say(title);
	for (const rate of [20_000, 30_000, 40_000, 50_000, 60_000, 80_000, 120_000]) {
		const run = await pace(rate);
		const {validity} = resultIn(run.usage);
		const said = validity.trustworthy ? 'trustworthy' : validity.reasons.map(({kind}) => kind).join(', ');
		say(
			`  ${String(rate).padEnd(8)} sent ${(run.share * 100).toFixed(1)} %, late p50 ${run.late50.toFixed(0)} µs, p99 ${run.late99.toFixed(0)} µs, CPU ${run.cpu.toFixed(0)} %: ${run.share > 0.995 && run.late99 < 1000 ? 'held' : 'not held'}; it says: ${said}`,
		);
	}
};

/** Ten thousand connections at a low rate. */
const connections = async (): Promise<void> => {
	const title = '10 000 connections, 2 000 requests per second';
	if (!withCompiler(title)) return;
	const target = await startNative({});
	const usage = await use(
		benchtopWords(engine, {url: target.origin, connections: 10_000, seconds: 10, threads: 1}, [
			...['-R', '2000', '--warmup', '3s'],
		]),
		13,
	);
	await target.close();
	if (usage.stdout.trim() === '') return say(`${title}: refused with exit code ${usage.code}`);
	const {summary, validity} = resultIn(usage);
	say(
		`${title}: exit code ${usage.code}, ${JSON.stringify(summary.outcomes)}, p50 ${summary.latency.p50} ms, p99 ${summary.latency.p99} ms, CPU ${(usage.cpu * 100).toFixed(0)} %, ${(usage.memoryAfter / 2 ** 20).toFixed(0)} MiB, ${validity.trustworthy ? 'trustworthy' : validity.reasons.map(({kind}) => kind).join(', ')}`,
	);
};

/** Ten million requests: memory, and the mean by Little's law. */
const tenMillion = async (): Promise<void> => {
	const title = 'ten million requests, 64 connections';
	if (!withCompiler(title)) return;
	const target = await startNative({});
	const window = 60;
	const usage = await use(
		benchtopWords(engine, {url: target.origin, connections: 64, seconds: 0, threads: 1}, ['--amount', '10000000']),
		window,
	);
	const arrivals = await target.close();
	const {latency, throughput} = resultIn(usage).summary;
	say(
		`${title}: ${latency.count} latencies of ${arrivals.length} requests; ${(usage.memoryBefore / 2 ** 20).toFixed(0)} MiB after 2.5 s, ${(usage.memoryAfter / 2 ** 20).toFixed(0)} MiB after ${window} s; mean × rate ${(((latency.mean ?? 0) * (throughput.mean ?? 0)) / 1000).toFixed(2)} of 64; ${(throughput.mean ?? 0).toFixed(0)} per second`,
	);
};

const parts: Readonly<Record<string, () => Promise<void>>> = {
	cost: () => cost('/tiny', 64, 1, '64 keep-alive connections, tiny replies'),
	threads: () => cost('/tiny', 64, 2, 'the same with two threads'),
	bodies: () => cost('/large', 64, 1, 'bodies of 64 KiB'),
	stall,
	pacing,
	highest,
	connections,
	long: tenMillion,
};
/** Takes minutes: only when asked for. */
const onRequest = new Set(['long']);

const unknown = wanted.filter((name) => !(name in parts));
if (unknown.length > 0 || !(rounds >= 1)) {
	say(`There is no part ${unknown.join(', ')}. Parts: ${Object.keys(parts).join(', ')}`);
	process.exitCode = 2;
} else {
	say(`${whereItRan}${absentClients.length > 0 ? `; not installed: ${absentClients.join(', ')}` : ''}`);
	for (const [name, part] of Object.entries(parts)) {
		if (wanted.length > 0 ? !wanted.includes(name) : onRequest.has(name)) continue;
		await part();
		say();
	}
}
